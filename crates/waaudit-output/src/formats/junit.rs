//! The findings as JUnit XML, for what shows test results: a suite for each rule, a case for each finding.
//!
//! A case fails where a finding does. What could not be judged is skipped, with its reason: nothing is wrong with it yet,
//! and a build is red for the failures that the exit code speaks of.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Format;
use crate::text::legal_xml;
use crate::words;
use waaudit_judge::report::{Finding, Report, Verdict};

pub(super) const FORMAT: Format =
    Format { name: "junit", about: "For test results of CI: JUnit XML", write: |report, _, to| suites(report, to) };

type Xml<'w> = Writer<&'w mut dyn Write>;

fn suites(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(to, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = Counts::of(&report.findings);
    let element = xml.create_element("testsuites").with_attribute(("name", report.tool.name.as_str()));
    element.with_attributes(counts.attributes().iter().map(pair)).write_inner_content(|xml| {
        let by_rule = report.findings.chunk_by(|one, other| one.rule.id == other.rule.id);
        by_rule.into_iter().try_for_each(|findings| suite(xml, report, findings))
    })?;
    xml.get_mut().write_all(b"\n")
}

fn suite(xml: &mut Xml, report: &Report, findings: &[Finding]) -> io::Result<()> {
    let Some(rule) = findings.first().map(|finding| &finding.rule) else { return Ok(()) };
    let element = xml.create_element("testsuite").with_attribute(("name", rule.id.as_str()));
    let element = element.with_attributes(Counts::of(findings).attributes().iter().map(pair));
    let element = element.with_attribute(("timestamp", report.taken_at.trim_end_matches('Z')));
    element.write_inner_content(|xml| findings.iter().try_for_each(|finding| case(xml, finding)))?;
    Ok(())
}

fn case(xml: &mut Xml, finding: &Finding) -> io::Result<()> {
    let name = legal_xml(&format!("{} in {}", words::label(&finding.resource), finding.resource.region));
    let class = finding.rule.id.replace('/', ".");
    let element = xml.create_element("testcase").with_attribute(("name", name.as_str()));
    let element = element.with_attribute(("classname", class.as_str())).with_attribute(("time", "0"));
    match finding.verdict {
        Verdict::Pass => element.write_empty()?,
        Verdict::Fail => element.write_inner_content(|xml| failure(xml, finding))?,
        Verdict::Unknown | Verdict::Skip | Verdict::Waived => element.write_inner_content(|xml| {
            let reason = finding.reason.as_deref().unwrap_or(&finding.message);
            let message = legal_xml(&format!("{}: {reason}", finding.verdict.name()));
            xml.create_element("skipped").with_attribute(("message", message.as_str())).write_empty()?;
            Ok(())
        })?,
    };
    Ok(())
}

/// What was seen, of what, and the commands that fix it.
fn failure(xml: &mut Xml, finding: &Finding) -> io::Result<()> {
    let message = legal_xml(&finding.message);
    let arn = finding.resource.arn.iter().map(|arn| legal_xml(arn));
    let reason = finding.severity_reason.iter().map(|reason| legal_xml(reason));
    let fix = finding.fix.iter().flat_map(|fix| fix.cli.lines()).map(legal_xml);
    let lines: Vec<String> =
        [finding.rule.title.clone(), message.clone()].into_iter().chain(reason).chain(arn).chain(fix).collect();
    let element = xml.create_element("failure").with_attribute(("message", message.as_str()));
    let element = element.with_attribute(("type", finding.severity().name()));
    element.write_text_content(BytesText::new(&lines.join("\n")))?;
    Ok(())
}

/// Cases, and those that did not pass.
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
}

impl Counts {
    fn of(findings: &[Finding]) -> Self {
        let of = |wanted: fn(Verdict) -> bool| findings.iter().filter(|finding| wanted(finding.verdict)).count();
        let failures = of(|verdict| verdict == Verdict::Fail);
        Self { tests: findings.len(), failures, skipped: findings.len() - failures - of(|it| it == Verdict::Pass) }
    }

    fn attributes(&self) -> [(&'static str, String); 5] {
        let [tests, failures, skipped] = [self.tests, self.failures, self.skipped].map(|count| count.to_string());
        let none = || "0".to_owned();
        [("tests", tests), ("failures", failures), ("errors", none()), ("skipped", skipped), ("time", none())]
    }
}

fn pair<'a>((name, value): &'a (&'static str, String)) -> (&'a str, &'a str) {
    (name, value)
}
