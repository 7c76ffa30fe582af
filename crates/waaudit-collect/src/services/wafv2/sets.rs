//! IP sets: how much of the address space each covers. The addresses themselves are not kept.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{Scope, Statement};

use super::{Context, GET_IP_SET};
use crate::transport::bounded::run_bounded;

/// The share of all addresses that each IP set covers, by ARN; none of a set that could not be read.
#[derive(Default)]
pub(super) struct Sets(BTreeMap<String, f64>);

impl Sets {
    pub(super) fn share(&self, arn: &str) -> Option<f64> {
        self.0.get(arn).copied()
    }
}

/// Reads the IP sets of these ARNs. Several web ACLs may refer to one.
pub(super) async fn read<'a>(
    ctx: &Context,
    client: &Client,
    scope: &Scope,
    acl: &str,
    arns: impl IntoIterator<Item = &'a str>,
) -> Sets {
    let arns: BTreeSet<&str> = arns.into_iter().collect();
    let shares = run_bounded(arns.into_iter().map(|arn| async move {
        let (name, id) = named(arn)?;
        let request = client.get_ip_set().name(name).id(id).scope(scope.clone()).send();
        let answer = ctx.once(&GET_IP_SET, Some(acl), arn, request).await?;
        Some((arn.to_owned(), share(answer.ip_set()?.addresses())?))
    }));
    Sets(shares.await.into_iter().flatten().collect())
}

/// Name and id, in which an ARN of a set ends.
fn named(arn: &str) -> Option<(&str, &str)> {
    let (rest, id) = arn.rsplit_once('/')?;
    Some((rest.rsplit_once('/')?.1, id))
}

/// ARNs of the IP sets that a statement refers to, nested ones included.
pub(super) fn referred(statement: &Statement) -> Vec<&str> {
    let own = statement.ip_set_reference_statement().map(|set| set.arn());
    let rate = statement.rate_based_statement().and_then(|rate| rate.scope_down_statement());
    let managed = statement.managed_rule_group_statement().and_then(|group| group.scope_down_statement());
    let not = statement.not_statement().and_then(|not| not.statement());
    let and = statement.and_statement().map(|and| and.statements());
    let or = statement.or_statement().map(|or| or.statements());
    let lists = [and, or].into_iter().flatten().flatten();
    let nested = [rate, managed, not].into_iter().flatten().chain(lists);
    own.into_iter().chain(nested.flat_map(referred)).collect()
}

/// The share of all addresses that ranges cover together, of the IP version of which they cover more. Nothing where one
/// of them is no range.
#[allow(clippy::cast_precision_loss, reason = "a share needs no more than a few digits")]
fn share(ranges: &[String]) -> Option<f64> {
    let ranges = ranges.iter().map(|range| bounds(range)).collect::<Option<Vec<_>>>()?;
    let covered = |wide: bool, all: f64| {
        let mut of_version: Vec<_> =
            ranges.iter().filter(|range| range.0 == wide).map(|range| (range.1, range.2)).collect();
        of_version.sort_unstable();
        let (mut sum, mut next) = (0.0, 0);
        for (first, last) in of_version {
            let from = first.max(next);
            if last >= from {
                sum += (last - from) as f64 + 1.0;
                next = last.saturating_add(1);
            }
        }
        sum / all
    };
    Some(covered(false, 2_f64.powi(32)).max(covered(true, 2_f64.powi(128))).min(1.0))
}

/// Whether a range is one of IPv6, its first and its last address.
fn bounds(range: &str) -> Option<(bool, u128, u128)> {
    let (address, length) = range.split_once('/')?;
    let length: u32 = length.parse().ok()?;
    let (wide, bits, address) = match address.parse().ok()? {
        IpAddr::V4(address) => (false, 32, u128::from(u32::from(address))),
        IpAddr::V6(address) => (true, 128, u128::from(address)),
    };
    let rest = u128::MAX.checked_shr(128 - u32::checked_sub(bits, length)?).unwrap_or(0);
    Some((wide, address & !rest, address | rest))
}

#[cfg(test)]
mod tests {
    use super::{bounds, named, share};

    fn covered(ranges: &[&str]) -> Option<f64> {
        share(&ranges.iter().map(|range| (*range).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn ranges_may_overlap_and_add_up_to_everything() {
        assert_eq!(covered(&["0.0.0.0/1", "128.0.0.0/1"]), Some(1.0));
        assert_eq!(covered(&["0.0.0.0/1", "64.0.0.0/2", "0.0.0.0/1"]), Some(0.5));
        assert_eq!(covered(&["::/1", "8000::/1"]), Some(1.0));
        assert!(covered(&["198.51.100.7/32"]).is_some_and(|share| share < 1e-9));
        assert_eq!(covered(&[]), Some(0.0));
        assert_eq!(covered(&["office"]), None);
    }

    #[test]
    fn a_range_has_bounds_and_a_set_its_name_in_its_arn() {
        assert_eq!(bounds("10.0.0.9/30"), Some((false, 0x0a00_0008, 0x0a00_000b)));
        assert_eq!(bounds("10.0.0.9/33"), None);
        assert_eq!(named("arn:aws:wafv2:eu-west-1:1:regional/ipset/office/id-1"), Some(("office", "id-1")));
    }
}
