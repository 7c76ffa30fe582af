//! What groups launch from, and how it went: launch configurations, and the launches of two weeks.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types::{
    Activity, Filter, LaunchConfiguration as SdkLaunchConfiguration, ScalingActivityStatusCode,
};
use jiff::SignedDuration;

use super::{PAGE, call};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use waaudit_model::facts;
use waaudit_model::facts::autoscaling::{FailedLaunch, Group, LaunchConfiguration, LaunchHistory};
use waaudit_model::snapshot::Resource;

const DESCRIBE_CONFIGURATIONS: Call = call("DescribeLaunchConfigurations");
const DESCRIBE_ACTIVITIES: Call = call("DescribeScalingActivities");

pub(crate) const LAUNCH_CONFIGURATION: Kind =
    Kind::regional::<facts::autoscaling::LaunchConfiguration>(&[&DESCRIBE_CONFIGURATIONS], |ctx| {
        Box::pin(configurations(ctx))
    })
    .after::<facts::autoscaling::Group>()
    .own_tags();
pub(crate) const LAUNCH_HISTORY: Kind =
    Kind::regional::<facts::autoscaling::LaunchHistory>(&[&DESCRIBE_ACTIVITIES], |ctx| Box::pin(histories(ctx)))
        .own_tags();

/// Names that one call may ask for.
const NAMES_A_CALL: usize = 50;
/// Launches that began earlier are over and forgotten.
const HISTORY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A configuration that is not there is left out of the answer.
async fn configurations(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let names: Vec<String> = in_use(ctx.before.resources()).into_iter().collect();
    run_bounded(names.chunks(NAMES_A_CALL).map(|names| named_configurations(&ctx, &client, names))).await;
}

fn in_use<'r>(groups: impl IntoIterator<Item = &'r Resource>) -> BTreeSet<String> {
    let groups = groups.into_iter().filter_map(|group| group.facts::<Group>().ok());
    groups.filter_map(|group| group.launch_configuration.known().cloned().flatten()).collect()
}

async fn named_configurations(ctx: &Context, client: &Client, names: &[String]) {
    let request = client.describe_launch_configurations().set_launch_configuration_names(Some(names.to_vec()));
    ctx.pages(&DESCRIBE_CONFIGURATIONS, request.into_paginator().send(), |page| {
        for configuration in page.launch_configurations() {
            let name = configuration.launch_configuration_name();
            let Some(id) = ctx.entry(&DESCRIBE_CONFIGURATIONS, name) else { continue };
            let arn = configuration.launch_configuration_arn.clone();
            let arn = arn.unwrap_or_else(|| ctx.arn("autoscaling", &format!("launchConfigurationName/{id}")));
            let tags = Some(BTreeMap::new());
            ctx.push(
                ResourceId { arn, id: id.to_owned(), tags, ..ResourceId::default() },
                configuration_facts(configuration),
            );
        }
    })
    .await;
}

fn configuration_facts(c: &SdkLaunchConfiguration) -> LaunchConfiguration {
    LaunchConfiguration {
        image: c.image_id.clone().into(),
        instance_type: c.instance_type.clone().into(),
        spot: c.spot_price().is_some_and(|price| !price.is_empty()).into(),
    }
}

/// One list for all groups of the region: a call for each would be many.
async fn histories(ctx: Context) {
    let client = Client::new(ctx.config());
    let since = ctx.taken_at() - HISTORY;
    let filter = Filter::builder().name("StartTimeLowerBound").values(since.to_string()).build();
    let mut by_group: BTreeMap<String, Vec<Launch>> = BTreeMap::new();
    let pages = client.describe_scaling_activities().filters(filter).max_records(PAGE).into_paginator().send();
    let read = ctx.pages(&DESCRIBE_ACTIVITIES, pages, |page| {
        for activity in page.activities().iter().filter(|activity| is_launch(activity)) {
            let Some(group) = ctx.entry(&DESCRIBE_ACTIVITIES, activity.auto_scaling_group_name()) else { continue };
            let Some(launch) = launch(activity) else {
                ctx.unreadable(&DESCRIBE_ACTIVITIES, None, "an activity without its start or status");
                continue;
            };
            if launch.at >= since.as_second() {
                by_group.entry(group.to_owned()).or_default().push(launch);
            }
        }
    });
    read.await;
    for (group, launches) in by_group {
        let name = ResourceId {
            arn: ctx.arn("autoscaling", &format!("autoScalingGroupName/{group}/launches")),
            id: group,
            tags: Some(BTreeMap::new()),
            ..ResourceId::default()
        };
        ctx.push(name, history(launches));
    }
}

/// How one launch went.
struct Launch {
    at: i64,
    written: String,
    outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Succeeded,
    Failed(&'static str),
    Other,
}

fn is_launch(activity: &Activity) -> bool {
    activity.description().is_some_and(|words| words.starts_with("Launching"))
}

fn launch(activity: &Activity) -> Option<Launch> {
    let start = activity.start_time()?;
    let outcome = match activity.status_code()? {
        ScalingActivityStatusCode::Successful => Outcome::Succeeded,
        ScalingActivityStatusCode::Failed => Outcome::Failed(cause(activity.status_message().unwrap_or(""))),
        _ => Outcome::Other,
    };
    Some(Launch { at: start.secs(), written: timestamp(start)?, outcome })
}

fn history(mut launches: Vec<Launch>) -> LaunchHistory {
    launches.sort_by_key(|launch| std::cmp::Reverse(launch.at));
    let succeeded = launches.iter().filter(|launch| launch.outcome == Outcome::Succeeded).map(|launch| launch.at).max();
    let failed = launches.iter().filter_map(|launch| {
        let Outcome::Failed(cause) = launch.outcome else { return None };
        Some(FailedLaunch {
            at: launch.written.clone(),
            cause: cause.to_owned(),
            followed_by_success: succeeded > Some(launch.at),
        })
    });
    LaunchHistory { failed: failed.collect::<Vec<_>>().into(), launches: i64::try_from(launches.len()).ok().into() }
}

/// What is in AWS's message for each cause; the first that fits is it.
const CAUSES: &[(&str, &[&str])] = &[
    ("quota", &["vcpu limit", "vcpulimitexceeded", "your quota", "limitexceeded", "spot instance count exceeded"]),
    ("addresses", &["free addresses", "insufficientfreeaddresses"]),
    (
        "capacity",
        &[
            "do not have sufficient",
            "insufficientinstancecapacity",
            "no spot capacity",
            "unfulfillablecapacity",
            "insufficientcapacity",
            "insufficient capacity",
            "insufficienthostcapacity",
        ],
    ),
    ("image", &["image id", "invalidami"]),
    ("subnet", &["subnet"]),
    (
        "permission",
        &[
            "not authorized",
            "unauthorizedoperation",
            "accessdenied",
            "access denied",
            "iam instance profile",
            "iaminstanceprofile",
            "client.internalerror",
        ],
    ),
];

/// AWS names causes in sentences, some with an error code in them.
fn cause(message: &str) -> &'static str {
    let message = message.to_lowercase();
    let found = CAUSES.iter().find(|(_, signs)| signs.iter().any(|sign| message.contains(sign)));
    match found {
        Some(("capacity", _)) if message.contains("spot") => "spot-capacity",
        Some((cause, _)) => cause,
        None => "other",
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    fn activity(hour: i64, status: ScalingActivityStatusCode, message: &str) -> Launch {
        let activity = Activity::builder().start_time(DateTime::from_secs(hour * 3600)).status_code(status);
        launch(&activity.status_message(message).build()).unwrap()
    }

    #[test]
    fn causes_are_told_from_what_aws_writes() {
        let told = [
            (
                "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket",
                "quota",
            ),
            ("Your quota allows for 0 more running instance(s). You requested at least 1.", "quota"),
            (
                "We currently do not have sufficient m5.large capacity in the Availability Zone you requested",
                "capacity",
            ),
            (
                "Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available",
                "spot-capacity",
            ),
            ("There are not enough free addresses in subnet 'subnet-1' to satisfy the requested number", "addresses"),
            ("The image id '[ami-1]' does not exist. Launching EC2 instance failed.", "image"),
            ("The subnet ID 'subnet-1' does not exist. Launching EC2 instance failed.", "subnet"),
            ("You are not authorized to perform this operation. Launching EC2 instance failed.", "permission"),
            ("The requested configuration is currently not supported.", "other"),
        ];
        for (message, expected) in told {
            assert_eq!(cause(message), expected, "{message}");
        }
    }

    #[test]
    fn a_history_counts_launches_and_tells_what_came_after_a_failure() {
        let facts = history(vec![
            activity(1, ScalingActivityStatusCode::Failed, "InsufficientInstanceCapacity"),
            activity(2, ScalingActivityStatusCode::Successful, ""),
            activity(3, ScalingActivityStatusCode::Failed, "VcpuLimitExceeded"),
            activity(4, ScalingActivityStatusCode::InProgress, ""),
        ]);
        assert_eq!(facts.launches.get(), Some(4));
        let failed = facts.failed.known().unwrap();
        let told: Vec<(&str, bool)> = failed.iter().map(|one| (one.cause.as_str(), one.followed_by_success)).collect();
        assert_eq!(told, [("quota", false), ("capacity", true)]);
    }

    #[test]
    fn what_ends_an_instance_is_no_launch() {
        let of = |words: &str| is_launch(&Activity::builder().description(words).build());
        assert!(of("Launching a new EC2 instance: i-1") && !of("Terminating EC2 instance: i-1"));
    }
}
