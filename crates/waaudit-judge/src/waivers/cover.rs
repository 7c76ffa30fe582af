//! What a waiver covers: failures on resources of an id, an ARN or a tag, each with `*` for anything.

use globset::{GlobBuilder, GlobMatcher};

use super::Waiver;
use crate::report::Finding;

/// What a waiver covers, ready to ask about many failures of its rule.
pub(super) struct Cover {
    resource: Option<Words>,
    tag: Option<(Words, Words)>,
}

/// Text, or a pattern in which `*` alone has a meaning.
enum Words {
    Exact(String),
    Pattern(GlobMatcher),
}

impl Cover {
    pub(super) fn of(waiver: &Waiver) -> Self {
        let tag = waiver.tag.as_deref().and_then(|tag| tag.split_once('='));
        Self {
            resource: waiver.resource.as_deref().map(Words::of),
            tag: tag.map(|(key, value)| (Words::of(key), Words::of(value))),
        }
    }

    /// Whether it covers a failure of its rule.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let subject = &finding.resource;
        let by_name = |words: &Words| {
            [subject.id.as_ref(), subject.arn.as_ref()].into_iter().flatten().any(|name| words.fit(name))
        };
        let by_tag = |(key, value): &(Words, Words)| {
            let tags = subject.tags.iter().flatten();
            tags.into_iter().any(|(own, its)| key.fit(own) && value.fit(its))
        };
        self.resource.as_ref().is_none_or(by_name) && self.tag.as_ref().is_none_or(by_tag)
    }
}

impl Words {
    fn of(text: &str) -> Self {
        let pattern = text.split('*').map(globset::escape).collect::<Vec<_>>().join("*");
        let glob = if text.contains('*') { GlobBuilder::new(&pattern).build().ok() } else { None };
        glob.map_or_else(|| Self::Exact(text.to_owned()), |glob| Self::Pattern(glob.compile_matcher()))
    }

    fn fit(&self, text: &str) -> bool {
        match self {
            Self::Exact(own) => own == text,
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }
}
