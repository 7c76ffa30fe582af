//! What changed as lines of JSON, for log stores: a change a line, with the two moments that are compared.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Format;
use crate::changes::parts;
use waaudit_judge::diff::Difference;

pub(super) const FORMAT: Format = Format {
    name: "ndjson",
    about: "For log stores: a change a line",
    write: |difference, _, to| lines(difference, to),
};

fn lines(difference: &Difference, to: &mut dyn Write) -> io::Result<()> {
    let (from, until) = (&difference.before.taken_at, &difference.after.taken_at);
    for part in &parts(difference) {
        for change in part.changes {
            let mut line = serde_json::to_value(change)?;
            if let Value::Object(fields) = &mut line {
                let own = [("change", json!(part.word)), ("from", json!(from)), ("taken_at", json!(until))];
                fields.extend(own.map(|(name, value)| (name.to_owned(), value)));
            }
            serde_json::to_writer(&mut *to, &line)?;
            to.write_all(b"\n")?;
        }
    }
    Ok(())
}
