//! Where rule files are: built in, and below folders of the user's own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;

use waaudit_model::error::Failure;

/// The rules that are built in.
#[derive(RustEmbed)]
#[folder = "../../rules/"]
#[include = "**/*.toml"]
struct BuiltIn;

/// The file of the general conditions.
pub(crate) const CONDITIONS: &str = "conditions.toml";

/// A file's name and text.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path below the rules' folder, `multi-az/rds-instance.toml`.
    pub path: String,
    /// Where to look for it, for messages.
    pub shown: String,
    /// Its text.
    pub text: String,
}

/// The rules that are built in.
pub(crate) fn built_in() -> Vec<Source> {
    BuiltIn::iter()
        .filter_map(|path| {
            let text = String::from_utf8(BuiltIn::get(&path)?.data.into_owned()).ok()?;
            Some(Source { shown: format!("rules/{path}"), path: path.into_owned(), text })
        })
        .collect()
}

/// The rule files below a folder, `<area>/<subject>.toml`. A `.toml` file at any other place is an error: it would be
/// left out without a word.
pub(crate) fn below(folder: &Path) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    let mut misplaced = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), 0)];
    while let Some((place, depth)) = folders.pop() {
        for path in entries(&place)? {
            if path.is_dir() {
                folders.push((path, depth + 1));
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                match depth {
                    1 => sources.push(source(folder, &path)?),
                    _ => misplaced.push(format!("  {}", path.display())),
                }
            }
        }
    }
    if !misplaced.is_empty() {
        misplaced.sort();
        let message = format!("not at <area>/<subject>.toml below {}\n{}", folder.display(), misplaced.join("\n"));
        return Err(
            Failure::new(message).help("general conditions are built in; move what is no rule out of the folder")
        );
    }
    if sources.is_empty() {
        let message = format!("no rule below {}: looked for <area>/<subject>.toml", folder.display());
        return Err(Failure::new(message).help("waaudit rule explain multi-az/rds-instance shows one to start from"));
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn source(folder: &Path, path: &Path) -> Result<Source, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read the rule", path, &error))?;
    let relative = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    Ok(Source { path: relative, shown: path.display().to_string(), text })
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failure = |error: std::io::Error| Failure::file("read the rules' folder", folder, &error);
    let mut paths = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .map_err(failure)?;
    paths.sort();
    Ok(paths)
}

/// Files of one rule, with their places.
pub(crate) fn duplicates(sources: &[Source]) -> Vec<String> {
    let mut by_path: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for source in sources {
        by_path.entry(&source.path).or_default().push(&source.shown);
    }
    let several = by_path.into_iter().filter(|(_, places)| places.len() > 1);
    let id = |path: &str| path.strip_suffix(".toml").unwrap_or(path).to_owned();
    several.map(|(path, places)| format!("  duplicate rule id `{}`: {}", id(path), places.join(" and "))).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Source, below, duplicates};

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn rules_are_found_at_their_depth_and_other_files_are_left_alone() {
        let folder = folder(&["cost/ebs-gp3.toml", "async/mine.toml", "README.md", "cost/notes.md", "a/b/c/notes.md"]);
        let paths: Vec<String> = below(folder.path()).unwrap().into_iter().map(|source| source.path).collect();
        assert_eq!(paths, ["async/mine.toml", "cost/ebs-gp3.toml"]);
    }

    #[test]
    fn rule_files_at_another_depth_and_conditions_are_refused_by_name() {
        for misplaced in ["ebs-gp3.toml", "cost/ebs/gp3.toml", "conditions.toml"] {
            let folder = folder(&["cost/ebs-gp3.toml", misplaced]);
            let failure = below(folder.path()).unwrap_err().to_string();
            assert!(failure.contains("not at <area>/<subject>.toml below"), "{failure}");
            assert!(failure.contains(&format!("  {}", folder.path().join(misplaced).display())), "{failure}");
        }
    }

    #[test]
    fn a_rule_in_two_files_names_both() {
        let source = |shown: &str, path: &str| Source { path: path.into(), shown: shown.into(), text: String::new() };
        let two = [source("rules/cost/a.toml", "cost/a.toml"), source("mine/cost/a.toml", "cost/a.toml")];
        assert_eq!(duplicates(&two), ["  duplicate rule id `cost/a`: rules/cost/a.toml and mine/cost/a.toml"]);
        assert!(duplicates(&[source("rules/cost/a.toml", "cost/a.toml"), source("x", "cost/b.toml")]).is_empty());
    }
}
