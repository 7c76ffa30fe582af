//! Pages that repeat the program are printed by it: a change of rules, facts or settings changes them too. Links between
//! pages lead somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

use super::deploy::{file, printed_policy, read};
use super::moto::text;
use super::program::waaudit;

/// A page and the command that prints it.
const PAGES: &[(&str, &[&str])] = &[
    ("rules/README.md", &["rule", "list", "--format", "markdown"]),
    ("docs/facts.md", &["facts", "--page"]),
    ("docs/policy.json", &["permissions"]),
    ("docs/request-paths.svg", &["scan", "--demo", "--format", "svg"]),
    ("docs/waaudit.toml", &["settings"]),
    ("schemas/difference.json", &["schema", "difference"]),
    ("schemas/event.json", &["schema", "event"]),
    ("schemas/report.json", &["schema", "report"]),
    ("schemas/rule.json", &["schema", "rule"]),
    ("schemas/settings.json", &["schema", "settings"]),
    ("schemas/simulation.json", &["schema", "simulation"]),
    ("schemas/trend.json", &["schema", "trend"]),
    ("schemas/snapshot.json", &["schema", "snapshot"]),
    ("schemas/waivers.json", &["schema", "waivers"]),
];

/// A managed policy holds 6,144 characters, white space not counted.
const POLICY_CHARACTERS: usize = 6_144;

/// `WRITE_PAGES=1 cargo test --test suite docs` writes them.
#[test]
fn pages_are_what_the_program_prints() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (page, command) in PAGES {
        let output = waaudit(home.path()).args(*command).output().expect("a run");
        // The demo has failures.
        let code = i32::from(command[0] == "scan");
        assert_eq!(output.status.code(), Some(code), "{command:?}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        if std::env::var_os("WRITE_PAGES").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
            std::fs::write(&path, &output.stdout).expect("the page");
        }
        let committed = std::fs::read(&path).unwrap_or_default();
        assert!(committed == output.stdout, "{page} is stale: WRITE_PAGES=1 cargo test --test suite docs");
    }
}

/// `WRITE_PAGES=1 cargo test --test suite docs` writes the policy into the template.
#[test]
fn the_templates_policy_is_the_printed_one() {
    let template = read("account.yaml");
    let begin = template.find("  # <audit>").expect("a mark");
    let begin = begin + template[begin..].find('\n').expect("its end") + 1;
    let end = template.find("  # </audit>").expect("a mark");
    let current = format!("{}{}{}", &template[..begin], policies(&printed_policy()), &template[end..]);
    if std::env::var_os("WRITE_PAGES").is_some() {
        std::fs::write(file("account.yaml"), &current).expect("the template");
    }
    assert!(read("account.yaml") == current, "stale: WRITE_PAGES=1 cargo test --test suite docs");
}

/// The printed policy as resources of the template, in as few managed policies as hold it.
fn policies(policy: &Value) -> String {
    let mut parts: Vec<Vec<&Value>> = vec![Vec::new()];
    let mut size = 0;
    for statement in policy["Statement"].as_array().expect("statements") {
        let needed = statement.to_string().len() + 1;
        if size + needed > POLICY_CHARACTERS - 100 {
            parts.push(Vec::new());
            size = 0;
        }
        size += needed;
        parts.last_mut().expect("a part").push(statement);
    }
    parts.iter().enumerate().map(|(number, statements)| policy_resource(number + 1, statements)).collect()
}

fn policy_resource(number: usize, statements: &[&Value]) -> String {
    let mut yaml = format!(
        "  Audit{number}:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Description: What waaudit reads.\n      \
         Roles: [!Ref Role]\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n"
    );
    for statement in statements {
        let (sid, resource) = (text(&statement["Sid"]), &statement["Resource"]);
        let actions = statement["Action"].as_array().expect("actions").iter().map(text).collect::<Vec<_>>();
        yaml += &[
            &format!("          - Sid: {sid}"),
            "            Effect: Allow",
            &format!("            Resource: {resource}"),
            "            Action:",
            &format!("              - {}\n", actions.join("\n              - ")),
        ]
        .join("\n");
    }
    yaml + "\n"
}

#[test]
fn a_new_rule_is_written_and_its_examples_run() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let run = |args: &[&str]| waaudit(home.path()).args(args).output().expect("a run");
    assert!(run(&["rule", "new", "cost/mine", "--kind", "ec2.volume", "--rules", "own"]).status.success());
    let test = run(&["rule", "test", "own"]);
    let told = String::from_utf8_lossy(&test.stdout).into_owned();
    assert!(test.status.success() && told.contains("3 passed, 0 failed"), "{told}");
    let scan = run(&["scan", "--demo", "--rules", "own", "--rule", "cost/mine", "--format", "json"]);
    assert!(String::from_utf8_lossy(&scan.stdout).contains("cost/mine"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page of the repository, by its path.
pub(crate) fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && (!name.starts_with('.') || name == ".github") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// A page without code, in which a bracket is no link.
fn prose(page: &Path) -> String {
    let text = std::fs::read_to_string(page).expect("a page");
    let code = Regex::new(r"(?ms)^```.*?^```|`[^`\n]*`").expect("a pattern");
    code.replace_all(&text, "").into_owned()
}

/// What a page links to, but for other sites.
fn links(page: &Path) -> BTreeSet<String> {
    let link = Regex::new(r"\]\(([^()\s]+)\)").expect("a pattern");
    let all = prose(page);
    let targets = link.captures_iter(&all).map(|found| found[1].to_owned());
    targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).collect()
}

/// The anchors of a page's headings, as code hosts make them.
fn anchors(page: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(page).expect("a page");
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || ['-', '_', ' '].contains(c);
    headings.map(|title| title.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut dead = BTreeSet::new();
    for page in pages() {
        let name = page.strip_prefix(root()).expect("a page of ours").display().to_string();
        for link in links(&page) {
            let (file, anchor) = link.split_once('#').map_or((link.as_str(), None), |(file, part)| (file, Some(part)));
            let target = if file.is_empty() { page.clone() } else { page.parent().expect("a folder").join(file) };
            let known = target.exists() && anchor.is_none_or(|anchor| anchors(&target).contains(anchor));
            if !known {
                dead.insert(format!("{name}: {link}"));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn the_readme_leads_to_every_page_for_users() {
    let readme = links(&root().join("README.md"));
    let missing: Vec<String> = pages()
        .iter()
        .map(|page| page.strip_prefix(root()).expect("a page of ours").display().to_string())
        .filter(|page| (page.starts_with("docs/") || !page.contains('/')) && page != "README.md")
        .filter(|page| !readme.contains(page.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The crates of the workspace that a manifest names as dependencies, those of tests aside.
fn uses(manifest: &Path) -> BTreeSet<String> {
    let manifest: toml::Table =
        std::fs::read_to_string(manifest).expect("a manifest").parse().expect("a manifest in TOML");
    let all = manifest["dependencies"].as_table().expect("dependencies").keys();
    all.filter(|name| name.starts_with("waaudit-")).cloned().collect()
}

#[test]
fn the_architecture_names_the_crates_and_who_uses_whom() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the page");
    let name = Regex::new(r"`(waaudit[a-z-]*)`").expect("a pattern");
    let names = |cell: &str| name.captures_iter(cell).map(|found| found[1].to_owned()).collect::<BTreeSet<_>>();
    let mut drawn = BTreeMap::new();
    for row in page.lines().filter(|line| line.starts_with("| `waaudit")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        drawn.insert(names(cells[0]).pop_first().expect("a crate"), names(cells[2]));
    }
    let folders = std::fs::read_dir(root().join("crates")).expect("the crates").map(|entry| entry.expect("one").path());
    let manifest = |folder: PathBuf| {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        (name, uses(&folder.join("Cargo.toml")))
    };
    let mut built: BTreeMap<String, BTreeSet<String>> = folders.map(manifest).collect();
    built.insert("waaudit".to_owned(), uses(&root().join("Cargo.toml")));
    assert_eq!(drawn, built);
}
