//! What a report looks like: its formats, the pages and pictures that they are made of, and how it gets to a file or to stdout.

pub mod difference;
pub mod dot;
pub mod formats;
pub mod html;
mod layout;
pub mod markdown;
pub mod mermaid;
pub mod simulation;
pub mod table;
mod text;
mod words;
pub mod write;
