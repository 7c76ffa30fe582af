//! Alarms, dashboards, probes, traces and the age of things.

pub(crate) mod alarms;
pub(crate) mod components;
pub(crate) mod composite_alarms;
pub(crate) mod dashboards;
pub(crate) mod probes;
pub(crate) mod queue_alarms;
pub(crate) mod quota_alarms;
pub(crate) mod resource_age;
pub(crate) mod tracing;
