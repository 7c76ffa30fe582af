//! The order in which kinds start, by how slowly AWS answers.

use crate::kind::Kind;
use crate::registry::RATES;

/// Kinds in the order in which they start: those whose calls AWS allows slowest first, each with all that it waits for.
pub(crate) fn slowest_first(kinds: &[&'static Kind]) -> Vec<&'static Kind> {
    let mut ordered = kinds.to_vec();
    // A stable sort: a kind is below the one it starts from, which is never faster than what comes after it.
    ordered.sort_by(|a, b| slowness(b, kinds).total_cmp(&slowness(a, kinds)));
    ordered
}

/// The slowest of the calls of a kind and of those that start from it.
fn slowness(kind: &Kind, kinds: &[&'static Kind]) -> f64 {
    let own = kind.calls.iter().map(|call| RATES.seconds_a_call(call));
    let following = kinds.iter().filter(|other| other.after.contains(&Some(kind.name)) && other.name != kind.name);
    own.chain(following.map(|other| slowness(other, kinds))).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::{slowest_first, slowness};
    use crate::kind::Kind;
    use crate::registry::KINDS;

    #[test]
    fn the_slowest_kinds_start_first_and_none_before_what_it_starts_from() {
        let kinds: Vec<&'static Kind> = KINDS.iter().collect();
        let ordered = slowest_first(&kinds);
        assert_eq!(ordered.len(), kinds.len());
        // Web ACLs in scope CLOUDFRONT start from the distributions and their tenants.
        // The kinds that ask WAF for the web ACL of each of their resources are as slow.
        let others = ["apprunner.service", "cognito.user_pool"];
        let first = ordered.iter().map(|kind| kind.name).filter(|name| !others.contains(name));
        assert_eq!(
            first.take(3).collect::<Vec<_>>(),
            ["cloudfront.distribution", "cloudfront.distribution_tenant", "wafv2.web_acl"]
        );
        for (n, kind) in ordered.iter().enumerate() {
            let mut before =
                kind.after.iter().flatten().map(|name| ordered.iter().position(|other| other.name == *name));
            assert!(before.all(|before| before < Some(n)), "{}", kind.name);
        }
        assert!(ordered.windows(2).all(|two| slowness(two[0], &kinds) >= slowness(two[1], &kinds)));
    }
}
