//! The roster and its gaps: a gap is told a day ahead, and whoever does not come is missed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use metrics::gauge;
use parking_lot::Mutex;
use silverbell_domain::{
    Calendar, CoverGap, CoverPiece, DistrictId, LocalHour, Person, ResponderId, ResponderRole,
    Shift, Staff, UnixMs, asked, cover, gaps,
};
use silverbell_store::StoreError;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;
use crate::{Board, Dispatcher, ResponderState};

/// It is looked so often whether the roster has a gap, and whether somebody did not come.
const EVERY: Duration = Duration::from_secs(20);

/// It is looked so much farther than a gap is told ahead, seconds: no shift is longer.
const BEYOND_S: i64 = Shift::LONGEST_MS / 1_000;

/// A district's clock.
#[derive(Clone, Debug)]
pub struct LocalClock {
    zone: TimeZone,
}

impl LocalClock {
    /// Returns the clock of a zone by its IANA name; one that is not known is taken for UTC, so that a
    /// roster can be seen at all.
    #[must_use]
    pub fn new(time_zone: &str) -> Self {
        let zone = TimeZone::get(time_zone).unwrap_or_else(|_| {
            tracing::error!(time_zone, "the district's time zone is not known: taken for UTC");
            TimeZone::UTC
        });
        Self::of(zone)
    }

    /// Returns the clock of a zone.
    #[must_use]
    pub const fn of(zone: TimeZone) -> Self {
        Self { zone }
    }

    /// Returns a time as people of the district write it: `2026-11-22 19:00`.
    #[must_use]
    pub fn in_words(&self, at: UnixMs) -> String {
        self.show(at, "%Y-%m-%d %H:%M")
    }

    /// Returns the day of a moment: `2026-11-22`.
    #[must_use]
    pub fn day_in_words(&self, at: UnixMs) -> String {
        self.show(at, "%Y-%m-%d")
    }

    /// Returns the month of a moment: `2026-11`.
    #[must_use]
    pub fn month_in_words(&self, at: UnixMs) -> String {
        self.show(at, "%Y-%m")
    }

    /// Returns the hour of a moment: `2026-11-22T19:00`.
    #[must_use]
    pub fn hour_in_words(&self, at: UnixMs) -> String {
        self.show(at, "%Y-%m-%dT%H:00")
    }

    fn show(&self, at: UnixMs, format: &str) -> String {
        timestamp(at).to_zoned(self.zone.clone()).strftime(format).to_string()
    }

    /// Returns a gap as a sentence, without anybody's name.
    #[must_use]
    pub fn gap_in_words(&self, gap: &CoverGap) -> String {
        let day = |at| self.show(at, "%Y-%m-%d");
        let to = if day(gap.from) == day(gap.to) { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        let count = |number: u32, one: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {one}s")),
        };
        let Staff { aides, rescuers } = gap.short;
        let short: Vec<String> =
            [count(aides, "aide"), count(rescuers, "rescuer")].into_iter().flatten().collect();
        let (from, to) = (self.in_words(gap.from), self.show(gap.to, to));
        format!("{from} to {to}: {} missing", short.join(" and "))
    }

    /// Returns when a month begins, 1 to 12, and the next one.
    #[must_use]
    pub fn month(&self, year: i16, month: i8) -> (UnixMs, UnixMs) {
        let first = Date::new(year, month, 1).unwrap_or(EPOCH);
        let begins = |date: Date| self.moment((date - EPOCH).get_days(), 0);
        (begins(first), begins(first.saturating_add(Span::new().months(1))))
    }

    /// Returns the day and the hour that it shows at a moment.
    #[must_use]
    pub fn hour_of(&self, at: UnixMs) -> LocalHour {
        let local = timestamp(at).to_zoned(self.zone.clone()).datetime();
        LocalHour { day: (local.date() - EPOCH).get_days(), hour: local.hour().unsigned_abs() }
    }

    /// Returns a time as the clock shows it, to the millisecond: `2026-11-22T19:00:04.250`.
    #[must_use]
    pub fn to_the_millisecond(&self, at: UnixMs) -> String {
        self.show(at, "%Y-%m-%dT%H:%M:%S%.3f")
    }

    /// Returns when the day of a moment begins.
    #[must_use]
    pub fn midnight_of(&self, at: UnixMs) -> UnixMs {
        self.moment(self.day_of(at), 0)
    }
}

fn timestamp(at: UnixMs) -> Timestamp {
    let end = if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.0).unwrap_or(end)
}

/// The first day of all.
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

impl Calendar for LocalClock {
    fn day_of(&self, at: UnixMs) -> i32 {
        let date = timestamp(at).to_zoned(self.zone.clone()).date();
        (date - EPOCH).get_days()
    }

    fn moment(&self, day: i32, minute: u16) -> UnixMs {
        let date = EPOCH.saturating_add(Span::new().try_days(day).unwrap_or_default());
        let (hour, minute) = ((minute / 60).min(23), minute % 60);
        let local = date.at(hour.cast_signed() as i8, minute.cast_signed() as i8, 0, 0);
        // In a gap later, in a fold the first: "compatible".
        let at = self.zone.to_ambiguous_timestamp(local).compatible().unwrap_or(Timestamp::MAX);
        UnixMs(at.as_millisecond())
    }
}

/// A district's roster within a span.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The zone's IANA name.
    pub time_zone: String,
    /// Its clock.
    pub clock: LocalClock,
    /// Who is to be on duty when, in the order in which shifts begin. Whoever is not there any more is
    /// left out.
    pub shifts: Vec<(Shift, Person)>,
    /// How many are asked and rostered.
    pub pieces: Vec<CoverPiece>,
}

impl Roster {
    /// Returns where somebody is missing.
    #[must_use]
    pub fn gaps(&self) -> Vec<CoverGap> {
        gaps(&self.pieces)
    }
}

/// Somebody whose shift runs.
#[derive(Clone, Debug)]
pub struct OnShift {
    /// The shift.
    pub shift: Shift,
    /// Who.
    pub person: Person,
    /// Not on duty, though the shift began a while ago.
    pub is_missing: bool,
}

/// How a district is covered now, and where it will not be.
#[derive(Clone, Debug)]
pub struct CoverNow {
    /// When that was so.
    pub at: UnixMs,
    /// The district's clock.
    pub clock: LocalClock,
    /// How many are wanted now.
    pub asked: Staff,
    /// How many are to be there by the roster.
    pub rostered: Staff,
    /// How many are on duty and in touch.
    pub on_duty: Staff,
    /// Those whose shift runs.
    pub people: Vec<OnShift>,
    /// Who is on duty and out of touch, and since when.
    pub out_of_touch: Vec<(Person, UnixMs)>,
    /// Where somebody is or will be missing, as far as it begins within the time that is looked ahead.
    pub gaps: Vec<CoverGap>,
    /// How far it was looked: a gap that ends then goes on.
    pub known_until: UnixMs,
}

impl CoverNow {
    /// Returns whether somebody is or will be missing.
    #[must_use]
    pub fn has_trouble(&self) -> bool {
        !self.gaps.is_empty() || self.people.iter().any(|it| it.is_missing)
    }

    /// Returns what calls for somebody to do something: the gaps, and who did not come.
    fn trouble(&self) -> (Vec<CoverGap>, Vec<ResponderId>) {
        let missing = self.people.iter().filter(|it| it.is_missing);
        (self.gaps.clone(), missing.map(|it| it.shift.responder).collect())
    }
}

/// What was found last in each district, for the screens.
#[derive(Debug)]
pub(crate) struct Covers {
    last: Mutex<BTreeMap<DistrictId, Arc<CoverNow>>>,
    /// Marked changed when there is something else to tell.
    changed: watch::Sender<()>,
}

impl Default for Covers {
    fn default() -> Self {
        Self { last: Mutex::default(), changed: watch::channel(()).0 }
    }
}

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop);
    while rounds.next().await {
        for board in dispatcher.inhabited() {
            if let Err(error) = dispatcher.look_at_cover(&board).await {
                tracing::warn!(district = %board.district(), %error, "the roster is not looked at");
            }
        }
    }
}

impl Dispatcher {
    /// Returns the clock of a board's district.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn local_clock(&self, board: &Board) -> Result<LocalClock, StoreError> {
        Ok(self.clock_of(board.district()).await?.0)
    }

    /// Returns a district's clock, and its zone's name.
    pub(crate) async fn clock_of(
        &self,
        district: &DistrictId,
    ) -> Result<(LocalClock, String), StoreError> {
        let all = self.store.districts().await?;
        let zone = all.into_iter().find(|it| it.id == *district).map(|it| it.time_zone);
        let zone = zone.unwrap_or_else(|| "UTC".into());
        Ok((LocalClock::new(&zone), zone))
    }

    /// Returns the roster of a district within a span. Bound the span: all of it is returned.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn roster(
        &self,
        board: &Board,
        span: (UnixMs, UnixMs),
    ) -> Result<Roster, StoreError> {
        let district = board.district();
        let (clock, time_zone) = self.clock_of(district).await?;
        let shifts = self.store.shifts(district, span.0, span.1).await?;
        let shifts: Vec<(Shift, Person)> = shifts
            .into_iter()
            .filter_map(|shift| Some((shift, board.person(shift.responder)?)))
            .collect();
        let pieces = self.pieces(district, &clock, &shifts, span);
        Ok(Roster { time_zone, clock, shifts, pieces })
    }

    fn pieces(
        &self,
        district: &DistrictId,
        clock: &LocalClock,
        shifts: &[(Shift, Person)],
        span: (UnixMs, UnixMs),
    ) -> Vec<CoverPiece> {
        let asked = asked(&self.policy().cover, district, clock, span);
        let shifts: Vec<(Shift, ResponderRole)> =
            shifts.iter().map(|(shift, person)| (*shift, person.responder.role)).collect();
        cover(&asked, &shifts, span)
    }

    /// Returns how a district is covered at present.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn cover_now(&self, board: &Board) -> Result<CoverNow, StoreError> {
        let (now, policy) = (self.clock.now(), &self.policy().cover);
        let ahead = now.plus_s(i64::from(policy.warn_ahead_h) * 3_600);
        // Farther than is told, so that the end of what begins within it is known.
        let until = ahead.plus_s(BEYOND_S);
        let Roster { clock, shifts, pieces, .. } = self.roster(board, (now, until)).await?;
        let first = pieces.first();
        let missing_from = now.plus_s(-i64::from(policy.missing_after_s));
        let running = shifts.into_iter().filter(|(shift, _)| shift.runs_at(now));
        let people = running.map(|(shift, person)| {
            let is_missing = !person.is_on_duty() && shift.from <= missing_from;
            OnShift { shift, person, is_missing }
        });
        let (on_duty, out_of_touch) = self.in_touch(board, now);
        Ok(CoverNow {
            at: now,
            clock,
            asked: first.map_or_else(Staff::default, |piece| piece.asked),
            rostered: first.map_or_else(Staff::default, |piece| piece.rostered),
            on_duty,
            people: people.collect(),
            out_of_touch,
            gaps: gaps(&pieces).into_iter().filter(|gap| gap.from < ahead).collect(),
            known_until: until,
        })
    }

    /// Counts who is on duty and in touch, and returns who is not, the longest first.
    fn in_touch(&self, board: &Board, now: UnixMs) -> (Staff, Vec<(Person, UnixMs)>) {
        let (mut there, mut lost) = (Staff::default(), Vec::new());
        for (person, state, _) in board.snapshot().people {
            match self.out_of_touch_since(&person, now) {
                Some(since) => lost.push((person, since)),
                None if state == ResponderState::Off => {}
                None => there.count(person.responder.role),
            }
        }
        lost.sort_by_key(|(person, since)| (*since, person.responder.id));
        (there, lost)
    }

    /// Returns since when somebody on duty is out of touch (失联), `None` while in touch or off duty.
    #[must_use]
    pub fn out_of_touch_since(&self, person: &Person, now: UnixMs) -> Option<UnixMs> {
        let stale_ms = i64::from(self.policy().dispatch.position_stale_s) * 1_000;
        person.out_of_touch_since(now, stale_ms)
    }

    /// Looks at a district, and lets it be known when there is something else to tell.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: the next round looks again.
    pub(crate) async fn look_at_cover(&self, board: &Board) -> Result<(), StoreError> {
        let found = Arc::new(self.cover_now(board).await?);
        let (gaps, missing) = found.trouble();
        let label = || board.district().to_string();
        gauge!("silverbell_cover_gaps", "district" => label()).set(gaps.len() as f64);
        gauge!("silverbell_shifts_missed", "district" => label()).set(missing.len() as f64);
        let before = self.covers.last.lock().insert(board.district().clone(), found.clone());
        let is_news = match before {
            Some(before) => differs(&before, &found),
            None => found.has_trouble(),
        };
        if is_news {
            self.covers.changed.send_replace(());
        }
        Ok(())
    }

    /// Returns how a district was found to be covered last, `None` while nobody looks.
    #[must_use]
    pub fn cover_found(&self, district: &DistrictId) -> Option<Arc<CoverNow>> {
        self.covers.last.lock().get(district).cloned()
    }

    /// Follows whether there is something else to tell of any district's cover.
    #[must_use]
    pub fn follow_cover(&self) -> watch::Receiver<()> {
        self.covers.changed.subscribe()
    }
}

/// A gap that has begun becomes shorter with every look, and one without an end longer: that is no
/// news.
fn differs(before: &CoverNow, now: &CoverNow) -> bool {
    let gist = |cover: &CoverNow| {
        let (mut gaps, missing) = cover.trouble();
        for gap in &mut gaps {
            gap.from = if gap.from <= cover.at { UnixMs(i64::MIN) } else { gap.from };
            gap.to = if gap.to >= cover.known_until { UnixMs(i64::MAX) } else { gap.to };
        }
        (gaps, missing)
    };
    gist(before) != gist(now)
}

#[cfg(test)]
mod tests {
    use silverbell_domain::{CoverPolicy, MinimumCover, TimeOfDay};

    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn ms(text: &str) -> UnixMs {
        UnixMs(text.parse::<Timestamp>().expect("a time").as_millisecond())
    }

    #[test]
    fn a_moment_is_found_by_the_clock_of_its_district() {
        let clock = LocalClock::new("Asia/Shanghai");
        let at = ms("2026-12-31T16:30:00Z");
        assert_eq!(clock.in_words(at), "2027-01-01 00:30");
        assert_eq!(clock.moment(clock.day_of(at), 30), at);
        assert_eq!(clock.midnight_of(at), ms("2026-12-31T16:00:00Z"));
        assert_eq!(clock.day_of(UnixMs(0)), 0);
        assert_eq!(clock.day_of(UnixMs(-8 * HOUR_MS - 1)), -1);
        for end in [i64::MIN, i64::MAX] {
            clock.moment(clock.day_of(UnixMs(end)), 0);
        }
        clock.moment(i32::MAX, 1_439);
        assert_eq!(LocalClock::new("Mars/Olympus").in_words(UnixMs(0)), "1970-01-01 00:00");
    }

    #[test]
    fn a_day_has_as_many_hours_as_its_clock_shows() {
        for (zone, day, hours) in [
            ("Europe/Berlin", "2026-03-29T12:00:00Z", 23),
            ("Europe/Berlin", "2026-10-25T12:00:00Z", 25),
            ("America/New_York", "2026-03-08T12:00:00Z", 23),
            ("Asia/Shanghai", "2026-03-29T12:00:00Z", 24),
        ] {
            let clock = LocalClock::new(zone);
            let day = clock.day_of(ms(day));
            let lasts = clock.moment(day + 1, 0).since_ms(clock.moment(day, 0));
            assert_eq!(lasts, hours * HOUR_MS, "{zone}");
        }
        // 02:30 is not there, then it is there twice.
        let clock = LocalClock::new("Europe/Berlin");
        let spring = clock.day_of(ms("2026-03-29T12:00:00Z"));
        assert_eq!(clock.moment(spring, 150), ms("2026-03-29T01:30:00Z"));
        let autumn = clock.day_of(ms("2026-10-25T12:00:00Z"));
        assert_eq!(clock.moment(autumn, 150), ms("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn what_is_asked_around_the_clock_is_asked_at_every_moment_of_a_year() {
        let time = |text: &str| TimeOfDay::try_from(text.to_owned()).expect("a time");
        let entry = |from, to| MinimumCover {
            from: time(from),
            to: time(to),
            aides: 1,
            rescuers: 0,
            district: None,
        };
        // Also where a shift changes within the hour that the clock leaves out or shows twice.
        for minimum in [
            vec![entry("07:00", "19:00"), entry("19:00", "07:00")],
            vec![entry("02:30", "14:30"), entry("14:30", "02:30")],
            vec![entry("00:00", "24:00")],
        ] {
            let policy = CoverPolicy { minimum, warn_ahead_h: 24, missing_after_s: 600 };
            for zone in
                ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
            {
                let clock = LocalClock::new(zone);
                let span = (ms("2026-01-01T00:00:00Z"), ms("2027-01-01T00:00:00Z"));
                let wanted = asked(&policy, &DistrictId::new("longwen"), &clock, span);
                let pieces = cover(&wanted, &[], span);
                assert_eq!(pieces.len(), 1, "{zone}: {pieces:?}");
                assert_eq!(pieces[0].asked, Staff { aides: 1, rescuers: 0 });
            }
        }
    }

    #[test]
    fn a_gap_is_a_sentence_without_anybodys_name() {
        let clock = LocalClock::new("Asia/Shanghai");
        let from = ms("2026-11-22T11:00:00Z");
        let gap = |hours: i64, aides, rescuers| {
            let to = UnixMs(from.0 + hours * HOUR_MS);
            clock.gap_in_words(&CoverGap { from, to, short: Staff { aides, rescuers } })
        };
        assert_eq!(gap(4, 1, 0), "2026-11-22 19:00 to 23:00: 1 aide missing");
        assert_eq!(
            gap(12, 2, 1),
            "2026-11-22 19:00 to 2026-11-23 07:00: 2 aides and 1 rescuer missing"
        );
    }

    #[test]
    fn what_only_moves_with_the_time_is_no_news() {
        let clock = LocalClock::new("Asia/Shanghai");
        let at = ms("2026-11-22T11:00:00Z");
        let found = |after_ms: i64, gaps: Vec<(i64, i64)>| CoverNow {
            at: UnixMs(at.0 + after_ms),
            clock: clock.clone(),
            asked: Staff::default(),
            rostered: Staff::default(),
            on_duty: Staff::default(),
            people: Vec::new(),
            out_of_touch: Vec::new(),
            known_until: UnixMs(at.0 + after_ms + 48 * HOUR_MS),
            gaps: gaps
                .into_iter()
                .map(|(from, to)| CoverGap {
                    from: UnixMs(at.0 + from),
                    to: UnixMs(at.0 + to),
                    short: Staff { aides: 1, rescuers: 0 },
                })
                .collect(),
        };
        let later = 20_000;
        let end = 48 * HOUR_MS;
        let running = found(0, vec![(0, HOUR_MS)]);
        assert!(!differs(&running, &found(later, vec![(later, HOUR_MS)])));
        let endless = found(0, vec![(0, end)]);
        assert!(!differs(&endless, &found(later, vec![(later, end + later)])));
        assert!(differs(&running, &found(later, vec![(later, 2 * HOUR_MS)])), "it is longer");
        assert!(differs(&running, &found(later, Vec::new())), "it is over");
        let coming = found(0, vec![(HOUR_MS, 2 * HOUR_MS)]);
        assert!(!differs(&coming, &found(later, vec![(HOUR_MS, 2 * HOUR_MS)])));
        assert!(differs(&found(0, Vec::new()), &coming));
    }
}
