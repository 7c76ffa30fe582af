//! From names to what answers to them: records to distributions and load balancers, distributions to their origins.

use super::drawing::{Drawing, How};
use super::nodes::serves;
use super::sources::{Region, Worldwide};
use crate::derive::buckets::bucket_of;
use crate::derive::names::{Names, Trail};
use crate::facts::cloudfront::{Distribution, Origin};
use crate::graph::Relation;
use crate::snapshot::GLOBAL;

const ALIAS: How =
    How::new(Relation::Resolves, "route53:ListResourceRecordSets AliasTarget.DNSName, ResourceRecords[]");
const ORIGIN: How = How::new(Relation::Forwards, "cloudfront:ListDistributions Origins.Items[].DomainName");

/// What the account's public names lead to.
pub(super) fn names(region: &Region, world: &Worldwide, drawing: &mut Drawing) {
    let names = world.names();
    for record in region.records.iter().filter(|record| record.facts.private.get() == Some(false)) {
        let leads =
            ["A", "AAAA", "CNAME"].map(|kind| record.facts.record_type.known().map(String::as_str) == Some(kind));
        let Some(name) = record.facts.record_name.known().filter(|_| leads.contains(&true)) else { continue };
        for end in names.trail(name).ends {
            for bearer in world.bearers(&end) {
                drawing.link(&record.resource.arn, bearer, &ALIAS);
            }
        }
    }
}

/// What distributions forward requests to.
pub(super) fn origins(region: &Region, world: &Worldwide, drawing: &mut Drawing) {
    let names = world.names();
    for distribution in region.distributions.iter().filter(|distribution| serves(&distribution.facts) != Some(false)) {
        let from = &distribution.resource.arn;
        match used(&distribution.facts) {
            None => drawing.end(from, Relation::Forwards, "its origins and what uses them could not be read"),
            Some(used) => used.iter().for_each(|used| origin(from, used, &names, world, drawing)),
        }
    }
}

/// An origin that some behaviour uses, and the group in which others replace it.
struct Used<'l> {
    origin: &'l Origin,
    group: Option<&'l str>,
}

fn used(distribution: &Distribution) -> Option<Vec<Used<'_>>> {
    let origins = distribution.origins.known()?;
    let find = |id: &str| origins.iter().find(|origin| origin.id == id);
    let mut used = Vec::new();
    for behavior in distribution.behaviors.known()? {
        if let Some(origin) = find(&behavior.origin) {
            used.push(Used { origin, group: None });
            continue;
        }
        let group = distribution.origin_group_members.known()?.iter().find(|group| group.id == behavior.origin)?;
        for id in &group.origins {
            used.push(Used { origin: find(id)?, group: Some(&group.id) });
        }
    }
    Some(used)
}

fn origin(from: &str, used: &Used, names: &Names, world: &Worldwide, drawing: &mut Drawing) {
    let how = ORIGIN.instead(used.group);
    let Trail { ends, foreign, unread } = names.trail(&used.origin.domain);
    if unread {
        drawing.end(
            from,
            Relation::Forwards,
            &format!("records on the way of its origin {} could not be read", used.origin.domain),
        );
    }
    if foreign {
        drawing.end(
            from,
            Relation::Forwards,
            &format!("its origin {} leads out of the account's records", used.origin.domain),
        );
    }
    for end in ends {
        let mut bearers = world.bearers(&end).peekable();
        if bearers.peek().is_some() {
            bearers.for_each(|bearer| drawing.link(from, bearer, &how));
        } else if let Some(bucket) = bucket_of(&end) {
            // Amazon S3 is in no zone, whosever the bucket is.
            let to = drawing.bucket(bucket, GLOBAL);
            drawing.link(from, &to, &how);
        } else {
            drawing.end(
                from,
                Relation::Forwards,
                &format!("what answers at its origin {end} is not among what was read"),
            );
        }
    }
}
