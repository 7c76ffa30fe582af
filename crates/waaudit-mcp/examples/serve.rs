//! Serves the demo to an assistant, or a snapshot from a file: `serve [SNAPSHOT.json] [BASELINE.json]`. With `LIVE=1` it
//! begins without an account, and a scan gives the demo. It builds without the AWS SDK.

use std::path::Path;

use waaudit_judge::report::Report;
use waaudit_judge::waivers::Waivers;
use waaudit_mcp::{Scan, Setup, Source, serve};
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::RuleSet;
use waaudit_rules::fixtures::DEMO;

fn main() -> Result<(), Failure> {
    let is_live = std::env::var_os("LIVE").is_some();
    let mut files = std::env::args().skip(1);
    let source = match files.next() {
        Some(file) => Source::Snapshot(Box::new(snapshot(&read(&file)?)?)),
        None if is_live => Source::Scan,
        None => Source::Snapshot(Box::new(snapshot(DEMO)?)),
    };
    let baseline = files.next().map(|file| Report::from_json(&read(&file)?).map_err(Failure::new)).transpose()?;
    serve(Setup {
        source,
        baseline,
        rules: RuleSet::load(&[])?,
        settings: Settings::default(),
        waivers: Waivers::default(),
        permissions: Box::new(|_| {
            serde_json::from_str(include_str!("../../../docs/policy.json"))
                .map_err(|error| Failure::new(error.to_string()))
        }),
        scan: is_live.then(|| -> Scan { Box::new(|| snapshot(DEMO)) }),
    })
}

fn read(file: &str) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::file("read", Path::new(file), &error))
}

fn snapshot(text: &str) -> Result<Snapshot, Failure> {
    Snapshot::from_json(text).map_err(Failure::new)
}
