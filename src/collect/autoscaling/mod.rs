//! Amazon EC2 Auto Scaling: groups, their policies and scheduled actions, what they launch and how that goes, and what
//! CloudWatch says of them.

mod group;
mod launch;
mod measures;
mod policy;

use super::aws::Call;

pub(super) use self::group::GROUP;
pub(super) use self::launch::{LAUNCH_CONFIGURATION, LAUNCH_HISTORY};
pub(super) use self::measures::METRICS;
pub(super) use self::policy::{POLICY, SCHEDULED_ACTION};

/// The largest page; the default is half of it.
const PAGE: i32 = 100;

const fn call(operation: &'static str) -> Call {
    Call::new("autoscaling", operation)
}
