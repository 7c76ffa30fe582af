//! The README is followed to the letter: what it shows has to be what happens.

use super::program::waaudit;

const README: &str = include_str!("../../README.md");

/// The text of the first fenced block of a language.
fn block(language: &str) -> &'static str {
    let start = README.find(&format!("```{language}\n")).expect("a block") + language.len() + 4;
    let end = README[start..].find("```").expect("its end") + start;
    &README[start..end]
}

/// What stands between two marks.
fn between(mark: &str) -> &'static str {
    let start = README.find(&format!("<!-- {mark} -->\n")).expect("a mark") + mark.len() + 10;
    let end = README.find(&format!("<!-- /{mark} -->")).expect("its end");
    &README[start..end]
}

#[test]
fn a_rule_is_added_by_following_the_readme() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let rule = block("toml");
    assert!(rule.lines().count() <= 10, "more than ten lines:\n{rule}");
    std::fs::create_dir_all(home.path().join("mine/cost")).expect("a folder");
    std::fs::write(home.path().join("mine/cost/ebs-gp3.toml"), rule).expect("a file");
    let mut outputs = Vec::new();
    for line in block("sh").lines() {
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
fn every_command_and_flag_that_the_readme_names_exists() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let help = |args: &[&str]| {
        let output = waaudit(home.path()).args(args).output().expect("a run");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let commands = [&["scan", "--help"][..], &["graph", "--help"], &["rule", "new", "--help"]].map(help).concat();
    let words = README.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let others = ["--bench", "--release", "--test", "--volume-id", "--volume-type", "--"];
    for flag in words.filter(|word| word.starts_with("--") && word.len() > 3 && !others.contains(word)) {
        assert!(commands.contains(flag), "{flag}");
    }
}
