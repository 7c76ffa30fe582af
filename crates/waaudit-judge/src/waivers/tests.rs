//! Which waivers count, and what is said of those that don't.

use jiff::Timestamp;
use proptest::prelude::*;

use super::{Waiver, Waivers, waive};
use crate::audit::audit;
use crate::criteria::Criteria;
use crate::report::{DiagnosticCode, Finding, Verdict};
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::RuleSet;
use waaudit_rules::fixtures::DEMO;

const RULE: &str = "multi-az/rds-instance";

fn rules() -> RuleSet {
    RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"))
}

fn at() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

/// A failing finding whose resource has these tags.
fn failure(rules: &RuleSet, tags: &[(&str, &str)]) -> Finding {
    let snapshot = Snapshot::from_json(DEMO).unwrap();
    let findings = audit(snapshot, &Criteria::new(rules, &Settings::default())).findings;
    let mut finding = findings.into_iter().find(|finding| finding.rule.id == RULE).unwrap();
    finding.verdict = Verdict::Fail;
    finding.reason = None;
    let tags = tags.iter().map(|(key, value)| (format!("waaudit:{key}"), (*value).to_owned()));
    finding.resource.own().tags = Some(tags.collect());
    finding
}

/// A rule set of the one rule, which had another id before.
fn renamed() -> RuleSet {
    let mut set = rules();
    set.rename("multi-az/standby", RULE);
    set.rules.retain(|rule| rule.id == RULE);
    set
}

/// The finding after waiving on the 2nd of March 2026, and what waivers had no effect.
fn waived(finding: &Finding, waivers: &[Waiver], rules: &RuleSet) -> (Finding, Vec<(DiagnosticCode, String)>) {
    let mut findings = [finding.clone()];
    let diagnostics = waive(&mut findings, &Waivers { waiver: waivers.to_vec() }, rules, at());
    let [finding] = findings;
    (finding, diagnostics.into_iter().map(|it| (it.code, it.message)).collect())
}

fn waiver(rule: &str, resource: Option<&str>, owner: &str, until: &str) -> Waiver {
    Waiver {
        rule: rule.to_owned(),
        resource: resource.map(str::to_owned),
        tag: None,
        reason: "moves in May".to_owned(),
        owner: owner.to_owned(),
        until: until.parse().unwrap(),
    }
}

#[test]
fn a_tag_waives_a_rule_or_an_area_until_its_last_day() {
    let rules = renamed();
    let whole = |ignore, until| {
        let tags = [("ignore", ignore), ("ignore-until", until), ("ignore-reason", "moves in May")];
        let (finding, _) = waived(&failure(&rules, &tags), &[], &rules);
        (finding.verdict, finding.reason.unwrap_or_default())
    };
    let reason = "waived by the tag waaudit:ignore until 2026-03-02: moves in May".to_owned();
    assert_eq!(whole("cost multi-az/rds-instance", "2026-03-02"), (Verdict::Waived, reason.clone()));
    assert_eq!(whole("multi-az", "2026-03-02"), (Verdict::Waived, reason.clone()));
    assert_eq!(whole("multi-az/standby", "2026-03-02"), (Verdict::Waived, reason));
    let ended = "the waiver of the tag waaudit:ignore ended on 2026-03-01".to_owned();
    assert_eq!(whole("multi-az", "2026-03-01"), (Verdict::Fail, ended));
    assert_eq!(whole("multi-az/rds", "2027-01-01"), (Verdict::Fail, String::new()));
}

#[test]
fn a_tag_may_say_who_accepted_the_failure() {
    let rules = renamed();
    let tags = [
        ("ignore", "multi-az"),
        ("ignore-until", "2026-04-01"),
        ("ignore-reason", "moves in May"),
        ("ignore-owner", "checkout"),
    ];
    let (finding, _) = waived(&failure(&rules, &tags), &[], &rules);
    assert_eq!(finding.reason.as_deref(), Some("waived by checkout until 2026-04-01: moves in May"));
}

#[test]
fn a_tag_without_a_day_or_a_reason_waives_nothing_and_says_so() {
    let rules = renamed();
    for (tags, missing) in [
        (vec![("ignore", "multi-az")], "the tag waaudit:ignore-until is missing"),
        (vec![("ignore", "multi-az"), ("ignore-until", "soon")], "the tag waaudit:ignore-until is not a date: `soon`"),
        (vec![("ignore", "multi-az"), ("ignore-until", "2027-01-01")], "the tag waaudit:ignore-reason is missing"),
    ] {
        let failing = failure(&rules, &tags);
        let (finding, _) = waived(&failing, &[], &rules);
        assert_eq!(finding.verdict, Verdict::Fail);
        assert_eq!(finding.reason, Some(format!("the tag waaudit:ignore waives nothing: {missing}")));
        let (finding, _) = waived(&failing, &[waiver(RULE, None, "platform", "2026-04-01")], &rules);
        assert_eq!(finding.verdict, Verdict::Waived);
    }
}

#[test]
fn of_several_waivers_the_one_that_lasts_longest_decides() {
    let rules = renamed();
    let failing = failure(&rules, &[]);
    let id = failing.resource.id.clone().unwrap();
    let ended = waiver(RULE, None, "finance", "2026-02-01");
    let valid = waiver(RULE, Some(&id), "platform", "2026-04-01");
    let (finding, diagnostics) = waived(&failing, &[ended.clone(), valid], &rules);
    assert_eq!(finding.reason.as_deref(), Some("waived by platform until 2026-04-01: moves in May"));
    let said = "the waiver of finance for multi-az/rds-instance ended on 2026-02-01".to_owned();
    assert_eq!(diagnostics, [(DiagnosticCode::ExpiredWaiver, said)]);
    let tags = [("ignore", RULE), ("ignore-until", "2026-05-01"), ("ignore-reason", "moves in May")];
    let (finding, _) = waived(&failure(&rules, &tags), &[ended], &rules);
    assert_eq!(finding.verdict, Verdict::Waived);
}

#[test]
fn a_waiver_follows_its_rule_to_a_new_id() {
    let rules = renamed();
    let (finding, diagnostics) =
        waived(&failure(&rules, &[]), &[waiver("multi-az/standby", None, "platform", "2026-04-01")], &rules);
    assert_eq!((finding.verdict, diagnostics), (Verdict::Waived, Vec::new()));
}

#[test]
fn a_waiver_of_an_unknown_rule_is_refused_with_the_nearest_id() {
    let waivers = Waivers { waiver: vec![waiver("multi-az/rds-instanc", None, "platform", "2026-04-01")] };
    let failure = waivers.check(&rules(), "waivers.toml").unwrap_err().to_string();
    assert!(failure.contains("waivers.toml: a waiver names the rule `multi-az/rds-instanc`"), "{failure}");
    assert!(failure.contains("did you mean `multi-az/rds-instance`?"), "{failure}");
}

#[test]
fn waivers_without_effect_are_reported() {
    let rules = renamed();
    let failing = failure(&rules, &[]);
    let other = waiver(RULE, Some("archive"), "platform", "2026-04-01");
    let (_, diagnostics) = waived(&failing, &[other], &rules);
    let said = "the waiver of platform for multi-az/rds-instance on archive covers no failure of this report";
    assert_eq!(diagnostics, [(DiagnosticCode::UnusedWaiver, said.to_owned())]);
    // A rule that this run leaves out says nothing about its waivers.
    let (_, diagnostics) = waived(&failing, &[waiver("cost/ec2-idle", None, "platform", "2026-04-01")], &rules);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let tags = [("ignore", "multi-zone cost"), ("ignore-until", "2026-05-01"), ("ignore-reason", "moves in May")];
    let tagged = failure(&rules, &tags);
    let arn = tagged.resource.arn.clone().unwrap();
    let (_, diagnostics) = waived(&tagged, &[], &rules);
    let said = format!("the tag waaudit:ignore of {arn} names `multi-zone`, which is neither a rule nor an area");
    assert_eq!(diagnostics, [(DiagnosticCode::UnusedWaiver, said)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_order_of_waivers_never_matters(
        drawn in proptest::collection::vec((0_usize..3, 0_usize..3, 1_i8..28, 0_usize..3), 0..6),
        turn in 0_usize..6,
    ) {
        let (rules, failing) = &*PAIR;
        let id = failing.resource.id.clone().unwrap();
        let made = drawn.iter().map(|(rule, resource, day, owner)| {
            let rule = [RULE, "multi-az/standby", "cost/ec2-idle"][*rule];
            let resource = [None, Some(id.as_str()), Some("archive")][*resource];
            waiver(rule, resource, ["finance", "platform", "checkout"][*owner], &format!("2026-03-{day:02}"))
        });
        let waivers: Vec<Waiver> = made.collect();
        let mut turned = waivers.clone();
        turned.rotate_left(turn % waivers.len().max(1));
        let mut reversed = turned.clone();
        reversed.reverse();
        let (finding, diagnostics) = waived(failing, &waivers, rules);
        for order in [turned, reversed] {
            let (other, mut said) = waived(failing, &order, rules);
            prop_assert_eq!(&finding, &other);
            let mut expected = diagnostics.clone();
            expected.sort();
            said.sort();
            prop_assert_eq!(expected, said);
        }
    }
}

static PAIR: std::sync::LazyLock<(RuleSet, Finding)> = std::sync::LazyLock::new(|| {
    let rules = renamed();
    let failing = failure(&rules, &[]);
    (rules, failing)
});

#[test]
fn a_pattern_covers_ids_and_arns_and_nothing_else() {
    let rules = rules();
    let mut finding = failure(&rules, &[]);
    for (id, pattern, covered) in [
        ("orders-db", "orders-*", true),
        ("orders-db", "*:db:orders-db", true),
        ("orders-db", "orders", false),
        ("orders-db", "*s-d*", true),
        ("orders[1]", "orders[1]*", true),
        ("orders1", "orders[1]*", false),
        ("orders?", "orders?", true),
        ("/aws/lambda/a/b", "/aws/*b", true),
    ] {
        finding.resource.own().id = Some(id.to_owned());
        finding.resource.own().arn = Some(format!("arn:aws:rds:eu-west-1:123456789012:db:{id}"));
        let (found, _) = waived(&finding, &[waiver(RULE, Some(pattern), "ops", "2026-12-31")], &rules);
        assert_eq!(found.verdict == Verdict::Waived, covered, "{pattern} on {id}");
    }
}

#[test]
fn a_tag_covers_what_has_it_beside_the_pattern() {
    let rules = rules();
    let mut finding = failure(&rules, &[]);
    finding.resource.own().tags = Some([("team".to_owned(), "checkout".to_owned())].into());
    let tagged =
        |tag: &str, resource| Waiver { tag: Some(tag.to_owned()), ..waiver(RULE, resource, "ops", "2026-12-31") };
    for (tag, resource, covered) in [
        ("team=checkout", None, true),
        ("team=check*", Some("*"), true),
        ("team=check*", Some("other"), false),
        ("team=search", None, false),
        ("*=checkout", None, true),
        ("squad=*", None, false),
    ] {
        let (found, _) = waived(&finding, &[tagged(tag, resource)], &rules);
        assert_eq!(found.verdict == Verdict::Waived, covered, "{tag} {resource:?}");
    }
    finding.resource.own().tags = None;
    let (found, _) = waived(&finding, &[tagged("team=checkout", None)], &rules);
    assert_eq!(found.verdict, Verdict::Fail, "tags that were not read waive nothing");
    let no_value = Waivers { waiver: vec![tagged("team", None)] };
    assert!(no_value.check(&rules, "waivers.toml").is_err());
}

#[test]
fn the_score_without_waivers_is_that_of_the_account_without_them() {
    let rules = rules();
    let score = |waivers: &Waivers| {
        let snapshot = Snapshot::from_json(DEMO).unwrap();
        audit(snapshot, &Criteria { waivers, ..Criteria::new(&rules, &Settings::default()) }).summary
    };
    let bare = score(&Waivers::default());
    assert_eq!(bare.score_without_waivers, None);
    let some = ["multi-az/request-path-az-loss", RULE, "edge-security/cert-expiry"];
    let waived = score(&Waivers { waiver: some.map(|rule| waiver(rule, None, "ops", "2027-12-31")).to_vec() });
    // What a waived failure explains counts by itself then, so that the score may even be lower.
    assert!(waived.verdicts.waived > 3 && waived.score != bare.score, "{waived:?}");
    assert_eq!(waived.score_without_waivers, bare.score);
}
