//! Reports to lay out.

use serde_json::Map;

use crate::table::{Look, Shown, render};
use waaudit_judge::report::{
    Area, Blocker, ChecklistLine, Evidence, Finding, Fix, Gap, Go, REPORT_VERSION, Readiness, Report, RuleWords,
    Shared, StageStatus, Subject, Summary, Tool, Verdict, Verdicts,
};
use waaudit_model::gap::GapReason;
use waaudit_model::snapshot::AccountIdentity;
use waaudit_rules::{ChecklistItem, FixFlag, References, Severity, Stage};

pub(super) const STANDBY: &str = "multi-az/rds-instance";
pub(super) const LONG_COMMAND: &str = "aws rds modify-db-instance --db-instance-identifier orders --multi-az \
                            --preferred-maintenance-window <window> --no-apply-immediately --region eu-west-1";

pub(super) fn words_of(rule: &str, severity: Severity) -> RuleWords {
    RuleWords {
        id: rule.to_owned(),
        title: format!("what {rule} expects is so"),
        area: rule.split('/').next().unwrap_or(rule).to_owned(),
        severity,
        stage: Stage::TenThousand,
        pillars: Vec::new(),
        why: String::new(),
        refs: References::default(),
        fix_terraform: "aws_db_instance.multi_az = true".to_owned(),
        flags: vec![FixFlag::ExtraCost, FixFlag::FullTest],
    }
}

/// A finding of a rule on a resource.
pub(super) fn finding(rule: &str, severity: Severity, verdict: Verdict, id: &str) -> Finding {
    let fails = verdict == Verdict::Fail;
    Finding {
        rule: words_of(rule, severity).into(),
        severity: None,
        verdict,
        message: format!("{id} runs in one zone alone, and everything that depends on it stops when the zone does"),
        evidence: Evidence::default(),
        settings: Map::new().into(),
        fingerprint: format!("{rule} {id}"),
        resource: Shared::from(Subject {
            kind: "rds.db_instance".to_owned(),
            arn: Some(format!("arn:aws:rds:eu-west-1:123456789012:db:{id}")),
            id: Some(id.to_owned()),
            name: None,
            region: "eu-west-1".to_owned(),
            account: "123456789012".to_owned(),
            tags: None,
        }),
        fix: fails.then(|| Fix { cli: LONG_COMMAND.to_owned() }),
        reason: None,
        severity_reason: None,
        because_of: Vec::new(),
        explains: Vec::new(),
    }
}

pub(super) fn because(reason: &str, finding: Finding) -> Finding {
    Finding { reason: Some(reason.to_owned()), ..finding }
}

/// An unknown for a region in which a kind could not be listed.
pub(super) fn unlisted(rule: &str, region: &str) -> Finding {
    let mut unknown = finding(rule, Severity::High, Verdict::Unknown, region);
    let resource = unknown.resource.own();
    (resource.arn, resource.id, resource.region) = (None, None, region.to_owned());
    let reason = format!("rds.db_instance could not be listed (rds:DescribeDBInstances in {region}: access denied)");
    because(&reason, unknown)
}

pub(super) fn gap(action: &str, region: &str, reason: GapReason) -> Gap {
    Gap {
        service: "rds".to_owned(),
        operation: "DescribeDBInstances".to_owned(),
        action: action.to_owned(),
        region: region.to_owned(),
        reason,
        message: "AccessDenied".to_owned(),
        request_id: None,
        kinds: vec!["rds.db_instance".to_owned()],
        resources: Vec::new(),
        count: 1,
    }
}

pub(super) fn regions() -> Vec<String> {
    ["ap-south-1", "eu-central-1", "eu-west-1", "us-east-1", "us-west-2"].map(str::to_owned).to_vec()
}

pub(super) fn count(findings: &[Finding], area: Option<&str>, verdict: Verdict) -> usize {
    let counts = |finding: &&Finding| finding.verdict == verdict && area.is_none_or(|area| area == finding.rule.area);
    findings.iter().filter(counts).count()
}

/// A report on findings, with counts that fit and a launch that is ready.
pub(super) fn report(findings: Vec<Finding>, gaps: Vec<Gap>) -> Report {
    let mut names: Vec<&str> = findings.iter().map(|finding| finding.rule.area.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let area = |name: &str| {
        let of = |verdict| count(&findings, Some(name), verdict);
        let (pass, fail, unknown) = (of(Verdict::Pass), of(Verdict::Fail), of(Verdict::Unknown));
        let score = (pass + fail > 0).then_some(41.7);
        let coverage = (pass + fail + unknown > 0).then_some(0.972);
        Area { area: name.to_owned(), score, coverage, pass, fail, unknown }
    };
    let areas: Vec<Area> = names.into_iter().map(area).collect();
    let fails = count(&findings, None, Verdict::Fail);
    let blocker = Blocker {
        rule: STANDBY.to_owned(),
        title: "RDS instances keep a standby in a second zone".to_owned(),
        severity: Severity::Critical,
        stage: Stage::TenThousand,
        failing: fails,
    };
    let rung = |stage: Stage| {
        let is_blocked = fails > 0 && stage > Stage::Launch;
        let (status, blockers) =
            if is_blocked { (Readiness::Blocked, vec![blocker.clone()]) } else { (Readiness::Ready, Vec::new()) };
        StageStatus { stage, status, blockers }
    };
    let summary = Summary {
        score_without_waivers: None,
        score: areas.iter().any(|area| area.score.is_some()).then_some(61.3),
        coverage: areas.iter().any(|area| area.coverage.is_some()).then_some(0.942),
        stage: Some(if fails > 0 { Stage::Launch } else { Stage::Million }),
        next_stage: (fails > 0).then_some(Stage::TenThousand),
        verdicts: Verdicts {
            pass: count(&findings, None, Verdict::Pass),
            fail: fails,
            unknown: count(&findings, None, Verdict::Unknown),
            skip: count(&findings, None, Verdict::Skip),
            waived: count(&findings, None, Verdict::Waived),
        },
        areas,
        stages: Stage::ALL.map(rung).to_vec(),
        pillars: Vec::new(),
        checklist: vec![ChecklistLine {
            item: ChecklistItem::CachingDatabase,
            status: if fails > 0 { Go::NoGo } else { Go::Go },
            because: if fails > 0 { checklist_reasons() } else { Vec::new() },
        }],
    };
    Report {
        simulation: None,
        headroom: Vec::new(),
        ramp: None,
        plan: None,
        schema_version: REPORT_VERSION,
        tool: Tool { name: "waaudit".to_owned(), version: "0.1.0".to_owned() },
        account: AccountIdentity {
            id: "123456789012".to_owned(),
            alias: Some("shop-prod".to_owned()),
            arn: "arn:aws:sts::123456789012:assumed-role/audit/me".to_owned(),
            partition: "aws".to_owned(),
        },
        taken_at: "2026-08-14T09:12:33.5Z".to_owned(),
        regions: regions(),
        complete: true,
        rules: Vec::new(),
        summary,
        findings,
        gaps,
        not_assessed: Vec::new(),
        diagnostics: Vec::new(),
        metrics: None,
        effort: None,
    }
}

pub(super) fn checklist_reasons() -> Vec<String> {
    vec!["cost/budget: there is no budget".to_owned(), format!("{STANDBY}: orders-00 runs alone (and 11 more)")]
}

/// An account with something of everything.
pub(super) fn mixed() -> Report {
    let mut findings: Vec<Finding> =
        (0..12).map(|n| finding(STANDBY, Severity::Critical, Verdict::Fail, &format!("orders-{n:02}"))).collect();
    findings.extend([
        finding("cost/budget", Severity::Medium, Verdict::Fail, "123456789012"),
        finding("load-balancing/health-checks", Severity::High, Verdict::Fail, "app/shop-frontend/50dc6c495c0c9188"),
        finding("caching/edge", Severity::High, Verdict::Pass, "E2QWRUHAPOMQZL"),
        because("waived by ops until 2027-01-31: moves soon", finding(STANDBY, Severity::Low, Verdict::Waived, "old")),
        because("non-production: tagged env=dev", finding(STANDBY, Severity::Low, Verdict::Skip, "dev-1")),
        because("non-production: tagged env=dev", finding(STANDBY, Severity::Low, Verdict::Skip, "dev-2")),
        because("a replica need not", finding(STANDBY, Severity::Low, Verdict::Skip, "replica")),
    ]);
    findings.extend(regions().iter().map(|region| unlisted("recovery/backups", region)));
    let mut gaps: Vec<Gap> =
        regions().iter().map(|region| gap("rds:DescribeDBInstances", region, GapReason::Denied)).collect();
    gaps.push(gap("dax:DescribeClusters", "eu-west-1", GapReason::NotInRegion));
    gaps.push(gap("elasticloadbalancing:DescribeLoadBalancerAttributes", "eu-west-1", GapReason::Throttled));
    report(findings, gaps)
}

pub(super) fn page(report: &Report, width: usize) -> String {
    filtered(report, width, Shown::default())
}

pub(super) fn filtered(report: &Report, width: usize, shown: Shown) -> String {
    render(report, &Look { width, colour: false, shown })
}

/// All words of a page in one line, so that wrapping does not hide a sentence.
pub(super) fn words(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn position(page: &str, words: &str) -> usize {
    page.find(words).unwrap_or_else(|| panic!("{words:?} is not in\n{page}"))
}
