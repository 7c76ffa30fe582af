//! Edits of source files, held back until all of them are known to fit.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Files below a root as they are to become.
pub(super) struct Edits {
    root: PathBuf,
    texts: BTreeMap<String, String>,
}

impl Edits {
    pub(super) fn new(root: &std::path::Path) -> Self {
        Self { root: root.to_owned(), texts: BTreeMap::new() }
    }

    pub(super) fn exists(&self, file: &str) -> bool {
        self.texts.contains_key(file) || self.root.join(file).exists()
    }

    pub(super) fn text(&self, file: &str) -> Result<String, String> {
        match self.texts.get(file) {
            Some(text) => Ok(text.clone()),
            None => fs::read_to_string(self.root.join(file)).map_err(|error| format!("{file}: {error}")),
        }
    }

    /// A file that must not be there yet.
    pub(super) fn create(&mut self, file: &str, text: String) -> Result<(), String> {
        if self.exists(file) {
            return Err(format!("{file} is there already"));
        }
        self.texts.insert(file.to_owned(), text);
        Ok(())
    }

    pub(super) fn change(
        &mut self,
        file: &str,
        edit: impl FnOnce(String) -> Result<String, String>,
    ) -> Result<(), String> {
        let text = edit(self.text(file)?).map_err(|problem| format!("{file}: {problem}"))?;
        self.texts.insert(file.to_owned(), text);
        Ok(())
    }

    /// Writes all files, and names them.
    pub(super) fn save(self) -> Result<Vec<String>, String> {
        for (file, text) in &self.texts {
            fs::write(self.root.join(file), text).map_err(|error| format!("{file}: {error}"))?;
        }
        Ok(self.texts.into_keys().collect())
    }
}

/// A line put before the first one with the same beginning that is above it in the alphabet, else after the last one.
pub(super) fn insert_sorted(text: &str, beginning: &str, line: &str) -> Result<String, String> {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.contains(&line) {
        return Err(format!("`{}` is there already", line.trim()));
    }
    let alike = |(_, other): &(usize, &&str)| other.starts_with(beginning);
    let later = lines.iter().enumerate().filter(alike).find(|(_, other)| **other > line).map(|(place, _)| place);
    let last = lines.iter().enumerate().rfind(alike).map(|(place, _)| place + 1);
    let place = later.or(last).ok_or_else(|| format!("no line begins with `{beginning}`"))?;
    lines.insert(place, line);
    Ok(lines.join("\n") + "\n")
}

/// An item more in the first list that is opened by some text, `kinds: &[`. rustfmt breaks the line where it is too long.
pub(super) fn add_to_list(text: &str, opening: &str, item: &str) -> Result<String, String> {
    let start = text.find(opening).ok_or_else(|| format!("no `{opening}`"))? + opening.len();
    let close = if opening.ends_with('[') { ']' } else { '}' };
    let end = start + text[start..].find(close).ok_or_else(|| format!("no end of `{opening}`"))?;
    let held = text[start..end].trim_end();
    let items = held.split(',').map(str::trim);
    if items.clone().any(|other| other == item) {
        return Err(format!("`{item}` is there already"));
    }
    let comma = if held.is_empty() || held.ends_with(',') { "" } else { "," };
    let gap = if held.is_empty() { "" } else { " " };
    Ok(format!("{}{held}{comma}{gap}{item}{}", &text[..start], &text[end..]))
}
