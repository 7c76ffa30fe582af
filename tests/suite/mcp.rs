//! `waaudit mcp`, asked by the official client of the Model Context Protocol.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::formats::hostile;
use super::moto::{moto, python};
use super::program::{program, waaudit};

/// Runs a function of the client against a server.
fn client(home: &Path, function: &str, command: &mut Command) {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/moto/mcp_client.py");
    let mut server = vec![command.get_program().to_owned()];
    server.extend(command.get_args().map(ToOwned::to_owned));
    let mut client = Command::new(python());
    client.args([program, function, "--"]).args(server).env_clear().current_dir(home);
    for (name, value) in command.get_envs() {
        client.env(name, value.unwrap_or_default());
    }
    let output = client.output().expect("Python runs");
    assert!(output.status.success(), "{function}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A server about something that needs no account.
fn serving(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.env("HOME", home).env("AWS_EC2_METADATA_DISABLED", "true").arg("mcp").args(args);
    command
}

fn demo_report(home: &Path) -> Value {
    let output = waaudit(home).args(["scan", "--demo", "--quiet", "--format", "json"]).output().expect("a run");
    serde_json::from_slice(&output.stdout).expect("a report")
}

#[test]
fn an_assistant_learns_all_about_the_demo() {
    let home = tempfile::tempdir().expect("a temporary folder");
    client(home.path(), "demo", &mut serving(home.path(), &["--demo"]));
}

#[test]
fn whatever_comes_in_only_the_protocol_goes_out() {
    let home = tempfile::tempdir().expect("a temporary folder");
    client(home.path(), "raw", &mut serving(home.path(), &["--demo"]));
}

#[test]
fn hostile_names_are_data_and_nothing_else() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(home.path().join("hostile.json"), hostile(1)).expect("a file");
    client(home.path(), "hostile", &mut serving(home.path(), &["--snapshot", "hostile.json"]));
}

#[test]
fn a_stored_report_answers_what_it_holds() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(home.path().join("report.json"), demo_report(home.path()).to_string()).expect("a file");
    client(home.path(), "report", &mut serving(home.path(), &["--report", "report.json"]));
}

/// Of every other finding that passes or fails, the earlier report has the other verdict.
#[test]
fn changes_are_those_since_the_report_that_the_server_was_started_with() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut report = demo_report(home.path());
    for finding in report["findings"].as_array_mut().expect("findings").iter_mut().step_by(2) {
        let turned = match finding["verdict"].as_str() {
            Some("pass") => "fail",
            Some("fail") => "pass",
            _ => continue,
        };
        finding["verdict"] = turned.into();
    }
    std::fs::write(home.path().join("old.json"), report.to_string()).expect("a file");
    client(home.path(), "changes", &mut serving(home.path(), &["--demo", "--baseline", "old.json"]));
}

#[test]
fn a_live_account_is_scanned_when_the_server_may() {
    let account = moto().account(400_000_000_201);
    account.seed("web_shop");
    let mut server = account.process();
    server.args(["mcp", "--live", "--region", "eu-west-1"]);
    client(account.home(), "live", &mut server);
}

#[test]
fn a_server_needs_one_account_and_refuses_flags_of_another() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let refused = |args: &[&str], words: &str| {
        let output = waaudit(home.path()).arg("mcp").args(args).output().expect("a run");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code() == Some(2) && told.contains(words) && output.stdout.is_empty(),
            "{args:?}: {told}"
        );
    };
    refused(&[], "--demo");
    refused(&["--demo", "--live"], "cannot be used with");
    refused(&["--demo", "--report", "report.json"], "cannot be used with");
    refused(&["--report", "report.json", "--profile", "prod"], "cannot be used with");
    refused(&["--demo", "--no-metrics"], "cannot be used with");
    refused(&["--report", "none.json"], "none.json");
    refused(&["--demo", "--baseline", "none.json"], "none.json");
}
