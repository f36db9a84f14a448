//! A supervisor changes the roster: all of a change or nothing, and what is wrong with it in words.

use silverbell_domain::{
    DistrictId, Ids, ResponderId, Shift, ShiftFault, ShiftId, UnixMs, double_booked, end_of_duty,
};
use silverbell_store::{Constraint, ShiftsChange, ShiftsRemoved, Store, StoreError};

use crate::{Board, Dispatcher, LocalClock};

/// A roster is changed for so long at once at most, seconds: 62 days, two months.
const LONGEST_SPAN_S: i64 = 62 * 86_400;

/// So many shifts are put in at once at most: an SOS waits behind it.
const MOST_SHIFTS: usize = 5_000;

/// So many wrong entries are named; the rest is counted.
const MOST_NAMED: usize = 50;

/// A shift as a person wants it.
#[derive(Clone, Copy, Debug)]
pub struct WantedShift {
    /// Who.
    pub responder: ResponderId,
    /// From when on.
    pub from: UnixMs,
    /// Until when.
    pub to: UnixMs,
}

/// Why a roster was not changed.
#[derive(Debug)]
pub enum RosterRefused {
    /// What is wrong, entry by entry, in words.
    Wrong(Vec<String>),
    /// The person has another shift at that time.
    Overlaps(Shift),
    /// There is no such shift.
    NotFound,
    /// The store.
    Store(StoreError),
}

impl From<StoreError> for RosterRefused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Violates(Constraint::NoSuchThing) => Self::NotFound,
            error => Self::Store(error),
        }
    }
}

impl WantedShift {
    const fn with(self, id: ShiftId) -> Shift {
        Shift { id, responder: self.responder, from: self.from, to: self.to }
    }
}

impl RosterRefused {
    fn wrong(words: impl Into<String>) -> Self {
        Self::Wrong(vec![words.into()])
    }
}

/// What a change of a district's roster takes, beside a running service too.
#[derive(Clone, Copy)]
pub struct RosterDesk<'a> {
    /// Where it is kept.
    pub store: &'a dyn Store,
    /// Where identities come from.
    pub ids: &'a dyn Ids,
    /// The district.
    pub district: &'a DistrictId,
    /// Its clock.
    pub clock: &'a LocalClock,
    /// Who is of the district.
    pub knows: &'a (dyn Fn(ResponderId) -> bool + Sync),
}

impl std::fmt::Debug for RosterDesk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RosterDesk").field("district", self.district).finish_non_exhaustive()
    }
}

impl RosterDesk<'_> {
    /// Replaces the shifts that begin within a span by these. `entry` is how a place in the list is
    /// called in words.
    ///
    /// # Errors
    /// Every entry that is wrong, and what is wrong with it; nothing was changed then.
    pub async fn replace(
        &self,
        span: (UnixMs, UnixMs),
        wanted: &[WantedShift],
        entry: &(dyn Fn(usize) -> String + Sync),
    ) -> Result<(), RosterRefused> {
        check_span(span)?;
        if wanted.len() > MOST_SHIFTS {
            let words = format!("{} shifts: at most {MOST_SHIFTS} at once", wanted.len());
            return Err(RosterRefused::wrong(words));
        }
        let shifts: Vec<Shift> =
            wanted.iter().map(|wanted| wanted.with(ShiftId(self.ids.next()))).collect();
        let mut wrong: Vec<(usize, String)> = Vec::new();
        for (place, shift) in shifts.iter().enumerate() {
            let why = fault((self.knows)(shift.responder), shift).or_else(|| outside(shift, span));
            wrong.extend(why.map(|why| (place, why)));
        }
        let beside = self.beside(span).await?;
        wrong.extend(clashes(&shifts, &beside, self.clock, entry));
        if !wrong.is_empty() {
            return Err(RosterRefused::Wrong(named(wrong, entry)));
        }
        let (from, to) = span;
        let remove = ShiftsRemoved::BeginningWithin { from, to };
        let change = ShiftsChange { district: self.district.clone(), remove, add: shifts };
        match self.store.change_shifts(change).await {
            Err(StoreError::Violates(Constraint::ShiftsOverlap)) => Err(RosterRefused::wrong(
                "somebody else has changed the roster meanwhile: read it again",
            )),
            changed => Ok(changed?),
        }
    }

    /// Returns the shifts that stay when those that begin within the span go, as far as they can be in
    /// the way.
    async fn beside(&self, (from, to): (UnixMs, UnixMs)) -> Result<Vec<Shift>, StoreError> {
        let day_s = Shift::LONGEST_MS / 1_000;
        let mut known = self.store.shifts(self.district, from, to.plus_s(day_s)).await?;
        known.retain(|shift| !(from..to).contains(&shift.from));
        Ok(known)
    }
}

impl Dispatcher {
    /// Replaces the shifts of a district that begin within a span by these.
    ///
    /// # Errors
    /// Every entry that is wrong, with its place in the list (`shifts[3]`) and what is wrong with it;
    /// nothing was changed then.
    pub async fn replace_roster(
        &self,
        board: &Board,
        span: (UnixMs, UnixMs),
        wanted: &[WantedShift],
    ) -> Result<(), RosterRefused> {
        let (clock, _) = self.clock_of(board.district()).await?;
        let desk = RosterDesk {
            store: self.store(),
            ids: self.ids(),
            district: board.district(),
            clock: &clock,
            knows: &|responder| serves(board, responder),
        };
        desk.replace(span, wanted, &|place| format!("shifts[{place}]")).await?;
        self.look_who_is_on_call(board).await;
        Ok(())
    }

    /// Adds a shift. The same person from and to the same times is the same shift: it is there once.
    ///
    /// # Errors
    /// What is wrong, in words, or the shift that is in the way.
    pub async fn add_shift(
        &self,
        board: &Board,
        wanted: &WantedShift,
    ) -> Result<Shift, RosterRefused> {
        let district = board.district();
        let shift = wanted.with(ShiftId(self.ids.next()));
        let span = (shift.from, shift.to);
        let is_known = serves(board, shift.responder);
        if let Some(why) = fault(is_known, &shift) {
            return Err(RosterRefused::wrong(why));
        }
        let same = |known: &Shift| {
            known.responder == shift.responder && (known.from, known.to) == (shift.from, shift.to)
        };
        let find = async |is: &(dyn Fn(&Shift) -> bool + Sync)| {
            let known = self.store.shifts(district, span.0, span.1).await?;
            Ok::<_, StoreError>(known.into_iter().find(|known| is(known)))
        };
        if let Some(known) = find(&same).await? {
            return Ok(known);
        }
        let remove = ShiftsRemoved::None;
        let change = ShiftsChange { district: district.clone(), remove, add: vec![shift] };
        match self.store.change_shifts(change).await {
            Ok(()) => {
                self.look_who_is_on_call(board).await;
                Ok(shift)
            }
            Err(StoreError::Violates(Constraint::ShiftsOverlap)) => {
                match find(&|known: &Shift| known.overlaps(&shift)).await? {
                    // The same request came twice at once.
                    Some(known) if same(&known) => Ok(known),
                    Some(known) => Err(RosterRefused::Overlaps(known)),
                    None => Err(RosterRefused::wrong("the roster changes too fast: try again")),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a shift out of the roster.
    ///
    /// # Errors
    /// [`RosterRefused::NotFound`]; [`RosterRefused::Store`].
    pub async fn remove_shift(&self, board: &Board, id: ShiftId) -> Result<(), RosterRefused> {
        let (district, remove) = (board.district().clone(), ShiftsRemoved::One(id));
        self.store.change_shifts(ShiftsChange { district, remove, add: Vec::new() }).await?;
        self.look_who_is_on_call(board).await;
        Ok(())
    }

    /// Returns when somebody who comes on duty now goes home by the roster. Nobody waits for it: where
    /// it cannot be read, no end is known.
    pub(crate) async fn end_by_roster(
        &self,
        district: &DistrictId,
        id: ResponderId,
        now: UnixMs,
    ) -> Option<UnixMs> {
        let day_s = Shift::LONGEST_MS / 1_000;
        match self.store.shifts(district, now, now.plus_s(2 * day_s)).await {
            Ok(mut shifts) => {
                shifts.retain(|shift| shift.responder == id);
                end_of_duty(&shifts, now)
            }
            Err(error) => {
                tracing::warn!(%district, %error, "duty without its end: the roster cannot be read");
                None
            }
        }
    }
}

fn check_span((from, to): (UnixMs, UnixMs)) -> Result<(), RosterRefused> {
    let lasts_s = to.since_s(from);
    if lasts_s <= 0 {
        return Err(RosterRefused::wrong("to: has to be after `from`"));
    }
    if lasts_s > LONGEST_SPAN_S {
        return Err(RosterRefused::wrong("from, to: at most 62 days at once"));
    }
    Ok(())
}

/// Returns what is wrong with a shift by itself.
/// Returns whether somebody is of the district, and has not left the service.
fn serves(board: &Board, responder: ResponderId) -> bool {
    board.person(responder).is_some_and(|person| person.responder.left_at.is_none())
}

fn fault(is_known: bool, shift: &Shift) -> Option<String> {
    if !is_known {
        return Some("responder: there is none of this id in the district".into());
    }
    match shift.check() {
        Err(ShiftFault::EndsTooSoon) => Some("to: has to be after `from`".into()),
        Err(fault @ ShiftFault::TooLong) => Some(fault.to_string()),
        Ok(()) => None,
    }
}

fn outside(shift: &Shift, (from, to): (UnixMs, UnixMs)) -> Option<String> {
    let is_within = (from..to).contains(&shift.from);
    (!is_within).then(|| "from: has to be within the time that is replaced".into())
}

/// Returns who would have to be in two places at once, and when.
fn clashes(
    shifts: &[Shift],
    beside: &[Shift],
    clock: &LocalClock,
    entry: &(dyn Fn(usize) -> String + Sync),
) -> Vec<(usize, String)> {
    let all: Vec<Shift> = shifts.iter().chain(beside).copied().collect();
    let words = |other: &Shift, which: &str| {
        let (from, to) = (clock.in_words(other.from), clock.in_words(other.to));
        format!("responder {} has another shift then, {from} to {to}{which}", other.responder)
    };
    double_booked(&all)
        .into_iter()
        .filter_map(|(one, other)| {
            // What is said is said of an entry, whichever of the two it is.
            let (place, in_the_way) = if one < shifts.len() { (one, other) } else { (other, one) };
            let shift = all.get(in_the_way).filter(|_| place < shifts.len())?;
            let which = if in_the_way < shifts.len() {
                format!(" ({})", entry(in_the_way))
            } else {
                String::from(", which stays")
            };
            Some((place, words(shift, &which)))
        })
        .collect()
}

fn named(mut wrong: Vec<(usize, String)>, entry: &(dyn Fn(usize) -> String + Sync)) -> Vec<String> {
    wrong.sort();
    let more = wrong.len().saturating_sub(MOST_NAMED);
    let mut words: Vec<String> = wrong
        .iter()
        .take(MOST_NAMED)
        .map(|(place, why)| format!("{}: {why}", entry(*place)))
        .collect();
    if more > 0 {
        words.push(format!("and {more} more"));
    }
    words
}
