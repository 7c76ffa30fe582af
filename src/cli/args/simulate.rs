//! The flags of `waaudit simulate`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use waaudit_collect::Allowed;
use waaudit_judge::simulation::Load;
use waaudit_rules::Stage;

use super::source::SourceFlags;
use crate::cli::commands::simulate::{Format, Options};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Simulation {
    /// What each way in does when an Availability Zone is lost
    ZoneLoss {
        /// One zone alone, as `eu-west-1a` [default: every zone in use]
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// Print experiment templates for AWS Fault Injection Service that would prove it; nothing is written to AWS
        #[arg(long, requires = "zone", conflicts_with = "format")]
        fis: bool,
        #[command(flatten)]
        flags: Box<SimulateFlags>,
    },
    /// Which single things cut ways in off from what they need
    Spof {
        #[command(flatten)]
        flags: Box<SimulateFlags>,
    },
    /// How far each hop is from its limits, and what saturates first
    Headroom {
        #[command(flatten)]
        growth: GrowthFlags,
        #[command(flatten)]
        flags: Box<SimulateFlags>,
    },
    /// The smallest set of changes that gets the account ready for its next stage, with costs and effects
    Plan {
        /// The stage to get ready for [default: the lowest one that the account is not ready for]
        #[arg(long, value_enum, value_name = "STAGE")]
        to: Option<Rung>,
        /// Accepted failures [form: waaudit schema waivers]
        #[arg(long, value_name = "FILE")]
        waivers: Option<PathBuf>,
        #[command(flatten)]
        flags: Box<SimulateFlags>,
    },
}

/// A stage, as people type it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Rung {
    /// First users
    Launch,
    /// Ten thousand users
    #[value(name = "10k")]
    TenThousand,
    /// A hundred thousand users
    #[value(name = "100k")]
    HundredThousand,
    /// A million users
    #[value(name = "1m")]
    Million,
}

impl Rung {
    pub(in crate::cli) const fn stage(self) -> Stage {
        match self {
            Self::Launch => Stage::Launch,
            Self::TenThousand => Stage::TenThousand,
            Self::HundredThousand => Stage::HundredThousand,
            Self::Million => Stage::Million,
        }
    }
}

#[derive(Debug, Args)]
#[group(skip)]
#[command(group = clap::ArgGroup::new("growth").args(["grow", "users"]))]
pub(in crate::cli) struct GrowthFlags {
    /// The multiple of today's peak to grow to: what breaks on the way, in order
    #[arg(long, value_name = "MULTIPLE", value_parser = multiple)]
    grow: Option<f64>,
    /// The time in which the load grows, as `60s` or `5m`: who falls behind, and for how long
    #[arg(long, value_name = "TIME", value_parser = time, requires = "growth")]
    within: Option<Duration>,
    /// Users at once to serve; needs --users-today
    #[arg(long, value_name = "N", value_parser = multiple, requires = "users_today", conflicts_with = "grow")]
    users: Option<f64>,
    /// Users at once at today's peak
    #[arg(long, value_name = "N", value_parser = multiple, requires = "users")]
    users_today: Option<f64>,
}

impl GrowthFlags {
    pub(in crate::cli) fn resolve(self) -> Load {
        Load { grow: self.grow, within: self.within, users: self.users.zip(self.users_today) }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SimulateFlags {
    #[command(flatten)]
    source: SourceFlags,
    /// Read no CloudWatch metrics: none is billed, and peaks are unknown
    #[arg(long, conflicts_with_all = ["demo", "snapshot"], help_heading = "Account")]
    no_metrics: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Settings [default: waaudit.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// No progress on stderr
    #[arg(long, short)]
    quiet: bool,
    /// No colours [env: NO_COLOR]
    #[arg(long)]
    no_color: bool,
}

impl SimulateFlags {
    pub(in crate::cli) fn resolve(self) -> Options {
        let allowed = Allowed { metrics: !self.no_metrics, ..Allowed::default() };
        Options {
            from: self.source.resolve(allowed),
            settings: self.settings,
            format: self.format,
            quiet: self.quiet,
            no_color: self.no_color,
        }
    }
}

/// A number above zero.
fn multiple(text: &str) -> Result<f64, String> {
    let number: f64 = text.replace('_', "").parse().map_err(|_| "it is no number".to_owned())?;
    if number > 0.0 && number.is_finite() { Ok(number) } else { Err("it has to be above 0".to_owned()) }
}

/// A number of seconds, minutes or hours.
fn time(text: &str) -> Result<Duration, String> {
    let units = [("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let of_unit = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, *seconds)));
    let (number, seconds) = of_unit.ok_or("it has no unit: 60s, 5m or 1h")?;
    let number: f64 = number.parse().map_err(|_| "it is no number of seconds, minutes or hours".to_owned())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| "it is no length of time".to_owned())
}
