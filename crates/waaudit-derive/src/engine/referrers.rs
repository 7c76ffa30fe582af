//! The items of a list by what they name: policies by their group, interfaces by their instance.
//!
//! A derivation that asks every item whether it names something, for every such thing, takes a time that grows with the
//! square of the account. Here it asks only those items that do, and those of which that is not known: of all others the
//! answer is no.

use std::collections::HashMap;

use super::{Item, List};

/// Items by the names that they give.
pub(crate) struct Referrers<'l, 'a, F> {
    list: &'l List<'a, F>,
    /// Places in the list, by what the items there name.
    naming: HashMap<&'a str, Vec<usize>>,
    /// Places of items of which it is not known what they name.
    unknown: Vec<usize>,
}

impl<'a, F> List<'a, F> {
    /// The items by what they name; `names` gives nothing for one of which that is not known.
    pub(crate) fn by<'l, N>(&'l self, names: impl Fn(&'l Item<'a, F>) -> Option<N>) -> Referrers<'l, 'a, F>
    where
        N: IntoIterator<Item = &'a str>,
    {
        let (mut naming, mut unknown) = (HashMap::<&str, Vec<usize>>::new(), Vec::new());
        for (place, item) in self.iter().enumerate() {
            let Some(names) = names(item) else {
                unknown.push(place);
                continue;
            };
            for name in names {
                let places = naming.entry(name).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Referrers { list: self, naming, unknown }
    }
}

impl<'l, 'a, F> Referrers<'l, 'a, F> {
    /// The items that name something, and those that may, in the order of the list.
    pub(crate) fn of(&self, name: &str) -> impl Iterator<Item = &'l Item<'a, F>> + use<'_, 'l, 'a, F> {
        let naming = self.naming.get(name).map_or(&[][..], Vec::as_slice);
        merged(naming, &self.unknown).filter_map(|place| self.list.get(place))
    }

    /// The same; nothing where the list may lack some.
    pub(crate) fn whole_of(&self, name: &str) -> Option<impl Iterator<Item = &'l Item<'a, F>> + use<'_, 'l, 'a, F>> {
        self.list.whole().map(|_| self.of(name))
    }

    /// The answer about an item that the list may lack, if it may.
    pub(crate) fn missing(&self) -> Option<Option<bool>> {
        self.list.whole().is_none().then_some(None)
    }

    /// The list.
    pub(crate) const fn list(&self) -> &'l List<'a, F> {
        self.list
    }
}

/// Two sorted runs as one.
fn merged<'p>(mut one: &'p [usize], mut other: &'p [usize]) -> impl Iterator<Item = usize> + use<'p> {
    std::iter::from_fn(move || {
        let next = match (one.split_first(), other.split_first()) {
            (Some((first, rest)), Some((second, _))) if first <= second => (first, &mut one, rest),
            (_, Some((second, rest))) => (second, &mut other, rest),
            (Some((first, rest)), None) => (first, &mut one, rest),
            (None, None) => return None,
        };
        let (place, run, rest) = next;
        *run = rest;
        Some(*place)
    })
}

/// The name that an item gives.
pub(crate) fn one(name: Option<&String>) -> Option<Option<&str>> {
    name.map(|name| Some(name.as_str()))
}

/// The name that an item may give.
pub(crate) fn at_most_one(name: Option<&Option<String>>) -> Option<Option<&str>> {
    name.map(Option::as_deref)
}

/// The names that an item gives.
pub(crate) fn each(names: Option<&Vec<String>>) -> Option<impl Iterator<Item = &str>> {
    names.map(|names| names.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn two_runs_are_merged_in_order() {
        assert_eq!(merged(&[1, 4, 9], &[2, 3, 10]).collect::<Vec<_>>(), [1, 2, 3, 4, 9, 10]);
        assert_eq!(merged(&[], &[7]).chain(merged(&[8], &[])).collect::<Vec<_>>(), [7, 8]);
    }
}
