//! `waaudit waive`: writes a waiver to the end of a waivers file, and changes nothing else in it.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;

use super::read_file;
use waaudit_judge::selection::find;
use waaudit_judge::waivers::{Waiver, Waivers};
use waaudit_model::error::Failure;
use waaudit_output::write::write_text;
use waaudit_rules::RuleSet;

/// What is waived, and where that is written.
#[derive(Debug)]
pub struct Options {
    /// The waiver.
    pub waiver: Waiver,
    /// The waivers file.
    pub file: PathBuf,
    /// Folders of further rules.
    pub folders: Vec<PathBuf>,
}

/// Writes the waiver, and says what to do next.
pub fn run(options: &Options) -> Result<String, Failure> {
    let Options { waiver, file, folders } = options;
    let rules = RuleSet::load(folders)?;
    find(&rules, &waiver.rule)?;
    check(waiver, jiff::tz::Offset::UTC.to_datetime(Timestamp::now()).date())?;
    let there = if file.exists() { read_file("read the waivers", file)? } else { String::new() };
    let text = with(&there, waiver)?;
    Waivers::from_toml(&text, &rules, &file.display().to_string())?;
    write_text(Some(file), &text)?;
    let file = file.display();
    Ok(format!("{file}: {} is waived until {}\nwaaudit scan --waivers {file}\n", waiver.rule, waiver.until))
}

fn check(waiver: &Waiver, today: Date) -> Result<(), Failure> {
    let empty =
        [("--reason", &waiver.reason), ("--owner", &waiver.owner)].into_iter().find(|(_, it)| it.trim().is_empty());
    if let Some((flag, _)) = empty {
        return Err(Failure::new(format!("`{flag}` is empty")).help("a waiver says why it holds, and who accepted it"));
    }
    if waiver.until < today {
        let message = format!("`--until {}` is over: a waiver that has ended waives nothing", waiver.until);
        return Err(Failure::new(message).help("waaudit waive RULE --until DATE"));
    }
    Ok(())
}

/// A waivers file with one more entry at its end.
fn with(there: &str, waiver: &Waiver) -> Result<String, Failure> {
    let entry = toml::to_string(&Waivers { waiver: vec![waiver.clone()] })
        .map_err(|error| Failure::new(format!("could not write the waiver: {error}")))?;
    let there = there.trim_end();
    Ok(if there.is_empty() { entry } else { format!("{there}\n\n{entry}") })
}

#[cfg(test)]
mod tests {
    use super::{Waiver, check, with};
    use waaudit_judge::waivers::Waivers;

    fn waiver() -> Waiver {
        Waiver {
            rule: "multi-az/rds-instance".to_owned(),
            resource: Some("orders-*".to_owned()),
            tag: Some("team=\"a\"\n[[waiver]]".to_owned()),
            reason: "moves in \u{1b}[2J May".to_owned(),
            owner: "ops".to_owned(),
            until: "2027-01-31".parse().unwrap(),
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_what_was_there_stays() {
        let first = with("", &waiver()).unwrap();
        let second = with(&format!("# ours\n{first}\n\n"), &waiver()).unwrap();
        assert!(second.starts_with("# ours\n"));
        let read: Waivers = toml::from_str(&second).unwrap();
        assert_eq!(read.waiver, [waiver(), waiver()]);
    }

    #[test]
    fn a_day_that_is_over_and_empty_words_are_refused() {
        let today = "2027-01-31".parse().unwrap();
        assert!(check(&waiver(), today).is_ok());
        assert!(check(&waiver(), "2027-02-01".parse().unwrap()).is_err());
        assert!(check(&Waiver { reason: " ".to_owned(), ..waiver() }, today).is_err());
        assert!(check(&Waiver { owner: String::new(), ..waiver() }, today).is_err());
    }
}
