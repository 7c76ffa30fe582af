//! The snapshot of a generated account, to try and to measure the program on: the demo many times over, each copy under names
//! of its own.
//!
//!     cargo run --release -p waaudit-judge --example generate -- 20000 > large.json
//!     waaudit scan --snapshot large.json

#[path = "../tests/generated/mod.rs"]
mod generated;

use std::error::Error;
use std::io::{BufWriter, stdout};

use self::generated::Generator;

fn main() -> Result<(), Box<dyn Error>> {
    let resources = std::env::args().nth(1).ok_or("how many resources?")?.parse()?;
    let generator = Generator::new();
    let snapshot = generator.account(generator.copies_for(resources));
    Ok(serde_json::to_writer(BufWriter::new(stdout().lock()), &snapshot)?)
}
