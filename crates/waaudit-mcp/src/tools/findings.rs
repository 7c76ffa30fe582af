//! Findings by filters, and what a rule has to say about them.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::question::{Asked, Page, Paging, Question};
use waaudit_judge::report::{Finding, Report, RuleWords, Subject, Verdict, Verdicts};
use waaudit_judge::selection::find;
use waaudit_model::error::Failure;
use waaudit_model::snapshot::GLOBAL;
use waaudit_rules::{Rule, Severity, Stage};

/// Filters; a finding has to fit all of them.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Findings {
    /// An area of rules, as `multi-az`.
    #[serde(default)]
    area: Option<String>,
    /// This severity or worse.
    #[serde(default)]
    severity: Option<Severity>,
    /// A verdict; `fail` is what has to be fixed.
    #[serde(default)]
    verdict: Option<Verdict>,
    /// A rule's id, as `multi-az/rds-instance`.
    #[serde(default)]
    rule: Option<String>,
    /// A region, or `global`.
    #[serde(default)]
    region: Option<String>,
    /// A part of the resource's ARN, id or name, in upper or lower case.
    #[serde(default)]
    resource: Option<String>,
    /// A tag of the resource: `key`, or `key=value`.
    #[serde(default)]
    tag: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Findings with their rules.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FindingsOfAccount {
    /// Failures first, then what is unknown, waived, passes and is skipped; of these, the worst severity first.
    findings: Page<Finding>,
    /// The rules of these findings. The tool `explain` has all about one.
    rules: Vec<RuleInBrief>,
}

/// A rule in brief.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RuleInBrief {
    /// Its id.
    id: String,
    /// What it expects.
    title: String,
    /// How bad a failure is, unless the finding says that it is less.
    severity: Severity,
    /// From which stage on it matters.
    stage: Stage,
}

impl Question for Findings {
    const NAME: &'static str = "findings";
    const ABOUT: &'static str = "Verdicts of rules on resources, worst first, with what was seen, the evidence and the command that fixes it. \
         Filters narrow the list; a cursor leads to its next part.";
    type Answer = FindingsOfAccount;

    fn answer(self, asked: &Asked) -> Result<FindingsOfAccount, Failure> {
        let account = asked.account()?;
        let report = &account.report;
        let rule = self.rule.as_deref().map(|id| find(&asked.accounts.rules, id)).transpose()?;
        self.check(report)?;
        let wanted =
            |finding: &&Finding| rule.is_none_or(|rule| rule.answers_to(&finding.rule.id)) && self.fits(finding);
        let mut found: Vec<&Finding> = report.findings.iter().filter(wanted).collect();
        found.sort_by_key(|finding| (urgency(finding.verdict), finding.severity()));
        let findings = asked.page(&self.paging, &account, found)?.map(Clone::clone);
        let rules: BTreeMap<&str, &RuleWords> =
            findings.items.iter().map(|finding| (finding.rule.id.as_str(), &*finding.rule)).collect();
        let rules = rules.into_values().map(RuleInBrief::from).collect();
        Ok(FindingsOfAccount { findings, rules })
    }
}

impl Findings {
    /// A misspelt area or region finds nothing, which would read as if nothing were wrong there.
    fn check(&self, report: &Report) -> Result<(), Failure> {
        let areas: BTreeSet<&str> = report.rules.iter().map(|rule| rule.area.as_str()).collect();
        let regions: BTreeSet<&str> = report.regions.iter().map(String::as_str).chain([GLOBAL]).collect();
        one_of("area", self.area.as_deref(), &areas)?;
        one_of("region", self.region.as_deref(), &regions)
    }

    fn fits(&self, finding: &Finding) -> bool {
        let subject = &finding.resource;
        self.area.as_ref().is_none_or(|area| finding.rule.area == *area)
            && self.severity.is_none_or(|severity| finding.severity() <= severity)
            && self.verdict.is_none_or(|verdict| finding.verdict == verdict)
            && self.region.as_ref().is_none_or(|region| subject.region == *region)
            && self.resource.as_ref().is_none_or(|part| has_part(subject, part))
            && self.tag.as_ref().is_none_or(|tag| has_tag(subject, tag))
    }
}

fn one_of(argument: &str, value: Option<&str>, known: &BTreeSet<&str>) -> Result<(), Failure> {
    let Some(value) = value.filter(|value| !known.contains(value)) else { return Ok(()) };
    let all = known.iter().copied().collect::<Vec<_>>().join(", ");
    Err(Failure::new(format!("no {argument} `{value}`")).help(format!("it may be {all}")))
}

fn has_part(subject: &Subject, part: &str) -> bool {
    [&subject.arn, &subject.id, &subject.name].into_iter().flatten().any(|text| contains(text, part))
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

fn has_tag(subject: &Subject, tag: &str) -> bool {
    let Some(tags) = &subject.tags else { return false };
    tags.contains_key(tag)
        || tag.split_once('=').is_some_and(|(key, value)| tags.get(key).is_some_and(|own| own == value))
}

const fn urgency(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Unknown => 1,
        Verdict::Waived => 2,
        Verdict::Pass => 3,
        Verdict::Skip => 4,
    }
}

impl From<&RuleWords> for RuleInBrief {
    fn from(rule: &RuleWords) -> Self {
        Self { id: rule.id.clone(), title: rule.title.clone(), severity: rule.severity, stage: rule.stage }
    }
}

/// Which rule to explain.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Explain {
    /// The rule's id, as `multi-az/rds-instance`.
    rule: String,
}

/// A rule in full.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Explanation {
    /// What it says of all its findings: why it matters, how bad a failure is, references.
    rule: RuleWords,
    /// The kind of resource that it judges.
    judges: String,
    /// The expression over the resource's facts that has to be true.
    expects: String,
    /// When it does not apply: an expression and the reason.
    skips_if: Vec<String>,
    /// The facts that its findings show.
    shows: Vec<String>,
    /// The command that fixes a failure, with placeholders for facts of the resource.
    fix: String,
    /// Its findings in this account by verdict; null where no account was read yet.
    findings: Option<Verdicts>,
}

impl Question for Explain {
    const NAME: &'static str = "explain";
    const ABOUT: &'static str = "A rule in full: why it matters, what it expects, when it does not apply, how to fix a failure, and \
         references to AWS Well-Architected, Security Hub and AWS Config.";
    type Answer = Explanation;

    fn answer(self, asked: &Asked) -> Result<Explanation, Failure> {
        let rule = find(&asked.accounts.rules, &self.rule)?;
        let account = asked.account().ok();
        Ok(Explanation {
            rule: rule.into(),
            judges: rule.kind.clone(),
            expects: rule.expect.source().to_owned(),
            skips_if: rule.unless.iter().map(|one| format!("{}: {}", one.holds.source(), one.because)).collect(),
            shows: rule.evidence.clone(),
            fix: rule.fix.source().clone(),
            findings: account.map(|account| count(&account.report, rule)),
        })
    }
}

fn count(report: &Report, rule: &Rule) -> Verdicts {
    let mut verdicts = Verdicts::default();
    for finding in report.findings.iter().filter(|finding| rule.answers_to(&finding.rule.id)) {
        let count = match finding.verdict {
            Verdict::Pass => &mut verdicts.pass,
            Verdict::Fail => &mut verdicts.fail,
            Verdict::Unknown => &mut verdicts.unknown,
            Verdict::Skip => &mut verdicts.skip,
            Verdict::Waived => &mut verdicts.waived,
        };
        *count += 1;
    }
    verdicts
}
