//! `silverbell roster import`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use csv::StringRecord;
use jiff::tz::TimeZone;
use silverbell_dispatcher::{LocalClock, RosterDesk, RosterRefused, WantedShift};
use silverbell_domain::{
    Calendar, DistrictId, ResponderId, ResponderRole, UnixMs, asked, cover, gaps,
};
use silverbell_store::{Store, StoreError};

use super::replay::{district, span};
use crate::config::Config;
use crate::ports::RandomIds;

/// The first line of a roster; `silverbell replay --roster` reads the same lists.
const HEADER: [&str; 3] = ["responder", "from", "to"];

/// So many bad lines are named.
const MOST_NAMED: usize = 20;

/// A file with more lines is no roster of two months.
const MOST_LINES: usize = 100_000;

/// What a list says, and on which lines.
struct Listed {
    shifts: Vec<WantedShift>,
    lines: Vec<u64>,
}

/// Who can be named in a list.
struct People<'a> {
    store: &'a dyn Store,
    zone: &'a TimeZone,
    known: BTreeSet<ResponderId>,
    /// Those who were looked up by the name they log in with.
    named: BTreeMap<String, Option<ResponderId>>,
}

/// Replaces the roster of the days in which the shifts of a list begin.
pub(crate) async fn import(config: &Config, file: &Path, wanted: Option<&str>) -> Result<ExitCode> {
    let store = super::open(config).await?;
    let (district, zone) = district(&*store, config, wanted).await?;
    let clock = LocalClock::of(zone.clone());
    let people = store.district_state(&district).await?.responders;
    let roles: BTreeMap<ResponderId, ResponderRole> =
        people.iter().map(|person| (person.id, person.role)).collect();
    let known = roles.keys().copied().collect();
    let mut people = People { store: &*store, zone: &zone, known, named: BTreeMap::new() };
    let place = || format!("the roster {}", file.display());
    let Listed { shifts, lines } = people.read(file).await.with_context(place)?;
    let span = days_of(&shifts, &clock).with_context(|| format!("{}: it is empty", place()))?;
    let knows = |responder| roles.contains_key(&responder);
    let desk = RosterDesk {
        store: &*store,
        ids: &RandomIds,
        district: &district,
        clock: &clock,
        knows: &knows,
    };
    let line = |place: usize| format!("line {}", lines.get(place).copied().unwrap_or_default());
    match desk.replace(span, &shifts, &line).await {
        Ok(()) => {}
        Err(RosterRefused::Wrong(words)) => {
            bail!("{}: nothing was changed\n{}", place(), words.join("\n"))
        }
        Err(RosterRefused::Store(error)) => return Err(error.into()),
        Err(RosterRefused::NotFound | RosterRefused::Overlaps(_)) => {
            bail!("{}: the roster or its people changed meanwhile; try again", place())
        }
    }
    let words = in_words(config, &*store, &district, &clock, &roles, span).await?;
    let days = format!("{} to {}", clock.in_words(span.0), clock.in_words(span.1));
    super::print(&format!(
        "{district}, {days}: {} shifts; what began in this time before is gone\n{words}",
        shifts.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the whole days in which the shifts begin.
fn days_of(shifts: &[WantedShift], clock: &LocalClock) -> Option<(UnixMs, UnixMs)> {
    let first = shifts.iter().map(|shift| shift.from).min()?;
    let last = shifts.iter().map(|shift| shift.from).max()?;
    let after = clock.day_of(last).saturating_add(1);
    Some((clock.midnight_of(first), clock.moment(after, 0)))
}

/// Says where somebody is still missing.
async fn in_words(
    config: &Config,
    store: &dyn Store,
    district: &DistrictId,
    clock: &LocalClock,
    roles: &BTreeMap<ResponderId, ResponderRole>,
    span: (UnixMs, UnixMs),
) -> Result<String, StoreError> {
    let policy = config.policy().cover;
    let wanted = asked(&policy, district, clock, span);
    if wanted.is_empty() {
        return Ok("cover.minimum asks for nobody here, so no gap is looked for".into());
    }
    let shifts = store.shifts(district, span.0, span.1).await?;
    let shifts: Vec<_> = shifts
        .into_iter()
        .filter_map(|shift| Some((shift, *roles.get(&shift.responder)?)))
        .collect();
    let found = gaps(&cover(&wanted, &shifts, span));
    if found.is_empty() {
        return Ok("no gaps".into());
    }
    let words: Vec<String> = found.iter().map(|gap| clock.gap_in_words(gap)).collect();
    Ok(format!("gaps: {}\n{}", found.len(), words.join("\n")))
}

impl People<'_> {
    /// Reads a list; every bad line is named with what is wrong with it.
    async fn read(&mut self, file: &Path) -> Result<Listed> {
        let mut rows =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_path(file)?;
        if rows.headers()? != HEADER[..] {
            bail!("the first line has to be {}", HEADER.join(","));
        }
        let (mut listed, mut wrong) =
            (Listed { shifts: Vec::new(), lines: Vec::new() }, Vec::new());
        for found in rows.records() {
            let found = found?;
            let line = found.position().map_or(0, csv::Position::line);
            if listed.lines.len() + wrong.len() >= MOST_LINES {
                bail!("more than {MOST_LINES} lines");
            }
            match self.row(&found).await {
                Ok(shift) => {
                    listed.shifts.push(shift);
                    listed.lines.push(line);
                }
                Err(why) => wrong.push(format!("line {line}: {why:#}")),
            }
        }
        if !wrong.is_empty() {
            let more = wrong.len().saturating_sub(MOST_NAMED);
            wrong.truncate(MOST_NAMED);
            if more > 0 {
                wrong.push(format!("and {more} more"));
            }
            bail!("nothing was changed\n{}", wrong.join("\n"));
        }
        Ok(listed)
    }

    async fn row(&mut self, found: &StringRecord) -> Result<WantedShift> {
        let [who, from, to] = found.iter().collect::<Vec<_>>()[..] else {
            bail!("{} fields instead of {}", found.len(), HEADER.len());
        };
        let responder = self.responder(who).await?;
        let (from, to) = (span::time(from, self.zone)?, span::time(to, self.zone)?);
        Ok(WantedShift { responder, from, to })
    }

    /// Returns who is meant: by the id, or by the name somebody logs in with.
    async fn responder(&mut self, who: &str) -> Result<ResponderId> {
        let by_id = who.parse().ok().filter(|id| self.known.contains(id));
        let found = match by_id {
            Some(id) => Some(id),
            None => match self.named.get(who) {
                Some(known) => *known,
                None => {
                    let user = self.store.user_by_name(who).await?;
                    let id = user.and_then(|user| user.responder);
                    let id = id.filter(|id| self.known.contains(id));
                    self.named.insert(who.to_owned(), id);
                    id
                }
            },
        };
        found.with_context(|| {
            format!(
                "\"{who}\" is neither a responder's id nor the log-in name of one in this district"
            )
        })
    }
}
