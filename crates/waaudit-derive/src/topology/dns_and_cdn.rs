//! From names to what answers to them: records to distributions and load balancers, distributions to their origins.

use super::builder::{Drawing, How};
use super::inputs::{Region, Worldwide};
use crate::edge::dns::{Names, Trail};
use crate::edge::s3_origins::bucket_of;
use crate::network::public_endpoints::serves;
use waaudit_model::facts::cloudfront::{Distribution, Origin};
use waaudit_model::snapshot::GLOBAL;
use waaudit_model::topology::graph::Relation;

const ALIAS: How =
    How::new(Relation::Resolves, "route53:ListResourceRecordSets AliasTarget.DNSName, ResourceRecords[]");
const ORIGIN: How = How::new(Relation::Forwards, "cloudfront:ListDistributions Origins.Items[].DomainName");

/// What the account's public names lead to.
pub(crate) fn names(region: &Region, world: &Worldwide, drawing: &mut Drawing) {
    let names = world.names();
    for record in region.records.iter().filter(|record| record.facts.private.get() == Some(false)) {
        let leads =
            ["A", "AAAA", "CNAME"].map(|kind| record.facts.record_type.known().map(String::as_str) == Some(kind));
        let Some(name) = record.facts.record_name.known().filter(|_| leads.contains(&true)) else { continue };
        let how = ALIAS.instead(world.fails_over(name).then_some("records"));
        let Trail { ends, foreign, unread } = names.trail(name);
        let from = &record.resource.arn;
        if foreign || unread {
            drawing.end(from, Relation::Resolves, "it leads out of the account's records that were read");
        }
        for end in ends {
            let mut bearers = world.bearers(&end).peekable();
            if bearers.peek().is_none() && bucket_of(&end).is_none() {
                drawing.end(from, Relation::Resolves, &format!("what answers at {end} is not among what was read"));
            }
            bearers.for_each(|owner_of_dns_name| drawing.link(from, owner_of_dns_name, &how));
        }
    }
}

/// What distributions forward requests to.
pub(crate) fn origins(region: &Region, world: &Worldwide, drawing: &mut Drawing) {
    let names = world.names();
    for distribution in region.distributions.iter().filter(|distribution| serves(distribution.facts) != Some(false)) {
        let from = &distribution.resource.arn;
        match used(distribution.facts) {
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
            bearers.for_each(|owner_of_dns_name| drawing.link(from, owner_of_dns_name, &how));
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
