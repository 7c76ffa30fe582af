//! Kinds begun in a copy of this source tree.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{FACTS, NewKind, REGISTRY, SAMPLES, SERVICES};

/// The parts of this source tree that a kind begins in.
fn tree() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in [FACTS, SERVICES, SAMPLES] {
        copy_folder(&source.join(folder), &copy.path().join(folder));
    }
    for file in ["Cargo.toml", "rustfmt.toml", REGISTRY] {
        if source.join(file).exists() {
            fs::copy(source.join(file), copy.path().join(file)).unwrap();
        }
    }
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn new_kind(arguments: &str) -> NewKind {
    NewKind::parse(&arguments.split(' ').map(str::to_owned).collect::<Vec<_>>()).unwrap()
}

fn problem(arguments: &[&str]) -> String {
    NewKind::parse(&arguments.iter().map(|&argument| argument.to_owned()).collect::<Vec<_>>()).unwrap_err()
}

/// The files that were written, by what was said.
fn touched(said: &str) -> Vec<&str> {
    said.lines().skip(1).take_while(|line| !line.is_empty()).map(str::trim).collect()
}

/// rustfmt parses every file, so that one that is no Rust is found too.
fn assert_well_formed(root: &Path, files: &[&str]) {
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        let mut rustfmt = Command::new("rustfmt");
        let done = rustfmt.args(["--edition", "2024", "--emit", "stdout"]).arg(root.join(file)).output().unwrap();
        assert!(done.status.success(), "{file}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

fn read(root: &TempDir, file: &str) -> String {
    fs::read_to_string(root.path().join(file)).unwrap()
}

#[test]
fn a_kind_of_a_service_in_one_file_begins_in_four_files() {
    let root = tree();
    let said = new_kind("efs.access_point --call elasticfilesystem:DescribeAccessPoints").write(root.path()).unwrap();
    let files = touched(&said);
    assert_eq!(
        files,
        [
            "crates/waaudit-collect/src/services/efs.rs",
            "crates/waaudit-model/src/facts/efs.rs",
            "crates/waaudit-model/src/facts/mod.rs",
            "fixtures/samples/efs.access_point.json",
        ]
    );
    assert!(!said.contains("SDK crate"), "{said}");
    assert_well_formed(root.path(), &files);
    let collector = read(&root, files[0]);
    assert!(collector.contains("kinds: &[FILE_SYSTEM, ACCESS_POINT]"), "{collector}");
    assert!(collector.find("async fn access_points").unwrap() < collector.find("#[cfg(test)]").unwrap());
    let registry = read(&root, files[2]);
    let entries = "    entry::<efs::AccessPoint>(),\n    entry::<efs::FileSystem>(),\n";
    assert!(registry.contains(entries));
}

#[test]
fn a_kind_of_a_service_in_a_folder_has_a_file_of_its_own() {
    let root = tree();
    let said = new_kind("ec2.key_pair --call ec2:DescribeKeyPairs").write(root.path()).unwrap();
    let files = touched(&said);
    assert!(files.contains(&"crates/waaudit-collect/src/services/ec2/key_pair.rs"), "{said}");
    assert_eq!(files.len(), 5, "{said}");
    assert_well_formed(root.path(), &files);
    let module = read(&root, "crates/waaudit-collect/src/services/ec2/mod.rs");
    assert!(module.contains("mod key_pair;") && module.contains("key_pair::KEY_PAIR"), "{module}");
}

#[test]
fn a_kind_of_a_new_service_is_registered_once_in_each_place() {
    let root = tree();
    let said = new_kind("sfn.state_machine --call states:ListStateMachines --global").write(root.path()).unwrap();
    let files = touched(&said);
    assert!(said.contains("SDK crate"), "{said}");
    assert_well_formed(root.path(), &files);
    for (file, line) in [
        ("crates/waaudit-model/src/facts/mod.rs", "pub mod sfn;"),
        ("crates/waaudit-model/src/facts/mod.rs", "entry::<sfn::StateMachine>(),"),
        ("crates/waaudit-collect/src/services/mod.rs", "pub(crate) mod sfn;"),
        ("crates/waaudit-collect/src/registry.rs", "&sfn::SERVICE,"),
        ("crates/waaudit-collect/src/services/sfn.rs", "Kind::global::<StateMachine>"),
    ] {
        assert_eq!(read(&root, file).matches(line).count(), 1, "{line} in {file}");
    }
    assert!(read(&root, "fixtures/samples/sfn.state_machine.json").contains("\"region\": \"global\""));
}

#[test]
fn a_kind_that_is_there_is_refused_and_nothing_is_changed() {
    let root = tree();
    let before = read(&root, "crates/waaudit-model/src/facts/mod.rs");
    let problem =
        new_kind("efs.file_system --call elasticfilesystem:DescribeFileSystems").write(root.path()).unwrap_err();
    assert_eq!(problem, "fixtures/samples/efs.file_system.json is there already");
    assert_eq!(read(&root, "crates/waaudit-model/src/facts/mod.rs"), before);
}

#[test]
fn arguments_that_do_not_fit_are_refused_by_name() {
    assert!(problem(&["backup", "--call", "backup:ListPlans"]).contains("`backup` is no name of a kind"));
    assert!(problem(&["backup.Plan", "--call", "backup:ListPlans"]).contains("`backup.Plan` is no name of a kind"));
    assert!(problem(&["backup.plan"]).contains("--call is missing"));
    assert!(problem(&["backup.plan", "--call", "ListPlans"]).contains("`ListPlans` is no API action"));
    assert!(problem(&["backup.plan", "--call", "backup:DeletePlan"]).contains("may write"));
    assert!(problem(&["backup.plan", "--reach", "global"]).contains("no flag `--reach`"));
    assert!(problem(&["--call", "backup:ListPlans"]).contains("name is missing"));
}
