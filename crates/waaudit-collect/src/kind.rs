//! A kind of resource, and what a scan wants of kinds.

use std::pin::Pin;

use crate::call::Call;
use crate::metrics::Metric;
use crate::rate_limit::Rate;
use crate::transport::collector_context::Context;
use waaudit_model::facts::Facts;

/// Whether a kind lives in regions or above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Asked in every region.
    Regional,
    /// Asked once.
    Global,
}

/// Where the tags of a kind's resources come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagSource {
    /// The tag list of the region: the kind's own answers lack them. Its ARNs are of a service that it calls.
    TagList,
    /// The kind's own answers carry all of them.
    Own,
    /// The tag list; its ARNs are those of other services' resources.
    AnyService,
    /// Its resources can't be tagged.
    None,
}

/// Kinds that another may start from.
const MOST_BEFORE: usize = 4;

/// One kind of resource and how it is read.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Its name, as in `facts`.
    pub name: &'static str,
    /// Where it lives.
    pub reach: Reach,
    /// Every call that its function makes.
    pub calls: &'static [&'static Call],
    /// Kinds whose findings in the same place it starts from.
    pub after: [Option<&'static str>; MOST_BEFORE],
    /// Whether its calls cost money: then they are made only where that was allowed.
    pub billed: bool,
    /// Where tags come from.
    pub tags: TagSource,
    /// Its function.
    pub collect: fn(Context) -> Collecting,
}

/// One AWS service, as its file declares it.
pub struct Service {
    /// Its kinds, each below those that it starts from.
    pub kinds: &'static [Kind],
    /// The facts of its kinds that are measured, in lists.
    pub metrics: &'static [&'static [Metric]],
    /// How fast it may be asked; without a row, as cautiously as any service. The first row that fits a call holds.
    pub(crate) rates: &'static [Rate],
}

/// What a collector's function returns.
pub type Collecting = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Kind {
    /// A kind of a region: its name is that of its facts.
    pub(crate) const fn regional<F: Facts>(
        calls: &'static [&'static Call],
        collect: fn(Context) -> Collecting,
    ) -> Self {
        Self::of::<F>(Reach::Regional, calls, collect)
    }

    /// A kind above regions.
    pub(crate) const fn global<F: Facts>(calls: &'static [&'static Call], collect: fn(Context) -> Collecting) -> Self {
        Self::of::<F>(Reach::Global, calls, collect)
    }

    const fn of<F: Facts>(reach: Reach, calls: &'static [&'static Call], collect: fn(Context) -> Collecting) -> Self {
        let (after, tags) = ([None; MOST_BEFORE], TagSource::TagList);
        Self { name: F::KIND, reach, calls, after, billed: false, tags, collect }
    }

    /// Its own answers carry all tags.
    pub(crate) const fn own_tags(mut self) -> Self {
        self.tags = TagSource::Own;
        self
    }

    /// Its resources can't be tagged.
    pub(crate) const fn untagged(mut self) -> Self {
        self.tags = TagSource::None;
        self
    }

    /// Its ARNs are those of any service's resources.
    pub(crate) const fn tags_of_any_service(mut self) -> Self {
        self.tags = TagSource::AnyService;
        self
    }

    pub(crate) const fn billed(mut self) -> Self {
        self.billed = true;
        self
    }

    /// Has it start from another kind too. One too many does not compile.
    pub(crate) const fn after<F: Facts>(mut self) -> Self {
        let mut free = 0;
        while self.after[free].is_some() {
            free += 1;
        }
        self.after[free] = Some(F::KIND);
        self
    }
}

/// What a scan looks for.
#[derive(Default)]
pub struct Wanted {
    /// Kinds, in the order of their declaration.
    pub kinds: Vec<&'static Kind>,
    /// Facts to measure.
    pub metrics: Vec<&'static Metric>,
    /// Whether tagged resources of all types are counted, those that no kind covers too.
    pub inventory: bool,
}

/// What a scan may do that costs money.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// Ask CloudWatch for metrics: some cents for a large account.
    pub metrics: bool,
    /// Make calls that cost a cent each.
    pub billed_calls: bool,
}

impl Default for Allowed {
    fn default() -> Self {
        Self { metrics: true, billed_calls: false }
    }
}
