//! What `vcpus` learns, and what it leaves unread.

use serde_json::{Value, json};

use super::{Market, quota_of};
use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::autoscaling::{Group, LaunchConfiguration};
use waaudit_model::facts::ec2::{Instance, InstanceType, LaunchTemplateVersion};
use waaudit_model::facts::servicequotas::Quota;

const STANDARD: &str = "L-1216C47A";
const GRAPHICS: &str = "L-DB2E81BA";
const SPOT: &str = "L-34B43A08";

fn group(most: i64, choices: Value, base: Value, percent: Value) -> Value {
    json!({
        "max_size": most, "desired_capacity": 2, "launch_template": {"template": "lt-1", "version": "1"}, "members": [],
        "launch_configuration": null, "launch_choices": choices, "on_demand_base": base, "on_demand_percent": percent,
    })
}

fn plain(most: i64) -> Value {
    group(most, json!([]), json!(null), json!(null))
}

fn choice(name: &str, weight: Value) -> Value {
    json!({"instance_type": name, "by_requirements": false, "weight": weight, "template": null, "image": null})
}

fn instance(name: &str, lifecycle: Value) -> Value {
    json!({"state": "running", "instance_type": name, "lifecycle": lifecycle})
}

fn world() -> SnapshotBuilder {
    let quota = |code: &str| json!({"code": code});
    SnapshotBuilder::new()
        .with::<Quota>(STANDARD, quota(STANDARD))
        .with::<Quota>(GRAPHICS, quota(GRAPHICS))
        .with::<Quota>(SPOT, quota(SPOT))
        .with::<Quota>("L-0263D0A3", quota("L-0263D0A3"))
        .with::<InstanceType>("m7g.large", json!({"vcpus": 2}))
        .with::<InstanceType>("c7g.2xlarge", json!({"vcpus": 8}))
        .with::<InstanceType>("g5.xlarge", json!({"vcpus": 4}))
        .with::<LaunchTemplateVersion>(
            "lt-1:1",
            json!({"instance_type": "m7g.large", "by_requirements": false, "spot": false}),
        )
        .with::<LaunchConfiguration>("old", json!({"instance_type": "c7g.2xlarge", "spot": false}))
}

fn need(world: SnapshotBuilder, code: &str) -> (Option<Value>, Option<Value>) {
    let derived = world.derive();
    (derived.fact::<Quota>(code, "vcpus_at_max"), derived.fact::<Quota>(code, "growing_groups"))
}

#[test]
fn a_family_draws_on_the_quota_of_its_letters() {
    assert_eq!(quota_of("m7g.large", Market::OnDemand), Some(Some(STANDARD)));
    assert_eq!(quota_of("im4gn.large", Market::OnDemand), Some(Some(STANDARD)));
    assert_eq!(quota_of("g5.xlarge", Market::OnDemand), Some(Some(GRAPHICS)));
    assert_eq!(quota_of("u-6tb1.metal", Market::OnDemand), Some(Some("L-43DA4232")));
    assert_eq!(quota_of("mac2.metal", Market::OnDemand), Some(None));
    assert_eq!(quota_of("quantum1.large", Market::OnDemand), None);
}

#[test]
fn spot_instances_draw_on_quotas_of_their_own() {
    let spot = |name: &str| quota_of(name, Market::Spot);
    assert_eq!((spot("m7g.large"), spot("g5.xlarge")), (Some(Some(SPOT)), Some(Some("L-3819A6DF"))));
    assert_eq!((spot("p4d.24xlarge"), spot("p5.48xlarge")), (Some(Some("L-7212CCBC")), Some(Some("L-C4BD4855"))));
    assert_eq!(spot("p9.48xlarge"), None, "which quota it draws on is not documented");
    assert_eq!((spot("hpc7g.4xlarge"), spot("mac2.metal")), (Some(None), Some(None)), "it is not offered as Spot");
}

#[test]
fn groups_count_at_their_maximum_and_other_instances_as_they_are() {
    let world = world()
        .with::<Group>("web", plain(10))
        .with::<Instance>("i-1", instance("c7g.2xlarge", json!(null)))
        .with::<Instance>("i-spot", instance("c7g.2xlarge", json!("spot")))
        .with::<Instance>("i-gpu", instance("g5.xlarge", json!(null)));
    assert_eq!(need(world.clone(), STANDARD), (Some(json!(28)), Some(json!(["web"]))));
    assert_eq!(need(world.clone(), GRAPHICS), (Some(json!(4)), Some(json!([]))));
    assert_eq!(need(world.clone(), SPOT), (Some(json!(8)), Some(json!([]))));
    assert_eq!(need(world.clone(), "L-0263D0A3"), (Some(json!(null)), Some(json!([]))));
    assert_eq!(need(world.clone().half_read::<Instance>(), STANDARD).0, None);
    assert_eq!(need(world.half_read::<Group>(), STANDARD), (None, None));
}

#[test]
fn a_member_of_a_group_does_not_count_beside_it() {
    let mut web = plain(10);
    web["members"] = json!([{
        "instance": "i-1", "availability_zone": "eu-west-1a", "lifecycle_state": "InService", "health_status": "Healthy",
    }]);
    let world = world().with::<Group>("web", web).with::<Instance>("i-1", instance("m7g.large", json!(null)));
    assert_eq!(need(world, STANDARD).0, Some(json!(20)));
}

#[test]
fn of_mixed_types_the_largest_counts_by_its_weight_in_each_market() {
    let choices = json!([choice("m7g.large", json!("1")), choice("c7g.2xlarge", json!("2"))]);
    let of = |base: i64, percent: i64| {
        let mixed = group(10, choices.clone(), json!(base), json!(percent));
        let derived = world().with::<Group>("web", mixed).derive();
        [STANDARD, SPOT].map(|code| {
            let groups = derived.fact::<Quota>(code, "growing_groups") == Some(json!(["web"]));
            (derived.fact::<Quota>(code, "vcpus_at_max").and_then(|vcpus| vcpus.as_i64()), groups)
        })
    };
    assert_eq!(of(0, 100), [(Some(40), true), (Some(0), false)], "five of weight two");
    assert_eq!(of(2, 25), [(Some(16), true), (Some(24), true)], "two and a quarter of eight, then six");
    assert_eq!(of(0, 0), [(Some(0), false), (Some(40), true)]);
}

#[test]
fn what_a_group_launches_may_be_unknown() {
    let by_requirements =
        json!([{"instance_type": null, "by_requirements": true, "weight": null, "template": null, "image": null}]);
    let vague = group(10, by_requirements, json!(0), json!(100));
    assert_eq!(need(world().with::<Group>("web", vague), STANDARD), (None, None));
    assert_eq!(need(world().with::<Group>("web", plain(10)).unread::<InstanceType>(), STANDARD).0, None);
    let old = json!({"max_size": 3, "desired_capacity": 1, "launch_configuration": "old", "members": [], "on_demand_base": null});
    assert_eq!(need(world().with::<Group>("web", old), STANDARD).0, Some(json!(24)));
}
