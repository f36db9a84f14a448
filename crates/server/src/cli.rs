//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use silverbell_domain::Protocol;
use silverbell_store::UserRole;
use toml::{Table, Value};

use crate::commands::fake_gateway::FakeGatewayArgs;
use crate::commands::people::Taken;
use crate::commands::replay::{Days, Recorded};
use crate::config::Config;
use crate::{commands, serve, telemetry};

/// 24/7 SOS dispatch for old people. Settings: config/silverbell.toml.
#[derive(Debug, Parser)]
#[command(name = "silverbell", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug)]
struct Common {
    /// A file of settings that differ from the defaults
    #[arg(long, global = true, env = "SILVERBELL_CONFIG")]
    config: Option<PathBuf>,
    /// The data directory
    #[arg(long, global = true)]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the service
    Serve {
        /// Where pages, API and devices over HTTP are served, ADDR:PORT
        #[arg(long)]
        listen: Option<String>,
        /// Fill an empty data directory with a synthetic district; `quiet`: without people moving
        #[arg(long, value_name = "MODE", num_args = 0..=1, require_equals = true, default_missing_value = "on")]
        demo: Option<String>,
    },
    /// People who log in
    #[command(subcommand)]
    User(User),
    /// Phones, watches and pendants
    #[command(subcommand)]
    Device(Device),
    /// The roads that people travel on
    #[command(subcommand)]
    Roads(Roads),
    /// Who is protected
    #[command(subcommand)]
    Seniors(People),
    /// Aides and rescuers: who goes
    #[command(subcommand)]
    Responders(People),
    /// Who is to be on duty when
    #[command(subcommand)]
    Roster(Roster),
    /// Telephone masts and Wi-Fi access points: a place without satellites
    #[command(subcommand)]
    Cells(Cells),
    /// Writes a consistent copy of everything that is kept; also beside a running service
    Backup {
        /// Where to; a file of that name is replaced once the new one is whole
        file: PathBuf,
    },
    /// Makes the database from a backup, where none is yet, and verifies every ticket
    Restore {
        /// What `backup` wrote
        file: PathBuf,
    },
    /// Checks settings, database, roads and cells; lists what is wrong
    Check,
    /// Plays a recorded night, or synthetic days, under other policies: response times side by side
    Replay(Replay),
    /// Prints every setting with its default and its explanation
    Settings,
    /// For tests and demos: a gateway of messages that sends nothing to anybody
    #[command(hide = true)]
    FakeGateway(FakeGatewayArgs),
}

#[derive(Debug, Subcommand)]
enum User {
    /// Adds somebody; the password comes from the terminal or standard input
    Add {
        /// Log-in name
        name: String,
        /// operator, aide, supervisor or admin
        #[arg(long, value_parser = role)]
        role: UserRole,
        /// For aides and rescuers: the responder this person is
        #[arg(long)]
        responder: Option<String>,
        /// The district served; the default district when missing; may be repeated
        #[arg(long)]
        district: Vec<String>,
    },
}

#[derive(Args, Debug)]
struct Replay {
    /// From when: YYYY-MM-DD or YYYY-MM-DDThh:mm in the district's time zone, or RFC 3339
    #[arg(long, value_name = "TIME", required_unless_present = "synthetic")]
    from: Option<String>,
    /// Until when, this moment not included; 400 days at most
    #[arg(long, value_name = "TIME", required_unless_present = "synthetic")]
    to: Option<String>,
    /// The district; the default district when missing
    #[arg(long, value_name = "ID")]
    district: Option<String>,
    /// Another roster, CSV `responder,from,to`: who is not in it is off duty
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// So many days of a synthetic district instead of a recorded night
    #[arg(long, value_name = "DAYS", conflicts_with_all = ["from", "to", "district", "roster"],
        value_parser = clap::value_parser!(u32).range(1..=400))]
    synthetic: Option<u32>,
    /// Settings of a policy that differ from those that are set; may be repeated
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// The seed of what is not on record
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Lists the tickets in which the first policy arrives a minute sooner or later
    #[arg(long, requires = "policy")]
    tickets: bool,
}

#[derive(Debug, Subcommand)]
enum Roads {
    /// Replaces the roads by those of an extract of OpenStreetMap; also beside a running service
    Import {
        /// The extract, FILE.osm.pbf
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Roster {
    /// Replaces the roster of the days in which the list's shifts begin; also beside a running service
    Import {
        /// CSV `responder,from,to`: a log-in name or a responder's id, times by the district's clock
        file: PathBuf,
        /// The district; the default district when missing
        #[arg(long, value_name = "ID")]
        district: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum People {
    /// Puts in a list, CSV; who is known by name and number is changed. Also beside a running service
    Import {
        /// The list: UTF-8, UTF-16 or GB18030, with commas, semicolons or tabs
        file: PathBuf,
        /// Puts in what is good although other rows are bad; otherwise it is all or nothing
        #[arg(long)]
        skip_bad: bool,
        /// The district; the default district when missing
        #[arg(long, value_name = "ID")]
        district: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum Cells {
    /// Replaces the masts and access points by those of these lists; also beside a running service
    Import {
        /// Lists in the form of OpenCellID, FILE.csv or FILE.csv.gz; what is in several counts once
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Keeps the cells of this country only (460 is China); may be repeated
        #[arg(long, value_name = "CODE")]
        mcc: Vec<u16>,
    },
}

#[derive(Debug, Subcommand)]
enum Device {
    /// Adds a device and prints its key, where its protocol has one
    Add {
        /// Whose it is
        #[arg(long)]
        senior: String,
        /// http, watch, gt06, jt808, h02, osmand or owntracks
        #[arg(long, value_parser = protocol)]
        protocol: Protocol,
        /// What the device calls itself
        #[arg(long)]
        id: String,
        /// Its model, where `gateway.models` names one: datum and time zone
        #[arg(long)]
        model: Option<String>,
    },
}

fn role(text: &str) -> Result<UserRole, String> {
    UserRole::parse(text).ok_or_else(|| "operator, aide, supervisor or admin".into())
}

fn protocol(text: &str) -> Result<Protocol, String> {
    let known = || "http, watch, gt06, jt808, h02, osmand or owntracks".into();
    Protocol::parse(text).ok_or_else(known)
}

/// Runs a command.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    if let Command::Settings = cli.command {
        commands::print(crate::config::DEFAULTS)?;
        return Ok(ExitCode::SUCCESS);
    }
    let (config, warnings) = read_config(&cli)?;
    telemetry::log(&config.log)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Serve { .. } => serve::run(config).await,
            Command::User(User::Add { name, role, responder, district }) => {
                commands::user::add(&config, name, role, responder, district).await
            }
            Command::Device(Device::Add { senior, protocol, id, model }) => {
                commands::device::add(&config, &senior, protocol, id, model).await
            }
            Command::Roads(Roads::Import { file }) => commands::roads::import(&config, &file),
            Command::Seniors(People::Import { file, skip_bad, district }) => {
                let taken = Taken { file: &file, district: district.as_deref(), skip_bad };
                commands::people::import_seniors(&config, &taken).await
            }
            Command::Responders(People::Import { file, skip_bad, district }) => {
                let taken = Taken { file: &file, district: district.as_deref(), skip_bad };
                commands::people::import_responders(&config, &taken).await
            }
            Command::Roster(Roster::Import { file, district }) => {
                commands::roster::import(&config, &file, district.as_deref()).await
            }
            Command::Cells(Cells::Import { files, mcc }) => {
                commands::cells::import(&config, &files, mcc)
            }
            Command::Backup { file } => commands::backup::backup(&config, &file).await,
            Command::Restore { file } => commands::backup::restore(&config, &file).await,
            Command::Check => commands::check::run(&config).await,
            Command::Replay(replay) => {
                let night = asked_for(replay, cli.common.config.as_deref())?;
                commands::replay::run(&config, night).await
            }
            Command::Settings => Ok(ExitCode::SUCCESS),
            Command::FakeGateway(args) => commands::fake_gateway::run(args).await,
        }
    });
    // What is still blocking (a password being hashed) is not waited for.
    runtime.shutdown_background();
    outcome
}

fn read_config(cli: &Cli) -> Result<(Config, Vec<String>)> {
    let mut options = Table::new();
    let mut set = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            options.insert(key.into(), Value::String(value));
        }
    };
    set("data", cli.common.data.as_ref().map(|path| path.to_string_lossy().into_owned()));
    if let Command::Serve { listen, demo } = &cli.command {
        set("listen", listen.clone());
        set("demo", demo.clone());
    }
    Config::read(cli.common.config.as_deref(), variables(), options)
}

/// Variables that are not text cannot be ours.
fn variables() -> impl Iterator<Item = (String, String)> {
    let text = |(k, v): (OsString, OsString)| Some((k.into_string().ok()?, v.into_string().ok()?));
    std::env::vars_os().filter_map(text)
}

/// Reads every policy before anything is played.
fn asked_for(replay: Replay, config: Option<&Path>) -> Result<commands::replay::Replay> {
    let Replay { from, to, district, roster, synthetic, policy, seed, tickets } = replay;
    let days = match (synthetic, from, to) {
        (Some(days), ..) => Days::Synthetic(days),
        (None, Some(from), Some(to)) => Days::Recorded(Recorded { from, to, district, roster }),
        (None, ..) => bail!("give --from and --to, or --synthetic"),
    };
    let read = |file: &PathBuf| {
        let policy = Config::policy_instead(config, variables(), file)?;
        Ok((commands::replay::name_of(file), policy))
    };
    let policies = policy.iter().map(read).collect::<Result<_>>()?;
    Ok(commands::replay::Replay { days, seed, policies, lists_tickets: tickets })
}
