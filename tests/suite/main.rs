//! Tests of the whole: the command line, the house rules, and live scans against a moto server.

mod cli;
mod house;
mod live;
mod moto;
mod readme;
