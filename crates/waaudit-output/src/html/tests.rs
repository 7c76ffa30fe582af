//! The page of the demo, the same page with names that are markup, and the page of a difference.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use regex::Regex;
use serde_json::Value;

use super::data::Carried;
use super::{difference_page, page};
use crate::testing::{demo, hostile, steers};
use crate::words::label;
use waaudit_judge::diff::{Difference, diff};
use waaudit_judge::report::{Report, Verdict};

fn demo_page() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| page(demo(), None).unwrap())
}

/// The page without its style, data and script.
fn markup(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, _) = rest.split_once("<script").unwrap();
    format!("{head}{body}")
}

/// The elements of a page with the names of their attributes, in their order.
fn elements(page: &str) -> Vec<String> {
    let attribute = Regex::new(r#"\s([a-z-]+)(?:="[^"]*")?"#).unwrap();
    let tag = Regex::new(r#"<([a-z!/][a-z0-9-]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*/?>"#).unwrap();
    let markup = markup(page);
    assert_eq!(tag.find_iter(&markup).count(), markup.matches('<').count(), "a `<` that begins no tag");
    let element = |found: regex::Captures| {
        let attributes: Vec<&str> =
            attribute.captures_iter(&found[2]).filter_map(|one| one.get(1)).map(|one| one.as_str()).collect();
        format!("{} {}", &found[1], attributes.join(" "))
    };
    tag.captures_iter(&markup).map(element).collect()
}

/// What the page carries for its script.
fn carried(page: &str) -> Value {
    let (_, data) = page.split_once(r#"<script type="application/json" id="data">"#).unwrap();
    serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_page_brings_nothing_that_its_policy_forbids() {
    let elements = elements(demo_page());
    let attributes: BTreeSet<&str> =
        elements.iter().flat_map(|element| element.split(' ').skip(1)).filter(|name| !name.is_empty()).collect();
    let loading: Vec<_> =
        attributes.iter().filter(|name| name.starts_with("on") || ["style", "src", "srcset"].contains(name)).collect();
    assert!(loading.is_empty(), "{loading:?}");
    let names: BTreeSet<&str> = elements.iter().filter_map(|element| element.split(' ').next()).collect();
    for forbidden in ["link", "img", "iframe", "object", "embed", "form", "base"] {
        assert!(!names.contains(forbidden), "{forbidden}");
    }
    let address = Regex::new(r#"href="([^"]*)""#).unwrap();
    assert!(address.captures_iter(&markup(demo_page())).all(|found| found[1].starts_with('#')));
    assert_eq!(demo_page().matches("<script").count(), 2);
}

#[test]
fn names_of_other_people_are_text() {
    let hostile = page(&hostile(), None).unwrap();
    assert_eq!(elements(&hostile), elements(demo_page()));
    assert_eq!(hostile.chars().find(steers), None);
    assert!(hostile.contains("&#60;img src=x onerror=alert(1)&#62;"), "names are shown all the same");
    let names = carried(&hostile);
    assert!(names["resources"][0]["label"].as_str().is_some_and(|label| label.contains("</script>")));
}

#[test]
fn a_page_is_small_and_the_same_every_time() {
    assert!(demo_page().len() < 1_000_000, "{}", demo_page().len());
    assert_eq!(page(demo(), None).unwrap(), demo_page());
}

#[test]
fn every_link_leads_somewhere_without_a_script() {
    let markup = markup(demo_page());
    let address = Regex::new(r##"href="#([^"]*)""##).unwrap();
    for target in address.captures_iter(&markup).map(|found| found[1].to_owned()) {
        // The list alone filters by verdict.
        let exists = markup.contains(&format!(r#"id="{target}""#)) || target.starts_with("verdict=");
        let passes = target.strip_prefix("area=").is_some_and(|area| {
            demo().findings.iter().all(|one| one.rule.area != area || one.verdict != Verdict::Fail)
        });
        assert!(exists || passes, "{target}");
    }
}

#[test]
fn the_first_screen_and_the_lists_are_there_without_a_script() {
    let markup = markup(demo_page());
    for words in ["Not ready for launch", "67<span", "96.3 %", "10k users", "NO-GO", "eu-west-1a:", "product-views"] {
        assert!(markup.contains(words), "{words}");
    }
    let (_, listed) = markup.split_once("<noscript>").unwrap();
    for finding in demo().findings.iter().filter(|finding| finding.verdict == Verdict::Fail) {
        let label = label(&finding.resource);
        assert!(listed.contains(&label), "{label}");
    }
}

#[test]
fn the_script_gets_every_finding() {
    let data = carried(demo_page());
    let findings = data["findings"].as_array().unwrap();
    assert_eq!(findings.len(), demo().findings.len());
    for (carried, finding) in findings.iter().zip(&demo().findings) {
        let of = |list: &str, key: &str| {
            let place = usize::try_from(carried[key].as_u64().unwrap()).unwrap();
            data[list][place].clone()
        };
        assert_eq!(carried["fingerprint"], finding.fingerprint);
        assert_eq!(of("rules", "rule")["id"], finding.rule.id);
        assert_eq!(of("resources", "resource")["arn"].as_str(), finding.resource.arn.as_deref());
        assert_eq!(carried["fix"].as_str(), finding.fix.as_ref().map(|fix| fix.cli.as_str()));
    }
}

#[test]
fn much_data_is_compressed() {
    let mut report = demo().clone();
    report.findings = std::iter::repeat_n(report.findings, 4).flatten().collect();
    let carried = Carried::new(&report).unwrap();
    assert!(carried.compressed);
    let bytes = STANDARD.decode(&carried.text).unwrap();
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    let data: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(data["findings"].as_array().map(Vec::len), Some(report.findings.len()));
    assert!(page(&report, None).unwrap().contains(r#"id="data" data-encoding="gzip">"#));
}

/// Since a report in which one failure passed, and one that passes failed.
fn difference() -> Difference {
    let mut before = demo().clone();
    for (from, to) in [(Verdict::Fail, Verdict::Pass), (Verdict::Pass, Verdict::Fail)] {
        let turned = before.findings.iter_mut().find(|finding| finding.verdict == from);
        turned.unwrap().verdict = to;
        before.findings.reverse();
    }
    diff(&before, demo(), &std::collections::BTreeMap::new())
}

#[test]
fn changes_are_part_of_a_page_and_a_page_of_their_own() {
    let difference = difference();
    assert_eq!((difference.new.len(), difference.fixed.len()), (1, 1));
    for page in [page(demo(), Some(&difference)).unwrap(), difference_page(&difference).unwrap()] {
        let markup = markup(&page);
        for words in ["New failures", "Fixed", &difference.new[0].rule, &difference.fixed[0].rule, "Score: "] {
            assert!(markup.contains(words), "{words}");
        }
    }
    assert!(difference_page(&difference).unwrap().contains("<h1>1 new failure, 1 fixed</h1>"));
    assert!(!demo_page().contains("New failures"));
}

#[test]
fn a_report_without_anything_has_a_page() {
    let mut report = demo().clone();
    report.findings.clear();
    report.headroom.clear();
    report.gaps.clear();
    report.not_assessed.clear();
    (report.simulation, report.plan, report.complete) = (None, None, false);
    report.summary.score = None;
    report.summary.coverage = None;
    let page = page(&report, None).unwrap();
    assert!(page.contains("Nothing could be evaluated") && page.contains("Incomplete: the scan ended"));
    for part in ["id=\"zones\"", "id=\"plan\"", "id=\"headroom\"", "class=\"ladder\""] {
        assert!(!page.contains(part), "{part}");
    }
}

/// The text of a section, without its tags.
fn section<'p>(page: &'p str, id: &str) -> Option<&'p str> {
    let (_, rest) = page.split_once(&format!("<section id=\"{id}\">"))?;
    Some(rest.split_once("</section>")?.0)
}

#[test]
fn each_box_of_the_request_paths_is_drawn_once_with_its_mark() {
    let paths = &demo().simulation.as_ref().unwrap().paths;
    let drawn = section(demo_page(), "paths").unwrap();
    let boxes = |class: &str| drawn.matches(&format!("<rect class=\"node {class}\"")).count();
    assert_eq!(boxes("") + boxes("bad") + boxes("doubtful"), paths.nodes.len());
    assert_eq!(drawn.matches("<path class=\"line ").count(), paths.edges.len());
    assert_eq!(drawn.matches("class=\"enters\"").count(), paths.nodes.iter().filter(|node| node.way_in).count());
    let single = paths.nodes.iter().filter(|node| node.single_point == Some(true)).count();
    assert!(single > 0 && drawn.matches(", no standby</text>").count() == single);
    for band in ["Global", "eu-west-1, in several zones or none", "eu-west-1a", "eu-west-1b"] {
        assert!(drawn.contains(&format!(">{band}</tspan>")), "{band}");
    }
}

#[test]
fn each_hop_that_falls_behind_has_a_bar_from_then_on() {
    let ramp = demo().ramp.as_ref().unwrap();
    let late: Vec<_> = ramp.hops.iter().filter(|hop| hop.behind_after_seconds.is_some()).collect();
    let told = section(demo_page(), "ramp").unwrap();
    assert!(!late.is_empty() && late.len() < ramp.hops.len());
    assert_eq!(told.matches("class=\"bad-bar\"").count(), late.len());
    assert!(told.contains(&format!("keep up: {}", ramp.hops.len() - late.len())));
    // Five minutes of the twenty that a bar shows.
    let bar = r#"<rect class="fill" x="0.0" width="25.0" height="6"/>"#;
    let five = late.iter().filter(|hop| hop.behind_after_seconds == Some(0.0) && hop.behind_for_seconds == Some(300.0));
    assert_eq!(told.matches(bar).count(), five.count());
    assert!(told.contains(bar));
}

#[test]
fn a_report_without_a_simulation_has_neither_picture_nor_ramp() {
    let plain = Report { simulation: None, ramp: None, headroom: Vec::new(), ..demo().clone() };
    let page = page(&plain, None).unwrap();
    for part in ["paths", "zones", "ramp", "headroom"] {
        assert!(section(&page, part).is_none() && !page.contains(&format!("href=\"#{part}\"")), "{part}");
    }
}
