//! The finder itself, on small made-up crates.

use super::code::{bare, without_tests};
use super::graph::{Graph, from_text};

/// The circles in a crate of modules by path and text.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let module = |path: &str| path.split("::").filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let files = files.iter().map(|(path, text)| (module(path), (*text).to_owned())).collect();
    Graph::new(&from_text(files)).circles()
}

#[test]
fn a_circle_is_told_with_its_imports() {
    let found = circles(&[
        ("", "mod engine; mod registry; mod edge;"),
        ("engine", "use crate::registry::{self, KINDS};"),
        ("registry", "use crate::edge::{dns, waf};"),
        ("edge", "mod dns;"),
        ("edge::dns", "fn run(view: &crate::engine::View) {}"),
    ]);
    let told = "\n    edge -> engine (edge::dns uses crate::engine::View)\n    engine -> registry (engine uses \
                crate::registry)\n    registry -> edge (registry uses crate::edge::dns)";
    assert_eq!(found, [told]);
}

#[test]
fn imports_one_way_are_no_circle() {
    let files = [
        ("", "mod engine; mod registry; mod edge;"),
        ("engine", "pub struct View;"),
        ("registry", "use crate::edge::dns; use crate::engine::View;"),
        ("edge", "mod dns; use super::engine::View;"),
        ("edge::dns", "use crate::engine::View; use super::View as Same;"),
    ];
    assert_eq!(circles(&files), [""; 0]);
}

#[test]
fn neighbours_in_a_folder_are_found_through_what_their_folder_re_exports() {
    let files = |second: &'static str| {
        let folder = "mod view; mod tables; pub use self::{tables::Tables, view::View};";
        circles(&[("engine", folder), ("engine::view", "use super::Tables;"), ("engine::tables", second)])
    };
    assert_eq!(files("").len(), 0);
    assert_eq!(files("use super::View;").len(), 1);
}

#[test]
fn tests_comments_and_strings_import_nothing() {
    let files = |text: &'static str| circles(&[("a", "use crate::b;"), ("b", text), ("b::tests", "use crate::a;")]);
    assert_eq!(files("use crate::a;").len(), 1);
    assert_eq!(files("mod tests;").len(), 1);
    assert_eq!(files("#[cfg(test)] mod tests;").len(), 0);
    assert_eq!(files("#[cfg(test)] mod tests; #[cfg(test)] mod more { use crate::a; fn b() {} }").len(), 0);
    assert_eq!(files("#[cfg(test)] mod tests; // use crate::a;\n /* crate::a::b */").len(), 0);
    assert_eq!(files("#[cfg(test)] mod tests; const T: &str = \"use crate::a; \\\" crate::a::x\";").len(), 0);
    assert_eq!(files("#[cfg(test)] mod tests; const T: char = '\"'; use crate::a; const U: char = '\"';").len(), 1);
}

#[test]
fn code_is_stripped_to_what_it_does() {
    assert_eq!(bare("a('\\'', b'x', r#\"y\"z\"#) // c"), "a(\"\", b\"\", \"\") \n");
    assert_eq!(bare("fn f<'a>(x: &'a str)"), "fn f<'a>(x: &'a str)");
    let (kept, modules) = without_tests("a; #[cfg(test)] mod t { { b } } c;");
    assert_eq!((kept.as_str(), modules), ("a;  c;", vec!["t".to_owned()]));
}
