//! Three-valued logic: yes, no, and what could not be told.

use std::collections::BTreeSet;

/// Whether any answer is yes. One yes is enough; a no takes all of them.
pub(crate) fn any(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

/// Whether all answers are yes. One no is enough; a yes takes all of them.
pub(crate) fn all(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    any(answers.into_iter().map(|answer| answer.map(|yes| !yes))).map(|some_no| !some_no)
}

/// Those of which something is true; nothing where that can't be told of one.
pub(crate) fn only<T>(items: impl IntoIterator<Item = T>, test: impl Fn(&T) -> Option<bool>) -> Option<Vec<T>> {
    let tested = items.into_iter().map(|item| test(&item).map(|yes| yes.then_some(item)));
    Some(tested.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Each value once, sorted.
pub(crate) fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    values.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::{all, any, only};

    #[test]
    fn one_yes_is_enough_for_any_and_a_no_takes_all_answers() {
        assert_eq!(any([None, Some(true)]), Some(true));
        assert_eq!(any([None, Some(false)]), None);
        assert_eq!(any([Some(false)]), Some(false));
    }

    #[test]
    fn one_no_is_enough_against_all_and_a_yes_takes_all_answers() {
        assert_eq!(all([None, Some(false)]), Some(false));
        assert_eq!(all([None, Some(true)]), None);
        assert_eq!(all([Some(true)]), Some(true));
    }

    #[test]
    fn a_choice_with_one_unsure_member_is_no_choice() {
        assert_eq!(only([1, 2, 3], |n| Some(n % 2 == 1)), Some(vec![1, 3]));
        assert_eq!(only([1, 2, 3], |n| (*n != 2).then_some(true)), None);
    }
}
