//! The HTML report in a browser: pages of the demo, of 5,000 and 20,000 findings and of an account of hostile names, opened
//! by Python in a headless Chromium; and the script that pages carry, built anew.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use super::formats::hostile;
use super::moto::python;
use super::program::{program, waaudit};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// So many times the demo's resources make more than 5,000 and 20,000 findings.
const COPIES: [(&str, usize); 2] = [("5000", 9), ("20000", 35)];

/// A folder of pages, and the same reports as JSON, made anew by the first test that needs them.
fn pages() -> &'static Path {
    static PAGES: OnceLock<PathBuf> = OnceLock::new();
    PAGES.get_or_init(make)
}

fn make() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
    std::fs::create_dir_all(&home).expect("a folder");
    let write = |name: &str, account: String| {
        let file = home.join(format!("{name}.snapshot.json"));
        std::fs::write(&file, account).expect("a file");
        file
    };
    report(&home, "demo", None);
    report(&home, "hostile", Some(&write("hostile", hostile(1))));
    for (name, copies) in COPIES {
        report(&home, name, Some(&write(name, repeated(copies))));
    }
    beside(&home);
    home
}

/// The pages of a difference and of a trend, from the reports that are there.
fn beside(home: &Path) {
    let demo = std::fs::read_to_string(home.join("demo.json")).expect("a report");
    let earlier = demo.replacen("2026-11-02T", "2026-10-02T", 1);
    assert_ne!(earlier, demo, "another moment");
    std::fs::create_dir_all(home.join("reports")).expect("a folder");
    std::fs::write(home.join("reports/earlier.json"), earlier).expect("a file");
    std::fs::copy(home.join("demo.json"), home.join("reports/demo.json")).expect("a copy");
    for (args, code) in [
        (["diff", "demo.json", "5000.json", "--format", "html", "--output", "difference.html"], 1),
        (["trend", "reports", "--format", "html", "--output", "trend.html", "--no-color"], 0),
    ] {
        let output = waaudit(home).args(args).output().expect("a run");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The page and the JSON of an account; the demo's where none is given.
fn report(home: &Path, name: &str, account: Option<&PathBuf>) {
    let mut command = waaudit(home);
    command.args([
        "scan",
        "--quiet",
        "--report",
        &format!("html={name}.html"),
        "--report",
        &format!("json={name}.json"),
    ]);
    match account {
        Some(file) => command.arg("--snapshot").arg(file),
        None => command.arg("--demo"),
    };
    let output = command.output().expect("a run");
    assert_eq!(output.status.code(), Some(1), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The demo's resources so many times, each time under other names.
fn repeated(copies: usize) -> String {
    let mut account: Value = serde_json::from_str(include_str!("../../fixtures/accounts/demo.json")).expect("JSON");
    let resources = account["resources"].as_array_mut().expect("resources");
    let first = resources.clone();
    for copy in 1..copies {
        resources.extend(first.iter().map(|resource| renamed(resource, copy)));
    }
    account.to_string()
}

fn renamed(resource: &Value, copy: usize) -> Value {
    let mut resource = resource.clone();
    for part in ["id", "arn", "name"] {
        if let Some(text) = resource[part].as_str() {
            resource[part] = format!("{text}-{copy}").into();
        }
    }
    resource
}

/// Runs one check, and prints what it measured.
fn check(name: &str, more: &[&Path]) {
    let script = format!("{ROOT}/tests/web/check.py");
    let output = Command::new(python()).args([&script, name]).arg(pages()).args(more).output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    println!("{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn pages_are_silent_and_hold_nothing_that_a_name_brought() {
    check("harmless", &[]);
}

#[test]
fn the_first_screen_the_matrix_and_the_lists_need_no_script() {
    check("unscripted", &[]);
}

#[test]
fn axe_finds_nothing_in_either_colour_scheme() {
    check("accessible", &[]);
}

#[test]
fn pages_of_changes_and_of_a_trend_are_as_silent_and_accessible() {
    check("beside", &[]);
}

#[test]
fn findings_are_reached_by_keys_alone() {
    check("keyboard", &[]);
}

#[test]
fn a_link_opens_its_finding_and_filters_mean_what_the_report_says() {
    check("linked", &[]);
}

#[test]
fn exported_waivers_waive_exactly_what_was_marked() {
    check("waived", &[&program()]);
}

#[test]
fn paper_has_every_finding_that_matches_in_landscape() {
    check("printed", &[]);
}

#[test]
fn five_thousand_findings_are_drawn_filtered_and_searched_at_once() {
    check("swift", &[]);
    let size = std::fs::metadata(pages().join("5000.html")).expect("a page").len();
    assert!(size < 1_500_000, "{size}");
}

/// Where Node.js is present: the committed script is what `web/` builds, byte by byte, and its types hold.
#[test]
fn the_script_is_what_its_source_builds() {
    let found = |tool: &str| Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !found("node") || !found("npm") {
        println!("Node.js is missing: the script was not built anew");
        return;
    }
    // Packages are installed into a copy, so that the tree stays as it is.
    let home = tempfile::tempdir().expect("a temporary folder");
    let web = Path::new(ROOT).join("web");
    for file in ["package.json", "package-lock.json", "tsconfig.json", "build.mjs"] {
        std::fs::copy(web.join(file), home.path().join(file)).expect("a copy");
    }
    std::fs::create_dir(home.path().join("src")).expect("a folder");
    for file in std::fs::read_dir(web.join("src")).expect("the source").flatten() {
        std::fs::copy(file.path(), home.path().join("src").join(file.file_name())).expect("a copy");
    }
    let run = |tool: &str, args: &[&str]| {
        let output = Command::new(tool).args(args).current_dir(home.path()).output().expect("a run");
        assert!(output.status.success(), "{tool} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]);
    run("npm", &["run", "--silent", "check"]);
    run("node", &["build.mjs", "built.js"]);
    let committed =
        std::fs::read(Path::new(ROOT).join("crates/waaudit-output/src/html/report.js")).expect("the script");
    let built = std::fs::read(home.path().join("built.js")).expect("the bundle");
    assert!(built == committed, "`npm run build` in web/ makes another script than the committed one");
}
