//! Ten thousand watches connected at once: a position of each every 10 s, 100 SOS a second among them.

mod fleet;
mod wearers;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::sleep;

use self::fleet::{Fleet, Lived};
use self::wearers::{Kept, Wearer};
use crate::Peer;
use crate::bench::Bench;
use crate::machine::{cpu_s, resident_mib};
use crate::process::Running;
use crate::report::{Figure, Goal, Report, Unit};
use crate::stats::Latencies;

/// How many watches are connected.
const WATCHES: usize = 10_000;

/// Files that this program opens beside their connections.
const SPARE_FILES: u64 = 500;

/// The peer is pressed for so much of the time that the service is.
const SHARE_OF_PEER: u64 = 3;

/// A process that has only just started still takes memory for itself.
const SETTLES_WITHIN: Duration = Duration::from_secs(2);

/// The goal for the 99th percentile of the acknowledgement, milliseconds.
const ACK_GOAL: Goal = Goal::AtMost(20.0);

/// The goal for the memory of a connection, KiB. (20 KB are 19.5 KiB.)
const MEMORY_GOAL: Goal = Goal::AtMost(20_000.0 / 1_024.0);

/// What one of the two did in one round.
#[derive(Debug)]
struct Turn {
    lived: Lived,
    acks: Latencies,
    /// Resident memory, MiB: before the first connection, with all connected and reporting, after the
    /// last SOS, and the most ever.
    before: f64,
    talking: f64,
    pressed: f64,
    peak: f64,
    /// How much of the processor it used while SOS came, and how much the watches, cores.
    cores: f64,
    cores_of_watches: f64,
}

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    allow_connections()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        bench.begin(&format!("watches, round {}, {} s", round + 1, bench.watches_s))?;
        let data = bench.copy_of_seed(&format!("watches-{round}"))?;
        let wearers = wearers::add(&data, WATCHES).await?;
        let mut service = bench.start(&data, "--demo=quiet").await?;
        let port = service.device_port().await?;
        let turn = take_turn(&service, port, &wearers, bench.watches_s).await?;
        service.stop().await?;
        turn.compare(wearers::kept(&data).await?, report);
        ours.push(turn);
        let name = format!("watches-keeper-{round}");
        let peer = bench.peer(Peer::Keeper, &name).await?;
        let lasts_s = (bench.watches_s / SHARE_OF_PEER).max(1);
        theirs.push(take_turn(&peer, peer.address, &wearers, lasts_s).await?);
        peer.stop().await?;
    }
    tell(report, &ours, &theirs);
    Ok(())
}

/// Each watch is an open file, here and there: the service and the peers ask for what they need, or
/// inherit it.
fn allow_connections() -> Result<()> {
    let wanted = WATCHES as u64 + SPARE_FILES;
    let allowed = rlimit::increase_nofile_limit(wanted)?;
    if allowed < wanted {
        bail!("{wanted} open files are needed and {allowed} allowed: raise the limit (ulimit -Hn)");
    }
    Ok(())
}

async fn take_turn(
    who: &Running,
    port: SocketAddr,
    wearers: &[Wearer],
    lasts_s: u64,
) -> Result<Turn> {
    let resident = || resident_mib(who.pid).unwrap_or_default();
    sleep(SETTLES_WITHIN).await;
    let (before, _) = resident();
    let fleet = Fleet::connect(port, wearers).await?;
    let shift = fleet.go_to_work(Duration::from_secs(lasts_s));
    shift.all_have_reported().await;
    let (talking, _) = resident();
    let (cpu, own_cpu) = (who.cpu_s(), cpu_s(std::process::id()));
    shift.all_have_pressed().await;
    let (pressed, peak) = resident();
    let cores = (who.cpu_s() - cpu) / lasts_s as f64;
    let cores_of_watches = (cpu_s(std::process::id()) - own_cpu) / lasts_s as f64;
    let lived = shift.end().await;
    let acks = lived.acks.iter().copied().collect();
    Ok(Turn { lived, acks, before, talking, pressed, peak, cores, cores_of_watches })
}

fn tell(report: &mut Report, ours: &[Turn], theirs: &[Turn]) {
    let add = |report: &mut Report, what: &str, unit, goal: Option<Goal>, of: fn(&Turn) -> f64| {
        let values = |turns: &[Turn]| turns.iter().map(of).collect::<Vec<_>>();
        let figure = Figure::new("watches", what, unit, values(ours))
            .beside("bare TCP, one group commit, as many watches", values(theirs));
        report.add(match goal {
            Some(goal) => figure.goal(goal),
            None => figure,
        });
    };
    let what = format!("SOS to ack, {WATCHES} connected, p50");
    add(report, &what, Unit::Ms, None, |turn| turn.acks.p50_ms());
    add(report, "p99", Unit::Ms, Some(ACK_GOAL), |turn| turn.acks.p99_ms());
    add(report, "the longest", Unit::Ms, None, |turn| turn.acks.quantile_ms(1.0));
    let what = "memory a connection, all reporting";
    add(report, what, Unit::KiB, Some(MEMORY_GOAL), |turn| each_kib(turn.talking - turn.before));
    let what = "the same at the peak, tickets included";
    add(report, what, Unit::KiB, None, |turn| each_kib(turn.peak - turn.before));
    for turn in ours.iter().chain(theirs) {
        for trouble in turn.lived.troubles() {
            report.note(format!("watches: {trouble}"));
        }
    }
}

/// Returns what falls to each watch, KiB.
fn each_kib(mib: f64) -> f64 {
    mib * 1_024.0 / WATCHES as f64
}

impl Turn {
    /// Compares what the watches said with what was found in the database afterwards.
    fn compare(&self, kept: Kept, report: &mut Report) {
        let Lived { reports, presses, .. } = self.lived;
        for (what, said, found) in [
            ("SOS", presses, kept.alarms),
            ("positions", reports, kept.positions),
            ("log-ins", WATCHES as u64, kept.heartbeats),
        ] {
            if said != found {
                report.note(format!("watches: WRONG: {said} {what} were sent, {found} are kept"));
            }
        }
        let Self { before, talking, pressed, peak, cores, cores_of_watches, .. } = self;
        report.note(format!(
            "watches: {presses} SOS ({} new tickets, nobody on duty, none closed) and {reports} \
             positions kept; resident {before:.1} MiB before, {talking:.1} with all reporting, \
             {pressed:.1} after the last SOS, peak {peak:.1}; the service used {cores:.2} cores, the \
             watches {cores_of_watches:.2}",
            kept.tickets,
        ));
    }
}
