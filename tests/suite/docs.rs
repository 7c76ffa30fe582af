//! Pages that repeat the program are printed by it: a change of rules, facts or settings changes them too.

use std::path::Path;

use super::cli::waaudit;

/// A page and the command that prints it.
const PAGES: &[(&str, &[&str])] = &[
    ("rules/README.md", &["rule", "list", "--format", "markdown"]),
    ("docs/facts.md", &["facts", "--page"]),
    ("docs/policy.json", &["permissions"]),
    ("docs/waaudit.toml", &["settings"]),
    ("schemas/report.json", &["schema", "report"]),
    ("schemas/rule.json", &["schema", "rule"]),
    ("schemas/settings.json", &["schema", "settings"]),
    ("schemas/snapshot.json", &["schema", "snapshot"]),
    ("schemas/waivers.json", &["schema", "waivers"]),
];

/// `WRITE_PAGES=1 cargo test --test suite docs` writes them.
#[test]
fn pages_are_what_the_program_prints() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (page, command) in PAGES {
        let output = waaudit(home.path()).args(*command).output().expect("a run");
        assert!(output.status.success(), "{command:?}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        if std::env::var_os("WRITE_PAGES").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
            std::fs::write(&path, &output.stdout).expect("the page");
        }
        let committed = std::fs::read(&path).unwrap_or_default();
        assert!(committed == output.stdout, "{page} is stale: WRITE_PAGES=1 cargo test --test suite docs");
    }
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
