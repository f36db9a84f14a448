//! The roster (排班): who is to be on duty when, how many a centre wants there, and when somebody is
//! missing. It plans, and puts nobody on or off duty; rescuers are on call by it (see `OnCall`).

use serde::{Deserialize, Serialize};

use crate::{DistrictId, ResponderId, ResponderRole, ShiftId, UnixMs};

/// Minutes of a day.
const DAY_MIN: u16 = 1_440;

/// Whoever comes on duty so long before a shift begins comes for that shift, milliseconds: an hour.
const COMES_BEFORE_MS: i64 = 3_600_000;

/// A time in which somebody is to be on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Identity.
    pub id: ShiftId,
    /// Who.
    pub responder: ResponderId,
    /// From when on.
    pub from: UnixMs,
    /// Until when; this moment is not part of it.
    pub to: UnixMs,
}

/// What is wrong with the times of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShiftFault {
    /// It ends before it begins, or then.
    #[error("it has to end after it begins")]
    EndsTooSoon,
    /// Nobody is on duty for so long.
    #[error("it is longer than 24 hours: make two of it")]
    TooLong,
}

impl Shift {
    /// No shift is longer, milliseconds: a day.
    pub const LONGEST_MS: i64 = 86_400_000;

    /// Checks the times.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub const fn check(&self) -> Result<(), ShiftFault> {
        let lasts_ms = self.to.since_ms(self.from);
        if lasts_ms <= 0 {
            Err(ShiftFault::EndsTooSoon)
        } else if lasts_ms > Self::LONGEST_MS {
            Err(ShiftFault::TooLong)
        } else {
            Ok(())
        }
    }

    /// Returns whether it runs at this moment.
    #[must_use]
    pub fn runs_at(&self, at: UnixMs) -> bool {
        self.from <= at && at < self.to
    }

    /// Returns whether somebody would have to be in two places.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.responder == other.responder && self.from < other.to && other.from < self.to
    }
}

/// Returns the shifts during which the same person has another one, each with that other one, by
/// their places in the list: of several that overlap all but the earliest.
#[must_use]
pub fn double_booked(shifts: &[Shift]) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, &Shift)> = shifts.iter().enumerate().collect();
    order.sort_by_key(|(place, shift)| (shift.responder, shift.from, shift.to, *place));
    let mut found = Vec::new();
    // Whoever ends last of those before.
    let mut last: Option<(usize, &Shift)> = None;
    for (place, shift) in order {
        if let Some((other, before)) = last
            && before.overlaps(shift)
        {
            found.push((place, other));
        }
        let goes_on = last.is_some_and(|(_, before)| {
            before.responder == shift.responder && before.to >= shift.to
        });
        if !goes_on {
            last = Some((place, shift));
        }
    }
    found.sort_unstable();
    found
}

/// Returns when somebody who comes on duty now goes home, of this person's shifts: at the end of the
/// one that runs, or begins within an hour, and of those that follow it without a pause.
#[must_use]
pub fn end_of_duty(own: &[Shift], now: UnixMs) -> Option<UnixMs> {
    let mut own: Vec<&Shift> = own.iter().collect();
    own.sort_by_key(|shift| shift.from);
    let is_meant = |shift: &&&Shift| {
        shift.runs_at(now) || (0..=COMES_BEFORE_MS).contains(&shift.from.since_ms(now))
    };
    let first = own.iter().find(is_meant)?;
    let mut end = first.to;
    for next in own.iter().filter(|next| next.from > first.from) {
        if next.from <= end {
            end = end.max(next.to);
        }
    }
    Some(end)
}

/// So many of each role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Aides (助老员).
    pub aides: u32,
    /// Rescuers (紧急救援员).
    pub rescuers: u32,
}

impl Staff {
    /// Returns how many are missing where so many are asked.
    #[must_use]
    pub const fn short_of(self, asked: Self) -> Self {
        Self {
            aides: asked.aides.saturating_sub(self.aides),
            rescuers: asked.rescuers.saturating_sub(self.rescuers),
        }
    }

    /// Returns whether it is nobody.
    #[must_use]
    pub const fn is_nobody(self) -> bool {
        self.aides == 0 && self.rescuers == 0
    }

    /// Counts one more.
    pub const fn count(&mut self, role: ResponderRole) {
        let count = self.of(role);
        *count = count.saturating_add(1);
    }

    const fn of(&mut self, role: ResponderRole) -> &mut u32 {
        match role {
            ResponderRole::Aide => &mut self.aides,
            ResponderRole::Rescuer => &mut self.rescuers,
        }
    }

    fn greater_of(self, other: Self) -> Self {
        Self { aides: self.aides.max(other.aides), rescuers: self.rescuers.max(other.rescuers) }
    }
}

/// A time of the day as people write it, `07:00`; `24:00` is the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Returns the minutes after midnight, at most 1,440.
    #[must_use]
    pub const fn minute(self) -> u16 {
        self.0
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let two = |part: &str| {
            let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse::<u16>().ok()).flatten()
        };
        let parts = text.split_once(':');
        let read = parts.and_then(|(hour, minute)| Some((two(hour)?, two(minute)?)));
        match read {
            Some((24, 0)) => Ok(Self(DAY_MIN)),
            Some((hour @ 0..=23, minute @ 0..=59)) => Ok(Self(hour * 60 + minute)),
            Some(_) | None => Err(format!("\"{text}\" is no time of the day, such as \"07:00\"")),
        }
    }
}

/// How many are wanted on duty, each day between two times of the district's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimumCover {
    /// From then on.
    pub from: TimeOfDay,
    /// Until then; not after `from`: of the next day.
    pub to: TimeOfDay,
    /// So many aides.
    #[serde(default)]
    pub aides: u32,
    /// So many rescuers.
    #[serde(default)]
    pub rescuers: u32,
    /// In this district alone, whose other entries then do not hold there; `None`: wherever no entry
    /// names the district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<DistrictId>,
}

/// What a centre wants of its rosters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverPolicy {
    /// How many are wanted when; none: nothing is asked, and no gap is told.
    pub minimum: Vec<MinimumCover>,
    /// A gap is told so long before it comes, hours.
    pub warn_ahead_h: u32,
    /// Whoever is not on duty so long after the own shift began is missing, seconds.
    pub missing_after_s: u32,
}

impl CoverPolicy {
    /// More than this is not written by hand, and would make every look at the roster slow.
    pub(crate) const MOST_ENTRIES: usize = 100;

    /// Returns what is asked of a district.
    fn entries<'a>(&'a self, district: &'a DistrictId) -> impl Iterator<Item = &'a MinimumCover> {
        let is_named = self.minimum.iter().any(|entry| entry.district.as_ref() == Some(district));
        let named = is_named.then_some(district);
        self.minimum.iter().filter(move |entry| entry.district.as_ref() == named)
    }
}

/// The days of a district's clock, which knows its zone.
pub trait Calendar {
    /// Returns on which day of the clock a moment lies, counted from 1970-01-01.
    fn day_of(&self, at: UnixMs) -> i32;

    /// Returns when the clock shows this minute (below 1,440) of a day. What the clock leaves out is
    /// as much later as it leaves out; what it shows twice is the first of the two.
    fn moment(&self, day: i32, minute: u16) -> UnixMs;
}

/// So many are asked in this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// From then on.
    pub from: UnixMs,
    /// Until then.
    pub to: UnixMs,
    /// How many.
    pub staff: Staff,
}

/// Returns what is asked of a district within a span, as the policy says by its clock.
#[must_use]
pub fn asked(
    policy: &CoverPolicy,
    district: &DistrictId,
    calendar: &dyn Calendar,
    (from, to): (UnixMs, UnixMs),
) -> Vec<Asked> {
    let moment = |day: i32, time: TimeOfDay| match time.0 {
        DAY_MIN => calendar.moment(day.saturating_add(1), 0),
        minute => calendar.moment(day, minute),
    };
    let mut found = Vec::new();
    // What began the evening before may still run.
    for day in calendar.day_of(from).saturating_sub(1)..=calendar.day_of(to) {
        for entry in policy.entries(district) {
            let last_day = if entry.to > entry.from { day } else { day.saturating_add(1) };
            let (begins, ends) = (moment(day, entry.from), moment(last_day, entry.to));
            // An hour that the clock leaves out is none.
            if begins < ends && begins < to && from < ends {
                let staff = Staff { aides: entry.aides, rescuers: entry.rescuers };
                found.push(Asked { from: begins, to: ends, staff });
            }
        }
    }
    found
}

/// A time in which neither what is asked nor who is there changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoverPiece {
    /// From then on.
    pub from: UnixMs,
    /// Until then.
    pub to: UnixMs,
    /// How many are wanted.
    pub asked: Staff,
    /// How many are to be there by the roster.
    pub rostered: Staff,
}

/// A time in which somebody is missing in the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoverGap {
    /// From then on.
    pub from: UnixMs,
    /// Until then.
    pub to: UnixMs,
    /// How many are missing.
    pub short: Staff,
}

/// Returns a span in pieces, one after the other without a hole, with how many are asked and rostered
/// in each. Who is in the roster twice at once is one person; of two entries of the policy the greater
/// number holds.
#[must_use]
pub fn cover(
    asked: &[Asked],
    shifts: &[(Shift, ResponderRole)],
    (from, to): (UnixMs, UnixMs),
) -> Vec<CoverPiece> {
    let within = |at: UnixMs| at.clamp(from, to);
    let mut changes: Vec<(UnixMs, ResponderRole, bool)> = Vec::new();
    for (begins, ends, role) in presences(shifts) {
        if within(begins) < within(ends) {
            changes.push((within(begins), role, true));
            changes.push((within(ends), role, false));
        }
    }
    let mut ends: Vec<UnixMs> = changes.iter().map(|(at, ..)| *at).collect();
    ends.extend(asked.iter().flat_map(|asked| [within(asked.from), within(asked.to)]));
    ends.push(to);
    ends.retain(|at| *at > from);
    ends.sort_unstable();
    ends.dedup();
    changes.sort_by_key(|(at, ..)| *at);
    let mut asked: Vec<Asked> = asked.to_vec();
    asked.sort_by_key(|asked| asked.from);

    let (mut changes, mut asked) = (changes.into_iter().peekable(), asked.into_iter().peekable());
    let (mut there, mut wanted) = (Staff::default(), Vec::<Asked>::new());
    let mut pieces: Vec<CoverPiece> = Vec::new();
    let mut begins = from;
    for ends in ends {
        while let Some((_, role, comes)) = changes.next_if(|(at, ..)| *at <= begins) {
            let count = there.of(role);
            *count = if comes { count.saturating_add(1) } else { count.saturating_sub(1) };
        }
        while let Some(next) = asked.next_if(|asked| asked.from <= begins) {
            wanted.push(next);
        }
        wanted.retain(|asked| asked.to > begins);
        let most = wanted.iter().fold(Staff::default(), |most, it| most.greater_of(it.staff));
        match pieces.last_mut() {
            Some(last) if last.asked == most && last.rostered == there => last.to = ends,
            Some(_) | None => {
                pieces.push(CoverPiece { from: begins, to: ends, asked: most, rostered: there });
            }
        }
        begins = ends;
    }
    pieces
}

/// Returns when somebody is there, once for each person and time.
fn presences(shifts: &[(Shift, ResponderRole)]) -> Vec<(UnixMs, UnixMs, ResponderRole)> {
    let mut order: Vec<&(Shift, ResponderRole)> = shifts.iter().collect();
    order.sort_by_key(|(shift, _)| (shift.responder, shift.from));
    let mut found: Vec<(ResponderId, UnixMs, UnixMs, ResponderRole)> = Vec::new();
    for (shift, role) in order {
        match found.last_mut() {
            Some((who, _, until, _)) if *who == shift.responder && shift.from <= *until => {
                *until = (*until).max(shift.to);
            }
            Some(_) | None => found.push((shift.responder, shift.from, shift.to, *role)),
        }
    }
    found.into_iter().map(|(_, from, to, role)| (from, to, role)).collect()
}

/// Returns where somebody is missing, by the pieces of a span in their order.
#[must_use]
pub fn gaps(pieces: &[CoverPiece]) -> Vec<CoverGap> {
    let mut gaps: Vec<CoverGap> = Vec::new();
    for piece in pieces {
        let short = piece.rostered.short_of(piece.asked);
        if short.is_nobody() {
            continue;
        }
        match gaps.last_mut() {
            Some(last) if last.to == piece.from && last.short == short => last.to = piece.to,
            Some(_) | None => gaps.push(CoverGap { from: piece.from, to: piece.to, short }),
        }
    }
    gaps
}
