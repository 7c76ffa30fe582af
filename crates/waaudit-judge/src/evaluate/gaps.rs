//! Gaps by what they leave out, so that an unknown verdict finds its cause without looking at all of them: an account of
//! ten thousand buckets that may not be read has seven gaps for each.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use waaudit_model::gap::{Gap, GapReason};
use waaudit_model::snapshot::{GLOBAL, Resource};

/// The gaps of a snapshot.
#[derive(Default)]
pub(super) struct Gaps<'s> {
    /// What is said of them, each once, with its region.
    said: Vec<(&'s str, String)>,
    /// By the kind that lacks something, and the kind that was being collected.
    by_kind: BTreeMap<&'s str, BTreeMap<&'s str, Of<'s>>>,
    /// Places in `said` of failed lists, by the kind that lacks something. A service that a region does not have is no
    /// failure.
    lists: BTreeMap<&'s str, BTreeSet<usize>>,
}

/// Gaps of one kind for another: their places in `said`.
#[derive(Default)]
struct Of<'s> {
    all: BTreeSet<usize>,
    /// Those about whole lists.
    lists: BTreeSet<usize>,
    /// Those about one resource, by its ARN.
    about: BTreeMap<&'s str, BTreeSet<usize>>,
}

impl<'s> Gaps<'s> {
    pub(super) fn new(gaps: &'s [Gap]) -> Self {
        let mut index = Self::default();
        let mut places: BTreeMap<(&str, &str, GapReason), usize> = BTreeMap::new();
        for gap in gaps {
            let collected = gap.kinds.first().map_or("", String::as_str);
            let said = *places.entry((&gap.region, &gap.action, gap.reason)).or_insert_with(|| {
                let words = format!("{} in {}: {}", gap.action, gap.region, gap.reason.words());
                index.said.push((&gap.region, words));
                index.said.len() - 1
            });
            for kind in &gap.kinds {
                let of = index.by_kind.entry(kind).or_default().entry(collected).or_default();
                of.all.insert(said);
                for arn in &gap.resources {
                    of.about.entry(arn).or_default().insert(said);
                }
                if gap.is_of_list() {
                    of.lists.insert(said);
                }
                if gap.is_of_list() && gap.reason != GapReason::NotInRegion {
                    index.lists.entry(kind).or_default().insert(said);
                }
            }
        }
        index
    }

    /// What could not be read of these kinds and concerns a resource, in words. What is missing of one resource of its own
    /// kind concerns no other.
    pub(super) fn concerning(&self, kinds: &BTreeSet<&str>, resource: &Resource) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for kind in kinds {
            for (collected, of) in self.by_kind.get(*kind).into_iter().flatten() {
                let is_own = *collected == resource.kind;
                let about = of.about.get(resource.arn.as_str()).filter(|_| is_own);
                let all = if is_own { &of.lists } else { &of.all };
                let said = all.iter().chain(about.into_iter().flatten()).filter_map(|place| self.said.get(*place));
                let here = said
                    .filter(|(region, _)| *region == resource.region || *region == GLOBAL || resource.region == GLOBAL);
                found.extend(here.map(|(_, words)| words.as_str()));
            }
        }
        found
    }

    /// Why lists of these kinds are incomplete, in words, by region.
    pub(super) fn lists(&self, kinds: &[&str]) -> BTreeMap<&str, BTreeSet<Cow<'_, str>>> {
        let mut found: BTreeMap<&str, BTreeSet<Cow<str>>> = BTreeMap::new();
        let failed = kinds.iter().filter_map(|kind| self.lists.get(*kind)).flatten();
        for (region, words) in failed.filter_map(|place| self.said.get(*place)) {
            found.entry(region).or_default().insert(words.into());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Gaps;
    use waaudit_model::gap::{Gap, GapReason};
    use waaudit_model::snapshot::Resource;

    fn gap(kinds: &[&str], resource: Option<&str>, region: &str) -> Gap {
        Gap {
            service: "s3".to_owned(),
            operation: "GetBucketVersioning".to_owned(),
            action: "s3:GetBucketVersioning".to_owned(),
            region: region.to_owned(),
            reason: GapReason::Denied,
            message: String::new(),
            request_id: None,
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            resources: resource.into_iter().map(str::to_owned).collect(),
            count: 1,
        }
    }

    fn resource(kind: &str, arn: &str, region: &str) -> Resource {
        let resource = serde_json::json!({
            "kind": kind, "arn": arn, "id": arn, "name": null, "region": region, "account": "1", "tags": {}, "facts": {},
        });
        serde_json::from_value(resource).unwrap()
    }

    #[test]
    fn a_gap_about_one_resource_concerns_that_one_and_what_is_derived_of_its_kind() {
        let gaps = [gap(&["s3.bucket", "account"], Some("photos"), "eu-west-1")];
        let index = Gaps::new(&gaps);
        let concerning = |kinds: &[&str], resource: &Resource| {
            index.concerning(&kinds.iter().copied().collect::<BTreeSet<_>>(), resource).len()
        };
        assert_eq!(concerning(&["s3.bucket"], &resource("s3.bucket", "photos", "eu-west-1")), 1);
        assert_eq!(concerning(&["s3.bucket"], &resource("s3.bucket", "videos", "eu-west-1")), 0);
        assert_eq!(concerning(&["s3.bucket"], &resource("account", "1", "global")), 1);
        assert_eq!(concerning(&["sqs.queue"], &resource("account", "1", "global")), 0);
    }

    #[test]
    fn a_gap_about_a_list_concerns_its_region_and_what_is_above_regions() {
        let gaps = [gap(&["s3.bucket"], None, "eu-west-1")];
        let index = Gaps::new(&gaps);
        let kinds = BTreeSet::from(["s3.bucket"]);
        let concerning = |region| index.concerning(&kinds, &resource("s3.bucket", "photos", region)).len();
        assert_eq!(["eu-west-1", "global", "us-east-1"].map(concerning), [1, 1, 0]);
    }

    #[test]
    fn ten_thousand_buckets_that_may_not_be_read_are_looked_up_one_by_one() {
        let names: Vec<String> = (0..10_000).map(|number| format!("bucket-{number}")).collect();
        let gaps: Vec<Gap> = names
            .iter()
            .flat_map(|name| (0..7).map(|_| gap(&["s3.bucket"], Some(name), "eu-west-1")).collect::<Vec<_>>())
            .collect();
        let index = Gaps::new(&gaps);
        let kinds = BTreeSet::from(["s3.bucket"]);
        let found = names.iter().map(|name| index.concerning(&kinds, &resource("s3.bucket", name, "eu-west-1")).len());
        assert_eq!(found.sum::<usize>(), names.len());
    }
}
