//! The graph as Mermaid, which code hosts and wikis draw from a fenced block.

use std::fmt::Write as _;

use super::layout::{Layout, MOST_LETTERS, Shown, shortened, subtitle};
use super::simulation::{Grade, Notes};
use waaudit_model::confidence::Confidence;
use waaudit_model::snapshot::GLOBAL;
use waaudit_model::topology::graph::{Edge, Graph, Relation};

/// The picture.
pub fn render(graph: &Graph, all: bool, notes: &Notes) -> String {
    let layout = Layout::new(graph, all, notes);
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
                line(&mut text, if zone.is_empty() { 4 } else { 6 }, &node(shown, notes));
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
        line(
            &mut text,
            2,
            &format!("n{place} -. unread .-> end{number}[/{}/]", quoted(&shortened(&end.why, MOST_LETTERS))),
        );
    }
    let entries = layout.boxes.values().flat_map(|zones| zones.values()).flatten().filter(|shown| shown.node.entry);
    let entries: Vec<String> = entries.map(|shown| format!("n{}", shown.place)).collect();
    if !entries.is_empty() {
        line(&mut text, 2, "classDef entry stroke:#1d4ed8,stroke-width:3px");
        line(&mut text, 2, &format!("class {} entry", entries.join(",")));
    }
    for (grade, look) in LOOKS {
        let nodes = layout.boxes.values().flat_map(|zones| zones.values()).flatten();
        let graded = nodes.filter(|shown| notes.get(&shown.node.id).is_some_and(|note| note.grade == *grade));
        let graded: Vec<String> = graded.map(|shown| format!("n{}", shown.place)).collect();
        if !graded.is_empty() {
            line(&mut text, 2, &format!("classDef {grade:?} {look}").to_lowercase());
            line(&mut text, 2, &format!("class {} {}", graded.join(","), format!("{grade:?}").to_lowercase()));
        }
    }
    text
}

/// How good a node is. The words of its note say it too.
const LOOKS: &[(Grade, &str)] =
    &[(Grade::Good, "fill:#d1fae5"), (Grade::Doubtful, "fill:#fef3c7"), (Grade::Bad, "fill:#fecaca")];

fn line(text: &mut String, spaces: usize, words: &str) {
    // Writing to a string can't fail.
    let _ = writeln!(text, "{:spaces$}{words}", "");
}

fn open(text: &mut String, spaces: usize, boxes: &mut usize, title: &str) {
    *boxes += 1;
    line(text, spaces, &format!("subgraph box{boxes}[{}]", quoted(title)));
}

fn node(shown: &Shown, notes: &Notes) -> String {
    let Shown { place, node } = shown;
    let note = notes.get(&node.id).map_or(String::new(), |note| format!("\n{}", shortened(&note.text, MOST_LETTERS)));
    let label = quoted(&format!("{}\n{}{note}", shortened(&node.name, MOST_LETTERS), subtitle(node)));
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
