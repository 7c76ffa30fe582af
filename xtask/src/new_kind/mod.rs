//! The beginnings of a kind: its facts, its collector, its sample, and a line in each registry.
//!
//! All edits are made in memory and written at the end, so that a refused kind changes nothing.

mod edits;
mod templates;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::path::Path;

use self::edits::{Edits, add_to_list, insert_sorted};
use super::USAGE;

const FACTS: &str = "crates/waaudit-model/src/facts";
const SERVICES: &str = "crates/waaudit-collect/src/services";
const REGISTRY: &str = "crates/waaudit-collect/src/registry.rs";
const SAMPLES: &str = "fixtures/samples";

/// A kind to begin.
#[derive(Debug)]
pub(crate) struct NewKind {
    /// `backup`.
    service: String,
    /// `framework`.
    noun: String,
    /// `backup`, as IAM calls it.
    iam_service: String,
    /// `ListFrameworks`.
    action: String,
    global: bool,
}

impl NewKind {
    /// Reads the arguments. An error says what is wrong with which of them.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let (mut kind, mut call, mut global) = (None, None, false);
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--global" => global = true,
                "--call" => call = rest.next(),
                flag if flag.starts_with('-') => return Err(format!("no flag `{flag}`\n{USAGE}")),
                _ if kind.is_none() => kind = Some(argument),
                more => return Err(format!("`{more}` is one argument too many\n{USAGE}")),
            }
        }
        let kind = kind.ok_or_else(|| format!("the kind's name is missing\n{USAGE}"))?;
        let call = call.ok_or_else(|| format!("--call is missing\n{USAGE}"))?;
        let named =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || "_0123456789".contains(c));
        let (service, noun) = kind
            .split_once('.')
            .filter(|(service, noun)| {
                [service, noun].iter().all(|name| named(name) && name.starts_with(|c: char| c.is_ascii_lowercase()))
            })
            .ok_or_else(|| format!("`{kind}` is no name of a kind; it has the form of `backup.restore_job`"))?;
        let (iam_service, action) = call
            .split_once(':')
            .filter(|(service, action)| {
                service.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit())
                    && action.starts_with(|c: char| c.is_ascii_uppercase())
                    && action.chars().all(|c| c.is_ascii_alphanumeric())
            })
            .ok_or_else(|| format!("`{call}` is no API action; it has the form of `backup:ListFrameworks`"))?;
        if !["Describe", "Get", "List"].iter().any(|verb| action.starts_with(verb)) {
            return Err(format!("`{call}` may write: waaudit makes Describe, Get and List calls alone"));
        }
        Ok(Self {
            service: service.to_owned(),
            noun: noun.to_owned(),
            iam_service: iam_service.to_owned(),
            action: action.to_owned(),
            global,
        })
    }

    /// Writes the beginnings below a root, and says what they are and what is left to do.
    pub(crate) fn write(&self, root: &Path) -> Result<String, String> {
        let mut edits = Edits::new(root);
        self.sample(&mut edits)?;
        self.facts(&mut edits)?;
        self.collector(&mut edits)?;
        let sdk = self.has_sdk(&edits);
        let touched = edits.save()?;
        Ok(self.report(&touched, sdk))
    }

    /// `backup.framework`.
    fn kind(&self) -> String {
        format!("{}.{}", self.service, self.noun)
    }

    /// `Framework`.
    fn type_name(&self) -> String {
        let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
        self.noun.split('_').filter(|word| !word.is_empty()).map(capital).collect()
    }

    /// `FRAMEWORK`.
    fn const_name(&self) -> String {
        self.noun.to_ascii_uppercase()
    }

    /// `frameworks`.
    fn plural(&self) -> String {
        match self.noun.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
            _ if self.noun.ends_with(['s', 'x']) => format!("{}es", self.noun),
            _ => format!("{}s", self.noun),
        }
    }

    fn sample(&self, edits: &mut Edits) -> Result<(), String> {
        edits.create(&format!("{SAMPLES}/{}.json", self.kind()), templates::sample(self))
    }

    fn facts(&self, edits: &mut Edits) -> Result<(), String> {
        let (file, registry) = (format!("{FACTS}/{}.rs", self.service), format!("{FACTS}/mod.rs"));
        if edits.exists(&file) {
            edits.change(&file, |text| Ok(format!("{text}\n{}", templates::facts(self))))?;
        } else {
            edits.create(&file, templates::facts_of_new_service(self))?;
            edits.change(&registry, |text| insert_sorted(&text, "pub mod ", &format!("pub mod {};", self.service)))?;
        }
        let entry = format!("    entry::<{}::{}>(),", self.service, self.type_name());
        edits.change(&registry, |text| insert_sorted(&text, "    entry::<", &entry))
    }

    fn collector(&self, edits: &mut Edits) -> Result<(), String> {
        let (file, folder) = (format!("{SERVICES}/{}.rs", self.service), format!("{SERVICES}/{}", self.service));
        let of_folder = format!("{folder}/mod.rs");
        if edits.exists(&of_folder) {
            edits.create(&format!("{folder}/{}.rs", self.noun), templates::collector_of_folder(self))?;
            edits.change(&of_folder, |text| insert_sorted(&text, "mod ", &format!("mod {};", self.noun)))?;
            let kind = format!("{}::{}", self.noun, self.const_name());
            return edits.change(&of_folder, |text| add_to_list(&text, "kinds: &[", &kind));
        }
        if edits.exists(&file) {
            edits.change(&file, |text| add_to_list(&text, "kinds: &[", &self.const_name()))?;
            return edits.change(&file, |text| Ok(templates::with_collector(self, &text)));
        }
        edits.create(&file, templates::collector_of_new_service(self))?;
        let module = format!("pub(crate) mod {};", self.service);
        edits.change(&format!("{SERVICES}/mod.rs"), |text| insert_sorted(&text, "pub(crate) mod ", &module))?;
        edits.change(REGISTRY, |text| add_to_list(&text, "use crate::services::{", &self.service))?;
        let line = format!("    &{}::SERVICE,", self.service);
        edits.change(REGISTRY, |text| insert_sorted(&text, "    &", &line))
    }

    /// Whether the service's SDK crate is among the workspace's.
    fn has_sdk(&self, edits: &Edits) -> bool {
        edits.text("Cargo.toml").is_ok_and(|text| text.contains(&format!("\naws-sdk-{} ", self.service)))
    }

    fn report(&self, touched: &[String], has_sdk: bool) -> String {
        let mut said = format!("{} begins in:\n", self.kind());
        for file in touched {
            let _ = writeln!(said, "  {file}");
        }
        said += "\nNext:\n";
        if !has_sdk {
            let _ =
                writeln!(said, "  - name the service's SDK crate in Cargo.toml and crates/waaudit-collect/Cargo.toml");
        }
        let (kind, action) = (self.kind(), format!("{}:{}", self.iam_service, self.action));
        let _ = write!(
            said,
            "  - replace `state` by the facts that a rule needs, each with its API field, in the struct, collector and sample
  - cargo fmt && cargo test -p waaudit-collect
  - cargo run -- rule new <area>/<name> --kind {kind}
  - one such resource in tests/moto/accounts/everything.py and in crates/waaudit-derive/testdata/
  - {action} in tests/suite/actions.txt, with the reason why it is needed
  - WRITE_PAGES=1 cargo test --test suite docs"
        );
        said
    }
}
