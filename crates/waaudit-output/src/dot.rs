//! The graph as DOT, the language of Graphviz: `waaudit graph --format dot | dot -Tsvg`.

use std::fmt::Write as _;

use super::layout::{Layout, MOST_LETTERS, Shown, shortened, subtitle};
use super::simulation::{Grade, Notes};
use waaudit_model::confidence::Confidence;
use waaudit_model::snapshot::GLOBAL;
use waaudit_model::topology::graph::{Edge, Graph, Node, Relation};

/// The picture.
pub fn render(graph: &Graph, all: bool, notes: &Notes) -> String {
    let layout = Layout::new(graph, all, notes);
    let mut text = String::from(
        "digraph account {\n  rankdir=LR\n  compound=true\n  node [shape=box, style=\"rounded,filled\", fillcolor=white, \
         fontname=\"Helvetica\", fontsize=11]\n  edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\"]\n",
    );
    for (region, zones) in &layout.boxes {
        if *region == GLOBAL {
            zones.values().flatten().for_each(|shown| line(&mut text, 2, &node(shown, notes)));
            continue;
        }
        open(&mut text, 2, region, region, "#f4f6f8");
        for (zone, nodes) in zones {
            if !zone.is_empty() {
                open(&mut text, 4, &format!("{region} {zone}"), zone, "#e4eaf1");
            }
            for shown in nodes {
                line(&mut text, if zone.is_empty() { 4 } else { 6 }, &node(shown, notes));
            }
            if !zone.is_empty() {
                line(&mut text, 4, "}");
            }
        }
        line(&mut text, 2, "}");
    }
    for (number, (place, end)) in layout.ends.iter().enumerate() {
        let what = quoted(&shortened(&end.why, MOST_LETTERS));
        line(
            &mut text,
            2,
            &format!("end{number} [label={what}, shape=plaintext, fillcolor=none, fontcolor=\"#b45309\"]"),
        );
        line(&mut text, 2, &format!("n{place} -> end{number} [style=dotted, color=\"#b45309\", label=\"unread\"]"));
    }
    for (from, to, edge) in &layout.edges {
        line(&mut text, 2, &format!("n{from} -> n{to} [{}]", style(edge)));
    }
    text.push_str("}\n");
    text
}

fn line(text: &mut String, spaces: usize, words: &str) {
    // Writing to a string can't fail.
    let _ = writeln!(text, "{:spaces$}{words}", "");
}

fn open(text: &mut String, spaces: usize, name: &str, title: &str, colour: &str) {
    line(text, spaces, &format!("subgraph {} {{", quoted(&format!("cluster {name}"))));
    let look = format!("label={}; style=filled; color={}; fontname=\"Helvetica\"", quoted(title), quoted(colour));
    line(text, spaces + 2, &look);
}

fn node(shown: &Shown, notes: &Notes) -> String {
    let Shown { place, node } = shown;
    let note = notes.get(&node.id);
    let line = note.map_or(String::new(), |note| format!("\n{}", shortened(&note.text, MOST_LETTERS)));
    let label = quoted(&format!("{}\n{}{line}", shortened(&node.name, MOST_LETTERS), subtitle(node)));
    format!("n{place} [label={label}{}{}]", accent(node), note.map_or("", |note| fill(note.grade)))
}

/// How good a node is. The words of its note say it too.
const fn fill(grade: Grade) -> &'static str {
    match grade {
        Grade::Plain => "",
        Grade::Good => ", fillcolor=\"#d1fae5\"",
        Grade::Doubtful => ", fillcolor=\"#fef3c7\"",
        Grade::Bad => ", fillcolor=\"#fecaca\"",
    }
}

fn accent(node: &Node) -> &'static str {
    let stores = ["database", "cache", "table", "bucket", "elasticache", "memorydb", "dax", "rds"];
    if node.entry {
        ", penwidth=2, color=\"#1d4ed8\""
    } else if stores.iter().any(|word| node.kind.contains(word)) {
        ", shape=cylinder, style=filled"
    } else if matches!(node.kind.as_str(), "listener" | "address" | "interfaces") {
        ", style=\"rounded,dashed\""
    } else {
        ""
    }
}

fn style(edge: &Edge) -> String {
    let mut style = match edge.confidence {
        Confidence::Exact => "style=solid".to_owned(),
        Confidence::Strong => "style=dashed".to_owned(),
        Confidence::Heuristic => "style=dotted, label=\"perhaps\"".to_owned(),
    };
    if !edge.active {
        style += ", color=\"#bbbbbb\", label=\"idle\", fontcolor=\"#999999\"";
    }
    if matches!(edge.relation, Relation::Guards | Relation::Watches) {
        let _ = write!(style, ", arrowhead=dot, constraint=false, label=\"{}\"", edge.relation.name());
    }
    style
}

fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
