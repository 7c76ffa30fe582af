//! What a page must have, whatever it looks like.

mod samples;

use self::samples::*;
use super::{Look, Shown, render};
use waaudit_judge::report::{Finding, NotAssessed, Readiness, Report, Verdict};
use waaudit_rules::{Severity, Stage};

#[test]
fn an_incomplete_report_says_so_before_its_score() {
    let page = page(&Report { complete: false, ..mixed() }, 100);
    assert!(position(&page, "Incomplete: the scan ended") < position(&page, "Score: "), "{page}");
}

#[test]
fn no_line_is_wider_than_the_page_but_commands() {
    for width in [60, 80, 100, 139, 140, 200] {
        let page = page(&mixed(), width);
        let wide = page.lines().find(|line| {
            line.chars().count() > width && !line.contains("aws rds modify") && !line.contains("waaudit rule")
        });
        assert_eq!(wide, None, "at {width}");
    }
}

#[test]
fn a_command_stands_in_one_line() {
    let page = page(&mixed(), 80);
    assert!(page.lines().any(|line| line.trim() == LONG_COMMAND), "{page}");
}

#[test]
fn without_colour_there_are_no_escape_codes() {
    assert!(!page(&mixed(), 80).contains('\u{1b}'));
}

#[test]
fn colours_add_nothing_but_escape_codes() {
    let coloured = render(&mixed(), &Look { width: 80, colour: true, shown: Shown::default() });
    assert!(coloured.contains('\u{1b}'));
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    let lines = |page: &str| page.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&stripped), lines(&page(&mixed(), 80)));
}

#[test]
fn words_from_the_account_cannot_steer_the_terminal() {
    let mut report = mixed();
    for finding in &mut report.findings {
        finding.message = "harmless \u{1b}[2J\u{202e}\r name".to_owned();
        finding.resource.own().name = Some("\u{7}\u{9b}2J".to_owned());
    }
    let page = page(&report, 80);
    assert!(!page.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'));
}

#[test]
fn parts_come_in_the_order_of_a_reader() {
    let page = page(&mixed(), 80);
    let parts = [
        "account 123456789012 (shop-prod)",
        "· 5 regions · 2026-08-14 09:12 UTC",
        "Ready for launch; next: 10k users, blocked by 1 rule.",
        "Score: 61.3 of 100, coverage 94.2 %",
        " 1. ",
        "What blocks 10k users",
        "Before an expected peak",
        "── multi-az",
        "3 skipped: 2 non-production, 1 not applicable",
        "What could not be read",
        "What to do next",
        "waaudit rule explain multi-az/rds-instance",
    ];
    let found: Vec<usize> = parts.iter().map(|part| position(&page, part)).collect();
    assert!(found.is_sorted(), "{found:?}\n{page}");
}

#[test]
fn what_is_not_assessed_is_named_by_service() {
    let of = |service: &str, product: Option<&str>, of_type: Option<&str>, count| NotAssessed {
        service: service.to_owned(),
        product: product.map(str::to_owned),
        r#type: of_type.map(str::to_owned),
        count,
        regions: Vec::new(),
    };
    let mut report = mixed();
    assert!(!page(&report, 80).contains("Not assessed"));
    report.not_assessed = vec![
        of("batch", Some("AWS Batch"), Some("job-queue"), Some(3)),
        of("ec2", None, Some("vpn-gateway"), Some(1)),
        of("ec2", None, Some("key-pair"), Some(2)),
        of("dms", Some("AWS DMS"), None, None),
    ];
    let page = page(&report, 100);
    let part = words(&page[position(&page, "── Not assessed")..]);
    assert!(part.contains("3 resource types ──"), "{page}");
    assert!(part.contains("AWS Batch: job-queue (3) ec2: vpn-gateway (1), key-pair (2)"), "{page}");
    assert!(part.contains("Not read, whether in use or not: AWS DMS."), "{page}");
}

#[test]
fn the_first_screen_fits_a_small_terminal_and_says_it_all() {
    let long = |finding: Finding| {
        let mut finding = finding;
        finding.resource.own().name = Some("a-service-with-a-name-of-its-own ".repeat(9));
        finding
    };
    let mut crowded = mixed();
    crowded.complete = false;
    crowded.findings = crowded.findings.into_iter().map(long).collect();
    for (report, width) in [(mixed(), 80), (crowded, 80), (mixed(), 200)] {
        let page = page(&report, width);
        let screen: Vec<&str> = page.lines().take(24).collect();
        for part in ["account", "next: 10k users", "Score: ", "launch ready", " NO-GO  ", " 1. ", " 2. "] {
            assert!(screen.iter().any(|line| line.contains(part)), "{part} at {width}:\n{page}");
        }
        let end = page.lines().position(|line| line.contains("findings: ")).expect("the details");
        assert!(end <= 24, "{end} lines at {width}:\n{page}");
    }
}

#[test]
fn every_failure_has_a_line_or_is_counted() {
    for width in [80, 200] {
        let page = page(&mixed(), width);
        let areas = &page[position(&page, "── cost")..position(&page, "What could not be read")];
        let rows = (0..12).filter(|n| areas.contains(&format!("orders-{n:02} runs"))).count();
        assert_eq!(rows, 5, "{page}");
        assert!(areas.contains("… and 7 more (--full shows them)"), "{page}");
        assert!(words(areas).contains("app/shop-frontend/"), "{page}");
        assert!(areas.contains("123456789012 runs"), "{page}");
    }
}

#[test]
fn five_resources_of_a_rule_are_shown_and_all_on_request() {
    let some =
        |count| (0..count).map(|n| finding(STANDBY, Severity::High, Verdict::Fail, &format!("db-{n}"))).collect();
    let five = page(&report(some(5), Vec::new()), 80);
    assert!(five.contains("db-4 runs") && !five.contains("--full shows"), "{five}");
    let eight = report(some(8), Vec::new());
    assert!(!page(&eight, 80).contains("db-5 runs"));
    let full = filtered(&eight, 80, Shown { full: true, ..Shown::default() });
    assert!(full.contains("db-7 runs") && !full.contains("--full shows"), "{full}");
}

#[test]
fn a_filter_hides_findings_and_says_how_many() {
    let findings = vec![
        finding("cost/a", Severity::Low, Verdict::Fail, "mild"),
        finding("cost/b", Severity::High, Verdict::Fail, "grave"),
        finding("cost/c", Severity::High, Verdict::Pass, "fine"),
    ];
    let report = report(findings, Vec::new());
    let grave = filtered(&report, 80, Shown { severity: Severity::High, ..Shown::default() });
    assert!(grave.contains("grave runs") && !grave.contains("mild runs") && !grave.contains("fine runs"), "{grave}");
    assert!(grave.contains("1 finding not shown"), "{grave}");
    let passes = filtered(&report, 80, Shown { verdict: Some(Verdict::Pass), ..Shown::default() });
    assert!(passes.contains("fine runs") && !passes.contains("grave runs"), "{passes}");
    assert!(!page(&report, 80).contains("not shown"));
}

#[test]
fn failures_come_by_severity() {
    let findings = vec![
        finding("cost/a", Severity::Low, Verdict::Fail, "first"),
        finding("cost/b", Severity::Critical, Verdict::Fail, "second"),
    ];
    let page = page(&report(findings, Vec::new()), 80);
    assert!(position(&page, "second runs") < position(&page, "first runs"), "{page}");
}

#[test]
fn unknowns_of_many_regions_share_a_row() {
    let page = words(&page(&mixed(), 200));
    assert!(page.contains("rds.db_instance; all 5 regions"), "{page}");
    let reason = "rds.db_instance could not be listed (rds:DescribeDBInstances: access denied)";
    assert_eq!(page.matches(reason).count(), 1, "{page}");
}

#[test]
fn unknowns_for_different_reasons_do_not() {
    let reasons = ["one could not be read", "other could not be read"];
    let unknown = |reason: &&str| because(reason, finding(STANDBY, Severity::High, Verdict::Unknown, reason));
    let page = page(&report(reasons.iter().map(unknown).collect(), Vec::new()), 200);
    assert!(reasons.iter().all(|reason| page.contains(reason)), "{page}");
    assert!(page.contains("no score, nothing could be judged"), "{page}");
}

#[test]
fn waived_failures_say_who_and_until_when() {
    let waived =
        Finding { message: "old is alone".to_owned(), ..finding(STANDBY, Severity::Low, Verdict::Waived, "old") };
    let report = report(vec![because("waived by ops until 2027-01-31: moves soon", waived)], Vec::new());
    let page = page(&report, 200);
    assert!(page.contains("old is alone (waived by ops until 2027-01-31: moves soon)"), "{page}");
}

#[test]
fn gaps_say_what_to_do_and_leave_out_what_cannot_be_missing() {
    for width in [80, 200] {
        let page = page(&mixed(), width);
        let gaps = words(&page[position(&page, "What could not be read")..]);
        assert!(gaps.contains("rds:DescribeDBInstances"), "{page}");
        assert!(gaps.contains("access denied") && gaps.contains("all 5 regions"), "{page}");
        assert!(gaps.contains("elasticloadbalancing:DescribeLoadBalancerAttributes"), "{page}");
        assert!(gaps.contains("`waaudit permissions`"), "{page}");
        assert!(!gaps.contains("dax:"), "{page}");
    }
}

#[test]
fn the_checklist_gives_the_gravest_reason() {
    let page = words(&page(&mixed(), 200));
    assert!(
        page.contains("NO-GO multi-az/rds-instance: orders-00 runs alone (and 11 more); and 1 more rule"),
        "{page}"
    );
}

#[test]
fn a_fix_says_what_it_brings() {
    let page = words(&page(&mixed(), 80));
    assert!(page.contains("orders-00 in eu-west-1, and 11 more of this rule"), "{page}");
    assert!(page.contains("extra cost, needs a full test"), "{page}");
    assert!(page.contains("<angle brackets>"), "{page}");
}

#[test]
fn a_clean_account_is_said_to_be_clean() {
    let passes = (0..4).map(|n| finding("caching/edge", Severity::High, Verdict::Pass, &format!("db-{n}"))).collect();
    let page = page(&report(passes, Vec::new()), 80);
    assert!(page.contains("Ready for 1m users, the top of the ladder."), "{page}");
    assert!(page.contains("caching: all 4 pass"), "{page}");
    assert!(page.contains("No call to AWS failed."), "{page}");
    assert!(!page.contains("What blocks") && !page.contains("What to do next"), "{page}");
}

#[test]
fn an_account_with_nothing_to_judge_is_not_called_ready() {
    let skips = vec![because("non-production: tagged env=dev", finding(STANDBY, Severity::High, Verdict::Skip, "dev"))];
    for empty in [report(skips, Vec::new()), report(Vec::new(), Vec::new())] {
        let page = page(&empty, 80);
        assert!(page.contains("no score, nothing to judge"), "{page}");
        assert!(!page.to_lowercase().contains("ready"), "{page}");
    }
}

#[test]
fn a_score_never_rounds_up_to_all() {
    use crate::words::score;
    assert_eq!(score(Some(100.0), Some(1.0)), "100 of 100, coverage 100 %");
    assert_eq!(score(Some(99.96), Some(0.9999)), "99.9 of 100, coverage 99.9 %");
    assert_eq!(score(Some(0.0), Some(0.94)), "0 of 100, coverage 94 %");
}

#[test]
fn an_unproven_stage_is_not_called_ready() {
    let mut report = report(vec![unlisted(STANDBY, "eu-west-1")], Vec::new());
    for stage in &mut report.summary.stages {
        stage.status = Readiness::Unproven;
    }
    report.summary.stage = None;
    report.summary.next_stage = Some(Stage::Launch);
    let unproven = words(&page(&report, 80));
    assert!(unproven.contains("Ready for launch is unproven: no critical or high rule fails, but"), "{unproven}");

    report.summary.stages.clear();
    let unsaid = page(&report, 80);
    assert!(unsaid.contains("No stage was evaluated."), "{unsaid}");
}

#[test]
fn the_page_fits_wide_characters() {
    let mut report = mixed();
    for finding in &mut report.findings {
        finding.resource.own().name = Some("注文データベース".repeat(4));
    }
    let page = page(&report, 80);
    let columns = |line: &str| line.chars().map(|c| if ('ぁ'..='龯').contains(&c) { 2 } else { 1 }).sum::<usize>();
    let wide = page.lines().find(|line| columns(line) > 80 && !line.contains("aws rds modify"));
    assert!(page.contains("注文") && wide.is_none(), "{wide:?}\n{page}");
}

#[test]
fn what_a_failure_explains_stands_under_it() {
    let mut parent = finding(STANDBY, Severity::Critical, Verdict::Fail, "shop");
    let mut child = finding("multi-az/nat-per-az", Severity::High, Verdict::Fail, "vpc-1");
    child.fingerprint = "child".to_owned();
    parent.explains = vec!["child".to_owned()];
    let text = words(&page(&report(vec![parent, child], Vec::new()), 120));
    assert!(text.contains("explains multi-az/nat-per-az of vpc-1"), "{text}");
}

#[test]
fn a_lowered_severity_says_why() {
    let mut lowered = finding(STANDBY, Severity::High, Verdict::Fail, "orders");
    lowered.severity_reason = Some("off-path: critical by itself, but no request path leads to it".to_owned());
    let text = words(&page(&report(vec![lowered], Vec::new()), 160));
    assert!(text.contains("critical by itself, but no request path leads to it"), "{text}");
}
