//! The next size up of an EC2 instance type, and of what is named after one: `db.r7g.large`, `cache.r7g.large`.
//!
//! A shipped, dated table. It serves proposals alone: what a resource has today is always read live.

/// Family by family, from small to large. Made by `data/instance_types.py`; its head says from what and when.
const TABLE: &str = include_str!("../../data/instance_types.csv");

/// A size of a family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Size<'t> {
    pub(crate) name: &'t str,
    pub(crate) vcpus: f64,
    pub(crate) memory_mib: f64,
}

/// The day of the table.
pub(crate) fn date() -> &'static str {
    TABLE.lines().find_map(|line| line.strip_prefix("# date: ")).unwrap_or_default()
}

/// A type and the next larger one of its family; nothing for a type that the table lacks, and for the largest.
pub(crate) fn next_size(name: &str) -> Option<(Size<'static>, Size<'static>)> {
    let (family, _) = name.split_once('.')?;
    let of_family = |size: &Size| size.name.split_once('.').is_some_and(|(own, _)| own == family);
    let mut sizes = TABLE.lines().filter_map(size).filter(of_family).skip_while(|size| size.name != name);
    let own = sizes.next()?;
    let larger = |size: &Size| size.vcpus > own.vcpus || size.vcpus == own.vcpus && size.memory_mib > own.memory_mib;
    sizes.find(larger).map(|next| (own, next))
}

fn size(line: &'static str) -> Option<Size<'static>> {
    let mut columns = line.split(',');
    let (name, vcpus, memory) = (columns.next()?, columns.next()?, columns.next()?);
    Some(Size { name, vcpus: vcpus.parse().ok()?, memory_mib: memory.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::{date, next_size};

    #[test]
    fn the_next_size_is_the_smallest_larger_one_of_the_family() {
        let names = |name| next_size(name).map(|(own, next)| (own.vcpus, next.name, next.vcpus, next.memory_mib));
        assert_eq!(names("r7g.large"), Some((2.0, "r7g.xlarge", 4.0, 32_768.0)));
        assert_eq!(names("m7g.large"), Some((2.0, "m7g.xlarge", 4.0, 16_384.0)));
        assert_eq!(names("t4g.medium"), Some((2.0, "t4g.large", 2.0, 8192.0)));
        assert_eq!(names("r7g.16xlarge"), None, "the largest virtual one");
        assert_eq!(names("x99.large"), None, "unknown");
        assert_eq!(names("serverless"), None, "no type");
        assert_eq!(date(), "2026-11-28");
    }
}
