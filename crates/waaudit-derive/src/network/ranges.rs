//! Ranges of addresses in order, so that those inside another one, and those around it, are found without looking at all.

use std::collections::BTreeMap;
use std::iter::successors;

use ipnet::IpNet;

/// Values by their range of addresses.
pub(crate) struct Ranges<T>(BTreeMap<IpNet, Vec<T>>);

impl<T> Default for Ranges<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Ranges<T> {
    pub(crate) fn add(&mut self, range: IpNet, value: T) {
        self.0.entry(range.trunc()).or_default().push(value);
    }

    /// The values of the ranges that a range contains.
    pub(crate) fn within(&self, outer: &IpNet) -> impl Iterator<Item = &T> {
        // Ranges are in the order of their first addresses, the larger ones first.
        self.0.range(outer.trunc()..=IpNet::from(outer.broadcast())).flat_map(|(_, values)| values)
    }

    /// Takes out the values of the ranges that overlap a range: those that it contains, and those that contain it.
    pub(crate) fn take_overlapping(&mut self, range: &IpNet) -> Vec<T> {
        let around = successors(range.supernet(), IpNet::supernet).filter(|outer| self.0.contains_key(outer));
        let within = self.0.range(range.trunc()..=IpNet::from(range.broadcast())).map(|(inner, _)| *inner);
        let overlapping: Vec<IpNet> = around.chain(within).collect();
        overlapping.iter().filter_map(|found| self.0.remove(found)).flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Ranges;

    fn ranges(all: &[&'static str]) -> Ranges<&'static str> {
        let mut ranges = Ranges::default();
        for range in all {
            ranges.add(range.parse().unwrap(), *range);
        }
        ranges
    }

    #[test]
    fn a_range_contains_itself_and_smaller_ones() {
        let all =
            ranges(&["10.0.0.0/8", "10.0.0.0/16", "10.0.3.7/32", "10.1.0.0/16", "11.0.0.0/16", "10.0.0.0/4", "::/0"]);
        let within = |outer: &str| all.within(&outer.parse().unwrap()).copied().collect::<Vec<_>>();
        assert_eq!(within("10.0.0.0/16"), ["10.0.0.0/16", "10.0.3.7/32"]);
        assert_eq!(within("10.0.99.1/8"), ["10.0.0.0/8", "10.0.0.0/16", "10.0.3.7/32", "10.1.0.0/16"]);
        assert_eq!(within("::/0"), ["::/0"]);
    }

    #[test]
    fn overlapping_ranges_are_taken_out_once() {
        let mut all = ranges(&["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "10.0.1.0/24", "192.168.0.0/16"]);
        assert_eq!(all.take_overlapping(&"10.0.0.0/16".parse().unwrap()).len(), 4);
        assert!(all.take_overlapping(&"10.0.0.0/16".parse().unwrap()).is_empty());
        assert_eq!(all.take_overlapping(&"192.168.3.0/24".parse().unwrap()), ["192.168.0.0/16"]);
    }
}
