//! The account's regions: asked once, before any kind is collected.

use crate::call::Call;
use crate::transport::collector_context::Context;

/// The call that lists the regions.
pub const LIST_REGIONS: Call = Call::new("ec2", "DescribeRegions");

/// Names of the regions that are enabled for the account, sorted; nothing where they could not be listed.
pub async fn enabled(ctx: &Context) -> Option<Vec<String>> {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let answer = ctx.list(&LIST_REGIONS, client.describe_regions().send()).await?;
    let enabled = answer.regions().iter().filter(|region| is_enabled(region.opt_in_status()));
    let names: Option<Vec<String>> = enabled.map(|region| region.region_name.clone()).collect();
    if names.is_none() {
        ctx.unreadable(&LIST_REGIONS, None, "a region without a name");
    }
    let mut names = names?;
    names.sort();
    Some(names)
}

/// AWS lists enabled regions alone, with or without a status; only a status that says otherwise is a no.
fn is_enabled(opt_in_status: Option<&str>) -> bool {
    matches!(opt_in_status, None | Some("opt-in-not-required" | "opted-in"))
}
