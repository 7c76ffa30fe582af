//! The command line: flags are parsed here, once, and turned into what the commands take.
//!
//! Data goes to stdout, talk and progress to stderr. It knows no rule and no resource.

mod args;
pub mod commands;
mod interrupt;
mod progress;

use std::ffi::OsString;

use clap::Parser;
use waaudit_collect::Allowed;
use waaudit_model::error::Failure;

use self::args::simulate::{Rung, Simulation};
use self::args::{Cli, Command, GraphFlags, RuleCommand};
use self::commands::mcp;
use self::commands::{completions, diff, facts, graph, lens, permissions, rule, scaffold, scan};
use self::commands::{schema, settings, simulate, trend, waive};
use crate::exit::Exit;
use waaudit_output::write::write_stdout;

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
        Command::Trend(flags) => trend::run(&flags.resolve()).map(|()| Exit::Clean),
        Command::Waive(flags) => print(&waive::run(&flags.resolve())?),
        Command::Simulate(Simulation::ZoneLoss { zone, fis, flags }) => {
            print(&simulate::lose_zone(&flags.resolve(), zone.as_deref(), fis)?)
        }
        Command::Simulate(Simulation::Spof { flags }) => print(&simulate::lose_thing(&flags.resolve())?),
        Command::Simulate(Simulation::Headroom { growth, flags }) => {
            print(&simulate::grow(&flags.resolve(), growth.resolve())?)
        }
        Command::Simulate(Simulation::Plan { to, waivers, flags }) => {
            print(&simulate::plan_for(&flags.resolve(), to.map(Rung::stage), waivers.as_deref())?)
        }
        Command::Graph(flags) => {
            let GraphFlags { source, format, all, settings, quiet } = *flags;
            let from = source.resolve(Allowed::default());
            print(&graph::draw(&from, settings.as_deref(), format, all, quiet)?)
        }
        Command::Mcp(flags) => mcp::run(flags.resolve()).map(|()| Exit::Clean),
        Command::Rule(RuleCommand::List { selection, format }) => print(&rule::list(&selection.resolve(), format)?),
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
        Command::Permissions(selection) => print(&permissions::policy(&selection.resolve())?),
        Command::Lens(selection) => print(&lens::show(&selection.resolve())?),
        Command::Schema { form } => print(&schema::show(form)?),
        Command::Completions { shell } => print(&completions::script::<Cli>(shell)),
    }
}

fn print(text: &str) -> Result<Exit, Failure> {
    write_stdout(text).map(|()| Exit::Clean)
}
