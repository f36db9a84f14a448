//! Benchmarks of the release binary, each figure beside the machine's own limit in the same run.
//!
//! `cargo run --release -p silverbell-loadtest -- all`, or one part alone. Not a test: it never
//! fails because something was slow. See `README.md` for what each part measures.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]
#![allow(clippy::print_stderr, reason = "progress goes beside the table")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]

mod bench;
mod demo;
mod disk;
mod http;
mod live;
mod machine;
mod parts;
mod peers;
mod process;
mod report;
mod stats;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

use crate::bench::Bench;
use crate::report::Report;

/// Silverbell's figures beside the machine's own limit.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Where the data directories go; the file system under it is what is measured
    #[arg(long, global = true)]
    dir: Option<PathBuf>,
    /// The binary under test; built and taken from beside this program when missing
    #[arg(long, global = true)]
    server: Option<PathBuf>,
    /// How often each part is repeated; the median round is shown
    #[arg(long, global = true, default_value_t = 3)]
    rounds: usize,
    /// How long `offer` presses 100 times a second, seconds
    #[arg(long, global = true, default_value_t = 30)]
    offer_s: u64,
    /// How long `memory` lets the demo live, seconds
    #[arg(long, global = true, default_value_t = 60)]
    memory_s: u64,
    /// How long `watches` presses 100 times a second, seconds
    #[arg(long, global = true, default_value_t = 60)]
    watches_s: u64,
    /// The extract of OpenStreetMap that `roads` measures on, or a folder of them: the largest is
    /// measured, on all of them it is checked; can be given several times
    #[arg(long, global = true, value_name = "FILE")]
    osm: Vec<PathBuf>,
    /// Install nothing: `roads` leaves out the peers that are missing
    #[arg(long, global = true)]
    no_install: bool,
    /// Keep the data directories and the logs of the services
    #[arg(long, global = true)]
    keep: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
enum Command {
    /// Every part but `roads`, one after the other
    All,
    /// SOS accepted and durable per second, beside the disk's own group commit
    Accept,
    /// One SOS at a time until acknowledged, beside a bare handler with one row
    Ack,
    /// One SOS at a time with ten supervisors' boards open, beside none
    Boards,
    /// SOS to the offer on the responders' phones, 100 SOS a second
    Offer,
    /// SOS to an operator's screen, beside a minimal relay
    Console,
    /// Both databases, each beside its own smallest durable write
    Databases,
    /// Resident memory of the demo
    Memory,
    /// A confirmed emergency to the family's SMS at its gateway; 10,000 of them after an outage
    Messages,
    /// 10,000 watches connected at once, 100 SOS a second among them
    Watches,
    /// How fast frames of devices are decoded
    Decode,
    /// A storm's round, deadlines that wait, a year played again
    Plan,
    /// Reports over a year: 20,000 tickets and two millions
    Reports,
    /// Travel time by road, beside PostGIS, Redis and Valhalla, which it installs where missing
    Roads,
    /// Runs a service to compare with (started by the parts themselves)
    #[command(hide = true)]
    Peer {
        /// Which
        kind: Peer,
    },
    /// Says what memory a map takes (started by `roads` itself)
    #[command(hide = true)]
    MapMemory {
        /// To import an extract, or to open a network
        step: Step,
        /// The extract or the network
        file: PathBuf,
    },
}

/// What is done with a map in a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Imports an extract.
    Import,
    /// Opens a network.
    Open,
}

/// The services to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Peer {
    /// Parses the JSON and commits one row.
    Bare,
    /// Commits one row and sends it to every socket.
    Relay,
    /// Holds connections of watches; one sync for every alarm that waits.
    Keeper,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    if let Command::Peer { kind } = cli.command {
        let dir = cli.dir.unwrap_or_else(|| PathBuf::from("."));
        return peers::serve(kind, &dir).await;
    }
    if let Command::MapMemory { step, file } = &cli.command {
        return parts::roads::memory::say(*step, file);
    }
    let bench = match cli.command {
        Command::Roads | Command::Decode | Command::Plan => Bench::without_service(&cli)?,
        _ => Bench::prepare(&cli).await?,
    };
    let mut report = Report::default();
    let parts = match cli.command {
        Command::All => {
            use Command::{
                Accept, Ack, Boards, Console, Databases, Decode, Memory, Messages, Offer, Plan,
                Watches,
            };
            vec![
                Accept, Ack, Boards, Offer, Console, Databases, Memory, Messages, Watches, Decode,
                Plan,
            ]
        }
        one => vec![one],
    };
    for part in parts {
        let outcome = match part {
            Command::Accept => parts::accept::run(&bench, &mut report).await,
            Command::Ack => parts::ack::run(&bench, &mut report).await,
            Command::Boards => parts::boards::run(&bench, &mut report).await,
            Command::Offer => parts::offer::run(&bench, &mut report).await,
            Command::Console => parts::console::run(&bench, &mut report).await,
            Command::Databases => parts::databases::run(&bench, &mut report).await,
            Command::Memory => parts::memory::run(&bench, &mut report).await,
            Command::Messages => parts::messages::run(&bench, &mut report).await,
            Command::Watches => parts::watches::run(&bench, &mut report).await,
            Command::Decode => parts::decode::run(&bench, &mut report),
            Command::Plan => parts::plan::run(&bench, &mut report),
            Command::Reports => parts::reports::run(&bench, &mut report).await,
            Command::Roads => parts::roads::run(&bench, &mut report).await,
            Command::All | Command::Peer { .. } | Command::MapMemory { .. } => Ok(()),
        };
        if let Err(error) = outcome {
            report.note(format!("{part:?} could not be measured: {error:#}"));
        }
    }
    println!("{report}");
    Ok(())
}
