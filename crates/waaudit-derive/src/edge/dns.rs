//! Where a public DNS name leads, followed through the account's own records.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::engine::List;
use waaudit_model::facts::route53::Record;

/// Records from a name to its end; resolvers give up on longer chains too.
const MOST_HOPS: usize = 5;

/// Names that AWS gives out and that stand for nothing but themselves. Others of its names (Elastic Beanstalk,
/// Global Accelerator) stand for load balancers.
const AWS_NAMES: &[&str] = &[".amazonaws.com", ".amazonaws.com.cn", ".cloudfront.net", ".on.aws", ".awsapprunner.com"];

/// The record types that say where a name leads.
const LEADING: &[&str] = &["A", "AAAA", "CNAME"];

/// The account's public records by name.
pub(crate) struct Names<'l> {
    by_name: BTreeMap<&'l str, Vec<&'l Record>>,
    complete: bool,
}

/// Where a name leads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Trail {
    /// AWS names and addresses.
    pub(crate) ends: BTreeSet<String>,
    /// Whether a part of it leaves the account's records: it may end anywhere.
    pub(crate) foreign: bool,
    /// Whether a record on its way was not read.
    pub(crate) unread: bool,
}

impl<'l> Names<'l> {
    pub(crate) fn new(records: &'l List<Record>) -> Self {
        let mut names = Self { by_name: BTreeMap::new(), complete: records.whole().is_some() };
        for record in records.iter().map(|record| record.facts) {
            match (record.private.get(), record.record_name.known()) {
                (Some(true), _) => {}
                (Some(false), Some(name)) => names.by_name.entry(name).or_default().push(record),
                _ => names.complete = false,
            }
        }
        names
    }

    /// Follows a name to its ends.
    pub(crate) fn trail(&self, name: &str) -> Trail {
        let mut trail = Trail::default();
        self.follow(name, MOST_HOPS, &mut trail);
        trail
    }

    fn follow(&self, name: &str, hops: usize, trail: &mut Trail) {
        let name = plain(name);
        if is_end(&name) {
            trail.ends.insert(name);
            return;
        }
        trail.unread |= !self.complete;
        let records = self.answering(&name);
        if records.is_empty() || hops == 0 {
            trail.foreign = true;
            return;
        }
        for record in records {
            match leads_to(record) {
                Some(targets) => targets.iter().for_each(|target| self.follow(target, hops - 1, trail)),
                None => trail.unread = true,
            }
        }
    }

    /// The records that answer for a name: its own, else those of the nearest wildcard above it.
    fn answering(&self, name: &str) -> Vec<&'l Record> {
        let own = self.leading(name);
        if !own.is_empty() {
            return own;
        }
        let parents = name.match_indices('.').filter_map(|(dot, _)| name.get(dot..));
        let mut wildcards = parents.flat_map(|parent| [format!("\\052{parent}"), format!("*{parent}")]);
        wildcards
            .find_map(|wildcard| Some(self.leading(&wildcard)).filter(|records| !records.is_empty()))
            .unwrap_or_default()
    }

    fn leading(&self, name: &str) -> Vec<&'l Record> {
        let records = self.by_name.get(name).into_iter().flatten().copied();
        records
            .filter(|record| record.record_type.known().is_none_or(|kind| LEADING.contains(&kind.as_str())))
            .collect()
    }
}

fn leads_to(record: &Record) -> Option<&[String]> {
    record.record_type.known()?;
    match record.alias.known()? {
        Some(alias) => Some(std::slice::from_ref(alias)),
        None => record.values.known().map(Vec::as_slice),
    }
}

/// A name as load balancers give theirs.
fn plain(name: &str) -> String {
    let name = name.trim_end_matches('.').to_lowercase();
    name.strip_prefix("dualstack.").unwrap_or(&name).to_owned()
}

fn is_end(name: &str) -> bool {
    AWS_NAMES.iter().any(|suffix| name.ends_with(suffix)) || is_address(name)
}

/// Whether a trail's end is an address rather than a name.
pub(crate) fn is_address(name: &str) -> bool {
    name.parse::<IpAddr>().is_ok()
}
