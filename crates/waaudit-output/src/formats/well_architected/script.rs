//! The answers as a shell script of AWS CLI commands, one for each question:
//! <https://docs.aws.amazon.com/wellarchitected/latest/APIReference/API_UpdateAnswer.html>.
//!
//! A command names only choices that findings support or refute, so that all others stay as people answered them. What it
//! says of a choice is its note, which replaces an earlier one. Every word is quoted for the shell.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::super::Format;
use super::of;
use crate::text::{clean, cut};
use crate::words::some_of;
use waaudit_judge::answers::{Answer, Answers, Choice, Found, Support};

pub(in crate::formats) const FORMAT: Format = Format {
    name: "wa-script",
    about: "For the AWS Well-Architected Tool: a script that answers a workload's questions",
    write: |report, _, to| script(&of(report)?, to),
};

/// Characters of a choice's note.
const NOTE: usize = 250;

const USE: &str = "\
# Selects the choices that findings support, unselects those that findings refute, and leaves all others alone.
# Read it first. It needs wellarchitected:UpdateAnswer, and the Region of the workload:
#     WORKLOAD_ID=0123456789abcdef0123456789abcdef AWS_REGION=eu-west-1 sh answers.sh
set -eu
: \"${WORKLOAD_ID:?set it to the id of the workload: aws wellarchitected list-workloads}\"
";

fn script(answers: &Answers, to: &mut dyn Write) -> io::Result<()> {
    let [account, at] = [&answers.account, &answers.taken_at].map(|word| clean(word));
    writeln!(to, "#!/bin/sh\n# Answers for the AWS Well-Architected Tool, of account {account}, scanned at {at}.")?;
    to.write_all(USE.as_bytes())?;
    let day = at.split('T').next().unwrap_or_default();
    for answer in &answers.questions {
        let updates = updates(answer, day);
        if !updates.is_empty() {
            writeln!(to, "\n# {} ({})\n{}", answer.question, answer.pillar, command(answers, answer, updates)?)?;
        }
    }
    Ok(())
}

fn command(answers: &Answers, answer: &Answer, updates: Map<String, Value>) -> io::Result<String> {
    let updates = Value::Object(updates).to_string();
    let words = ["--lens-alias", &answers.lens, "--question-id", &answer.question, "--choice-updates", &updates];
    let words = shlex::try_join(words).map_err(io::Error::other)?;
    // The id of the workload is the shell's to fill in.
    Ok(format!("aws wellarchitected update-answer --workload-id \"$WORKLOAD_ID\" {words}"))
}

fn updates(answer: &Answer, day: &str) -> Map<String, Value> {
    let known = answer.choices.iter().filter_map(|choice| {
        let status = match choice.answer {
            Support::Supported => "SELECTED",
            Support::Refuted => "UNSELECTED",
            Support::Open => return None,
        };
        Some((choice.choice.clone(), json!({"Status": status, "Notes": note(choice, day)})))
    });
    known.collect()
}

/// How many findings there are, and rules that say so.
fn note(choice: &Choice, day: &str) -> String {
    let says = |found: &&Found| if choice.answer == Support::Refuted { found.fail > 0 } else { found.pass > 0 };
    let rules = some_of(choice.rules.iter().filter(says).map(|found| found.rule.as_str()), 4);
    let fail: usize = choice.rules.iter().map(|found| found.fail).sum();
    let pass: usize = choice.rules.iter().map(|found| found.pass).sum();
    cut(&clean(&format!("waaudit {day}: {fail} failing, {pass} passing: {rules}")), NOTE)
}

#[cfg(test)]
mod tests {
    use super::script;
    use waaudit_judge::answers::{Answer, Answers, Choice, Found, Support};

    fn choice(name: &str, answer: Support, found: Found) -> Choice {
        let (choice, practice) = (name.to_owned(), "REL01-BP01".to_owned());
        Choice { choice, practice, answer, rules: vec![found], not_judged: Vec::new() }
    }

    #[test]
    fn a_command_names_what_is_supported_or_refuted_and_quotes_every_word() {
        let found = |rule: &str, pass, fail| Found { rule: rule.to_owned(), pass, fail, ..Found::default() };
        let choices = vec![
            choice("a", Support::Supported, found("mine/it's", 2, 0)),
            choice("b", Support::Refuted, found("mine/b", 2, 1)),
            choice("c", Support::Open, found("mine/c", 0, 0)),
        ];
        let open = vec![choice("d", Support::Open, found("mine/d", 0, 0))];
        let question =
            |id: &str, choices| Answer { question: id.to_owned(), pillar: "reliability".to_owned(), choices };
        let answers = Answers {
            lens: "wellarchitected".to_owned(),
            as_of: String::new(),
            account: "1\n2".to_owned(),
            taken_at: "2026-11-02T09:00:00Z".to_owned(),
            questions: vec![question("$(id)", choices), question("other", open)],
        };
        let mut text = Vec::new();
        script(&answers, &mut text).expect("a vector takes it");
        let text = String::from_utf8(text).expect("text");
        let commands: Vec<Vec<String>> =
            text.lines().filter(|line| line.starts_with("aws")).filter_map(shlex::split).collect();
        assert_eq!(commands.len(), 1, "{text}");
        let updates = "{\"a\":{\"Notes\":\"waaudit 2026-11-02: 0 failing, 2 passing: mine/it's\",\"Status\":\"SELECTED\"},\
             \"b\":{\"Notes\":\"waaudit 2026-11-02: 1 failing, 2 passing: mine/b\",\"Status\":\"UNSELECTED\"}}";
        assert_eq!(
            commands[0][5..],
            ["--lens-alias", "wellarchitected", "--question-id", "$(id)", "--choice-updates", updates]
        );
        assert!(text.contains("# Answers for the AWS Well-Architected Tool, of account 1 2,"), "{text}");
    }
}
