//! What holds for all accounts: less knowledge and less redundancy never make an outcome better.

use super::stores::{aurora, cached, with_files};
use super::ways_in::{lightsail, weighted};
use super::*;

/// What each row says, by way in and zone.
fn rows(world: &SnapshotBuilder) -> Vec<(String, String, Option<Outcome>)> {
    let losses = zone_loss(&world.clone().inventory());
    losses.into_iter().map(|loss| (loss.way_in.resource, loss.zone, loss.outcome)).collect()
}

#[test]
fn a_fact_that_is_taken_away_never_makes_an_outcome_better() {
    let mut seen = std::collections::BTreeSet::new();
    for world in [
        with_fleet(Some(40.0)),
        aurora(B),
        cached("enabled"),
        behind_nat(false),
        tasks(2),
        with_files(json!(A)),
        weighted(true),
        lightsail(B),
    ] {
        let before = rows(&world);
        for place in 0..world.0.resources.len() {
            // What the worlds share is taken away once.
            if !seen.insert(serde_json::to_string(&world.0.resources[place]).expect("it is plain data")) {
                continue;
            }
            let facts: Vec<String> = world.0.resources[place].facts.keys().cloned().collect();
            for fact in facts {
                let mut less = world.clone();
                less.0.resources[place].facts.remove(&fact);
                let what = format!("{} without {fact}", world.0.resources[place].id);
                compare(&before, &rows(&less), &what);
            }
        }
    }
}

fn compare(before: &[(String, String, Option<Outcome>)], after: &[(String, String, Option<Outcome>)], what: &str) {
    for (way_in, zone, then) in before {
        let found = after.iter().find(|row| row.0 == *way_in && row.1 == *zone);
        let Some((.., now)) = found else { continue };
        let fine = match (then, now) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(then), Some(now)) => now >= then,
        };
        assert!(fine, "{what}: {way_in} without {zone} went from {then:?} to {now:?}");
    }
}

const THREE: [&str; 3] = [A, B, "eu-west-1c"];

/// Servers of a group in zones, which carry a load of so many servers together.
fn servers_in(zones: &[usize], load: f64, balanced: usize, multi_az: bool) -> SnapshotBuilder {
    let mut world = set(
        stateless(None),
        "front",
        "zones",
        json!(THREE[..balanced].iter().map(|zone| json!({"name": zone})).collect::<Vec<_>>()),
    );
    world.0.resources.retain(|resource| !["web-fleet", "web", "i-a", "i-b"].contains(&resource.id.as_str()));
    let ids: Vec<String> = (0..zones.len()).map(|number| format!("i-{number}")).collect();
    for (id, zone) in ids.iter().zip(zones) {
        let mut facts = server(THREE[*zone], "sg-web", "10.0.1.10");
        facts["private_ip"] = json!(format!("10.0.1.{}", 10 + world.0.resources.len()));
        world = world.with::<Instance>(id, facts);
    }
    let healthy: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "healthy")).collect();
    let members: Vec<(&str, &str)> = ids.iter().zip(zones).map(|(id, zone)| (id.as_str(), THREE[*zone])).collect();
    let count = f64::from(u8::try_from(zones.len()).expect("few"));
    world
        .with::<Subnet>("subnet-c", subnet(THREE[2], "10.0.3.0/24"))
        .with::<TargetGroup>("web", targets("front", &healthy))
        .with::<Group>("web-fleet", fleet(&members, Some(load / count * 100.0)))
        .with::<DbInstance>("orders", database(A, multi_az))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn more_servers_zones_or_standbys_never_make_an_outcome_worse(
        zones in proptest::collection::vec(0..3_usize, 1..5),
        busy in 0.0..1.0_f64,
        extra in 0..3_usize,
        balanced in 1..3_usize,
        multi_az in any::<bool>(),
    ) {
        let load = busy * f64::from(u8::try_from(zones.len()).expect("few"));
        let before = rows(&servers_in(&zones, load, balanced, multi_az));
        let mut more = zones.clone();
        more.push(extra);
        for better in [
            servers_in(&more, load, balanced, multi_az),
            servers_in(&zones, load, balanced + 1, multi_az),
            servers_in(&zones, load, balanced, true),
        ] {
            for (way_in, zone, now) in rows(&better) {
                let then = before.iter().find(|row| row.0 == way_in && row.1 == zone).map_or(Some(Outcome::Survives), |row| row.2);
                prop_assert!(now.is_some(), "{} without {} is not known", way_in, zone);
                prop_assert!(now <= then, "{} without {} went from {:?} to {:?}", way_in, zone, then, now);
            }
        }
    }
}
