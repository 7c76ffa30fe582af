//! A rule's fix: the commands, the facts after them, and what they buy.

use serde_json::Value;

use crate::expr::{Expr, NoValue, Subject};
use crate::template::Template;
use crate::terms::FixFlag;

/// Remediation.
#[derive(Debug)]
pub struct Fix {
    /// Commands to paste, in order.
    pub steps: Vec<Step>,
    /// The Terraform attribute.
    pub terraform: String,
    /// What it brings with it.
    pub flags: Vec<FixFlag>,
    /// The facts that it changes; empty where that can't be told.
    pub after: Vec<After>,
    /// What it adds to the bill.
    pub buys: Vec<Purchase>,
    /// Whether all failures of the rule are fixed by one change.
    pub together: bool,
}

/// A command of a fix.
#[derive(Debug)]
pub struct Step {
    /// Whether it fits the cause that was found; always where there is no condition.
    pub only_if: Option<Expr>,
    /// The command.
    pub run: Template,
}

impl Fix {
    /// The commands that fit a failure, one a line.
    pub fn commands(&self, subject: &Subject) -> String {
        let fits = |step: &&Step| step.only_if.as_ref().is_none_or(|only_if| only_if.holds(subject) == Ok(true));
        let commands = self.steps.iter().filter(fits).map(|step| step.run.fill_command(subject));
        commands.collect::<Vec<_>>().join("\n")
    }

    /// The facts that it reads.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        let commands = self.steps.iter().map(|step| &step.run);
        let items = self.buys.iter().map(|purchase| &purchase.item);
        let conditions =
            self.steps.iter().map(|step| &step.only_if).chain(self.after.iter().map(|after| &after.only_if));
        let conditions = conditions.chain(self.buys.iter().map(|purchase| &purchase.only_if)).flatten();
        let values = self.after.iter().flat_map(|after| &after.set).map(|(_, value)| value);
        let counts = self.buys.iter().filter_map(|purchase| purchase.count.as_ref());
        let names = self.after.iter().filter_map(|after| Some(&after.of.as_ref()?.1));
        let spoken = commands.chain(items).flat_map(Template::facts);
        let computed = conditions.chain(values).chain(counts).chain(names).flat_map(Expr::facts);
        spoken.chain(computed.map(String::as_str))
    }

    /// The commands as they were written, one a line.
    pub fn source(&self) -> String {
        let written = |step: &Step| match &step.only_if {
            Some(only_if) => format!("{}   # if {}", step.run, only_if.source()),
            None => step.run.to_string(),
        };
        self.steps.iter().map(written).collect::<Vec<_>>().join("\n")
    }
}

/// Facts that a fix changes.
#[derive(Debug)]
pub struct After {
    /// Whether the change belongs to the cause that was found; always where there is no condition.
    pub only_if: Option<Expr>,
    /// The resources that change, where it is not the judged one: their kind, and a list of their ids or ARNs.
    pub of: Option<(String, Expr)>,
    /// The value of each fact afterwards, by the path to it: `cpu_percent_p95.value`.
    pub set: Vec<(String, Expr)>,
}

impl After {
    /// Whether the change belongs to the cause that was found. An error names what would have to be known.
    pub fn fits(&self, subject: &Subject) -> Result<bool, NoValue> {
        fits(self.only_if.as_ref(), subject)
    }

    /// The values afterwards. An error names what would have to be known.
    pub fn values(&self, subject: &Subject) -> Result<Vec<(&str, Value)>, NoValue> {
        self.set.iter().map(|(path, expr)| Ok((path.as_str(), expr.json(subject)?))).collect()
    }

    /// The kind of the resources that change, with their ids or ARNs; nothing where it is the judged one. An error names what
    /// would have to be known.
    pub fn named(&self, subject: &Subject) -> Result<Option<(&str, Vec<String>)>, NoValue> {
        let Some((kind, names)) = &self.of else { return Ok(None) };
        let names = names.json(subject)?;
        let names = names.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        Ok(Some((kind.as_str(), names.collect())))
    }
}

/// Something that a fix adds to the bill.
#[derive(Debug)]
pub struct Purchase {
    /// Whether it is bought for the cause that was found; always where there is no condition.
    pub only_if: Option<Expr>,
    /// Its name in the price table.
    pub item: Template,
    /// How many; one where there is no expression.
    pub count: Option<Expr>,
}

impl Purchase {
    /// What is bought, and how many of it; nothing where it is not bought. An error names what would have to be known.
    pub fn bought(&self, subject: &Subject) -> Result<Option<(String, f64)>, String> {
        let unread = |missing: NoValue| missing.to_string();
        if !fits(self.only_if.as_ref(), subject).map_err(unread)? {
            return Ok(None);
        }
        let item = self.item.fill(subject).map_err(|unread| unread.to_string())?;
        let count = self.count.as_ref().map_or(Ok(Value::from(1)), |count| count.json(subject)).map_err(unread)?;
        let count = count.as_f64().ok_or_else(|| format!("{count} is no number of {item}"))?;
        Ok((count > 0.0).then_some((item, count)))
    }
}

fn fits(only_if: Option<&Expr>, subject: &Subject) -> Result<bool, NoValue> {
    only_if.map_or(Ok(true), |only_if| only_if.holds(subject))
}
