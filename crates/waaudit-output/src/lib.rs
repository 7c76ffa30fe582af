//! What a report looks like: its formats, the pages and pictures that they are made of, and how it gets to a file or to stdout.

mod changes;
mod chart;
pub mod difference;
pub mod dot;
pub mod format;
pub mod formats;
pub mod html;
mod layout;
pub mod lens;
pub mod markdown;
pub mod mermaid;
mod next_steps;
mod picture;
pub mod simulation;
pub mod table;
#[cfg(test)]
mod testing;
mod text;
pub mod trend;
mod words;
pub mod write;
