//! Amazon EC2 Auto Scaling: groups, their policies and scheduled actions, what they launch and how that goes, and what
//! CloudWatch says of them.

mod group;
mod launch;
mod measures;
mod policy;

use crate::call::Call;
use crate::kind::Service;

pub(crate) use self::group::GROUP;
pub(crate) use self::launch::{LAUNCH_CONFIGURATION, LAUNCH_HISTORY};
pub(crate) use self::measures::METRICS;
pub(crate) use self::policy::{POLICY, SCHEDULED_ACTION};

pub(crate) const SERVICE: Service = Service {
    kinds: &[GROUP, LAUNCH_CONFIGURATION, LAUNCH_HISTORY, POLICY, SCHEDULED_ACTION],
    metrics: &[METRICS],
    rates: &[],
};

/// The largest page; the default is half of it.
const PAGE: i32 = 100;

const fn call(operation: &'static str) -> Call {
    Call::new("autoscaling", operation)
}
