//! The picture as a file of its own: of the demo, of names that are markup, and of a report without request paths.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::document;
use crate::testing::{demo, hostile, steers};
use waaudit_judge::report::Report;
use waaudit_model::snapshot::GLOBAL;
use waaudit_simulate::request_paths::{PathEdge, PathNode};

/// Elements with their attributes, as a parser of XML reads them.
fn elements(svg: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut reader = Reader::from_str(svg);
    let mut elements = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) => {
                let attributes = element.attributes().map(|one| one.unwrap().key.as_ref().to_owned()).collect();
                elements.push((element.name().as_ref().to_owned(), attributes));
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}

#[test]
fn a_file_has_every_box_once_and_loads_nothing() {
    let svg = document(demo()).unwrap();
    let paths = &demo().simulation.as_ref().unwrap().paths;
    assert_eq!(svg.matches("<rect class=\"node ").count(), paths.nodes.len());
    assert_eq!(svg.matches("<path class=\"line ").count(), paths.edges.len());
    let (names, attributes): (BTreeSet<_>, Vec<_>) = elements(&svg).into_iter().unzip();
    assert!(
        names.iter().all(|name| ["svg", "title", "style", "rect", "text", "tspan", "path"].contains(&name.as_str())),
        "{names:?}"
    );
    assert!(attributes.iter().flatten().all(|name| !name.starts_with("on") && !name.contains("href")));
    assert!(!svg.contains("url(") && svg.contains("fernweh-prod · 2026-11-02"));
}

#[test]
fn names_of_other_people_are_text() {
    let svg = document(&hostile()).unwrap();
    assert_eq!(elements(&svg), elements(&document(demo()).unwrap()));
    assert_eq!(svg.chars().find(steers), None);
    assert!(svg.contains("&#60;img src=x"), "names are shown all the same");
}

#[test]
fn a_report_without_request_paths_says_why_there_are_none() {
    let plain = Report { simulation: None, ..demo().clone() };
    assert!(document(&plain).unwrap().contains(">A report of some areas or rules alone has no request paths.</text>"));
    let mut private = demo().clone();
    let losses = private.simulation.as_mut().unwrap();
    losses.paths.nodes.clear();
    losses.paths.edges.clear();
    let svg = document(&private).unwrap();
    assert!(svg.contains(">No way in from the internet was found.</text>") && !svg.contains("Dashed"), "{svg}");
    elements(&svg);
}

/// A distribution whose origin is no resource of the account, as one elsewhere.
#[test]
fn what_leads_to_no_region_is_drawn_once_too() {
    let mut report = demo().clone();
    let paths = &mut report.simulation.as_mut().unwrap().paths;
    let distribution =
        paths.nodes.iter().position(|node| node.name == "fernweh-shop" && node.region == GLOBAL).unwrap();
    let own = PathNode { name: "elsewhere".to_owned(), ..paths.nodes[distribution].clone() };
    let name = PathNode { name: "elsewhere.example".to_owned(), ..own.clone() };
    paths.nodes.extend([own, name]);
    let last = paths.nodes.len() - 1;
    paths.edges.push(PathEdge { from: last, to: last - 1, certain: true, way_out: false });
    let (before, after) = (document(demo()).unwrap(), document(&report).unwrap());
    let count = |svg: &str, what: &str| svg.matches(what).count();
    assert!(after.contains(">Global, leads to no Region that was read<"));
    for what in ["<rect class=\"node ", "<rect class=\"frame\""] {
        assert!(count(&after, what) > count(&before, what), "{what}");
    }
    assert_eq!((count(&after, ">elsewhere<"), count(&after, ">elsewhere.example<")), (1, 1));
    assert_eq!(count(&after, "<path class=\"line "), count(&before, "<path class=\"line ") + 1);
}
