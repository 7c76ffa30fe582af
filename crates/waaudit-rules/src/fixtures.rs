//! Data that is built in: a healthy sample of each kind, for examples, and the account of `--demo`.

use rust_embed::RustEmbed;

use waaudit_model::snapshot::Resource;

#[derive(RustEmbed)]
#[folder = "../../fixtures/samples/"]
#[include = "*.json"]
struct Samples;

/// The account of `--demo`, a snapshot.
pub const DEMO: &str = include_str!("../../../fixtures/accounts/demo.json");

/// A healthy resource of a kind with all its facts. An error is a sample that is missing or broken.
pub fn sample(kind: &str) -> Result<Resource, String> {
    let file = Samples::get(&format!("{kind}.json")).ok_or_else(|| format!("no sample of {kind}"))?;
    serde_json::from_slice(&file.data).map_err(|error| format!("the sample of {kind}: {error}"))
}
