//! Pages that repeat the program are printed by it: a change of rules, facts or settings changes them too.

use std::path::Path;

use serde_json::Value;

use super::deploy::{file, printed_policy, read};
use super::moto::text;
use super::program::waaudit;

/// A page and the command that prints it.
const PAGES: &[(&str, &[&str])] = &[
    ("rules/README.md", &["rule", "list", "--format", "markdown"]),
    ("docs/facts.md", &["facts", "--page"]),
    ("docs/policy.json", &["permissions"]),
    ("docs/waaudit.toml", &["settings"]),
    ("schemas/difference.json", &["schema", "difference"]),
    ("schemas/event.json", &["schema", "event"]),
    ("schemas/report.json", &["schema", "report"]),
    ("schemas/rule.json", &["schema", "rule"]),
    ("schemas/settings.json", &["schema", "settings"]),
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
