//! Amazon EventBridge: the rules of its buses. Events are never read.

use super::measured::Measured;

facts! {
    /// A rule of a bus. Source: `events:ListEventBuses`, `ListRules`.
    "events.rule" Rule {
        /// The bus's name, `default` for the one that every account has. `EventBusName`.
        bus: String,
        /// ENABLED, DISABLED or ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS. `State`.
        state: String,
        /// When it goes off by itself, if it does. `ScheduleExpression`.
        schedule: Option<String>,
        /// The sources that its pattern names, `aws.s3`; none for a rule without a pattern, or whose pattern names no source. `EventPattern`, `source`.
        pattern_sources: Option<Vec<String>>,
        /// Whether it waits for events: it has a pattern. `EventPattern`.
        has_pattern: bool,
        /// The AWS service that runs it, if one does. `ManagedBy`.
        managed_by: Option<String>,
        /// Times that it called a target, in a week; none for a rule without a pattern, one that is switched off, and one that a service runs. `AWS/Events Invocations`.
        invocations: Option<Measured>,
    }
}
