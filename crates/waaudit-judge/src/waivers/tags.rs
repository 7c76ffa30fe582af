//! Waivers in tags of a resource: `waaudit:ignore` names rules or areas, separated by spaces, `waaudit:ignore-until` the
//! last day, `waaudit:ignore-reason` why, and `waaudit:ignore-owner` (optional) who accepted it. A tag without a day or a
//! reason waives nothing, and the finding says what is missing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Waiver;
use crate::report::{Diagnostic, DiagnosticCode, Finding, Verdict};
use waaudit_rules::RuleSet;

/// The tag that names rules and areas to waive.
const IGNORE: &str = "waaudit:ignore";
/// The tag with the last day.
const IGNORE_UNTIL: &str = "waaudit:ignore-until";
/// The tag with the reason.
const IGNORE_REASON: &str = "waaudit:ignore-reason";
/// The tag that says who accepted the failure.
const IGNORE_OWNER: &str = "waaudit:ignore-owner";

type Tags = BTreeMap<String, String>;

/// The waiver that the resource's own tags hold for the finding; an error says what they lack.
pub(super) fn waiver(finding: &Finding, rules: &RuleSet) -> Option<Result<Waiver, String>> {
    let tags = finding.resource.tags.as_ref()?;
    let ignored = tags.get(IGNORE)?;
    ignored.split_whitespace().find(|name| names(name, finding, rules))?;
    Some(of(tags, &finding.rule.id).map_err(|problem| format!("the tag {IGNORE} waives nothing: {problem}")))
}

/// Whether a word of the tag means the finding's rule, by any of its ids, or its area.
fn names(word: &str, finding: &Finding, rules: &RuleSet) -> bool {
    word == finding.rule.area || rules.today(word) == Some(&finding.rule.id)
}

fn of(tags: &Tags, rule: &str) -> Result<Waiver, String> {
    let until = last_day(tags)?;
    let given = |tag: &str| tags.get(tag).filter(|text| !text.trim().is_empty()).cloned();
    let reason = given(IGNORE_REASON).ok_or_else(|| format!("the tag {IGNORE_REASON} is missing"))?;
    let owner = given(IGNORE_OWNER).unwrap_or_else(|| format!("the tag {IGNORE}"));
    Ok(Waiver { rule: rule.to_owned(), resource: None, tag: None, reason, owner, until })
}

fn last_day(tags: &Tags) -> Result<Date, String> {
    let until = tags.get(IGNORE_UNTIL).ok_or_else(|| format!("the tag {IGNORE_UNTIL} is missing"))?;
    until.trim().parse().map_err(|_| format!("the tag {IGNORE_UNTIL} is not a date: `{until}`"))
}

/// Words of tags that name no rule and no area, that have ended, or that cover no failure of their resource.
pub(super) fn without_effect(findings: &[Finding], rules: &RuleSet, today: Date) -> BTreeSet<Diagnostic> {
    let mut by_resource: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let is_tagged = finding.resource.tags.as_ref().is_some_and(|tags| tags.contains_key(IGNORE));
        if let Some(arn) = finding.resource.arn.as_deref().filter(|_| is_tagged) {
            by_resource.entry(arn).or_default().push(finding);
        }
    }
    by_resource.into_iter().flat_map(|(arn, findings)| of_resource(arn, &findings, rules, today)).collect()
}

fn of_resource(arn: &str, findings: &[&Finding], rules: &RuleSet, today: Date) -> Vec<Diagnostic> {
    let Some(tags) = findings.first().and_then(|finding| finding.resource.tags.as_ref()) else { return Vec::new() };
    let words = tags.get(IGNORE).into_iter().flat_map(|words| words.split_whitespace());
    let ended = last_day(tags).ok().filter(|until| *until < today);
    words.filter_map(|word| of_word(word, arn, findings, rules, ended)).collect()
}

fn of_word(word: &str, arn: &str, findings: &[&Finding], rules: &RuleSet, ended: Option<Date>) -> Option<Diagnostic> {
    let tag = format!("the tag {IGNORE} of {arn}");
    if rules.today(word).is_none() && !rules.is_area(word) {
        let message = format!("{tag} names `{word}`, which is neither a rule nor an area");
        return Some(Diagnostic { code: DiagnosticCode::UnusedWaiver, message });
    }
    if let Some(until) = ended {
        let message = format!("{tag} ended on {until}");
        return Some(Diagnostic { code: DiagnosticCode::ExpiredWaiver, message });
    }
    let judged: Vec<&&Finding> = findings.iter().filter(|finding| names(word, finding, rules)).collect();
    let is_used = judged.iter().any(|finding| finding.verdict == Verdict::Fail);
    (!judged.is_empty() && !is_used).then(|| Diagnostic {
        code: DiagnosticCode::UnusedWaiver,
        message: format!("{tag} names `{word}`, of which nothing fails there"),
    })
}
