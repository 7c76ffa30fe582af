//! The flags of every command, and what they become: the options that commands take.

pub(in crate::cli) mod simulate;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use waaudit_collect::Allowed;
use waaudit_judge::selection::Selection;
use waaudit_model::error::Failure;
use waaudit_rules::Severity;

use self::simulate::Simulation;
use crate::cli::commands::rule::ListFormat;
use crate::cli::commands::source::From;
use crate::cli::commands::{diff, graph, scan, schema};
use waaudit_output::formats::{FORMATS, Format};

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

const DIFF_EXIT_CODES: &str = "\
Exit codes:
  0  nothing new fails at or above --fail-on
  1  something new fails at or above --fail-on
  2  could not compare: usage, a file that is no report, two accounts";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Collect, judge, score and report
    #[command(after_help = EXIT_CODES)]
    Scan(Box<ScanFlags>),
    /// Show what changed between two JSON reports of one account
    #[command(after_help = DIFF_EXIT_CODES)]
    Diff(DiffFlags),
    /// Find what breaks first: a zone or a thing that is lost, or more users
    #[command(subcommand)]
    Simulate(Simulation),
    /// Draw request paths: names, load balancers, servers and data stores
    Graph(Box<GraphFlags>),
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
pub(in crate::cli) struct DiffFlags {
    /// The older report, made by `waaudit scan --format json`
    pub(in crate::cli) old: PathBuf,
    /// The newer report
    pub(in crate::cli) new: PathBuf,
    /// How to print what changed
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: diff::Format,
    /// Write to a file instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Exit with 1 if something of this severity or worse fails that did not fail before
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low")]
    pub(in crate::cli) fail_on: Threshold,
    /// No colours [env: NO_COLOR]
    #[arg(long)]
    pub(in crate::cli) no_color: bool,
}

impl DiffFlags {
    pub(in crate::cli) fn resolve(self) -> diff::Options {
        let Self { old, new, format, output, fail_on, no_color } = self;
        diff::Options { old, new, format, output, fail_on: fail_on.severity(), no_color }
    }
}

/// Flags that mean something for a live account alone.
const LIVE: [&str; 8] =
    ["profile", "regions", "role_arn", "external_id", "endpoint_url", "timeout", "deadline", "attempts"];

/// Where the account comes from.
#[derive(Debug, Args)]
pub(in crate::cli) struct SourceFlags {
    /// A profile of your AWS configuration
    #[arg(long, help_heading = "Account")]
    pub(in crate::cli) profile: Option<String>,
    /// A region to look at (repeatable) [default: all that are enabled]
    #[arg(long = "region", value_name = "REGION", help_heading = "Account")]
    pub(in crate::cli) regions: Vec<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN", help_heading = "Account")]
    pub(in crate::cli) role_arn: Option<String>,
    /// The external id that the role demands
    #[arg(long, value_name = "ID", requires = "role_arn", help_heading = "Account")]
    pub(in crate::cli) external_id: Option<String>,
    /// Another endpoint for all services [env: AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>]
    #[arg(long, value_name = "URL", help_heading = "Account")]
    pub(in crate::cli) endpoint_url: Option<String>,
    /// Seconds for one call over all its attempts; waiting for the rate limiter does not count
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600), help_heading = "Account")]
    pub(in crate::cli) timeout: u64,
    /// Seconds for the whole scan: what is not read by then is reported as a gap
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "Account")]
    pub(in crate::cli) deadline: Option<u64>,
    /// Attempts for a call that is throttled or fails in transit
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50), help_heading = "Account")]
    pub(in crate::cli) attempts: u32,

    /// Scan the bundled demo account (no credentials needed)
    #[arg(long, conflicts_with_all = LIVE, conflicts_with = "snapshot", help_heading = "Without an account")]
    pub(in crate::cli) demo: bool,
    /// Scan a saved snapshot (no credentials needed)
    #[arg(long, value_name = "FILE", conflicts_with_all = LIVE, help_heading = "Without an account")]
    pub(in crate::cli) snapshot: Option<PathBuf>,
}

impl SourceFlags {
    pub(in crate::cli) fn resolve(self, allowed: Allowed) -> From {
        let call_options = waaudit_collect::call::options::CallOptions {
            call: std::time::Duration::from_secs(self.timeout),
            attempts: self.attempts,
            deadline: self
                .deadline
                .map(|seconds| tokio::time::Instant::now() + std::time::Duration::from_secs(seconds)),
            ..Default::default()
        };
        let access = waaudit_collect::transport::session::Access {
            profile: self.profile,
            role_arn: self.role_arn,
            external_id: self.external_id,
            endpoint_url: self.endpoint_url,
            call_options,
        };
        match (self.demo, self.snapshot) {
            (true, _) => From::Demo,
            (false, Some(file)) => From::File(file),
            (false, None) => From::Account { access, regions: self.regions, allowed },
        }
    }
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

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(in crate::cli) struct ScanFlags {
    #[command(flatten)]
    pub(in crate::cli) source: SourceFlags,
    /// Read no CloudWatch metrics: none is billed, and verdicts that rest on one are unknown
    #[arg(long, conflicts_with_all = ["demo", "snapshot"], help_heading = "Account")]
    pub(in crate::cli) no_metrics: bool,
    /// Allow calls that cost a cent each (Cost Explorer)
    #[arg(long, conflicts_with_all = ["demo", "snapshot"], help_heading = "Account")]
    pub(in crate::cli) billed_calls: bool,
    /// Save what was collected, to judge it again later
    #[arg(long, value_name = "FILE", help_heading = "Without an account")]
    pub(in crate::cli) save_snapshot: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Rules")]
    pub(in crate::cli) selection: SelectionFlags,
    /// Only resources with this tag
    #[arg(long = "tag", value_name = "KEY=VALUE", help_heading = "Rules")]
    pub(in crate::cli) tags: Vec<String>,
    /// Also evaluate non-production resources
    #[arg(long, help_heading = "Rules")]
    pub(in crate::cli) include_non_production: bool,
    /// Accepted failures [form: waaudit schema waivers]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub(in crate::cli) waivers: Option<PathBuf>,
    /// Settings [default: waaudit.toml, if there is one]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub(in crate::cli) settings: Option<PathBuf>,

    /// How to print the report
    #[arg(long, default_value = DEFAULT_FORMAT, value_parser = format_names(), help_heading = "Report")]
    pub(in crate::cli) format: &'static Format,
    /// Write the report to a file instead of stdout
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Write the report in one more format to a file, beside what is printed (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = format_and_file, help_heading = "Report")]
    pub(in crate::cli) reports: Vec<(&'static Format, PathBuf)>,
    /// An earlier report, made by `--format json`: failures that it has do not count for the exit code
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Exit with 1 if a finding of this severity or worse fails
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low", help_heading = "Report")]
    pub(in crate::cli) fail_on: Threshold,
    /// Exit with 3 if something could not be read
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) strict: bool,
    /// No progress on stderr
    #[arg(long, short, help_heading = "Report")]
    pub(in crate::cli) quiet: bool,
    /// No colours [env: NO_COLOR]
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) no_color: bool,
}

impl ScanFlags {
    pub(in crate::cli) fn resolve(self) -> Result<scan::Options, Failure> {
        let allowed = Allowed { metrics: !self.no_metrics, billed_calls: self.billed_calls };
        let tags = self.tags.iter().map(|tag| tag_filter(tag)).collect::<Result<_, _>>()?;
        Ok(scan::Options {
            from: self.source.resolve(allowed),
            save_snapshot: self.save_snapshot,
            selection: self.selection.resolve(),
            tags,
            waivers: self.waivers,
            settings: self.settings,
            include_non_production: self.include_non_production,
            format: self.format,
            output: self.output,
            reports: self.reports,
            baseline: self.baseline,
            fail_on: self.fail_on.severity(),
            strict: self.strict,
            quiet: self.quiet,
            no_color: self.no_color,
        })
    }
}

/// The format of a report for people.
const DEFAULT_FORMAT: &str = "table";

/// The formats' names with what they are for. A name that is none is refused with the nearest one.
fn format_names() -> impl TypedValueParser<Value = &'static Format> {
    let values = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(values).try_map(|name| Format::named(&name).ok_or("no such format"))
}

/// A format and a file, `json=report.json`.
fn format_and_file(text: &str) -> Result<(&'static Format, PathBuf), String> {
    let (name, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or("write it as FORMAT=FILE")?;
    let names = || FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(", ");
    let format = Format::named(name).ok_or_else(|| format!("no format `{name}`; formats: {}", names()))?;
    Ok((format, PathBuf::from(file)))
}

fn tag_filter(tag: &str) -> Result<(String, String), Failure> {
    let pair = tag.split_once('=').filter(|(key, _)| !key.is_empty());
    let message = format!("`--tag {tag}` has no key and value");
    pair.map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| Failure::new(message).help("waaudit scan --tag team=checkout"))
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
