//! Amazon EventBridge: the rules of its buses. Events are never read.

use super::measured::Measured;

parts! {
    /// Where a rule sends its events. `Targets[]`.
    Target {
        /// The target's ARN. `Arn`.
        arn: String,
        /// ARN of the queue that takes what could not be delivered; null without one. `DeadLetterConfig.Arn`.
        dead_letter_target: Option<String>,
    }
}

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
        /// The pattern as JSON where changes of the state of CloudWatch alarms may match it; none for any other rule. `EventPattern`.
        alarm_pattern: Option<String>,
        /// Its targets. Source: `events:ListTargetsByRule`.
        targets: Vec<Target>,
        /// Whether it waits for events: it has a pattern. `EventPattern`.
        has_pattern: bool,
        /// The AWS service that runs it, if one does. `ManagedBy`.
        managed_by: Option<String>,
        /// Times that it called a target, in a week; none for a rule without a pattern, one that is switched off, and one that a service runs. `AWS/Events Invocations`.
        invocations: Option<Measured>,
    }
}
