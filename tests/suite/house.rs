//! House rules: what the project's own files have to keep to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use waaudit::scan_plan;
use waaudit_collect::{KINDS, METRICS};
use waaudit_derive::{DERIVATIONS, DERIVED_KINDS};
use waaudit_model::facts;
use waaudit_rules::examples::Expected;
use waaudit_rules::fixtures::sample;
use waaudit_rules::{RuleSet, Subject};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file of every crate.
fn sources() -> Vec<PathBuf> {
    let crates =
        std::fs::read_dir(root().join("crates")).expect("a folder").map(|entry| entry.expect("an entry").path());
    let folders = crates.map(|path| path.join("src")).chain([root().join("src")]);
    folders.flat_map(|folder| files_below(&folder, "rs")).collect()
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            files.extend(files_below(&entry, ending));
        } else if entry.extension().is_some_and(|found| found == ending) {
            files.push(entry);
        }
    }
    files
}

fn rules() -> RuleSet {
    RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"))
}

/// Facts of a kind with their descriptions.
fn described(kind: &str) -> BTreeMap<String, String> {
    let schema = facts::schemas().remove(kind).expect("a kind").to_value();
    let fields = schema["properties"].as_object().expect("fields").clone();
    fields
        .into_iter()
        .map(|(name, field)| (name, field["description"].as_str().unwrap_or_default().to_owned()))
        .collect()
}

#[test]
fn only_the_destinations_write_to_aws() {
    // An operation of the SDK is a method of a client that takes no argument: `client.put_object()`.
    let operation = regex::Regex::new(r"\b(?:\w*client|home)\s*\.\s*([a-z0-9_]+)\(\)").expect("a pattern");
    // What an HTTP client says of its connector goes nowhere.
    let reads = ["connector_", "describe_", "get_", "head_", "list_"];
    let mut writes = BTreeSet::new();
    let mut clients = 0;
    for file in sources() {
        let text = std::fs::read_to_string(&file).expect("a file");
        let name = file.strip_prefix(root()).expect("a file of ours").display().to_string();
        clients += usize::from(text.contains("Client::new("));
        let operations = operation.captures_iter(&text).map(|found| found[1].to_owned());
        let writing = operations.filter(|operation| !reads.iter().any(|verb| operation.starts_with(verb)));
        writes.extend(writing.map(|operation| format!("{name}: {operation}")));
    }
    assert!(clients > 15);
    let allowed = ["publish", "put_object"].map(|operation| format!("src/lambda/destinations.rs: {operation}"));
    assert_eq!(writes, allowed.into());
}

#[test]
fn only_the_expression_module_knows_cel() {
    for file in sources() {
        let text = std::fs::read_to_string(&file).expect("a file");
        let knows = text.contains("use cel::") || text.contains("cel::Program");
        assert!(!knows || file.to_string_lossy().contains("waaudit-rules/src/expr"), "{}", file.display());
    }
}

#[test]
fn every_source_file_says_what_it_is_for() {
    for file in sources() {
        let text = std::fs::read_to_string(&file).expect("a file");
        assert!(text.starts_with("//! "), "{} has no module documentation", file.display());
    }
}

#[test]
fn every_kind_has_a_sample_with_all_its_facts() {
    for kind in facts::schemas().keys() {
        let sample = sample(kind).unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(sample.kind, *kind);
        facts::complete(kind, &sample.facts).unwrap_or_else(|problem| panic!("sample of {kind}: {problem}"));
        let missing: Vec<String> =
            described(kind).into_keys().filter(|fact| !sample.facts.contains_key(fact)).collect();
        assert!(missing.is_empty(), "the sample of {kind} lacks {missing:?}");
    }
}

#[test]
fn no_sample_is_an_orphan() {
    let kinds = facts::schemas();
    for file in files_below(&root().join("fixtures/samples"), "json") {
        let kind = file.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(kinds.contains_key(kind.as_str()), "{}", file.display());
    }
}

#[test]
fn no_sample_meets_a_general_condition_or_fails_a_rule() {
    let set = rules();
    let settings = waaudit_model::settings::Settings::default().as_value();
    for kind in facts::schemas().keys() {
        let sample = sample(kind).expect("a sample");
        let subject = Subject::new(&sample, &settings);
        for condition in set.conditions.iter().filter(|condition| condition.kind == *kind) {
            assert_eq!(condition.exempts(&subject), None, "the sample of {kind}");
        }
        for rule in set.rules.iter().filter(|rule| rule.kind == *kind) {
            let (verdict, reason) = waaudit_judge::evaluate::verdict(rule, &set.conditions, &sample, &[], &settings);
            // What nobody has attested is unknown of the healthiest account.
            let attested = rule.settings().iter().any(|path| path.starts_with("attest."));
            assert!(
                matches!(verdict.name(), "pass" | "skip") || attested,
                "the sample of {kind} by {}: {verdict:?} {reason:?}",
                rule.id
            );
        }
    }
}

#[test]
fn every_derived_fact_is_filled_in_by_one_join_and_no_other_is() {
    let made: Vec<&str> = DERIVED_KINDS.iter().map(|made| made.kind).collect();
    for kind in facts::schemas().keys() {
        let joined: Vec<&str> =
            DERIVATIONS.iter().filter(|join| join.kind == *kind).flat_map(|join| join.facts).copied().collect();
        let once: BTreeSet<&str> = joined.iter().copied().collect();
        assert_eq!(once.len(), joined.len(), "{kind}: two joins for one fact in {joined:?}");
        for (fact, words) in described(kind) {
            let derived = words.starts_with("Derived:") || made.contains(kind);
            assert_eq!(once.contains(fact.as_str()), derived, "{kind} {fact}: {words}");
        }
    }
}

#[test]
fn every_kind_is_collected_or_made() {
    let collected = KINDS.iter().map(|kind| kind.name);
    let all: BTreeSet<&str> = collected.chain(DERIVED_KINDS.iter().map(|made| made.kind)).collect();
    let known: BTreeSet<&str> = facts::schemas().into_keys().collect();
    assert_eq!(all, known);
}

#[test]
fn every_kind_serves_a_rule() {
    let needed: BTreeSet<&str> = scan_plan::wanted(&rules()).kinds.iter().map(|kind| kind.name).collect();
    let collected: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(needed, collected);
}

#[test]
fn measured_facts_are_those_that_are_asked_for_and_each_serves_a_rule() {
    let asked: BTreeSet<(&str, &str)> =
        METRICS.iter().flat_map(|list| *list).map(|metric| (metric.kind, metric.fact)).collect();
    let kinds = facts::schemas();
    let measured = kinds.keys().flat_map(|kind| facts::measured(kind).iter().map(|fact| (*kind, fact.as_str())));
    assert_eq!(asked, measured.collect());
    let wanted: BTreeSet<(&str, &str)> =
        scan_plan::wanted(&rules()).metrics.iter().map(|metric| (metric.kind, metric.fact)).collect();
    assert_eq!(wanted, asked);
}

#[test]
fn facts_name_no_judgement() {
    for kind in facts::schemas().keys() {
        for fact in described(kind).keys() {
            let judging =
                ["good", "bad", "ok", "proper", "should", "valid", "insecure", "wrong", "compliant", "healthy_config"];
            assert!(!fact.split('_').any(|word| judging.contains(&word)), "{kind} {fact}");
        }
    }
}

#[test]
fn facts_have_comments_with_their_source() {
    for kind in facts::schemas().keys() {
        for (fact, words) in described(kind) {
            assert!(!words.is_empty(), "{kind} {fact}");
        }
    }
}

#[test]
fn messages_say_what_is_so_and_nothing_else() {
    for rule in rules().rules {
        let message = rule.message.to_string();
        let first = message.chars().next().expect("a message");
        let is_acronym = message.split(' ').next().is_some_and(|word| word.chars().all(|c| c.is_ascii_uppercase()));
        assert!(!first.is_uppercase() || is_acronym, "{}: starts with a capital: {message}", rule.id);
        assert!(!message.ends_with('.'), "{}: ends with a full stop: {message}", rule.id);
        let lower = message.to_lowercase();
        for word in ["critical", "severe", "should", "must ", "please", "recommend"] {
            assert!(!lower.contains(word), "{}: says `{word}`: {message}", rule.id);
        }
        assert!(!rule.title.ends_with('.'), "{}: {}", rule.id, rule.title);
        assert!(rule.why.split(". ").count() >= 2, "{}: `why` is no explanation: {}", rule.id, rule.why);
    }
}

/// What an expression gives is quoted where a shell would break it, and what the reader has to fill in can't be taken for
/// a redirection. What no AWS call can set is a line of `waaudit.toml`, which `printf` adds; what only the simulation can tell, it is asked for; a file that a later step reads
/// is written at the end of a command.
#[test]
fn commands_of_fixes_are_words_that_a_shell_reads_back() {
    let settings = waaudit_model::settings::Settings::default().as_value();
    let mut broken = BTreeSet::new();
    for rule in rules().rules {
        let failing = rule.examples.iter().filter(|(expected, _)| *expected == Expected::Fail);
        for (_, example) in failing {
            let case = example.apply(&sample(&rule.kind).expect("a sample")).expect("a sound example");
            let commands = rule.fix.commands(&Subject::new(&case.resource, &settings));
            for command in commands.lines() {
                let words = shlex::split(command);
                let one_word = |(_, file): &(&str, &str)| shlex::split(file).is_some_and(|words| words.len() == 1);
                let written = command.rsplit_once(" > ").filter(one_word);
                let added = written.map_or(command, |(command, _)| command).trim_end_matches(">> waaudit.toml");
                let bare = added.split('\'').step_by(2).any(|unquoted| unquoted.contains(['<', '>']));
                if bare
                    || words.is_none_or(|words| {
                        words.first().is_none_or(|word| !["aws", "printf", "sed", "waaudit"].contains(&word.as_str()))
                    })
                {
                    broken.insert(format!("{}: {command}", rule.id));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_area_of_the_catalogue_has_rules() {
    let set = rules();
    let mut by_area: BTreeMap<&str, usize> = BTreeMap::new();
    set.rules.iter().for_each(|rule| *by_area.entry(rule.area()).or_default() += 1);
    let areas = [
        "async",
        "caching",
        "cost",
        "data-tier",
        "edge-security",
        "load-balancing",
        "multi-az",
        "observability",
        "quotas",
        "recovery",
        "replicas",
        "scaling",
        "statelessness",
    ];
    assert_eq!(by_area.keys().copied().collect::<Vec<_>>(), areas);
    assert!(by_area.values().all(|rules| *rules >= 2), "{by_area:?}");
    assert!(set.rules.len() >= 40, "{}", set.rules.len());
}

#[test]
fn permissions_read_configuration_and_never_data() {
    let actions: Vec<String> = scan_plan::actions(&scan_plan::wanted(&rules())).into_values().flatten().collect();
    for action in &actions {
        let (service, name) = action.split_once(':').expect("service:action");
        // API Gateway's actions are the methods of HTTP.
        let reads = ["Describe", "List", "Get", "View"].iter().any(|verb| name.starts_with(verb)) || name == "GET";
        assert!(reads, "{action}");
        let data = [
            "s3:GetObject",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "sqs:ReceiveMessage",
            "logs:GetLogEvents",
            "ssm:GetParameter",
        ];
        assert!(!data.iter().any(|denied| action.starts_with(denied)), "{action}");
        assert!(!["secretsmanager", "kms"].contains(&service), "{action}");
    }
}

#[test]
fn dependencies_come_from_the_registry_and_bring_no_second_tls_or_http_stack() {
    let lock: toml::Table =
        std::fs::read_to_string(root().join("Cargo.lock")).expect("the lock").parse().expect("TOML");
    let mut versions: BTreeMap<String, usize> = BTreeMap::new();
    for package in lock["package"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        *versions.entry(name.to_owned()).or_default() += 1;
        if name.starts_with("waaudit") || name == "xtask" {
            continue;
        }
        let source = package.get("source").and_then(toml::Value::as_str).unwrap_or("a path");
        assert!(source.starts_with("registry+") && package.get("checksum").is_some(), "{name} comes from {source}");
        assert!(!["openssl", "openssl-sys", "native-tls", "rustls-pemfile", "serde_yaml"].contains(&name), "{name}");
    }
    for single in ["hyper", "rustls", "h2", "tokio", "serde_json", "aws-smithy-types"] {
        assert_eq!(versions.get(single), Some(&1), "{single}");
    }
}
