//! A night read out of what a service keeps: tickets with their histories, and positions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use silverbell_domain::{
    Channel, DistrictId, Event, Flag, LatLon, NewEvent, OfferId, Outcome, PositionSource,
    Responder, ResponderId, SeniorId, SignalKind, Ticket, UnixMs, UserId,
};

use crate::manners::Answer;
use crate::measure::{Incident, Measure};
use crate::recorded::{RecordedAnswer, RecordedNight};
use crate::replay::Column;
use crate::scenario::{Line, Press, Staff};

/// A sign of life proves duty for so long before and after it, milliseconds.
const AROUND_MS: i64 = 900_000;

/// Who moved less than this since is where he was, metres.
const MOVED_M: f64 = 100.0;

/// Of each person so many positions are looked at, at most.
const MOST_POSITIONS: i64 = 10_000;

/// Positions are not looked at more often than this, milliseconds.
const POSITIONS_EVERY_MS: i64 = 60_000;

const HOUR_MS: i64 = 3_600_000;

/// Reads a night: who pressed, who was asked and what was said, who was on duty and where, and how many
/// were at the desk. What it keeps of a ticket is small, so that a year can be read ticket by ticket.
#[derive(Debug)]
pub struct NightReader {
    district: DistrictId,
    from: UnixMs,
    to: UnixMs,
    /// Everybody who could go, in the order of their identities.
    people: Vec<Person>,
    doors: Vec<LatLon>,
    door_of: HashMap<SeniorId, usize>,
    opened: Vec<Opened>,
    incidents: Vec<Incident>,
    /// Who answered in which hour.
    desk: BTreeMap<i64, BTreeSet<UserId>>,
    not_counted: usize,
    without_place: usize,
}

/// What was read of a night.
#[derive(Clone, Debug)]
pub struct ReadNight {
    /// The night.
    pub night: RecordedNight,
    /// The number of the ticket that each press opened or joined.
    pub numbers: Vec<u64>,
    /// What really happened, as the report counts it.
    pub incidents: Vec<Incident>,
    /// How many tests and duplicates are neither counted nor played.
    pub not_counted: usize,
    /// How many are counted and cannot be played, for nobody knew a place.
    pub without_place: usize,
}

impl ReadNight {
    /// Returns what really happened, to be set beside what is played.
    #[must_use]
    pub fn column(&self, name: &str) -> Column {
        let mut press_of: HashMap<u64, usize> = HashMap::new();
        for (press, number) in self.numbers.iter().enumerate() {
            press_of.entry(*number).or_insert(press);
        }
        let incidents = self.incidents.iter();
        let reached =
            incidents.filter_map(|it| Some((*press_of.get(&it.number)?, it.reached_ms())));
        let measure = Measure::of_incidents(&self.incidents);
        Column { name: name.into(), measure, reached_ms: reached.collect() }
    }
}

/// Somebody who could go.
#[derive(Debug)]
struct Person {
    responder: Responder,
    alive: Spans,
    /// When a ticket bound this person.
    bound: Vec<(UnixMs, UnixMs)>,
    seen_at: Vec<(UnixMs, LatLon)>,
    /// On duty by this roster, whatever is on record.
    roster: Option<Vec<(UnixMs, UnixMs)>>,
}

/// The presses of a ticket, and what was said to its offers.
#[derive(Debug)]
struct Opened {
    number: u64,
    presses: Vec<Press>,
    answers: Vec<(usize, Answer, i64)>,
}

/// What a ticket's history told.
#[derive(Debug, Default)]
struct Told {
    opened: Option<(SignalKind, Line)>,
    again: Vec<(UnixMs, SignalKind, Line)>,
    /// The first offer to each, and when.
    asked: BTreeMap<ResponderId, (OfferId, UnixMs)>,
    said: Vec<(ResponderId, Answer, i64)>,
    bound: HashMap<OfferId, (ResponderId, UnixMs)>,
    was_bound: Vec<(ResponderId, UnixMs, UnixMs)>,
}

impl Told {
    /// Notes what was said to the first offer; whoever is asked again is asked by the played planner.
    fn says(&mut self, responder: ResponderId, offer: OfferId, answer: Answer, at: UnixMs) {
        let Some((first, asked_at)) = self.asked.get(&responder).copied() else { return };
        if first == offer && self.said.iter().all(|(who, ..)| *who != responder) {
            self.said.push((responder, answer, at.since_ms(asked_at).max(0)));
        }
    }

    fn begins(&mut self, offer: OfferId, responder: ResponderId, at: UnixMs) {
        self.bound.entry(offer).or_insert((responder, at));
    }

    fn ends(&mut self, offer: OfferId, at: UnixMs) {
        let bound = self.bound.remove(&offer);
        self.was_bound.extend(bound.map(|(responder, since)| (responder, since, at)));
    }
}

impl NightReader {
    /// Begins to read a night of a district in which these could go.
    #[must_use]
    pub fn new(
        district: DistrictId,
        from: UnixMs,
        to: UnixMs,
        mut responders: Vec<Responder>,
    ) -> Self {
        responders.sort_by_key(|responder| responder.id);
        let person = |responder| Person {
            responder,
            alive: Spans::default(),
            bound: Vec::new(),
            seen_at: Vec::new(),
            roster: None,
        };
        Self {
            district,
            from,
            to,
            people: responders.into_iter().map(person).collect(),
            doors: Vec::new(),
            door_of: HashMap::new(),
            opened: Vec::new(),
            incidents: Vec::new(),
            desk: BTreeMap::new(),
            not_counted: 0,
            without_place: 0,
        }
    }

    /// Returns how often to look where somebody was, milliseconds: a year is looked at less closely
    /// than a night.
    #[must_use]
    pub fn positions_every_ms(&self) -> i64 {
        (self.to.since_ms(self.from) / MOST_POSITIONS).max(POSITIONS_EVERY_MS)
    }

    /// Returns from when to when to look where somebody was.
    #[must_use]
    pub fn positions_span(&self) -> (UnixMs, UnixMs) {
        (UnixMs(self.from.0 - self.around_ms()), UnixMs(self.to.0 + self.around_ms()))
    }

    /// Returns everybody who could go.
    pub fn responders(&self) -> impl Iterator<Item = ResponderId> {
        self.people.iter().map(|person| person.responder.id)
    }

    /// Returns for how long before and after it a sign of life proves duty, milliseconds.
    #[must_use]
    pub fn around_ms(&self) -> i64 {
        AROUND_MS.max(self.positions_every_ms())
    }

    fn person_of(&self, id: ResponderId) -> Option<usize> {
        self.people.binary_search_by_key(&id, |person| person.responder.id).ok()
    }

    /// Notes a sign of life.
    fn heard(&mut self, id: ResponderId, at: UnixMs) {
        let around_ms = self.around_ms();
        if let Some(person) = self.person_of(id) {
            self.people[person].alive.put(at.0 - around_ms, at.0 + around_ms);
        }
    }

    /// Puts another roster in the place of the duty that is on record: who has no span is off duty.
    pub fn keep_to_roster(&mut self, roster: &BTreeMap<ResponderId, Vec<(UnixMs, UnixMs)>>) {
        for person in &mut self.people {
            let spans = roster.get(&person.responder.id).cloned();
            person.roster = Some(spans.unwrap_or_default());
        }
    }

    /// Reads a ticket that was received in that night, with its history. What is no emergency is
    /// passed over.
    pub fn ticket(&mut self, ticket: &Ticket, history: &[NewEvent]) {
        if !ticket.is_emergency() {
            return;
        }
        let closing = ticket.handling.closing();
        let told = self.read_history(history, closing.map_or(UnixMs(i64::MAX), |it| it.at));
        let in_need = needed_help(closing.map(|closing| closing.outcome));
        let Some(incident) = Incident::of(ticket, in_need) else {
            self.not_counted += 1;
            return;
        };
        self.incidents.push(incident);
        let Some(door) = self.door(ticket) else {
            self.without_place += 1;
            return;
        };
        let (kind, line) = match (ticket.channel, told.opened) {
            (Channel::Call, _) => (SignalKind::Sos, Line::Telephone),
            (Channel::Device, Some(opened)) => opened,
            (Channel::Device, None) => (SignalKind::Sos, Line::Device),
        };
        let position = ticket.position.filter(|position| position.source != PositionSource::Home);
        let fix = position.map(|position| position.point);
        let first =
            Press { at: ticket.times.received, door, kind, is_emergency: in_need, line, fix };
        // What strangers say again cannot be told from other strangers.
        let again =
            told.again.iter().filter(|(at, _, line)| *at < self.to && *line != Line::Unknown);
        let again = again.map(|&(at, kind, line)| Press { at, kind, line, ..first.clone() });
        let presses = std::iter::once(first.clone()).chain(again).collect();
        let said = told.said.iter();
        let answers =
            said.filter_map(|&(who, answer, ms)| Some((self.person_of(who)?, answer, ms)));
        let (number, answers) = (ticket.number, answers.collect());
        self.opened.push(Opened { number, presses, answers });
    }

    fn read_history(&mut self, history: &[NewEvent], ended: UnixMs) -> Told {
        let mut told = Told::default();
        for NewEvent { at, by, event } in history {
            let at = *at;
            match event {
                Event::TicketOpened { kind, flags, .. } => {
                    told.opened = Some((kind.unwrap_or(SignalKind::Sos), line_of(flags)));
                }
                Event::SignalJoined { kind, flags, .. } => {
                    told.again.push((at, *kind, line_of(flags)));
                }
                Event::Answered {} | Event::TakenOver { .. } => {
                    let hour = at.since_ms(self.from).div_euclid(HOUR_MS);
                    self.desk.entry(hour).or_default().extend(by.user());
                }
                Event::Offered { offer, responder, .. } => {
                    // Nobody is asked who is not on duty and heard of.
                    self.heard(*responder, at);
                    told.asked.entry(*responder).or_insert((*offer, at));
                }
                Event::Accepted { offer, responder, .. }
                | Event::OnScene { offer, responder, .. } => {
                    self.heard(*responder, at);
                    told.says(*responder, *offer, Answer::Accepts, at);
                    told.begins(*offer, *responder, at);
                }
                Event::Declined { offer, responder, .. } => {
                    self.heard(*responder, at);
                    told.says(*responder, *offer, Answer::Declines, at);
                    told.ends(*offer, at);
                }
                Event::Expired { offer, responder } => {
                    told.says(*responder, *offer, Answer::SaysNothing, at);
                }
                Event::Departed { responder, .. }
                | Event::WithSenior { responder, .. }
                | Event::Escorting { responder, .. } => self.heard(*responder, at),
                Event::Done { offer, responder } => {
                    self.heard(*responder, at);
                    told.ends(*offer, at);
                }
                Event::Withdrawn { offer, .. } => told.ends(*offer, at),
                // Nothing else tells who pressed, was there, or answered.
                _ => {}
            }
        }
        // Who came after the offer was over is bound by nothing once the ticket is closed.
        let left: Vec<OfferId> = told.bound.keys().copied().collect();
        for offer in left {
            told.ends(offer, ended);
        }
        for &(responder, since, until) in &told.was_bound {
            if let Some(person) = self.person_of(responder) {
                self.people[person].bound.push((since, until));
            }
        }
        told
    }

    /// Returns the door of whoever pressed: the senior's home, else where help was sent.
    fn door(&mut self, ticket: &Ticket) -> Option<usize> {
        let known = ticket.senior.and_then(|senior| self.door_of.get(&senior).copied());
        if known.is_some() {
            return known;
        }
        let door = self.doors.len();
        self.doors.push(ticket.home.or_else(|| ticket.destination())?);
        self.door_of.extend(ticket.senior.map(|senior| (senior, door)));
        Some(door)
    }

    /// Notes where somebody was, in the order of time and once the tickets are read: where a ticket
    /// took somebody is not where that person waits.
    pub fn seen(&mut self, id: ResponderId, at: UnixMs, place: LatLon) {
        self.heard(id, at);
        let Some(person) = self.person_of(id).map(|person| &mut self.people[person]) else {
            return;
        };
        let is_bound = person.bound.iter().any(|(since, until)| (*since..=*until).contains(&at));
        let last = person.seen_at.last();
        if !is_bound && last.is_none_or(|(_, last)| last.distance_m(place) > MOVED_M) {
            person.seen_at.push((at, place));
        }
    }

    /// Returns what was read.
    #[must_use]
    pub fn finish(self) -> ReadNight {
        let (from, to) = (self.from, self.to);
        let operators = self.operators();
        let mut presses: Vec<(Press, usize)> = Vec::new();
        for (ticket, opened) in self.opened.iter().enumerate() {
            presses.extend(opened.presses.iter().cloned().map(|press| (press, ticket)));
        }
        presses.sort_by_key(|(press, ticket)| (press.at, *ticket));
        let mut answers = Vec::new();
        let mut has_opened = BTreeSet::new();
        for (press, (_, ticket)) in presses.iter().enumerate() {
            if has_opened.insert(*ticket) {
                let said = self.opened[*ticket].answers.iter();
                answers.extend(said.map(|&(staff, answer, after_ms)| RecordedAnswer {
                    press,
                    staff,
                    answer,
                    after_ms,
                }));
            }
        }
        let numbers = presses.iter().map(|(_, ticket)| self.opened[*ticket].number).collect();
        let night = RecordedNight {
            district: self.district,
            from,
            to,
            doors: self.doors,
            staff: self.people.into_iter().map(|person| person.staff(from, to)).collect(),
            presses: presses.into_iter().map(|(press, _)| press).collect(),
            answers,
            operators,
        };
        let Self { incidents, not_counted, without_place, .. } = self;
        ReadNight { night, numbers, incidents, not_counted, without_place }
    }

    /// Returns how many were at the desk: as many as answered in each hour, at least one.
    fn operators(&self) -> Vec<(UnixMs, u32)> {
        let hours = self.to.since_ms(self.from).div_euclid(HOUR_MS);
        let mut operators: Vec<(UnixMs, u32)> = Vec::new();
        for hour in 0..=hours {
            let there = self.desk.get(&hour).map_or(1, BTreeSet::len).max(1) as u32;
            if operators.last().is_none_or(|(_, last)| *last != there) {
                operators.push((UnixMs(self.from.0 + hour * HOUR_MS), there));
            }
        }
        operators
    }
}

impl Person {
    fn staff(self, from: UnixMs, to: UnixMs) -> Staff {
        let Responder { role, travel, standby, on_duty, duty_since, .. } = self.responder;
        let mut on = match self.roster {
            Some(spans) => {
                let mut on = Spans::default();
                spans.into_iter().for_each(|(from, to)| on.put(from.0, to.0));
                on
            }
            None => self.alive.known(on_duty, duty_since),
        };
        on.0.retain(|since, until| *until > from.0 && *since < to.0);
        let duty = on.0.iter().flat_map(|(&since, &until)| {
            let begins = (UnixMs(since.max(from.0)), true);
            // Who was there at the end stays until what is open is closed.
            let ends = (until < to.0).then_some((UnixMs(until), false));
            std::iter::once(begins).chain(ends)
        });
        Staff { role, travel, standby, duty: duty.collect(), seen_at: self.seen_at }
    }
}

/// Spans of time that do not touch, by their beginnings, milliseconds.
#[derive(Clone, Debug, Default)]
struct Spans(BTreeMap<i64, i64>);

impl Spans {
    /// Puts in a span, joined with those it touches.
    fn put(&mut self, mut from: i64, mut to: i64) {
        while let Some((&since, &until)) = self.0.range(..=to).next_back()
            && until >= from
        {
            self.0.remove(&since);
            (from, to) = (from.min(since), to.max(until));
        }
        self.0.insert(from, to);
    }

    /// Returns the spans with what is known for certain: on, or off, since then.
    fn known(mut self, is_on: bool, since: UnixMs) -> Self {
        if is_on {
            self.put(since.0, i64::MAX);
            return self;
        }
        self.0.retain(|from, _| *from < since.0);
        for until in self.0.values_mut() {
            *until = (*until).min(since.0);
        }
        self
    }
}

/// Returns how a signal with these doubts came.
fn line_of(flags: &[Flag]) -> Line {
    if flags.contains(&Flag::UnknownDevice) {
        Line::Unknown
    } else if flags.contains(&Flag::Unverified) {
        Line::WrongKey
    } else {
        Line::Device
    }
}

/// Returns whether somebody needed help, as the outcome tells. While nobody knows, somebody may lie on a
/// floor: then the answer is yes.
#[must_use]
pub const fn needed_help(outcome: Option<Outcome>) -> bool {
    match outcome {
        None => true,
        Some(outcome) => match outcome {
            Outcome::Helped
            | Outcome::Hospital
            | Outcome::Family
            | Outcome::Police
            | Outcome::Transferred
            | Outcome::Found
            | Outcome::Refused
            | Outcome::NoContact
            | Outcome::Deceased => true,
            Outcome::Phone
            | Outcome::Accidental
            | Outcome::DeviceFault
            | Outcome::Nuisance
            | Outcome::Test
            | Outcome::Duplicate => false,
        },
    }
}
