//! The flags of every command, and what they become: the options that commands take.

pub(in crate::cli) mod diff;
pub(in crate::cli) mod mcp;
pub(in crate::cli) mod scan;
pub(in crate::cli) mod simulate;
pub(in crate::cli) mod source;
pub(in crate::cli) mod trend;
pub(in crate::cli) mod waive;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use waaudit_judge::selection::Selection;
use waaudit_output::format::{Format, Formats, named};
use waaudit_rules::Severity;

use self::diff::DiffFlags;
use self::mcp::McpFlags;
use self::scan::ScanFlags;
use self::simulate::Simulation;
use self::source::SourceFlags;
use self::trend::TrendFlags;
use self::waive::WaiveFlags;
use crate::cli::commands::rule::ListFormat;
use crate::cli::commands::{graph, schema};

/// Reports how ready an AWS account is to grow from its first users to a million, with evidence. Read-only.
#[derive(Debug, Parser)]
#[command(name = "waaudit", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(in crate::cli) struct Cli {
    #[command(subcommand)]
    pub(in crate::cli) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing found at or above --fail-on
  1  findings at or above --fail-on
  2  could not run: usage, credentials, a bad rule or file
  3  ran under --strict, but something could not be read";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Collect, judge, score and report
    #[command(after_help = EXIT_CODES)]
    Scan(Box<ScanFlags>),
    /// Show what changed between two JSON reports of one account
    #[command(after_help = diff::EXIT_CODES)]
    Diff(DiffFlags),
    /// Show how accounts developed over stored JSON reports
    Trend(TrendFlags),
    /// Accept a failure: write a waiver to a file
    Waive(WaiveFlags),
    /// Find what breaks first: a zone or a thing that is lost, or more users
    #[command(subcommand)]
    Simulate(Simulation),
    /// Draw request paths: names, load balancers, servers and data stores
    Graph(Box<GraphFlags>),
    /// Answer an assistant's questions, over the Model Context Protocol on stdin and stdout
    Mcp(Box<McpFlags>),
    /// List, explain and test rules
    #[command(subcommand)]
    Rule(RuleCommand),
    /// Show the facts that rules can use
    Facts {
        /// A kind, as `rds.db_instance`; all kinds where it is left out
        #[arg(conflicts_with = "page")]
        kind: Option<String>,
        /// All facts of all kinds as one page of Markdown
        #[arg(long)]
        page: bool,
    },
    /// Print a settings file with all defaults, explained
    Settings,
    /// Print the IAM policy that a scan needs
    Permissions(SelectionFlags),
    /// Print a custom lens for the AWS Well-Architected Tool, made of the rules
    Lens(SelectionFlags),
    /// Print the JSON Schema of a form
    Schema {
        /// The form
        form: schema::Form,
    },
    /// Print a completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RuleCommand {
    /// List rules
    List {
        #[command(flatten)]
        selection: SelectionFlags,
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Explain a rule: why it matters, what it asks, how to fix a failure
    Explain {
        /// The rule's id, as `multi-az/rds-instance`
        id: String,
        /// A folder of your own rules (repeatable)
        #[arg(long = "rules", value_name = "DIR")]
        folders: Vec<PathBuf>,
    },
    /// Write a rule to start from
    New {
        /// The rule's id, as `cost/ebs-gp3`
        id: String,
        /// The kind that it judges: waaudit facts lists them
        #[arg(long)]
        kind: String,
        /// The folder of your own rules
        #[arg(long = "rules", value_name = "DIR", default_value = "rules")]
        folder: PathBuf,
    },
    /// Run the examples of rules as tests
    Test {
        /// A folder of your own rules; the built-in ones where it is left out
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GraphFlags {
    #[command(flatten)]
    pub(in crate::cli) source: SourceFlags,
    /// How to print it: DOT for Graphviz, Mermaid for code hosts and wikis, JSON for programs
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: graph::Format,
    /// In a picture: include alarms, the network and unconnected nodes
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Settings, for the pace [default: waaudit.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) settings: Option<PathBuf>,
    /// No progress on stderr
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
}

/// Which rules to use.
#[derive(Debug, Args)]
pub(in crate::cli) struct SelectionFlags {
    /// Only rules of an area, as `multi-az` (repeatable)
    #[arg(long = "area", value_name = "AREA")]
    areas: Vec<String>,
    /// Only this rule (repeatable)
    #[arg(long = "rule", value_name = "ID")]
    rules: Vec<String>,
    /// All but this rule (repeatable)
    #[arg(long = "skip-rule", value_name = "ID")]
    skip_rules: Vec<String>,
    /// A folder of your own rules, `DIR/<area>/<subject>.toml` (repeatable)
    #[arg(long = "rules", value_name = "DIR")]
    folders: Vec<PathBuf>,
}

impl SelectionFlags {
    pub(in crate::cli) fn resolve(self) -> Selection {
        let Self { areas, rules, skip_rules, folders } = self;
        Selection { areas, rules, skip_rules, folders }
    }
}

/// How bad a failure is.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(in crate::cli) enum Threshold {
    /// Users lose the service or their data.
    Critical,
    /// Users feel it when traffic grows or a zone fails.
    High,
    /// It costs time, money or sleep.
    Medium,
    /// Good to know.
    Low,
}

impl Threshold {
    const fn severity(self) -> Severity {
        match self {
            Self::Critical => Severity::Critical,
            Self::High => Severity::High,
            Self::Medium => Severity::Medium,
            Self::Low => Severity::Low,
        }
    }
}

/// The formats' names with what they are for. A name that is none is refused with the nearest one.
fn format_names<Document: Sync + Send>(
    formats: Formats<Document>,
) -> impl TypedValueParser<Value = &'static Format<Document>> {
    let values = formats.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(values).try_map(move |name| named(formats, &name).ok_or("no such format"))
}
