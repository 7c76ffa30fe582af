//! Judging: from a snapshot and rules to a report.
//!
//! [`evaluate`] gives verdicts, [`root_causes`] links them, [`waivers`] accept failures, [`score`] sums up and [`audit`] does
//! all of it in order. [`simulation`] says what breaks first, and [`plan`] how the account gets ready for the next stage.
//! [`report`] has the types of the result, [`diff`] compares two of them, and [`trend`] follows many. [`answers`] are those
//! to the questions of the AWS Well-Architected Tool. It knows no AWS SDK and no clock.

mod after_fix;
pub mod answers;
pub mod audit;
mod coverage;
pub mod criteria;
pub mod diff;
pub mod evaluate;
pub mod examples;
pub mod plan;
pub mod practice;
pub mod report;
pub mod root_causes;
pub mod score;
pub mod selection;
pub mod simulation;
pub mod trend;
pub mod waivers;
