//! Fixes: what the AWS CLI makes of their commands, whether rules pass once they are carried out, and whether what they
//! name in Terraform and elsewhere exists.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use waaudit_rules::RuleSet;
use waaudit_rules::examples::Expected;
use waaudit_rules::fixtures::sample;

use super::moto::{Account, python, text};
use super::program::waaudit;

/// Rules whose fix is carried out by a trap, one a line; `PROVEN=1 cargo test --test suite traps` tries all, and writes them.
const PROVEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/proven_fixes.txt");

/// Why other rules fail after their fix, or in one trap: `rule: reason` or `rule in trap: reason`.
const NOT_ON_MOTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/unproven_fixes.txt");

/// A program of `tests/moto` that reads and writes JSON.
fn ask(program: &[&str], input: &Value) -> Value {
    ask_in(tempfile::tempdir().expect("a temporary folder").path(), program, input)
}

/// The same, in a folder that its commands may change.
fn ask_in(home: &Path, program: &[&str], input: &Value) -> Value {
    let mut process = Command::new(python())
        .args(program)
        .args(["--home", &home.display().to_string()])
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
            let subject = case.subject();
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
        command.starts_with("waaudit simulate ")
            || command.split(' ').nth(2).is_some_and(|operation| reads.iter().any(|verb| operation.starts_with(verb)))
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
    /// Rules all of whose failures were gone afterwards.
    pub(crate) proven: BTreeSet<String>,
    /// Why other rules' failures were not.
    pub(crate) open: BTreeMap<String, String>,
}

/// Why the test server can't prove a rule's fix, by the rule or by the rule and a trap.
fn not_on_moto() -> BTreeMap<String, String> {
    let list = std::fs::read_to_string(NOT_ON_MOTO).expect("the reasons");
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parts = lines.map(|line| line.split_once(": ").unwrap_or_else(|| panic!("no reason: {line}")));
    parts.map(|(rule, why)| (rule.to_owned(), why.to_owned())).collect()
}

/// Whether all fixes are tried, also those that are known to stay open.
fn tries_all() -> bool {
    std::env::var_os("PROVEN").is_some()
}

/// Carries out the fixes of the rules that a trap fails, and scans again with `scan`, which takes the rules to judge.
pub(crate) fn carry_out(account: &Account, report: &Value, scan: impl FnOnce(&BTreeSet<&str>) -> Value) -> Carried {
    let known = not_on_moto();
    let is_tried =
        |finding: &&Value| finding["verdict"] == "fail" && (tries_all() || !known.contains_key(text(&finding["rule"])));
    let failures: Vec<&Value> = report["findings"].as_array().expect("findings").iter().filter(is_tried).collect();
    let mut carried = Carried { open: problems(account, &failures), ..Carried::default() };
    let rules: BTreeSet<&str> = failures.iter().map(|finding| text(&finding["rule"])).collect();
    let done: BTreeSet<&str> = rules.into_iter().filter(|rule| !carried.open.contains_key(*rule)).collect();
    if done.is_empty() {
        return carried;
    }
    let after = scan(&done);
    let verdicts: BTreeMap<&str, &Value> = after["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| (text(&finding["fingerprint"]), finding))
        .collect();
    for rule in done {
        let mut of_rule = failures.iter().filter(|finding| finding["rule"] == rule);
        let left = of_rule.find_map(|finding| still(verdicts.get(text(&finding["fingerprint"])).copied()?));
        match left {
            None => drop(carried.proven.insert(rule.to_owned())),
            Some(why) => drop(carried.open.insert(rule.to_owned(), why)),
        }
    }
    carried
}

/// What is left of a failure after its fix. A rule that does not apply any more, to a server that was stopped or a class
/// that is not burstable, has nothing left to say.
fn still(after: &Value) -> Option<String> {
    let verdict = text(&after["verdict"]);
    let settled = ["pass", "skip"].contains(&verdict);
    (!settled).then(|| format!("{verdict} after the fix: {}", text(&after["message"])))
}

/// By rule, what stopped a fix on its way.
fn problems(account: &Account, failures: &[&Value]) -> BTreeMap<String, String> {
    if failures.is_empty() {
        return BTreeMap::new();
    }
    let asked = failures.iter().map(|finding| {
        let commands: Vec<&str> = text(&finding["fix"]["cli"]).lines().collect();
        json!({"rule": finding["rule"], "finding": finding, "commands": commands})
    });
    let program = ["fixes.py", "run", "--endpoint", account.endpoint(), "--account", &account.id];
    let answers = ask_in(account.home(), &program, &json!(asked.collect::<Vec<_>>()));
    let stopped = answers.as_array().expect("answers").iter().filter(|answer| !answer["problem"].is_null());
    stopped.map(|answer| (text(&answer["rule"]).to_owned(), text(&answer["problem"]).to_owned())).collect()
}

/// Holds what the traps proved against the committed list, and what they did not against the reasons why. A rule is proven
/// by a trap all of whose failures are gone afterwards.
pub(crate) fn assert_proven<'c>(carried: impl Iterator<Item = (&'c str, &'c Carried)> + Clone) {
    let proven: BTreeSet<&str> =
        carried.clone().flat_map(|(_, carried)| carried.proven.iter().map(String::as_str)).collect();
    println!("{} fixes are proven by carrying them out:", proven.len());
    for rule in &proven {
        println!("  {rule}");
    }
    let known = not_on_moto();
    let mut unexplained = Vec::new();
    for (trap, rule, why) in
        carried.flat_map(|(trap, carried)| carried.open.iter().map(move |(rule, why)| (trap, rule, why)))
    {
        let reason = known.get(rule).or_else(|| known.get(&format!("{rule} in {trap}")));
        match reason {
            Some(reason) => println!("not proven: {rule} in {trap}: {reason}"),
            None => unexplained.push(format!("{rule} in {trap}: {why}")),
        }
    }
    if tries_all() {
        std::fs::write(PROVEN, proven.iter().flat_map(|rule| [*rule, "\n"]).collect::<String>()).expect("the list");
        let needless: Vec<&String> = known.keys().filter(|rule| proven.contains(rule.as_str())).collect();
        assert!(needless.is_empty(), "the fixes of these rules are proven after all: {needless:#?}");
    }
    assert!(unexplained.is_empty(), "these rules fail after their fix: {unexplained:#?}");
    let committed = std::fs::read_to_string(PROVEN).expect("the list");
    let committed: BTreeSet<&str> = committed.lines().collect();
    assert_eq!(committed, proven, "{PROVEN} lists others");
    assert!(committed.len() > 60, "{}", committed.len());
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
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("provider");
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
