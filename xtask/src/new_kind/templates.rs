//! What the beginnings of a kind look like: code that compiles once the SDK's names fit, in the form of its neighbours.

use super::NewKind;

/// One healthy resource with every fact.
pub(super) fn sample(kind: &NewKind) -> String {
    let (service, noun) = (&kind.iam_service, &kind.noun);
    let (region, place) = if kind.global { ("global", "") } else { ("eu-west-1", "eu-west-1") };
    let resource_type = noun.replace('_', "-");
    format!(
        r#"{{
  "kind": "{name}",
  "arn": "arn:aws:{service}:{place}:111122223333:{resource_type}/orders",
  "id": "orders",
  "name": null,
  "region": "{region}",
  "account": "111122223333",
  "tags": {{
    "app": "orders",
    "env": "production"
  }},
  "facts": {{
    "state": "available"
  }}
}}
"#,
        name = kind.kind(),
    )
}

/// The facts' struct.
pub(super) fn facts(kind: &NewKind) -> String {
    format!(
        r#"facts! {{
    /// What one is, in a sentence. Source: `{service}:{action}`.
    "{name}" {type_name} {{
        /// available, creating or deleting. `State`.
        state: String,
    }}
}}
"#,
        service = kind.iam_service,
        action = kind.action,
        name = kind.kind(),
        type_name = kind.type_name(),
    )
}

/// The file of a service that has no facts yet.
pub(super) fn facts_of_new_service(kind: &NewKind) -> String {
    format!("//! {}: what of it is read.\n\n{}", kind.service, facts(kind))
}

/// The collector in a file of its own, for a service that is a folder.
pub(super) fn collector_of_folder(kind: &NewKind) -> String {
    format!(
        "//! {}.\n\n{}use crate::kind::Kind;\n{}\n{}",
        capital(&kind.plural().replace('_', " ")),
        client_of(&kind.service),
        imports(kind),
        collector(kind)
    )
}

/// The file of a service of which nothing is read yet.
pub(super) fn collector_of_new_service(kind: &NewKind) -> String {
    format!(
        "//! {service}.\n\n{client}use crate::kind::{{Kind, Service}};\n{imports}\n\
         pub(crate) const SERVICE: Service = Service {{ kinds: &[{const_name}], metrics: &[], rates: &[] }};\n\n{collector}",
        service = kind.service,
        client = client_of(&kind.service),
        imports = imports(kind),
        const_name = kind.const_name(),
        collector = collector(kind)
    )
}

/// A service's file with one collector more, above its tests. It names in full what the file may not have imported.
pub(super) fn with_collector(kind: &NewKind, text: &str) -> String {
    let facts = format!("waaudit_model::facts::{}::{}", kind.service, kind.type_name());
    let client = format!("aws_sdk_{}::Client", sdk_of(text).unwrap_or(&kind.service));
    let more = collector(kind)
        .replace(&format!("regional::<{}>", kind.type_name()), &format!("regional::<{facts}>"))
        .replace(&format!("global::<{}>", kind.type_name()), &format!("global::<{facts}>"))
        .replace(&format!("let facts = {} {{", kind.type_name()), &format!("let facts = {facts} {{"))
        .replace("Client::new", &format!("{client}::new"));
    match text.find("\n#[cfg(test)]") {
        Some(tests) => format!("{}\n{more}{}", &text[..tests], &text[tests..]),
        None => format!("{text}\n{more}"),
    }
}

/// The SDK crate that a file uses, without `aws_sdk_`.
fn sdk_of(text: &str) -> Option<&str> {
    let rest = text.split_once("aws_sdk_")?.1;
    rest.split(|c: char| !c.is_ascii_alphanumeric()).next()
}

fn client_of(service: &str) -> String {
    format!("use aws_sdk_{service}::Client;\n\n")
}

fn imports(kind: &NewKind) -> String {
    format!(
        "use crate::transport::collector_context::{{Call, Context, ResourceId}};\nuse crate::transport::decode::word;\n\
         use waaudit_model::facts::{}::{};\n",
        kind.service,
        kind.type_name()
    )
}

fn collector(kind: &NewKind) -> String {
    let call = snake(&kind.action).to_ascii_uppercase();
    let (reach, type_name) = (if kind.global { "global" } else { "regional" }, kind.type_name());
    let (const_name, plural) = (kind.const_name(), kind.plural());
    format!(
        r#"const {call}: Call = Call::new("{service}", "{action}");

pub(crate) const {const_name}: Kind = Kind::{reach}::<{type_name}>(&[&{call}], |ctx| Box::pin({plural}(ctx)));

async fn {plural}(ctx: Context) {{
    let client = Client::new(ctx.config());
    ctx.listed(
        &{call},
        client.{operation}().into_paginator().send(),
        |page| page.{plural}(),
        |found| {{
            let arn = found.arn()?.to_owned();
            let id = found.name().unwrap_or(&arn).to_owned();
            let facts = {type_name} {{ state: word(found.state()).into() }};
            Some((ResourceId {{ arn, id, ..ResourceId::default() }}, facts))
        }},
    )
    .await;
}}
"#,
        service = kind.iam_service,
        action = kind.action,
        operation = snake(&kind.action),
    )
}

/// `ListFrameworks` as `list_frameworks`.
fn snake(action: &str) -> String {
    let mut name = String::new();
    for letter in action.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}
