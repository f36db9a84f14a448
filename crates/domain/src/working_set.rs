//! The working set: a district as it stands, which the planner looks at.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use crate::index::{Index, Rank};
use crate::{
    Answers, Desk, DistrictId, LatLon, Offer, OfferId, Policy, Responder, ResponderId, SeniorId,
    Ticket, TicketId, Travel, UnixMs, Weather,
};

/// A responder with the latest signs of life.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The file.
    pub responder: Arc<Responder>,
    /// The last sign of life: a call, a position, a frame on the socket.
    pub heard_at: Option<UnixMs>,
    /// The last reported position and when it was true.
    pub position: Option<(LatLon, UnixMs)>,
    /// How this person answered offers lately.
    pub answers: Answers,
    /// A rescuer's running shift, while telephones can be reached: see [`Self::is_on_call`].
    pub on_call: Option<OnCall>,
}

/// A running shift of somebody who is asked by text and telephone, whether a page of theirs is open or
/// not (待命).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnCall {
    /// When it began.
    pub from: UnixMs,
    /// When it ends.
    pub until: UnixMs,
}

impl Person {
    /// Returns whether this person is asked by telephone in the hours of the roster. Whoever went off duty
    /// by hand since the shift began is not.
    #[must_use]
    pub fn is_on_call(&self) -> bool {
        let Responder { on_duty, duty_since, left_at, ref phone, .. } = *self.responder;
        let comes = |shift: OnCall| on_duty || duty_since < shift.from;
        left_at.is_none() && !phone.is_empty() && self.on_call.is_some_and(comes)
    }

    /// Returns whether this person can be asked: on duty by an own word, or on call by the roster.
    #[must_use]
    pub fn is_on_duty(&self) -> bool {
        self.responder.on_duty || self.is_on_call()
    }

    /// Returns when this person goes home, where that is known.
    #[must_use]
    pub fn shift_ends_at(&self) -> Option<UnixMs> {
        let by_roster = || self.on_call.filter(|_| self.is_on_call()).map(|shift| shift.until);
        self.responder.shift_ends_at.filter(|_| self.responder.on_duty).or_else(by_roster)
    }

    /// Returns where this person is thought to be, and since when: the reported position while it
    /// is not older than `stale_ms`, else the standby place at the moment of going on duty, else
    /// whichever is newer. On call it is the standby place without a fresh position. `None` off duty.
    #[must_use]
    pub fn place(&self, now: UnixMs, stale_ms: i64) -> Option<(LatLon, UnixMs)> {
        if !self.is_on_duty() {
            return None;
        }
        let Responder { standby, duty_since, .. } = *self.responder;
        Some(match self.position {
            Some(reported) if now.since_ms(reported.1) <= stale_ms => reported,
            Some(_) | None if self.is_on_call() => (standby, now),
            Some(reported) if reported.1 >= duty_since => reported,
            Some(_) | None => (standby, duty_since),
        })
    }

    /// Returns the age of what is known, milliseconds: the older of place and sign of life. None of
    /// who is on call: a telephone gives no sign of life before it rings.
    #[must_use]
    pub fn staleness_ms(&self, now: UnixMs, stale_ms: i64) -> Option<i64> {
        if self.is_on_call() {
            return Some(0);
        }
        let (_, placed_at) = self.place(now, stale_ms)?;
        let heard_at = self.heard_at.map_or(placed_at, |at| at.max(self.responder.duty_since));
        Some(now.since_ms(placed_at.min(heard_at)).max(0))
    }

    /// Returns since when this person, who is on duty, is out of touch (失联): the last sign of life,
    /// when it is older than `stale_ms`. A phone that speaks and tells no place is not out of touch, and
    /// who is on call is reached otherwise.
    #[must_use]
    pub fn out_of_touch_since(&self, now: UnixMs, stale_ms: i64) -> Option<UnixMs> {
        let Responder { on_duty, duty_since, .. } = *self.responder;
        let last = self.heard_at.map_or(duty_since, |at| at.max(duty_since));
        let is_expected = on_duty && !self.is_on_call();
        (is_expected && now.since_ms(last) > stale_ms).then_some(last)
    }
}

/// A district as it stands. Tickets go in and out through [`WorkingSet::put`] alone, which keeps the
/// index beside them.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkingSet {
    /// Which.
    pub district: DistrictId,
    /// The number of the last event that is in it.
    pub seq: u64,
    /// Everybody who could go.
    pub people: HashMap<ResponderId, Person>,
    /// Who is there to be told.
    pub desk: Desk,
    /// What the weather forbids.
    pub weather: Option<Weather>,
    tickets: BTreeMap<TicketId, Arc<Ticket>>,
    index: Index,
}

impl WorkingSet {
    /// Returns a district of which nothing is known yet.
    #[must_use]
    pub fn new(district: DistrictId) -> Self {
        Self {
            district,
            seq: 0,
            people: HashMap::new(),
            desk: Desk::default(),
            weather: None,
            tickets: BTreeMap::new(),
            index: Index::default(),
        }
    }

    /// Puts in a ticket as it is now, or takes it out once it is closed. Returns whether that let
    /// somebody go: tickets that are asking may have somebody more to ask.
    pub fn put(&mut self, ticket: Arc<Ticket>) -> bool {
        self.count_answers(&ticket);
        let old = if ticket.is_open() {
            self.tickets.insert(ticket.id, ticket.clone())
        } else {
            self.tickets.remove(&ticket.id)
        };
        if let Some(old) = &old {
            self.index.remove(old);
        }
        if ticket.is_open() {
            self.index.add(&ticket);
        }
        let mut bound = old.iter().flat_map(|old| &old.offers).filter(|it| it.state.is_active());
        bound.any(|offer| self.engagement(offer.responder).is_none())
    }

    /// People's histories grow with every answer. What a ticket brings along that is new here, read
    /// or opened again, was counted before.
    fn count_answers(&mut self, ticket: &Ticket) {
        let Some(before) = self.tickets.get(&ticket.id) else { return };
        for offer in &ticket.offers {
            if let Some(person) = self.people.get_mut(&offer.responder) {
                person.answers.count(before.offer(offer.id), offer);
            }
        }
    }

    /// Returns how somebody travels in this weather.
    #[must_use]
    pub fn travel_of(&self, person: &Person) -> Travel {
        let own = person.responder.travel;
        self.weather.as_ref().map_or(own, |weather| weather.travel(own))
    }

    /// Takes all tickets out.
    pub fn clear_tickets(&mut self) {
        self.tickets.clear();
        self.index = Index::default();
    }

    /// Returns the open tickets.
    #[must_use]
    pub const fn tickets(&self) -> &BTreeMap<TicketId, Arc<Ticket>> {
        &self.tickets
    }

    /// Returns when the next deadline of all is due.
    #[must_use]
    pub fn next_due(&self) -> Option<UnixMs> {
        self.index.due.first().map(|(at, _)| *at)
    }

    /// Returns the tickets that have a deadline at or before this time, the longest due first.
    pub fn due(&self, now: UnixMs) -> impl Iterator<Item = &Arc<Ticket>> {
        let due = self.index.due.iter().take_while(move |(at, _)| *at <= now);
        due.filter_map(|(_, ticket)| self.tickets.get(ticket))
    }

    /// Returns the ranks of the tickets that want people, the most urgent first, then the one
    /// received first.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = Rank> {
        self.index.waiting.iter().copied()
    }

    /// Returns the open tickets that wait for somebody's answer. Whoever comes free may be asked beside:
    /// a ticket that wants people is looked at anyway, one that asks already is not.
    pub fn asking(&self) -> impl Iterator<Item = TicketId> {
        let asks = |ticket: &&Arc<Ticket>| ticket.offers.iter().any(Offer::is_waited_for);
        self.tickets.values().filter(asks).map(|ticket| ticket.id)
    }

    /// Returns the open emergency of a senior (invariant 2: at most one).
    #[must_use]
    pub fn emergency_of(&self, senior: SeniorId) -> Option<&Arc<Ticket>> {
        let all = (senior, TicketId(Uuid::nil()))..=(senior, TicketId(Uuid::max()));
        self.index.emergencies.range(all).find_map(|(_, ticket)| self.tickets.get(ticket))
    }

    /// Returns the open ticket that an active offer belongs to.
    #[must_use]
    pub fn ticket_of_offer(&self, offer: OfferId) -> Option<&Arc<Ticket>> {
        self.index.offers.get(&offer).and_then(|ticket| self.tickets.get(ticket))
    }

    /// Returns the open tickets on which a responder is active.
    pub fn tickets_of(&self, responder: ResponderId) -> impl Iterator<Item = &Arc<Ticket>> {
        let all = (responder, TicketId(Uuid::nil()))..=(responder, TicketId(Uuid::max()));
        self.index.bonds.range(all).filter_map(|(_, ticket)| self.tickets.get(ticket))
    }

    /// Returns whether somebody could go: on duty, lately heard of, bound by no emergency.
    #[must_use]
    pub fn is_free(&self, person: &Person, policy: &Policy, now: UnixMs) -> bool {
        let stale_ms = i64::from(policy.dispatch.position_stale_s) * 1_000;
        person.staleness_ms(now, stale_ms).is_some_and(|age_ms| age_ms <= stale_ms)
            && self.engagement(person.responder.id).is_none()
            && !self.is_in_distress(person.responder.id)
    }

    /// Returns whether a responder pressed the own SOS, and the ticket is open: nobody sends them
    /// anywhere.
    #[must_use]
    pub fn is_in_distress(&self, responder: ResponderId) -> bool {
        self.distress_of(responder).is_some()
    }

    /// Returns the open ticket of a responder who pressed the own SOS.
    #[must_use]
    pub fn distress_of(&self, responder: ResponderId) -> Option<&Arc<Ticket>> {
        self.index.distress.get(&responder).and_then(|ticket| self.tickets.get(ticket))
    }

    /// Returns the other tickets of those who have accepted this emergency: what they gave up for it
    /// has to be looked at.
    pub fn interrupted_by(&self, emergency: &Ticket) -> impl Iterator<Item = TicketId> {
        let engaged = emergency.offers.iter().filter(|offer| offer.state.is_engaged());
        let engaged = engaged.filter(|_| emergency.is_emergency());
        let others = engaged.flat_map(|offer| self.tickets_of(offer.responder));
        others.map(|other| other.id).filter(|other| *other != emergency.id)
    }

    /// Returns whether a responder is at work that an emergency interrupts.
    pub(crate) fn is_at_other_work(&self, responder: ResponderId) -> bool {
        self.tickets_of(responder).any(|ticket| !ticket.is_emergency() && ticket.engages(responder))
    }

    /// Returns by which emergency a responder is bound (invariant 3: at most one). Other work binds
    /// nobody: an SOS interrupts it.
    #[must_use]
    pub fn engagement(&self, responder: ResponderId) -> Option<(TicketId, Engagement)> {
        let ticket = self.tickets_of(responder).find(|ticket| ticket.is_emergency())?;
        let mut own = ticket.offers.iter().filter(|offer| offer.responder == responder);
        let engagement = if own.any(|offer| offer.state.is_engaged()) {
            Engagement::Busy
        } else {
            Engagement::Offered
        };
        Some((ticket.id, engagement))
    }
}

/// How a responder is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engagement {
    /// Asked, has not answered.
    Offered,
    /// Said yes.
    Busy,
}
