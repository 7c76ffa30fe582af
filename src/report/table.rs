//! placeholder until merge
use super::Report;
/// Look.
pub struct Look {
    pub width: usize,
    pub colour: bool,
}
pub fn render(_: &Report, _: &Look) -> String {
    String::new()
}
