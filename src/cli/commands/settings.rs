//! `waaudit settings`: a whole `waaudit.toml` with the defaults, and with what each setting means as comments.

use std::fmt::Write as _;

use schemars::schema_for;
use serde_json::Value;

use waaudit_model::settings::Settings;

/// The file's text. Settings that have no default are commented out.
pub fn reference() -> String {
    let schema = schema_for!(Settings).to_value();
    let defaults = Settings::default().as_value();
    let mut text = String::from(
        "# Settings of waaudit, read from `waaudit.toml` in the working directory or from `--settings FILE`.\n",
    );
    for (name, field) in fields(&schema) {
        let group = part(field, &schema);
        let _ = write!(text, "\n{}[{name}]\n", comment(group));
        for (setting, field) in fields(group) {
            let given = defaults.get(name).and_then(|group| group.get(setting));
            let line = match given {
                Some(value) => format!("{setting} = {}", toml_value(value)),
                None => format!("# {setting} = {}", placeholder(field)),
            };
            let _ = write!(text, "\n{}{line}\n", comment(field));
        }
    }
    text
}

fn fields(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// The schema that a field refers to.
fn part<'s>(field: &'s Value, root: &'s Value) -> &'s Value {
    let target = field.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
    target.and_then(|pointer| root.pointer(pointer)).unwrap_or(field)
}

fn comment(schema: &Value) -> String {
    let words = schema.get("description").and_then(Value::as_str).unwrap_or("");
    words.lines().fold(String::new(), |text, line| text + "# " + line + "\n")
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::Array(values) => format!("[{}]", values.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
        // Text, numbers and booleans look the same in JSON.
        other => other.to_string(),
    }
}

fn placeholder(field: &Value) -> &'static str {
    match field.get("type").and_then(Value::as_str) {
        Some("boolean") => "true",
        Some("integer" | "number") => "1",
        _ => "\"\"",
    }
}

#[cfg(test)]
mod tests {
    use super::reference;
    use waaudit_model::settings::Settings;

    #[test]
    fn the_reference_is_a_settings_file_with_the_defaults() {
        let read: Settings = toml::from_str(&reference()).unwrap();
        assert_eq!(read, Settings::default());
    }

    #[test]
    fn it_is_one_still_when_what_is_commented_out_is_given() {
        let given: String = reference()
            .lines()
            .map(|line| {
                line.strip_prefix("# app_local").map_or(line.to_owned(), |rest| format!("app_local{rest}")) + "\n"
            })
            .collect();
        let read: Settings = toml::from_str(&given).unwrap();
        assert_ne!(read, Settings::default());
    }
}
