//! `waaudit permissions`: the IAM policy that a scan by certain rules needs, and nothing more.

use serde_json::{Value, json};

use crate::scan_plan;
use waaudit_judge::selection::{Selection, select};
use waaudit_model::error::Failure;
use waaudit_output::write;

/// The policy document, as JSON.
pub fn policy(selection: &Selection) -> Result<String, Failure> {
    write::json("policy", &document(selection)?)
}

/// The policy document.
pub fn document(selection: &Selection) -> Result<Value, Failure> {
    let set = select(selection)?;
    let by_service = scan_plan::actions(&scan_plan::wanted(&set));
    let statements: Vec<Value> = by_service
        .iter()
        .map(|(service, actions)| {
            let id: String = service.split('-').map(capitalised).collect();
            json!({"Sid": format!("Waaudit{id}"), "Effect": "Allow", "Action": actions, "Resource": "*"})
        })
        .collect();
    Ok(json!({"Version": "2012-10-17", "Statement": statements}))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
