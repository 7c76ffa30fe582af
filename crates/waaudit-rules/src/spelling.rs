//! The name that someone meant who misspelt one.

/// The most like of some names, and the command that lists them: the help of an error.
pub fn did_you_mean<'n>(wrong: &str, names: impl Iterator<Item = &'n str>, list: &str) -> String {
    let nearest = names.max_by(|a, b| strsim::jaro(wrong, a).total_cmp(&strsim::jaro(wrong, b)));
    nearest.map_or_else(|| list.to_owned(), |name| format!("did you mean `{name}`? {list}"))
}

/// The most like of some names, if any is near.
pub(crate) fn closest<'n>(wrong: &str, names: impl Iterator<Item = &'n String>) -> Option<String> {
    names
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::{closest, did_you_mean};

    #[test]
    fn the_nearest_name_is_offered_with_the_list() {
        let help = did_you_mean("ec2.instances", ["rds.db_instance", "ec2.instance"].into_iter(), "waaudit facts");
        assert_eq!(help, "did you mean `ec2.instance`? waaudit facts");
        assert_eq!(did_you_mean("ec2.instances", std::iter::empty(), "waaudit facts"), "waaudit facts");
    }

    #[test]
    fn a_name_that_is_like_none_has_no_closest_one() {
        let names = ["engine".to_owned(), "zones".to_owned()];
        assert_eq!(closest("engines", names.iter()), Some("engine".to_owned()));
        assert_eq!(closest("quota", names.iter()), None);
    }
}
