//! The modules of a crate, what they import, and the circles in that.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::code::{Named, bare, paths, without_tests};

/// A module by the names on the way to it from its crate.
pub(crate) type Module = Vec<String>;

/// A module and its paths.
pub(crate) struct Source {
    pub(crate) module: Module,
    pub(crate) paths: Vec<Named>,
}

/// An import between neighbours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) from: Module,
    pub(crate) to: Module,
}

/// What the modules of a crate import of each other.
pub(crate) struct Graph {
    /// Of each module, its neighbours that it or something in it imports, with one place where.
    imports: BTreeMap<Module, BTreeMap<Module, String>>,
}

/// The modules below a source folder, without those of tests.
pub(crate) fn sources(folder: &Path) -> Vec<Source> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    from_text(files)
}

/// The same of files that are given by module and text.
pub(crate) fn from_text(files: Vec<(Module, String)>) -> Vec<Source> {
    let mut of_tests: BTreeSet<Module> = BTreeSet::new();
    let mut sources = Vec::new();
    for (module, text) in files {
        let (code, tests) = without_tests(&bare(&text));
        of_tests.extend(tests.into_iter().map(|name| [module.as_slice(), &[name]].concat()));
        sources.push(Source { paths: paths(&code), module });
    }
    sources.retain(|source| !of_tests.iter().any(|tests| source.module.starts_with(tests)));
    sources
}

fn collect(top: &Path, folder: &Path, files: &mut Vec<(Module, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(top, &path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let within = path.strip_prefix(top).unwrap().with_extension("");
            let mut module: Module = within.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
                module.pop();
            }
            files.push((module, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

impl Graph {
    /// Of sources.
    pub(crate) fn new(sources: &[Source]) -> Self {
        let crate_ = Crate::new(sources);
        let mut imports: BTreeMap<Module, BTreeMap<Module, String>> = BTreeMap::new();
        for source in sources {
            for named in &source.paths {
                let target = crate_.module_of(&absolute(&source.module, &named.path), 0);
                let Some(import) = neighbours(&source.module, &target) else { continue };
                let place = format!("{} uses {}", source.module.join("::"), named.path.join("::"));
                imports.entry(import.from).or_default().entry(import.to).or_insert(place);
            }
        }
        Self { imports }
    }

    /// One circle through each module that is on any, each told once.
    pub(crate) fn circles(&self) -> Vec<String> {
        let mut told: BTreeSet<Module> = BTreeSet::new();
        let mut circles = Vec::new();
        for start in self.imports.keys() {
            if told.contains(start) {
                continue;
            }
            if let Some(circle) = self.circle_of(start) {
                circles.push(self.tell(&circle));
                told.extend(circle);
            }
        }
        circles
    }

    /// The shortest way from a module back to itself.
    fn circle_of(&self, start: &Module) -> Option<Vec<Module>> {
        let mut ways = vec![vec![start.clone()]];
        let mut seen = BTreeSet::new();
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                for next in self.imports.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
                    if next == start {
                        return Some(way);
                    }
                    if seen.insert(next.clone()) {
                        longer.push([way.as_slice(), std::slice::from_ref(next)].concat());
                    }
                }
            }
            ways = longer;
        }
        None
    }

    fn tell(&self, circle: &[Module]) -> String {
        let next = circle.iter().cycle().skip(1);
        let steps = circle.iter().zip(next).map(|(from, to)| {
            let place = self.imports.get(from).and_then(|imports| imports.get(to)).cloned().unwrap_or_default();
            format!("\n    {} -> {} ({place})", from.join("::"), to.join("::"))
        });
        steps.collect()
    }
}

/// Which names lead to which modules.
struct Crate<'s> {
    modules: BTreeSet<&'s [String]>,
    /// What modules bring in, by module and name.
    brought: BTreeMap<(&'s [String], &'s str), Module>,
}

impl<'s> Crate<'s> {
    fn new(sources: &'s [Source]) -> Self {
        let modules = sources.iter().map(|source| source.module.as_slice()).collect();
        let brought = sources.iter().flat_map(|source| {
            source.paths.iter().filter_map(|named| {
                let path = absolute(&source.module, &named.path);
                Some(((source.module.as_slice(), named.name.as_deref()?), path))
            })
        });
        Self { modules, brought: brought.collect() }
    }

    /// The module that a path leads into: through re-exports, to where the thing itself is.
    fn module_of(&self, path: &[String], hops: usize) -> Module {
        let within = (0..=path.len()).rev().filter_map(|length| path.get(..length));
        let module = within.into_iter().find(|start| self.modules.contains(start)).unwrap_or_default();
        let next = path.get(module.len()).and_then(|name| self.brought.get(&(module, name.as_str())));
        match next {
            Some(next) if hops < 8 => self.module_of(next, hops + 1),
            _ => module.to_vec(),
        }
    }
}

/// A path from the crate on.
fn absolute(module: &[String], path: &[String]) -> Module {
    let above = path.iter().take_while(|word| *word == "super").count();
    let (start, rest) = match path.first().map(String::as_str) {
        Some("crate") => (&[][..], path.get(1..)),
        Some("self") => (module, path.get(1..)),
        _ => (module.get(..module.len().saturating_sub(above)).unwrap_or_default(), path.get(above..)),
    };
    [start, rest.unwrap_or_default()].concat()
}

/// The modules below the nearest one that holds both, where an import leads from one to the other.
fn neighbours(from: &[String], to: &[String]) -> Option<Import> {
    let common = from.iter().zip(to).take_while(|(one, other)| one == other).count();
    let next = |module: &[String]| module.get(..=common).map(<[String]>::to_vec);
    Some(Import { from: next(from)?, to: next(to)? })
}
