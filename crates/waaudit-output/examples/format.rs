//! Prints the report of the demo, or of a saved snapshot, in a format, without the AWS SDK being built:
//! `cargo run -p waaudit-output --example format -- FORMAT [SNAPSHOT]`.

use std::env;
use std::fs;
use std::io::{self, Write};

use waaudit_judge::audit::audit_and_simulate;
use waaudit_judge::criteria::Criteria;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_output::format::{View, named};
use waaudit_output::formats::FORMATS;
use waaudit_output::table::{Look, Shown};
use waaudit_rules::RuleSet;
use waaudit_rules::fixtures::DEMO;

fn main() -> io::Result<()> {
    let mut asked = env::args().skip(1);
    let format =
        asked.next().and_then(|name| named(FORMATS, &name)).ok_or_else(|| io::Error::other("which format?"))?;
    let account = asked.next().map_or_else(|| Ok(DEMO.to_owned()), fs::read_to_string)?;
    let snapshot = Snapshot::from_json(&account).map_err(io::Error::other)?;
    let (rules, settings) =
        (RuleSet::load(&[]).map_err(|failure| io::Error::other(failure.to_string()))?, Settings::default());
    let report = audit_and_simulate(snapshot, &Criteria::new(&rules, &settings));
    let look = Look {
        width: env::var("COLUMNS").ok().and_then(|width| width.parse().ok()).unwrap_or(100),
        colour: false,
        shown: Shown::default(),
    };
    let mut to = io::stdout().lock();
    (format.write)(&report, View { look, since: None }, &mut to)?;
    to.flush()
}
