//! `silverbell replay`.

mod roster;
pub(super) mod span;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use silverbell_domain::{Clock, DistrictId, Policy, UnixMs};
use silverbell_laboratory::{
    Column, Comparison, Manners, NightReader, ReadNight, Scenario, Ways, replay,
};
use silverbell_store::Store;

use crate::config::Config;
use crate::ports::SystemClock;
use crate::roads;
use span::Span;

/// The column of what really happened.
const AS_RECORDED: &str = "as recorded";

/// The column of the policy that is set.
const AS_SET: &str = "as set";

/// Each policy is played on a core of its own.
const MOST_POLICIES: usize = 8;

/// Tickets are read an hour at a time, so that a year needs no more memory than an hour.
const READ_MS: i64 = 3_600_000;

/// Tickets whose arrivals differ by more are listed, milliseconds.
const DIFFERS_MS: u64 = 60_000;

/// What is played, and under which policies.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) days: Days,
    /// The seed of what is not on record.
    pub(crate) seed: u64,
    /// The policies by the names of their columns, beside the one that is set.
    pub(crate) policies: Vec<(String, Policy)>,
    /// Whether the tickets are listed that differ.
    pub(crate) lists_tickets: bool,
}

/// Which days.
#[derive(Debug)]
pub(crate) enum Days {
    /// So many of a synthetic district.
    Synthetic(u32),
    /// Some that are on record.
    Recorded(Recorded),
}

/// Days that are on record.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) district: Option<String>,
    pub(crate) roster: Option<PathBuf>,
}

/// What is ready to be played.
struct Prepared {
    scenario: Scenario,
    /// What it is and what was inferred, in words.
    heading: String,
    recorded: Option<Column>,
    /// The number of the ticket that each press opened or joined.
    numbers: Vec<u64>,
}

/// Returns the name of a policy's column.
pub(crate) fn name_of(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Plays the days under every policy and prints what came of it.
pub(crate) async fn run(config: &Config, wanted: Replay) -> Result<ExitCode> {
    let set = config.policy();
    let mut policies = vec![(AS_SET, &set)];
    for (name, policy) in &wanted.policies {
        if name == AS_RECORDED || policies.iter().any(|(other, _)| other == name) {
            bail!("two columns would be called \"{name}\": rename the file");
        }
        policies.push((name, policy));
    }
    if wanted.policies.len() > MOST_POLICIES {
        bail!("--policy: at most {MOST_POLICIES} at once");
    }
    let prepared = match &wanted.days {
        Days::Synthetic(days) => synthetic(config, *days, wanted.seed),
        Days::Recorded(night) => recorded(config, night, wanted.seed).await?,
    };
    let Prepared { scenario, heading, recorded, numbers } = prepared;
    let played = replay(&scenario, &policies);
    let listed = match &played.columns[..] {
        [set, other, ..] if wanted.lists_tickets => differences(set, other, &numbers),
        _ => String::new(),
    };
    let columns = recorded.into_iter().chain(played.columns).collect();
    let text = format!("{heading}\n{}{listed}", Comparison { columns });
    super::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn synthetic(config: &Config, days: u32, seed: u64) -> Prepared {
    let ways = Ways::Reckoned(config.speeds(), None);
    let scenario = Scenario { ways, ..Scenario::longwen(seed, days) };
    let heading = format!(
        "a synthetic district, {days} days, seed {seed}: {} presses, {} who could go, nobody real\n\
         travel times: by straight line with a detour\n",
        scenario.presses.len(),
        scenario.staff.len(),
    );
    let numbers = (1..).take(scenario.presses.len()).collect();
    Prepared { scenario, heading, recorded: None, numbers }
}

async fn recorded(config: &Config, wanted: &Recorded, seed: u64) -> Result<Prepared> {
    let store = super::open_to_read(config).await?;
    let (district, zone) = district(&*store, config, wanted.district.as_deref()).await?;
    let span = Span::read(&wanted.from, &wanted.to, &zone, SystemClock.now())?;
    let state = store.district_state(&district).await?;
    let mut reader = NightReader::new(district.clone(), span.from, span.to, state.responders);
    let duty = match &wanted.roster {
        Some(file) => {
            let known = reader.responders().collect();
            reader.keep_to_roster(&roster::read(file, &zone, &known)?);
            format!("duty: by the roster {}", file.display())
        }
        None => format!(
            "duty is not on record: on duty is who was heard of (position, offer, answer), {} min \
             before and after; and who is on duty now, since then",
            reader.around_ms() / 60_000
        ),
    };
    read_tickets(&*store, &district, &span, &mut reader).await?;
    read_positions(&*store, &mut reader).await?;
    let read = reader.finish();
    let words = format!("{}, {}", district.0, span.in_words(&zone));
    if read.night.presses.is_empty() {
        bail!(
            "{words}: there is nothing to play (emergencies received: {}, of them without a place: {}; \
             tests and duplicates: {})",
            read.incidents.len(),
            read.without_place,
            read.not_counted
        );
    }
    let roads = roads::open(&config.data, config.road_speeds()?)?;
    let mut heading = heading(&read, &words, seed, roads.is_some());
    writeln!(heading, "{duty}")?;
    let recorded = Some(read.column(AS_RECORDED));
    let ways = Ways::Reckoned(config.speeds(), roads.map(Arc::new));
    let ReadNight { night, numbers, .. } = read;
    let scenario = night.scenario(seed, Manners::default(), ways);
    Ok(Prepared { scenario, heading, recorded, numbers })
}

/// Returns the district that is meant, with its time zone.
pub(super) async fn district(
    store: &dyn Store,
    config: &Config,
    wanted: Option<&str>,
) -> Result<(DistrictId, TimeZone)> {
    let slug = wanted.unwrap_or(&config.gateway.default_district);
    let districts = store.districts().await.context("cannot read the districts")?;
    let Some(district) = districts.iter().find(|district| &*district.id.0 == slug) else {
        let known: Vec<&str> = districts.iter().map(|district| &*district.id.0).collect();
        bail!("there is no district \"{slug}\"; there are: {}", known.join(", "));
    };
    let zone = TimeZone::get(&district.time_zone)
        .with_context(|| format!("the time zone of the district {slug} is not known"))?;
    Ok((district.id.clone(), zone))
}

async fn read_tickets(
    store: &dyn Store,
    district: &DistrictId,
    span: &Span,
    reader: &mut NightReader,
) -> Result<()> {
    for from in (span.from.0..span.to.0).step_by(READ_MS as usize) {
        let to = UnixMs((from + READ_MS).min(span.to.0));
        let tickets = store.tickets_received(district, UnixMs(from), to).await;
        for ticket in tickets.context("cannot read the tickets")? {
            if !ticket.is_emergency() {
                continue;
            }
            let history = store.timeline(ticket.id).await.with_context(|| {
                format!(
                    "the history of ticket {} cannot be read: run `silverbell check`",
                    ticket.number
                )
            })?;
            let history: Vec<_> = history.into_iter().map(|row| row.event).collect();
            reader.ticket(&ticket, &history);
        }
    }
    Ok(())
}

async fn read_positions(store: &dyn Store, reader: &mut NightReader) -> Result<()> {
    let (from, to) = reader.positions_span();
    let every_ms = reader.positions_every_ms();
    let responders: Vec<_> = reader.responders().collect();
    for responder in responders {
        let positions = store.positions_of(responder.0, from, to, every_ms).await;
        for (at, place) in positions.context("cannot read the positions")? {
            reader.seen(responder, at, place);
        }
    }
    Ok(())
}

/// Says what is played and what was left out.
fn heading(read: &ReadNight, words: &str, seed: u64, by_road: bool) -> String {
    let staff = &read.night.staff;
    let there = staff.iter().filter(|staff| !staff.duty.is_empty()).count();
    let mut text = format!(
        "{words}; emergencies received: {}\n\
         played: {} presses, {there} of {} on duty at some time, seed {seed}; answers as recorded, the \
         rest as people of the laboratory do\n",
        read.incidents.len(),
        read.night.presses.len(),
        staff.len(),
    );
    if read.not_counted + read.without_place > 0 {
        text.push_str(&format!(
            "left out, tests and duplicates: {}; not played, for nobody knew a place: {}\n",
            read.not_counted, read.without_place
        ));
    }
    text.push_str(if by_road {
        "travel times: by road\n"
    } else {
        "travel times: by straight line with a detour, for there are no roads\n"
    });
    text
}

/// Lists the tickets in which the first at the door comes sooner or later by more than a minute.
fn differences(set: &Column, other: &Column, numbers: &[u64]) -> String {
    let mut text =
        format!("\nfirst at the door more than a minute apart: {AS_SET}, {}\n", other.name);
    let before = text.len();
    for (press, number) in numbers.iter().enumerate() {
        let reached = |column: &Column| column.reached_ms.get(&press).copied();
        // A press that joined under one of them is no ticket to compare.
        let (Some(was), Some(is)) = (reached(set), reached(other)) else { continue };
        let differs = match (was, is) {
            (Some(was), Some(is)) => was.abs_diff(is) > DIFFERS_MS,
            (None, None) => false,
            (Some(_), None) | (None, Some(_)) => true,
        };
        if differs {
            text.push_str(&format!("ticket {number}: {}, {}\n", in_s(was), in_s(is)));
        }
    }
    if text.len() == before {
        text.push_str("none\n");
    }
    text
}

fn in_s(ms: Option<i64>) -> String {
    ms.map_or_else(|| "nobody came".into(), |ms| format!("{:.1} s", ms as f64 / 1_000.0))
}
