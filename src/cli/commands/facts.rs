//! `waaudit facts`: the vocabulary that rules speak, from the facts' own comments.

use std::fmt::Write as _;

use serde_json::Value;

use waaudit_model::error::Failure;
use waaudit_model::facts::schemas;
use waaudit_rules::spelling::did_you_mean;

/// The facts of a kind, or all kinds in a line each.
pub fn show(kind: Option<&str>) -> Result<String, Failure> {
    let schemas = schemas();
    let Some(kind) = kind else {
        let lines = schemas.iter().map(|(kind, schema)| format!("{kind:<32} {}\n", summary(schema.as_value())));
        return Ok(lines.collect::<String>() + "\nwaaudit facts KIND shows the facts of a kind\n");
    };
    let Some(schema) = schemas.get(kind) else {
        let help = did_you_mean(kind, schemas.keys().copied(), "waaudit facts");
        return Err(Failure::new(format!("no kind `{kind}`")).help(help));
    };
    Ok(describe(kind, schema.as_value()))
}

/// The whole vocabulary as a page.
pub fn page() -> String {
    let mut text = String::from(
        "# Facts\n\nThe vocabulary that rules speak, by kind. A fact is known, none (`null`), or unread: then it is absent, and a rule that needs it is unknown.\n",
    );
    for (kind, schema) in schemas() {
        let schema = schema.as_value();
        let _ = write!(text, "\n## {kind}\n\n{}\n\n", one_line(schema));
        rows(schema, "r.", &mut text);
        for (name, part) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            let _ = write!(text, "\n**{name}**: {}\n\n", one_line(part));
            rows(part, ".", &mut text);
        }
    }
    text
}

fn one_line(schema: &Value) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or("").replace('\n', " ")
}

fn rows(schema: &Value, prefix: &str, text: &mut String) {
    text.push_str("| fact | type | meaning |\n|---|---|---|\n");
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let _ = writeln!(text, "| `{prefix}{name}` | {} | {} |", type_name(field), one_line(field).replace('|', "\\|"));
    }
}

fn summary(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).and_then(|text| text.lines().next()).unwrap_or("")
}

fn describe(kind: &str, schema: &Value) -> String {
    let mut text = format!("{kind}\n{}\n", schema.get("description").and_then(Value::as_str).unwrap_or(""));
    fields(schema, "r.", &mut text);
    let parts = schema.get("$defs").and_then(Value::as_object).into_iter().flatten();
    for (name, part) in parts {
        // Writing to a string can't fail.
        let _ = write!(text, "\n{name}: {}\n", part.get("description").and_then(Value::as_str).unwrap_or(""));
        fields(part, ".", &mut text);
    }
    text
}

fn fields(schema: &Value, prefix: &str, text: &mut String) {
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let words = field.get("description").and_then(Value::as_str).unwrap_or("").replace('\n', " ");
        let _ = write!(text, "\n  {prefix}{name}: {}\n      {words}\n", type_name(field));
    }
}

/// The type as a reader of rules thinks of it.
fn type_name(field: &Value) -> String {
    let reference = |schema: &Value| schema.get("$ref").and_then(Value::as_str).map(last_part);
    if let Some(name) = reference(field) {
        return name;
    }
    if let Some(options) = field.get("anyOf").and_then(Value::as_array) {
        return options.iter().map(type_name).collect::<Vec<_>>().join(" or ");
    }
    let names: Vec<&str> = match field.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => return "any".to_owned(),
    };
    let words = names.into_iter().map(|name| match (name, field.get("items"), field.get("additionalProperties")) {
        ("array", Some(items), _) => format!("list of {}", type_name(items)),
        ("object", _, Some(values)) => format!("map of {}", type_name(values)),
        ("string", ..) => "text".to_owned(),
        (other, ..) => other.to_owned(),
    });
    words.collect::<Vec<_>>().join(" or ")
}

fn last_part(reference: &str) -> String {
    reference.rsplit('/').next().unwrap_or(reference).to_owned()
}
