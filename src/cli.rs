//! The command line: flags are parsed here, once, and turned into what the commands take.
//!
//! Data goes to stdout, talk and progress to stderr. It knows no rule and no resource.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::collect::Allowed;
use crate::commands::rule::ListFormat;
use crate::commands::source::From;
use crate::commands::{
    Selection, completions, diff, facts, graph, permissions, rule, scaffold, scan, schema, settings,
};
use crate::exit::{Exit, Failure};
use crate::output::write_stdout;
use crate::rules::Severity;

/// Reports how ready an AWS account is to grow from its first users to a million, with evidence. Read-only.
#[derive(Debug, Parser)]
#[command(name = "waaudit", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
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
enum Command {
    /// Collect, judge, score and report
    #[command(after_help = EXIT_CODES)]
    Scan(Box<ScanFlags>),
    /// Show what changed between two JSON reports of one account
    #[command(after_help = DIFF_EXIT_CODES)]
    Diff(DiffFlags),
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
    Permissions(Selection),
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
enum RuleCommand {
    /// List rules
    List {
        #[command(flatten)]
        selection: Selection,
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
struct DiffFlags {
    /// The older report, made by `waaudit scan --format json`
    old: PathBuf,
    /// The newer report
    new: PathBuf,
    /// How to print what changed
    #[arg(long, value_enum, default_value_t)]
    format: diff::Format,
    /// Write to a file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with 1 if something of this severity or worse fails that did not fail before
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low")]
    fail_on: Severity,
    /// No colours [env: NO_COLOR]
    #[arg(long)]
    no_color: bool,
}

impl DiffFlags {
    fn resolve(self) -> diff::Options {
        let Self { old, new, format, output, fail_on, no_color } = self;
        diff::Options { old, new, format, output, fail_on, no_color }
    }
}

/// Flags that mean something for a live account alone.
const LIVE: [&str; 8] =
    ["profile", "regions", "role_arn", "external_id", "endpoint_url", "timeout", "deadline", "attempts"];

/// Where the account comes from.
#[derive(Debug, Args)]
struct SourceFlags {
    /// A profile of your AWS configuration
    #[arg(long, help_heading = "Account")]
    profile: Option<String>,
    /// A region to look at (repeatable) [default: all that are enabled]
    #[arg(long = "region", value_name = "REGION", help_heading = "Account")]
    regions: Vec<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN", help_heading = "Account")]
    role_arn: Option<String>,
    /// The external id that the role demands
    #[arg(long, value_name = "ID", requires = "role_arn", help_heading = "Account")]
    external_id: Option<String>,
    /// Another endpoint for all services [env: AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>]
    #[arg(long, value_name = "URL", help_heading = "Account")]
    endpoint_url: Option<String>,
    /// Seconds for one call over all its attempts; waiting for the rate limiter does not count
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600), help_heading = "Account")]
    timeout: u64,
    /// Seconds for the whole scan: what is not read by then is reported as a gap
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "Account")]
    deadline: Option<u64>,
    /// Attempts for a call that is throttled or fails in transit
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50), help_heading = "Account")]
    attempts: u32,

    /// Scan the bundled demo account (no credentials needed)
    #[arg(long, conflicts_with_all = LIVE, conflicts_with = "snapshot", help_heading = "Without an account")]
    demo: bool,
    /// Scan a saved snapshot (no credentials needed)
    #[arg(long, value_name = "FILE", conflicts_with_all = LIVE, help_heading = "Without an account")]
    snapshot: Option<PathBuf>,
}

impl SourceFlags {
    fn resolve(self, allowed: Allowed) -> From {
        let patience = crate::collect::aws::Patience {
            call: std::time::Duration::from_secs(self.timeout),
            attempts: self.attempts,
            deadline: self
                .deadline
                .map(|seconds| tokio::time::Instant::now() + std::time::Duration::from_secs(seconds)),
            ..Default::default()
        };
        let access = crate::collect::session::Access {
            profile: self.profile,
            role_arn: self.role_arn,
            external_id: self.external_id,
            endpoint_url: self.endpoint_url,
            patience,
        };
        match (self.demo, self.snapshot) {
            (true, _) => From::Demo,
            (false, Some(file)) => From::File(file),
            (false, None) => From::Account { access, regions: self.regions, allowed },
        }
    }
}

#[derive(Debug, Args)]
struct GraphFlags {
    #[command(flatten)]
    source: SourceFlags,
    /// How to print it: DOT for Graphviz, Mermaid for code hosts and wikis, JSON for programs
    #[arg(long, value_enum, default_value_t)]
    format: graph::Format,
    /// In a picture: include alarms, the network and unconnected nodes
    #[arg(long)]
    all: bool,
    /// Settings, for the pace [default: waaudit.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// No progress on stderr
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct ScanFlags {
    #[command(flatten)]
    source: SourceFlags,
    /// Read no CloudWatch metrics: none is billed, and verdicts that rest on one are unknown
    #[arg(long, conflicts_with_all = ["demo", "snapshot"], help_heading = "Account")]
    no_metrics: bool,
    /// Allow calls that cost a cent each (Cost Explorer)
    #[arg(long, conflicts_with_all = ["demo", "snapshot"], help_heading = "Account")]
    billed_calls: bool,
    /// Save what was collected, to judge it again later
    #[arg(long, value_name = "FILE", help_heading = "Without an account")]
    save_snapshot: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Rules")]
    selection: Selection,
    /// Only resources with this tag
    #[arg(long = "tag", value_name = "KEY=VALUE", help_heading = "Rules")]
    tags: Vec<String>,
    /// Also evaluate non-production resources
    #[arg(long, help_heading = "Rules")]
    include_non_production: bool,
    /// Accepted failures [form: waaudit schema waivers]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    waivers: Option<PathBuf>,
    /// Settings [default: waaudit.toml, if there is one]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    settings: Option<PathBuf>,

    /// How to print the report
    #[arg(long, value_enum, default_value_t, help_heading = "Report")]
    format: scan::Format,
    /// Write the report to a file instead of stdout
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    output: Option<PathBuf>,
    /// Exit with 1 if a finding of this severity or worse fails
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low", help_heading = "Report")]
    fail_on: Severity,
    /// Exit with 3 if something could not be read
    #[arg(long, help_heading = "Report")]
    strict: bool,
    /// No progress on stderr
    #[arg(long, short, help_heading = "Report")]
    quiet: bool,
    /// No colours [env: NO_COLOR]
    #[arg(long, help_heading = "Report")]
    no_color: bool,
}

impl ScanFlags {
    fn resolve(self) -> Result<scan::Options, Failure> {
        let allowed = Allowed { metrics: !self.no_metrics, billed_calls: self.billed_calls };
        let tags = self.tags.iter().map(|tag| tag_filter(tag)).collect::<Result<_, _>>()?;
        Ok(scan::Options {
            from: self.source.resolve(allowed),
            save_snapshot: self.save_snapshot,
            selection: self.selection,
            tags,
            waivers: self.waivers,
            settings: self.settings,
            include_non_production: self.include_non_production,
            format: self.format,
            output: self.output,
            fail_on: self.fail_on,
            strict: self.strict,
            quiet: self.quiet,
            no_color: self.no_color,
        })
    }
}

fn tag_filter(tag: &str) -> Result<(String, String), Failure> {
    let pair = tag.split_once('=').filter(|(key, _)| !key.is_empty());
    let message = format!("`--tag {tag}` has no key and value");
    pair.map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| Failure::new(message).help("waaudit scan --tag team=checkout"))
}

/// Runs a command line and says how it ended.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Where the terminal itself is gone, the message has nowhere to go.
            let _ = error.print();
            return if error.use_stderr() { Exit::CouldNotRun } else { Exit::Clean };
        }
    };
    match dispatch(cli.command) {
        Ok(exit) => exit,
        Err(failure) => {
            anstream::eprintln!("{failure}");
            Exit::CouldNotRun
        }
    }
}

fn dispatch(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Scan(flags) => scan::run(&flags.resolve()?),
        Command::Diff(flags) => diff::run(&flags.resolve()),
        Command::Graph(flags) => {
            let GraphFlags { source, format, all, settings, quiet } = *flags;
            let from = source.resolve(Allowed::default());
            print(&graph::draw(&from, settings.as_deref(), format, all, quiet)?)
        }
        Command::Rule(RuleCommand::List { selection, format }) => print(&rule::list(&selection, format)?),
        Command::Rule(RuleCommand::Explain { id, folders }) => print(&rule::explain(&id, &folders)?),
        Command::Rule(RuleCommand::Test { folder }) => {
            let outcome = rule::test(folder.as_deref())?;
            print(&outcome.text)?;
            Ok(if outcome.failed == 0 { Exit::Clean } else { Exit::Findings })
        }
        Command::Rule(RuleCommand::New { id, kind, folder }) => print(&scaffold::write(&id, &kind, &folder)?),
        Command::Facts { page: true, .. } => print(&facts::page()),
        Command::Facts { kind, .. } => print(&facts::show(kind.as_deref())?),
        Command::Settings => print(&settings::reference()),
        Command::Permissions(selection) => print(&permissions::policy(&selection)?),
        Command::Schema { form } => print(&schema::show(form)?),
        Command::Completions { shell } => print(&completions::script::<Cli>(shell)),
    }
}

fn print(text: &str) -> Result<Exit, Failure> {
    write_stdout(text).map(|()| Exit::Clean)
}
