//! Fixes: what the AWS CLI makes of their commands, whether rules pass once they are carried out, and whether what they
//! name in Terraform and elsewhere exists.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use waaudit::fixtures::sample;
use waaudit::rules::examples::Expected;
use waaudit::rules::{RuleSet, Subject};

use super::moto::{Account, python, text};
use super::program::waaudit;

/// Rules whose fix is carried out by a trap, one a line; `PROVEN=1 cargo test --test suite traps` writes them.
const PROVEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/proven_fixes.txt");

/// A program of `tests/moto` that reads and writes JSON.
fn ask(program: &[&str], input: &Value) -> Value {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut process = Command::new(python())
        .args(program)
        .args(["--home", &home.path().display().to_string()])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/moto"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    process.stdin.take().expect("its input").write_all(input.to_string().as_bytes()).expect("the input is read");
    let output = process.wait_with_output().expect("Python runs");
    let problem = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{program:?}: {problem}"))
}

fn rules() -> RuleSet {
    RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"))
}

/// The commands of all rules on all their failing examples, with the rules that print them; and rules with a step that no
/// failing example prints.
fn commands_of_examples() -> (BTreeMap<String, BTreeSet<String>>, Vec<String>) {
    let mut commands: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut silent = Vec::new();
    for rule in rules().rules {
        let mut steps: BTreeSet<usize> = (0..rule.fix.steps.len()).collect();
        for (_, example) in rule.examples.iter().filter(|(expected, _)| *expected == Expected::Fail) {
            let case = example.apply(&sample(&rule.kind).expect("a sample")).expect("a sound example");
            let subject = Subject::new(&case.resource, &case.settings);
            let fits =
                |step: usize| rule.fix.steps[step].only_if.as_ref().is_none_or(|fits| fits.holds(&subject) == Ok(true));
            steps.retain(|step| !fits(*step));
            let printed = rule.fix.commands(&subject);
            if printed.is_empty() {
                silent.push(format!("{}: no command for {}", rule.id, Value::Object(example.0.clone())));
            }
            for command in printed.lines() {
                commands.entry(command.to_owned()).or_default().insert(rule.id.clone());
            }
        }
        silent.extend(steps.into_iter().map(|step| format!("{}: no failing example for step {}", rule.id, step + 1)));
    }
    (commands, silent)
}

/// The commands of a report's failures.
fn commands_of(report: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut commands: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        for command in text(&finding["fix"]["cli"]).lines() {
            commands.entry(command.to_owned()).or_default().insert(text(&finding["rule"]).to_owned());
        }
    }
    commands
}

#[test]
fn every_command_is_one_that_the_aws_cli_takes() {
    let (mut commands, silent) = commands_of_examples();
    assert!(silent.is_empty(), "{silent:#?}");
    let home = tempfile::tempdir().expect("a temporary folder");
    let demo = waaudit(home.path()).args(["scan", "--demo", "--format", "json"]).output().expect("a run");
    commands.extend(commands_of(&serde_json::from_slice(&demo.stdout).expect("a report")));
    let answers = ask(
        &["fixes.py", "parse"],
        &json!(commands.keys().filter(|command| command.starts_with("aws ")).collect::<Vec<_>>()),
    );
    let refused = answers.as_array().expect("answers").iter().filter(|answer| !answer["problem"].is_null());
    let told = refused.map(|answer| {
        let command = text(&answer["command"]);
        format!("{:?}: {command}\n    {}", commands[command], text(&answer["problem"]))
    });
    assert_eq!(told.collect::<Vec<_>>(), Vec::<String>::new());
}

/// No fix only reads, unless it says so.
#[test]
fn a_fix_changes_something_or_says_that_it_only_investigates() {
    let reads = ["describe-", "get-", "list-", "batch-get-", "filter-", "lookup-"];
    let only_reads = |command: &str| {
        command.split(' ').nth(2).is_some_and(|operation| reads.iter().any(|verb| operation.starts_with(verb)))
    };
    let investigates: BTreeSet<String> = rules()
        .rules
        .into_iter()
        .filter(|rule| rule.fix.flags.iter().any(|flag| flag.words() == "investigation only"))
        .map(|rule| rule.id)
        .collect();
    let mut by_rule: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (command, rules) in commands_of_examples().0 {
        for rule in rules {
            by_rule.entry(rule).or_default().push(command.clone());
        }
    }
    let wrong: Vec<&String> = by_rule
        .iter()
        .filter(|(rule, commands)| {
            commands.iter().all(|command| only_reads(command)) != investigates.contains(rule.as_str())
        })
        .map(|(rule, _)| rule)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What carrying out the fixes of an account's failures did.
#[derive(Default)]
pub(crate) struct Carried {
    /// Rules all of whose failures passed afterwards.
    pub(crate) proven: BTreeSet<String>,
    /// Why other rules' failures did not.
    pub(crate) open: BTreeMap<String, String>,
}

/// Carries out the fixes of the rules that a trap fails, and scans again.
pub(crate) fn carry_out(account: &Account, report: &Value, flags: &[&str]) -> Carried {
    let failing = |finding: &&Value| finding["verdict"] == "fail";
    let failures: Vec<&Value> = report["findings"].as_array().expect("findings").iter().filter(failing).collect();
    let wanted: Vec<Value> = failures
        .iter()
        .map(|finding| {
            let commands: Vec<&str> = text(&finding["fix"]["cli"]).lines().collect();
            json!({"rule": finding["rule"], "finding": finding, "commands": commands})
        })
        .collect();
    let endpoint = account.endpoint();
    let answers = ask(&["fixes.py", "run", "--endpoint", endpoint, "--account", &account.id], &json!(wanted));
    let mut carried = Carried::default();
    for answer in answers.as_array().expect("answers").iter().filter(|answer| !answer["problem"].is_null()) {
        carried.open.insert(text(&answer["rule"]).to_owned(), text(&answer["problem"]).to_owned());
    }
    let after = account.scan(flags);
    let verdicts: BTreeMap<&str, &str> = after["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| (text(&finding["fingerprint"]), text(&finding["verdict"])))
        .collect();
    let passed = |finding: &Value| verdicts.get(text(&finding["fingerprint"])).is_none_or(|verdict| *verdict == "pass");
    let rules: BTreeSet<&str> = failures.iter().map(|finding| text(&finding["rule"])).collect();
    for rule in rules {
        let of_rule: Vec<&&Value> = failures.iter().filter(|finding| finding["rule"] == rule).collect();
        if !carried.open.contains_key(rule) && of_rule.iter().all(|finding| passed(finding)) {
            carried.proven.insert(rule.to_owned());
        } else {
            carried.open.entry(rule.to_owned()).or_insert_with(|| "the rule still fails".to_owned());
        }
    }
    carried
}

/// Holds what the traps proved against the committed list.
pub(crate) fn assert_proven(proven: &BTreeSet<String>) {
    if std::env::var_os("PROVEN").is_some() {
        std::fs::write(PROVEN, proven.iter().flat_map(|rule| [rule.as_str(), "\n"]).collect::<String>())
            .expect("the list");
    }
    let committed = std::fs::read_to_string(PROVEN).unwrap_or_default();
    let lost: Vec<&str> = committed.lines().filter(|rule| !proven.contains(*rule)).collect();
    println!("{} fixes are proven by carrying them out:", proven.len());
    for rule in proven {
        println!("  {rule}");
    }
    assert!(lost.is_empty(), "after their fix, these rules passed once, and do not any more: {lost:#?}");
    assert!(committed.lines().count() > 60, "{}", committed.lines().count());
}

/// Paths that bindings generated from the provider's schema leave out: a web ACL's statements nest in themselves and are
/// JSON there, and attributes that only AWS sets are no arguments.
fn is_beyond_bindings(path: &str) -> bool {
    let is_set_by_aws = path.ends_with(".arn") || path == "aws_rds_cluster.reader_endpoint";
    is_set_by_aws || path.starts_with("aws_wafv2_web_acl.rule.statement.")
}

#[test]
fn what_fixes_name_in_terraform_is_in_the_provider() {
    let texts: BTreeSet<String> = rules().rules.into_iter().map(|rule| rule.fix.terraform).collect();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("provider");
    std::fs::create_dir_all(&folder).expect("the folder");
    let answers = ask(&["provider.py", "--kept", &folder.display().to_string()], &json!(texts));
    let missing: Vec<&str> = answers
        .as_array()
        .expect("answers")
        .iter()
        .flat_map(|answer| answer["missing"].as_array().expect("paths"))
        .map(text)
        .filter(|path| !is_beyond_bindings(path))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_rules_refer_to_exists() {
    let known = |name: &str| -> BTreeSet<String> {
        let path = format!("{}/tests/suite/references/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let list = std::fs::read_to_string(path).expect("the list");
        list.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    let (practices, controls, managed) = (known("well_architected"), known("security_hub"), known("config_rules"));
    let mut unknown = Vec::new();
    for rule in rules().rules {
        let cited = [
            (&practices, &rule.refs.well_architected),
            (&controls, &rule.refs.security_hub),
            (&managed, &rule.refs.config_rule),
        ];
        for (list, references) in cited {
            unknown.extend(references.iter().filter(|id| !list.contains(*id)).map(|id| format!("{}: {id}", rule.id)));
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}
