//! Where the report goes: stdout by its names, and files of every sort.

use serde_json::Value;

use super::program::waaudit;

const SCAN: [&str; 5] = ["scan", "--demo", "--format", "json", "--output"];

/// What the demo's report says on stdout if it is written to a file of that name.
fn on_stdout(home: &std::path::Path, name: &str) -> Value {
    let output = waaudit(home).args(SCAN).arg(name).output().expect("a run");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

#[test]
fn a_dash_and_the_names_of_stdout_are_stdout() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let report = on_stdout(home.path(), "-");
    assert!(report["findings"].as_array().is_some_and(|findings| !findings.is_empty()));
    for name in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        assert_eq!(on_stdout(home.path(), name), report, "{name}");
    }
    assert_eq!(std::fs::read_dir(home.path()).expect("the folder").count(), 0);
}

#[test]
fn a_link_is_followed_and_a_device_stays_a_device() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink("kept.json", home.path().join("latest.json")).expect("a link");
    std::os::unix::fs::symlink("/dev/null", home.path().join("nowhere")).expect("a link");
    for name in ["latest.json", "nowhere", "/dev/null"] {
        assert_eq!(on_stdout(home.path(), name), Value::Null, "{name}");
    }
    assert!(home.path().join("latest.json").is_symlink() && home.path().join("nowhere").is_symlink());
    let kept = std::fs::read(home.path().join("kept.json")).expect("the link's target");
    assert!(serde_json::from_slice::<Value>(&kept).is_ok());
    let mut names: Vec<_> =
        std::fs::read_dir(home.path()).expect("the folder").flatten().map(|file| file.file_name()).collect();
    names.sort();
    assert_eq!(names, ["kept.json", "latest.json", "nowhere"]);
}
