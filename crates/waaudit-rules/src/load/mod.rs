//! From files to checked rules. Every problem of every file is told, with its place; nothing is half loaded.

mod fix;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::mem::take;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;

use crate::conditions::{Condition, ConditionFile, ConditionsFile};
use crate::examples::Expected;
use crate::expr::{Expr, ExprError, Vocabulary};
use crate::file::{Example, PracticeFile, RuleFile, UnlessFile};
use crate::rule::{Exception, Explains, Practice, Rule};
use crate::source::{CONDITIONS, Source, below, built_in, duplicates};
use crate::spelling::did_you_mean;
use crate::template::Template;
use waaudit_model::error::Failure;
use waaudit_model::facts;
use waaudit_model::settings::Settings;

/// All rules and general conditions.
#[derive(Debug)]
pub struct RuleSet {
    /// Rules, by id.
    pub rules: Vec<Rule>,
    /// General conditions, in the order in which they are asked.
    pub conditions: Vec<Condition>,
    /// Today's id of every rule that was loaded, by that id and by those that it had before; a selection leaves them all.
    ids: BTreeMap<String, String>,
}

impl RuleSet {
    /// The built-in rules, and those below the folders.
    pub fn load(folders: &[PathBuf]) -> Result<Self, Failure> {
        let mut sources = built_in();
        for folder in folders {
            sources.extend(below(folder)?);
        }
        Self::from_sources(&sources)
    }

    /// The file of the built-in general conditions.
    pub fn built_in_conditions() -> Vec<Source> {
        built_in().into_iter().filter(|source| source.path == CONDITIONS).collect()
    }

    /// Loads and checks files.
    pub fn from_sources(sources: &[Source]) -> Result<Self, Failure> {
        let mut problems = Vec::new();
        let vocabularies = vocabularies(&mut problems);
        let mut set = Self { rules: Vec::new(), conditions: Vec::new(), ids: BTreeMap::new() };
        for source in sources.iter().filter(|source| source.path == CONDITIONS) {
            Loader { source, vocabularies: &vocabularies, problems: &mut problems }.conditions(&mut set.conditions);
        }
        let ids: BTreeSet<&str> = set.conditions.iter().map(|condition| condition.id.as_str()).collect();
        for source in sources.iter().filter(|source| source.path != CONDITIONS) {
            let mut loader = Loader { source, vocabularies: &vocabularies, problems: &mut problems };
            set.rules.extend(loader.rule(&ids));
        }
        set.rules.sort_by(|a, b| a.id.cmp(&b.id));
        let ids: BTreeSet<&str> = set.rules.iter().map(|rule| rule.id.as_str()).collect();
        for (rule, explains) in set.rules.iter().filter_map(|rule| Some((&rule.id, rule.explains.as_ref()?))) {
            let unknown = explains.rules.iter().filter(|id| !ids.contains(id.as_str()));
            problems.extend(unknown.map(|id| format!("  {rule} explains {id}, which is no rule")));
        }
        problems.extend(duplicates(sources));
        set.ids = all_ids(&set.rules);
        if problems.is_empty() { Ok(set) } else { Err(all(&problems)) }
    }

    /// Today's id of a rule, by that id or by one that it had before; of any rule that was loaded, selected or not.
    pub fn today(&self, id: &str) -> Option<&str> {
        self.ids.get(id).map(String::as_str)
    }

    /// Whether rules that were loaded are in an area of this name.
    pub fn is_area(&self, name: &str) -> bool {
        self.ids.values().any(|id| id.split('/').next() == Some(name))
    }

    /// Gives a rule a former id, as tests need it.
    pub fn rename(&mut self, former: &str, id: &str) {
        self.ids.insert(former.to_owned(), id.to_owned());
        let renamed = self.rules.iter_mut().filter(|rule| rule.id == id);
        renamed.for_each(|rule| rule.formerly.push(former.to_owned()));
    }

    /// The id most like a misspelt one, as the help of an error.
    pub fn did_you_mean(&self, wrong: &str) -> String {
        did_you_mean(wrong, self.ids.values().map(String::as_str), "waaudit rule list")
    }
}

/// Ids of rules, by today's and by former ones. Today's go before: a former id may have been given to another rule.
fn all_ids(rules: &[Rule]) -> BTreeMap<String, String> {
    let former = rules.iter().flat_map(|rule| rule.formerly.iter().map(|former| (former.clone(), rule.id.clone())));
    former.chain(rules.iter().map(|rule| (rule.id.clone(), rule.id.clone()))).collect()
}

fn all(problems: &[String]) -> Failure {
    let count = if problems.len() == 1 {
        "invalid rule file".to_owned()
    } else {
        format!("{} problems in rule files", problems.len())
    };
    Failure::new(format!("{count}\n{}", problems.join("\n")))
        .help("waaudit rule list shows rules that load; waaudit facts KIND their vocabulary")
}

/// What rules of each kind may speak of. A kind with a fact that has no type is a problem.
fn vocabularies(problems: &mut Vec<String>) -> BTreeMap<&'static str, Vocabulary> {
    let settings = schemars::schema_for!(Settings).to_value();
    let mut vocabularies = BTreeMap::new();
    for (kind, schema) in facts::schemas() {
        match Vocabulary::new(kind, &schema.to_value(), &settings) {
            Ok(vocabulary) => drop(vocabularies.insert(kind, vocabulary)),
            Err(problem) => problems.push(format!("  {problem}")),
        }
    }
    vocabularies
}

/// One file on its way.
struct Loader<'a> {
    source: &'a Source,
    vocabularies: &'a BTreeMap<&'static str, Vocabulary>,
    problems: &'a mut Vec<String>,
}

impl<'a> Loader<'a> {
    fn rule(&mut self, condition_ids: &BTreeSet<&str>) -> Option<Rule> {
        let mut file: RuleFile = self.parse()?;
        let id = self.id()?;
        let vocabulary = self.vocabulary(&file.kind)?;
        for id in file.despite.iter().filter(|id| !condition_ids.contains(id.as_ref().as_str())) {
            let known = condition_ids.iter().copied().collect::<Vec<_>>().join(", ");
            self.problem(
                id.span().start,
                &format!("no general condition `{}`", id.as_ref()),
                Some(&format!("known: {known}")),
            );
        }
        for fact in file.evidence.iter().filter(|fact| !vocabulary.has(fact.as_ref())) {
            let help = format!("waaudit facts {}", file.kind.as_ref());
            self.problem(
                fact.span().start,
                &format!("no fact `{}` of {}", fact.as_ref(), file.kind.as_ref()),
                Some(&help),
            );
        }
        if let Some(explains) = &file.explains
            && !vocabulary.has(explains.resources.as_ref())
        {
            let message = format!("no fact `{}` of {}", explains.resources.as_ref(), file.kind.as_ref());
            self.problem(explains.resources.span().start, &message, None);
        }
        let mut judged = vocabulary.clone();
        let unless = self.unless(&file.unless, &mut judged);
        let expect = self.boolean(&file.expect, &judged);
        let failing = expect.as_ref().map_or_else(|| judged.clone(), |expect| judged.clone().given(expect, false));
        let message = self.template(&file.message, &failing);
        let fix = self.fix(&file.fix, file.expect.span().start, &failing);
        let practice = file.practice.as_ref().map(|practice| self.practice(practice, &failing));
        let practice = practice.map_or(Some(None), |practice| practice.map(Some));
        let examples = self.examples(&mut file, vocabulary);
        Some(Rule {
            id,
            formerly: file.formerly,
            title: file.title,
            severity: file.severity,
            stage: file.stage,
            pillars: file.pillars,
            confidence: file.confidence,
            checklist: file.checklist,
            kind: file.kind.into_inner(),
            despite: file.despite.into_iter().map(Spanned::into_inner).collect(),
            unless: unless?,
            expect: expect?,
            message: message?,
            evidence: file.evidence.into_iter().map(Spanned::into_inner).collect(),
            why: file.why,
            fix: fix?,
            refs: file.refs,
            explains: file.explains.map(|explains| Explains {
                rules: explains.rules.into_iter().map(Spanned::into_inner).collect(),
                resources: explains.resources.into_inner(),
            }),
            practice: practice?,
            examples,
        })
    }

    fn practice(&mut self, file: &PracticeFile, vocabulary: &Vocabulary) -> Option<Practice> {
        if let Some(rank) = file.rank.as_ref().filter(|rank| !vocabulary.has(rank.as_ref())) {
            self.problem(rank.span().start, &format!("no fact `{}`", rank.as_ref()), None);
            return None;
        }
        let (absent, message) = (self.boolean(&file.absent, vocabulary), self.template(&file.message, vocabulary));
        let rank = file.rank.as_ref().map(|rank| rank.as_ref().clone());
        Some(Practice { absent: absent?, message: message?, rank })
    }

    /// The exceptions. What is proven by one that does not hold is left in the vocabulary of what follows.
    fn unless(&mut self, files: &[UnlessFile], judged: &mut Vocabulary) -> Option<Vec<Exception>> {
        let mut exceptions = Vec::new();
        for file in files {
            let holds = self.boolean(&file.holds, judged);
            let skipped = holds.as_ref().map_or_else(|| judged.clone(), |holds| judged.clone().given(holds, true));
            let because = self.template(&file.because, &skipped);
            if let Some(holds) = &holds {
                *judged = std::mem::replace(judged, skipped).given(holds, false);
            }
            exceptions.push(holds.zip(because).map(|(holds, because)| Exception { holds, because }));
        }
        exceptions.into_iter().collect()
    }

    fn conditions(&mut self, into: &mut Vec<Condition>) {
        let Some(file) = self.parse::<ConditionsFile>() else { return };
        for condition in file.condition {
            for kind in self.kinds(&condition) {
                into.extend(self.condition(&condition, kind));
            }
        }
    }

    fn kinds(&mut self, condition: &ConditionFile) -> Vec<&'static str> {
        let mut kinds = Vec::new();
        for name in &condition.kinds {
            match name.as_ref().as_str() {
                "*" => kinds.extend(self.vocabularies.keys()),
                known if self.vocabularies.contains_key(known) => {
                    kinds.extend(self.vocabularies.keys().filter(|kind| **kind == known));
                }
                unknown => self.problem(name.span().start, &format!("no kind `{unknown}`"), Some("waaudit facts")),
            }
        }
        kinds
    }

    fn condition(&mut self, file: &ConditionFile, kind: &'static str) -> Option<Condition> {
        let vocabulary = self.vocabularies.get(kind)?;
        let when = self.boolean(&file.when, vocabulary)?;
        let reason = self.template(&file.reason, vocabulary)?;
        let of_kind = |examples: &[Example], expected| {
            let of_kind = examples.iter().filter(|example| example.kind() == Some(kind)).cloned();
            of_kind.map(|example| (expected, example)).collect::<Vec<_>>()
        };
        let mut examples = of_kind(&file.applies, Expected::Skip);
        examples.extend(of_kind(&file.silent, Expected::Pass));
        let (id, kind, not_for) = (file.id.clone(), kind.to_owned(), file.not_for.clone());
        Some(Condition { id, kind, when, effect: file.effect, not_for, reason, examples })
    }

    fn parse<T: serde::de::DeserializeOwned>(&mut self) -> Option<T> {
        match toml::from_str(&self.source.text) {
            Ok(file) => Some(file),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                self.problem(at, error.message(), Some("waaudit schema rule"));
                None
            }
        }
    }

    fn id(&mut self) -> Option<String> {
        let id = self.source.path.strip_suffix(".toml")?;
        let word = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if id.split('/').count() == 2 && id.split('/').all(word) {
            return Some(id.to_owned());
        }
        self.problem(0, "a rule's path is <area>/<subject>.toml in lower case, digits and hyphens", None);
        None
    }

    fn vocabulary(&mut self, kind: &Spanned<String>) -> Option<&'a Vocabulary> {
        let found = self.vocabularies.get(kind.as_ref().as_str());
        if found.is_none() {
            self.problem(kind.span().start, &format!("no kind `{}`", kind.as_ref()), Some("waaudit facts"));
        }
        found
    }

    fn boolean(&mut self, source: &Spanned<String>, vocabulary: &Vocabulary) -> Option<Expr> {
        let expr = Expr::boolean(source.as_ref(), vocabulary);
        expr.map_err(|error| self.expression_problem(source, &error)).ok()
    }

    fn template(&mut self, source: &Spanned<String>, vocabulary: &Vocabulary) -> Option<Template> {
        let template = Template::new(source.as_ref(), vocabulary);
        template.map_err(|error| self.expression_problem(source, &error)).ok()
    }

    fn examples(&mut self, file: &mut RuleFile, vocabulary: &Vocabulary) -> Vec<(Expected, Example)> {
        let lists = [
            (Expected::Pass, &file.pass),
            (Expected::Fail, &file.fail),
            (Expected::Skip, &file.skip),
            (Expected::Unknown, &file.unknown),
        ];
        let at = file.expect.span().start;
        for (expected, list) in &lists {
            let wanted = match expected {
                Expected::Pass | Expected::Fail => true,
                Expected::Skip => !file.unless.is_empty(),
                Expected::Unknown => false,
            };
            if wanted && list.is_empty() {
                self.problem(at, &format!("has no example in [[{}]]", expected.name()), None);
            }
            let facts = list.iter().flat_map(Example::facts);
            for fact in facts.filter(|fact| *fact != "tags" && !vocabulary.has(fact)) {
                let message = format!("unknown fact `{fact}` in [[{}]] example", expected.name());
                self.problem(at, &message, None);
            }
        }
        let lists = [
            (Expected::Pass, take(&mut file.pass)),
            (Expected::Fail, take(&mut file.fail)),
            (Expected::Skip, take(&mut file.skip)),
            (Expected::Unknown, take(&mut file.unknown)),
        ];
        lists
            .into_iter()
            .flat_map(|(expected, list)| list.into_iter().map(move |example| (expected, example)))
            .collect()
    }

    fn expression_problem(&mut self, source: &Spanned<String>, error: &ExprError) {
        let at = place(&self.source.text, source.span(), source.as_ref(), error.offset);
        self.problem(at, &error.message, error.help.as_deref());
    }

    fn problem(&mut self, at: usize, message: &str, help: Option<&str>) {
        let before = self.source.text.get(..at).unwrap_or(&self.source.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        let mut problem = format!("  {}:{line}:{column}: {message}", self.source.shown);
        if let Some(help) = help {
            // Writing to a string can't fail.
            let _ = write!(problem, "\n    {help}");
        }
        self.problems.push(problem);
    }
}

/// The place in the file of an offset in an expression: exact where the file holds the expression as it is, else the
/// start of the value.
fn place(text: &str, span: Range<usize>, expression: &str, offset: usize) -> usize {
    let written = text.get(span.clone()).and_then(|value| value.find(expression));
    span.start + written.map_or(0, |start| start + offset)
}
