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
pub mod simulation;
pub mod table;
mod text;
pub mod trend;
mod words;
pub mod write;
