//! The facts of resources after a rule's fix, as the rule says.

use serde_json::Value;

use waaudit_derive::Changes;
use waaudit_model::snapshot::{Owner, Resource};
use waaudit_rules::expr::NoValue;
use waaudit_rules::{Fix, Subject};

/// A resource that a fix is made to, with all that expressions may ask for.
pub(crate) struct Repair<'r> {
    pub(crate) resource: &'r Resource,
    pub(crate) owners: &'r [Owner],
    pub(crate) settings: &'r Value,
    /// Availability Zones in use in its region.
    pub(crate) zones: &'r [String],
}

impl<'r> Repair<'r> {
    /// A resource after the changes so far, as expressions see it.
    pub(crate) fn subject<'s>(&'s self, changed: &'s Resource) -> Subject<'s> {
        Subject::new(changed, self.settings).with_owners(self.owners).with_zones(self.zones)
    }

    /// Makes the changes of a fix, each of which sees those before it. Other resources that one is made to are looked up by
    /// their kind and their ids or ARNs. False where no change belongs to the cause; an error says what would have to be
    /// known.
    pub(crate) fn make(
        &self,
        fix: &Fix,
        changes: &mut Changes,
        others: impl Fn(&str, &[String]) -> Vec<&'r Resource>,
    ) -> Result<bool, String> {
        let unread = |missing: NoValue| missing.to_string();
        let mut fits = false;
        for after in &fix.after {
            let changed = changes.applied(self.resource);
            let subject = self.subject(&changed);
            if !after.fits(&subject).map_err(unread)? {
                continue;
            }
            fits = true;
            let values = after.values(&subject).map_err(unread)?;
            let targets = match after.named(&subject).map_err(unread)? {
                Some((kind, names)) => others(kind, &names),
                None => vec![self.resource],
            };
            for target in targets {
                values.iter().try_for_each(|(path, value)| changes.set_at(target, path, value))?;
            }
        }
        Ok(fits)
    }
}
