//! What a derivation reads: kinds, and the facts of each.

/// A kind that a derivation looks at, and the facts of it that it asks for. Whether a resource is there, its id, ARN, name
/// and tags need no mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    /// The kind.
    pub kind: &'static str,
    /// Its facts.
    pub facts: &'static [&'static str],
}

impl Reads {
    /// The graph, which is drawn from what the derivations before it filled in.
    pub const GRAPH: Self = Self { kind: "graph", facts: &["drawn"] };
}

/// Who reads, and what.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    /// The kind that it fills in facts of.
    pub(super) kind: &'static str,
    /// The facts that it fills in.
    pub(super) facts: &'static [&'static str],
    pub(super) reads: &'static [Reads],
}

impl Reader {
    /// Its kind and the first of its facts: no other derivation fills that in.
    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.kind, self.facts.first().copied().unwrap_or("?"))
    }

    /// The facts of a kind that it reads; nothing where it does not read the kind.
    pub(super) fn reads_of(&self, kind: &str) -> Option<&'static [&'static str]> {
        self.reads.iter().find(|reads| reads.kind == kind).map(|reads| reads.facts)
    }
}

/// Declares what a derivation reads, by the structs of facts: `reads![Instance { state, subnet }, Image {}]`, and
/// `reads![GRAPH, Instance {}]` where it walks the graph. A fact that there is not does not compile.
macro_rules! reads {
    ($($kind:path { $($fact:ident),* $(,)? }),* $(,)?) => {
        &[$($crate::engine::reads!(@one $kind { $($fact),* })),*]
    };
    (GRAPH $(, $kind:path { $($fact:ident),* $(,)? })* $(,)?) => {
        &[$crate::engine::Reads::GRAPH $(, $crate::engine::reads!(@one $kind { $($fact),* }))*]
    };
    (@one $kind:path { $($fact:ident),* }) => {{
        $(let _ = ::std::mem::offset_of!($kind, $fact);)*
        $crate::engine::Reads {
            kind: <$kind as ::waaudit_model::facts::Facts>::KIND,
            facts: &[$(stringify!($fact)),*],
        }
    }};
}
pub(crate) use reads;
