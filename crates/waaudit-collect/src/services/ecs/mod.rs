//! Amazon ECS. Clusters are listed first; services start from them, and task definitions from services.
//!
//! ECS describes many things at once, and says of each that it lacks one. What went away between the two calls is no
//! gap; whatever else it could not tell is.

pub(crate) mod cluster;
pub(crate) mod service;
pub(crate) mod task_definition;

use aws_sdk_ecs::types::{Failure, Tag};

use crate::call::Call;
use crate::kind::Service;
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, tags};

pub(crate) const SERVICE: Service = Service {
    kinds: &[cluster::CLUSTER, service::SERVICE, task_definition::TASK_DEFINITION],
    metrics: &[service::METRICS],
    rates: &[
        // The cluster reads' burst is the documentation's example; 20/s was seen to last for services and tasks.
        Rate::shared("ecs", Rate::ALL, 20.0, 50),
    ],
};

/// The largest page of ECS's lists.
const PAGE: i32 = 100;

/// Notes what ECS could not describe, unless it is gone. Whether nothing was lost.
fn described(ctx: &Context, call: &Call, about: Option<&str>, failures: &[Failure]) -> bool {
    let lost: Vec<&Failure> = failures.iter().filter(|failure| failure.reason() != Some("MISSING")).collect();
    for failure in &lost {
        let words = [failure.arn(), failure.reason()].map(|part| part.unwrap_or("?"));
        ctx.unreadable(call, about, &format!("{} could not be described: {}", words[0], words[1]));
    }
    lost.is_empty()
}

/// What is behind the last slash of an ARN.
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Tags as they came; none where the answer carries none, so that they are looked up elsewhere.
fn own_tags(list: Option<&Vec<Tag>>) -> Option<std::collections::BTreeMap<String, String>> {
    list.map(|list| tags(list, Tag::key, Tag::value))
}
