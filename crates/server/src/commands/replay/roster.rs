//! Another roster, from a list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use csv::StringRecord;
use jiff::tz::TimeZone;
use silverbell_domain::{ResponderId, UnixMs};

use super::span::time;

/// The first line of a roster.
const HEADER: [&str; 3] = ["responder", "from", "to"];

/// So many bad lines are named.
const MOST_NAMED: usize = 20;

/// When each is on duty.
type Roster = BTreeMap<ResponderId, Vec<(UnixMs, UnixMs)>>;

/// Reads a roster; every bad line is named with what is wrong with it.
pub(super) fn read(file: &Path, zone: &TimeZone, known: &BTreeSet<ResponderId>) -> Result<Roster> {
    let place = || format!("the roster {}", file.display());
    let mut rows = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_path(file)
        .with_context(place)?;
    if rows.headers().with_context(place)? != HEADER[..] {
        bail!("{}: the first line has to be {}", place(), HEADER.join(","));
    }
    let (mut roster, mut wrong) = (Roster::new(), Vec::new());
    for found in rows.records() {
        let found = found.with_context(place)?;
        match row(&found, zone, known) {
            Ok((who, span)) => roster.entry(who).or_default().push(span),
            Err(why) => {
                let line = found.position().map_or(0, csv::Position::line);
                wrong.push(format!("line {line}: {why:#}"));
            }
        }
    }
    if !wrong.is_empty() {
        let more = wrong.len().saturating_sub(MOST_NAMED);
        wrong.truncate(MOST_NAMED);
        if more > 0 {
            wrong.push(format!("and {more} more"));
        }
        bail!("{}\n{}", place(), wrong.join("\n"));
    }
    Ok(roster)
}

fn row(
    found: &StringRecord,
    zone: &TimeZone,
    known: &BTreeSet<ResponderId>,
) -> Result<(ResponderId, (UnixMs, UnixMs))> {
    let [who, from, to] = found.iter().collect::<Vec<_>>()[..] else {
        bail!("{} fields instead of {}", found.len(), HEADER.len());
    };
    let id: Option<ResponderId> = who.parse().ok();
    let id = id.filter(|id| known.contains(id)).context("there is no such responder")?;
    let span = (time(from, zone)?, time(to, zone)?);
    if span.1 <= span.0 {
        bail!("{to} is not after {from}");
    }
    Ok((id, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: &str = "018bcfe5-6800-7000-8000-000000000003";

    fn read_text(text: &str) -> Result<Roster, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        let known = BTreeSet::from([WHO.parse().expect("an id")]);
        read(file.path(), &zone, &known).map_err(|why| format!("{why:#}"))
    }

    #[test]
    fn a_roster_is_read_in_local_time() {
        let text = format!(
            "responder,from,to\n{WHO},2026-03-01,2026-03-01T08:00\n{WHO}, 2026-03-02T00:00Z,2026-03-02T01:00Z\n"
        );
        let roster = read_text(&text).expect("a roster");
        let [spans] = &roster.into_values().collect::<Vec<_>>()[..] else { panic!("one person") };
        let hours = spans.iter().map(|(from, to)| to.since_s(*from) / 3_600);
        assert_eq!(hours.collect::<Vec<_>>(), [8, 1]);
        assert_eq!(spans[0].0, UnixMs(1_772_294_400_000));
    }

    #[test]
    fn every_bad_line_is_named_with_its_reason() {
        let text = format!(
            "responder,from,to\n{WHO},2026-03-02,2026-03-01\nnobody,2026-03-01,2026-03-02\n{WHO},soon,later\n{WHO}\n"
        );
        let wrong = read_text(&text).expect_err("all wrong");
        for part in [
            "line 2: 2026-03-01 is not after",
            "line 3: there is no such",
            "line 4: \"soon\"",
            "line 5: 1 fields",
        ] {
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
        assert!(read_text("who,from,to\n").expect_err("a header").contains("responder,from,to"));
    }
}
