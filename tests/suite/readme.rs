//! The README and the pages for users are followed to the letter: what they show has to be what happens.

use serde_json::Value;

use super::program::waaudit;

const README: &str = include_str!("../../README.md");
const CI: &str = include_str!("../../docs/ci.md");
const RULES: &str = include_str!("../../docs/rules.md");
const PAGES: &[&str] = &[
    README,
    CI,
    RULES,
    include_str!("../../docs/json.md"),
    include_str!("../../docs/mcp.md"),
    include_str!("../../docs/report.md"),
    include_str!("../../SECURITY.md"),
];

/// The text of a page's first fenced block of a language.
fn block(page: &'static str, language: &str) -> &'static str {
    let start = page.find(&format!("```{language}\n")).expect("a block") + language.len() + 4;
    let end = page[start..].find("```").expect("its end") + start;
    &page[start..end]
}

/// What stands between two marks.
fn between(mark: &str) -> &'static str {
    let start = README.find(&format!("<!-- {mark} -->\n")).expect("a mark") + mark.len() + 10;
    let end = README.find(&format!("<!-- /{mark} -->")).expect("its end");
    &README[start..end]
}

#[test]
fn a_rule_is_added_by_following_its_page() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let rule = block(RULES, "toml");
    assert!(rule.lines().count() <= 10, "more than ten lines:\n{rule}");
    std::fs::create_dir_all(home.path().join("mine/cost")).expect("a folder");
    std::fs::write(home.path().join("mine/cost/ebs-gp3.toml"), rule).expect("a file");
    let mut outputs = Vec::new();
    for line in block(RULES, "sh").lines() {
        let args: Vec<&str> = line.split_whitespace().skip(1).collect();
        outputs.push(waaudit(home.path()).args(args).output().expect("a run"));
    }
    let test = String::from_utf8_lossy(&outputs[0].stdout).into_owned();
    assert!(outputs[0].status.success() && test.contains("2 passed, 0 failed"), "{test}");
    let scan = String::from_utf8_lossy(&outputs[1].stdout).into_owned();
    assert!(scan.contains("cost/ebs-gp3"), "{scan}{}", String::from_utf8_lossy(&outputs[1].stderr));
}

#[test]
fn the_picture_of_the_demo_is_what_the_demo_prints() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = waaudit(home.path()).env("COLUMNS", "100").args(["scan", "--demo"]).output().expect("a run");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let picture = between("demo").trim().trim_start_matches("```text\n").trim_end_matches("```");
    assert!(picture.lines().count() > 15);
    let start: Vec<&str> = printed.lines().map(str::trim_end).take(picture.lines().count()).collect();
    let shown: Vec<&str> = picture.lines().map(str::trim_end).collect();
    assert_eq!(shown, start);
}

#[test]
fn the_waiver_of_the_page_waives_a_failure() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(home.path().join("waivers.toml"), block(CI, "toml")).expect("a file");
    let args = ["scan", "--demo", "--waivers", "waivers.toml", "--format", "json"];
    let output = waaudit(home.path()).args(args).output().expect("a run");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["summary"]["verdicts"]["waived"], 1);
    assert_eq!(report["diagnostics"], Value::Array(Vec::new()));
}

#[test]
fn every_flag_that_the_pages_name_exists() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let help = |args: &[&str]| {
        let output = waaudit(home.path()).args(args).output().expect("a run");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let commands: &[&[&str]] = &[
        &["scan", "--help"],
        &["diff", "--help"],
        &["graph", "--help"],
        &["permissions", "--help"],
        &["trend", "--help"],
        &["waive", "--help"],
        &["mcp", "--help"],
        &["rule", "list", "--help"],
        &["rule", "new", "--help"],
    ];
    let commands = commands.iter().map(|args| help(args)).collect::<String>();
    // Flags of cargo, the AWS CLI, sha256sum and gh.
    let others = [
        "--check",
        "--findings",
        "--ignore-missing",
        "--json-string",
        "--locked",
        "--path",
        "--repo",
        "--test",
        "--volume-id",
        "--volume-type",
    ];
    for page in PAGES {
        let words = page.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        for flag in words.filter(|word| word.starts_with("--") && word.len() > 3 && !others.contains(word)) {
            assert!(flag.bytes().all(|byte| byte == b'-') || commands.contains(flag), "{flag}");
        }
    }
}

/// `cargo run` has several programs to choose from.
#[test]
fn cargo_run_runs_waaudit() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).expect("the manifest");
    let manifest: Value = toml::from_str(&manifest).expect("TOML");
    assert_eq!(manifest["package"]["default-run"], "waaudit");
}
