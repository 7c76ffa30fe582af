//! AWS's error code and message in an answer, for each wire protocol: a header, or a word of the body.
//!
//! The SDK reads them too, but only after it has given up. It knows no service and no code.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// AWS's error code.
pub(crate) fn code(response: &HttpResponse, body: &[u8]) -> Option<String> {
    let headers = response.headers();
    let named = headers.get("x-amzn-errortype").or_else(|| headers.get("x-amzn-query-error")).map(str::to_owned);
    let code = named
        .or_else(|| in_xml(body, &["Code"]))
        .or_else(|| in_json(body, &["code", "__type"]))
        .or_else(|| in_cbor(body, &["__type"]))?;
    // It may be in a namespace, and may have an address or a side of the fault behind it.
    let code = code.rsplit('#').next()?.split([':', ';']).next()?.trim().to_owned();
    (!code.is_empty()).then_some(code)
}

/// AWS's words.
pub(crate) fn message(body: &[u8]) -> Option<String> {
    const KEYS: &[&str] = &["message", "Message"];
    in_xml(body, KEYS).or_else(|| in_json(body, KEYS)).or_else(|| in_cbor(body, KEYS))
}

fn in_xml(body: &[u8], tags: &[&str]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    tags.iter().find_map(|tag| Some(text.split_once(&format!("<{tag}>"))?.1.split_once('<')?.0.to_owned()))
}

fn in_json(body: &[u8], keys: &[&str]) -> Option<String> {
    let error: serde_json::Value = serde_json::from_slice(body).ok()?;
    keys.iter().find_map(|key| error.get(*key))?.as_str().map(str::to_owned)
}

/// In CBOR, a text is its length and its bytes. Up to 23, the length is part of the first byte; else one or two follow.
fn in_cbor(body: &[u8], keys: &[&str]) -> Option<String> {
    // An error is a map.
    let (0xa0..=0xbf) = body.first()? else { return None };
    let behind = |key: &str| {
        let start = body.windows(key.len()).position(|window| window == key.as_bytes())?;
        body.get(start + key.len()..)
    };
    let (length, text) = match keys.iter().find_map(|key| behind(key))? {
        [first @ 0x60..=0x77, text @ ..] => (usize::from(first - 0x60), text),
        [0x78, length, text @ ..] => (usize::from(*length), text),
        [0x79, high, low, text @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), text),
        _ => return None,
    };
    String::from_utf8(text.get(..length)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;

    use super::{code, message};

    fn answer(header: Option<(&'static str, &'static str)>, body: &[u8]) -> Option<String> {
        let mut response = HttpResponse::new(400.try_into().unwrap(), SdkBody::empty());
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, value);
        }
        code(&response, body)
    }

    const XML: &[u8] =
        b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>";
    const JSON: &[u8] = br#"{"__type":"com.amazon#SlowDown","message":"m"}"#;
    const CBOR: &[u8] = b"\xa2f__typeqTooManyRequests!?gmessageam";

    #[test]
    fn the_code_is_found_in_each_wire_protocol() {
        let errortype = ("x-amzn-errortype", "ThrottlingException:http://internal.amazon.com/coral/");
        assert_eq!(answer(Some(errortype), b"{}").as_deref(), Some("ThrottlingException"));
        assert_eq!(answer(Some(("x-amzn-query-error", "Throttling;Sender")), b"").as_deref(), Some("Throttling"));
        assert_eq!(answer(None, XML).as_deref(), Some("Throttling"));
        assert_eq!(answer(None, JSON).as_deref(), Some("SlowDown"));
        assert_eq!(answer(None, CBOR).as_deref(), Some("TooManyRequests!?"));
        let long = b"\xa1f__typex\x1fcom.amazonaws#RequestThrottled1";
        assert_eq!(answer(None, long).as_deref(), Some("RequestThrottled1"));
    }

    #[test]
    fn so_are_the_words_beside_it() {
        assert_eq!(message(XML).as_deref(), Some("Rate exceeded"));
        assert_eq!(message(JSON).as_deref(), Some("m"));
        assert_eq!(message(CBOR).as_deref(), Some("m"));
        let long = [b"\xa1gMessage\x79\x01\x2c".as_slice(), &[b'x'; 300]].concat();
        assert_eq!(message(&long).map(|message| message.len()), Some(300));
    }

    #[test]
    fn an_answer_that_is_not_from_aws_has_no_code() {
        assert_eq!(answer(None, b"<html>a proxy says hello</html>"), None);
        assert_eq!(answer(None, b""), None);
        assert_eq!(answer(None, b"\xa1f__typex\xff"), None);
    }
}
