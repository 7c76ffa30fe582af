//! The graph as Mermaid, which code hosts and wikis draw from a fenced block.

use std::fmt::Write as _;

use super::layout::{Layout, Shown, shortened, subtitle};
use super::{Confidence, Edge, Graph, Relation};
use crate::snapshot::GLOBAL;

/// The picture.
pub fn render(graph: &Graph, all: bool) -> String {
    let layout = Layout::new(graph, all);
    let mut text = String::from("flowchart LR\n");
    let mut boxes = 0;
    for (region, zones) in &layout.boxes {
        let is_region = *region != GLOBAL;
        if is_region {
            open(&mut text, 2, &mut boxes, region);
        }
        for (zone, nodes) in zones {
            if !zone.is_empty() {
                open(&mut text, 4, &mut boxes, zone);
            }
            for shown in nodes {
                line(&mut text, if zone.is_empty() { 4 } else { 6 }, &node(shown));
            }
            if !zone.is_empty() {
                line(&mut text, 4, "end");
            }
        }
        if is_region {
            line(&mut text, 2, "end");
        }
    }
    for (from, to, edge) in &layout.edges {
        line(&mut text, 2, &format!("n{from} {} n{to}", arrow(edge)));
    }
    for (number, (place, end)) in layout.ends.iter().enumerate() {
        line(&mut text, 2, &format!("n{place} -. unread .-> end{number}[/{}/]", quoted(&shortened(&end.why))));
    }
    let entries = layout.boxes.values().flat_map(|zones| zones.values()).flatten().filter(|shown| shown.node.entry);
    let entries: Vec<String> = entries.map(|shown| format!("n{}", shown.place)).collect();
    if !entries.is_empty() {
        line(&mut text, 2, "classDef entry stroke:#1d4ed8,stroke-width:3px");
        line(&mut text, 2, &format!("class {} entry", entries.join(",")));
    }
    text
}

fn line(text: &mut String, spaces: usize, words: &str) {
    // Writing to a string can't fail.
    let _ = writeln!(text, "{:spaces$}{words}", "");
}

fn open(text: &mut String, spaces: usize, boxes: &mut usize, title: &str) {
    *boxes += 1;
    line(text, spaces, &format!("subgraph box{boxes}[{}]", quoted(title)));
}

fn node(shown: &Shown) -> String {
    let Shown { place, node } = shown;
    let label = quoted(&format!("{}\n{}", shortened(&node.name), subtitle(node)));
    format!("n{place}[{label}]")
}

fn arrow(edge: &Edge) -> String {
    match (edge.active, edge.relation, edge.confidence) {
        (false, ..) => "-. idle .->".to_owned(),
        (_, Relation::Guards | Relation::Watches, _) => format!("-. {} .->", edge.relation.name()),
        (_, _, Confidence::Exact) => "-->".to_owned(),
        (_, _, Confidence::Strong) => "-.->".to_owned(),
        (_, _, Confidence::Heuristic) => "-. perhaps .->".to_owned(),
    }
}

/// Mermaid has no escape for quotes but HTML's.
fn quoted(words: &str) -> String {
    let safe = words.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    format!("\"{}\"", safe.replace('\n', "<br/>"))
}
