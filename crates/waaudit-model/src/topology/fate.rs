//! What becomes of a way in when a zone is lost: the worst that happens to a hop, and which one decides.

use super::graph::{Loss, Node, Outcome};

/// What becomes of a way in when a zone is lost.
#[derive(Debug, Clone)]
pub struct ZoneLossOutcome<'g> {
    /// The worst that happens to a hop; none where that can't be told.
    pub outcome: Option<Outcome>,
    /// The first hop to which that happens, and why.
    pub hop: Option<(&'g Node, &'g str)>,
    /// Why the outcome can't be told.
    pub unclear: Option<String>,
}

impl<'g> ZoneLossOutcome<'g> {
    pub(super) const fn survival() -> Self {
        Self { outcome: Some(Outcome::Survives), hop: None, unclear: None }
    }

    pub(super) const fn unclear(why: String) -> Self {
        Self { outcome: None, hop: None, unclear: Some(why) }
    }

    pub(super) fn of(node: &'g Node, loss: &'g Loss) -> Self {
        Self { outcome: Some(loss.outcome), hop: Some((node, &loss.why)), unclear: None }
    }

    /// The same with a failover counted as survival, as facts and rules do.
    #[must_use]
    pub fn settled(self) -> Self {
        if self.outcome == Some(Outcome::FailsOver) { Self::survival() } else { self }
    }

    /// The worse of two, the first of equals. What dies is dead, whatever else could not be told.
    pub(super) fn worse(self, other: Self) -> Self {
        match (self.outcome, other.outcome) {
            (Some(Outcome::Dies), _) | (None, None) => self,
            (_, Some(Outcome::Dies)) | (Some(_), None) => other,
            (Some(own), Some(others)) if others > own => other,
            _ => self,
        }
    }
}
