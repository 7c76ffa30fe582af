//! The formats of a report, read by what others wrote for them: the demo, and an account of hostile names.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::moto::python;
use super::program::waaudit;

/// Markup, formulas, commands, control characters, terminal escapes, bidirectional marks; and length.
const HOSTILE: [&str; 16] = [
    "<img src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>&lt;b&gt;<!--",
    "=HYPERLINK(\"https://a.example\",\"x\");=1+1",
    "+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1",
    "\r=1\r\n::error title=x::y",
    "\u{1b}[2J\u{1b}]8;;https://a.example\u{7}\u{9b}31m",
    "\u{202e}gpj\u{2066}\u{200f}",
    "[a](javascript:alert(1)) ![b](https://a.example/b.png)",
    "a|`b` *c* _d_ ~~e~~ # f\n\n# g\n<https://a.example>",
    "{0} {{1}} 100 %0A",
    "\u{fffe}\u{ffff}\u{0}",
    "#1 a/b#2 @team",
    "\"'\\",
];

/// The demo's account several times over, with names, ids, ARNs and tags that are all hostile.
pub(crate) fn hostile(copies: usize) -> String {
    let mut account: Value = serde_json::from_str(include_str!("../../fixtures/accounts/demo.json")).expect("JSON");
    let long = "<".repeat(10_000);
    let mut words = HOSTILE.into_iter().chain([long.as_str()]).cycle();
    account["account"]["alias"] = HOSTILE[0].into();
    let resources = account["resources"].as_array_mut().expect("resources");
    *resources = std::iter::repeat_n(resources.clone(), copies).flatten().collect();
    for resource in resources {
        let word = words.next().expect("a word without end");
        resource["name"] = word.into();
        resource["tags"] = serde_json::json!({word: word});
        for part in ["id", "arn"] {
            let whole = format!("{word}{}", resource[part].as_str().expect("a text"));
            resource[part] = whole.into();
        }
    }
    account.to_string()
}

fn waivers(home: &Path) {
    let waiver = "[[waiver]]\nrule = \"recovery/s3-versioning\"\nreason = \"<b>=1|\\u001b[2J\"\nowner = \"@ada\"\nuntil = \"2027-01-01\"\n";
    // The second one covers nothing, and is a finding of the run itself.
    let unused = waiver.replace("reason", "resource = \"nothing\"\nreason");
    let waiver = format!("{waiver}{unused}");
    std::fs::write(home.join("waivers.toml"), waiver).expect("a file");
}

fn written(home: &Path, source: &[&str], format: &str) -> PathBuf {
    let file = home.join(format!("report.{format}"));
    let args = ["scan", "--waivers", "waivers.toml", "--quiet", "--format", format, "--output"];
    let output = waaudit(home).args(args).arg(&file).args(source).output().expect("a run");
    assert_eq!(output.status.code(), Some(1), "{format}: {}", String::from_utf8_lossy(&output.stderr));
    file
}

/// Both accounts in a format, read by Python.
fn read(format: &str, copies: usize, more: &[&str]) {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(home.path().join("hostile.json"), hostile(copies)).expect("a file");
    waivers(home.path());
    for source in [&["--demo"][..], &["--snapshot", "hostile.json"]] {
        let (report, file) = (written(home.path(), source, "json"), written(home.path(), source, format));
        let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/moto/formats.py");
        let mut command = Command::new(python());
        command.args([reader, format]).args([file, report]).args(more.iter().filter(|_| source.len() > 1));
        let output = command.output().expect("Python runs");
        assert!(output.status.success(), "{source:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn sarif_fits_the_public_schema_and_says_what_the_report_says() {
    read("sarif", 1, &[]);
}

#[test]
fn svg_is_a_picture_with_every_box_and_nothing_else() {
    read("svg", 1, &[]);
}

#[test]
fn junit_has_a_case_for_each_finding() {
    read("junit", 1, &[]);
}

#[test]
fn csv_has_a_row_for_each_finding_and_no_formula() {
    read("csv", 1, &[]);
}

/// The hostile account has more to say than a comment holds.
#[test]
fn markdown_is_as_long_as_a_comment_may_be_and_holds_nothing_that_a_name_brought() {
    read("markdown", 7, &["--cut"]);
}

#[test]
fn annotations_are_commands_of_the_runner_and_the_worst_come_first() {
    read("github", 1, &[]);
}

#[test]
fn ocsf_events_fit_the_public_schema_and_the_models_of_a_consumer() {
    read("ocsf", 1, &[]);
}

/// The hostile account is large enough for several batches.
#[test]
fn asff_findings_are_imported_by_security_hub_within_its_limits() {
    read("asff", 1, &[]);
}

#[test]
fn openmetrics_are_read_by_the_reference_parser_and_say_what_the_report_says() {
    read("openmetrics", 1, &[]);
}

#[test]
fn answers_to_the_well_architected_tool_are_what_findings_say_of_its_choices() {
    read("wa-answers", 1, &[]);
}

#[test]
fn the_script_of_answers_is_run_by_a_shell_and_taken_by_the_aws_cli() {
    read("wa-script", 1, &[]);
}
