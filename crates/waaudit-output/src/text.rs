//! Text from AWS, made safe for a terminal or a page.

use serde_json::{Map, Value};

/// Without characters that move the cursor, change colours or turn the direction of reading.
pub(crate) fn clean(text: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !turns(c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The same, of characters that XML 1.0 has alone: <https://www.w3.org/TR/xml/#charsets>.
pub(crate) fn legal_xml(text: &str) -> String {
    clean(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// [`clean`], of all text in a document.
pub(crate) fn clean_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text)),
        Value::Array(values) => values.into_iter().map(clean_value).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (clean(&name), clean_value(value))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// At most so many characters; an ellipsis says that some are missing.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// Text that Markdown takes as it is: names in an account are other people's words.
pub(crate) fn markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '<' => plain.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => {
                plain.push('\\');
                plain.push(c);
            }
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{clean_value, cut};

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!([cut("größe", 5), cut("größer", 5), cut("", 5)], ["größe", "größ…", ""]);
    }

    #[test]
    fn names_and_values_of_a_document_are_cleaned() {
        let hostile = json!({"a\u{1b}": ["\u{202e}b", {"c": "d\u{9b}"}, 1, null]});
        assert_eq!(clean_value(hostile), json!({"a ": ["b", {"c": "d "}, 1, null]}));
    }
}
