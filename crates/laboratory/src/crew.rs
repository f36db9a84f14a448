//! Responders: they hear their telephone, answer or do not, go, arrive, stay and return.

use std::collections::HashMap;

use silverbell_domain::{
    Arrival, By, Event, LatLon, OfferCommand, OfferId, OfferState, ResponderId, ResponderRole,
    TicketId, Travel, UserId,
};
use silverbell_store::{Constraint, Idempotency, Subject};

use crate::manners::{Answer, Reaction};
use crate::scenario::{Staff, operator_id, responder_id};
use crate::service::Failure;
use crate::world::{Happening, OF_CREW, World, press_of_ticket};

/// A telephone whose tap got no answer sends it again after this, milliseconds…
const AGAIN_MS: i64 = 5_000;

/// …and so often at most.
const TRIES: u32 = 300;

/// After arriving it takes this long to be with the senior, milliseconds.
const TO_THE_SENIOR_MS: i64 = 40_000;

/// Where nobody needs help one stays this long, milliseconds.
const FALSE_ALARM_MS: i64 = 180_000;

/// Users who are responders are numbered from here.
const FIRST_USER: u64 = 1_000;

/// Somebody of the staff, in flesh and blood.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) id: ResponderId,
    pub(crate) on_duty: bool,
    /// Until when the telephone is not heard of, true time.
    pub(crate) silent_until: i64,
    pub(crate) travelled_m: f64,
    pub(crate) travelled_ms: i64,
    role: ResponderRole,
    travel: Travel,
    /// Where this person waits.
    home: LatLon,
    place: Place,
    /// The way under way, so that an arrival at the end of another is none.
    leg: u64,
    /// The offer this person goes for.
    job: Option<(TicketId, OfferId)>,
    /// Every offer the telephone has shown, and how it was taken.
    asked: HashMap<OfferId, Reaction>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    At(LatLon),
    Going { from: LatLon, to: LatLon, since: i64, until: i64 },
}

/// What a responder taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Accepts,
    Declines,
    Departs,
    OnScene,
    WithSenior,
    Done,
}

/// A tap on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tap {
    staff: usize,
    ticket: TicketId,
    offer: OfferId,
    what: What,
    /// How many times the same was said of this offer before: a liar arrives twice.
    nth: u32,
    tries: u32,
}

impl Body {
    pub(crate) fn new((n, staff): (usize, &Staff)) -> Self {
        Self {
            id: responder_id(n),
            on_duty: false,
            silent_until: i64::MIN,
            travelled_m: 0.0,
            travelled_ms: 0,
            role: staff.role,
            travel: staff.travel,
            home: staff.standby,
            place: Place::At(staff.standby),
            leg: 0,
            job: None,
            asked: HashMap::new(),
        }
    }

    /// Returns where this person is.
    pub(crate) fn place_at(&self, t: i64) -> LatLon {
        match self.place {
            Place::At(at) => at,
            Place::Going { to, until, .. } if t >= until => to,
            Place::Going { from, to, since, until } => {
                let part = (t - since) as f64 / (until - since).max(1) as f64;
                LatLon {
                    lat: from.lat + (to.lat - from.lat) * part,
                    lon: from.lon + (to.lon - from.lon) * part,
                }
            }
        }
    }

    /// Stops wherever this person is, and counts the way so far.
    fn stop(&mut self, t: i64) {
        let here = self.place_at(t);
        if let (Place::Going { from, since, until, .. }, Some(_)) = (self.place, self.job) {
            self.travelled_m += from.distance_m(here);
            self.travelled_ms += t.min(until) - since;
        }
        self.place = Place::At(here);
        self.leg += 1;
    }
}

impl World<'_> {
    // --- News ----------------------------------------------------------------------------------

    /// Tells responders what concerns them.
    pub(crate) fn tell_crew(&mut self, event: &Event) {
        match event {
            Event::Offered { offer, responder, .. } => {
                let Some(staff) = self.staff_of(*responder) else { return };
                let ms = self.chance(OF_CREW).of(offer.0).whole(300, 1_500);
                let ms = if self.scenario.manners.answers_after_s.median > 0.0 { ms } else { 0 };
                self.after(ms, Happening::Rings { staff, offer: *offer });
            }
            Event::Withdrawn { offer, responder, .. } => {
                let Some(staff) = self.staff_of(*responder) else { return };
                self.after(2_000, Happening::Hears { staff, offer: *offer });
            }
            // Nothing else is for responders.
            _ => {}
        }
    }

    fn staff_of(&self, responder: ResponderId) -> Option<usize> {
        self.crew.binary_search_by_key(&responder, |body| body.id).ok()
    }

    /// After an outage telephones ask what is offered to them, and whether they are still wanted.
    pub(crate) fn crew_reconnects(&mut self) {
        let mut rings = Vec::new();
        for ticket in self.database.open() {
            for offer in ticket.offers.iter().filter(|o| o.state == OfferState::Offered) {
                rings.push((offer.responder, offer.id));
            }
        }
        for (responder, offer) in rings {
            let Some(staff) = self.staff_of(responder) else { continue };
            if !self.crew[staff].asked.contains_key(&offer) {
                self.after(2_000, Happening::Rings { staff, offer });
            }
        }
        for staff in 0..self.crew.len() {
            if let Some((_, offer)) = self.crew[staff].job
                && !self.is_wanted(offer)
            {
                self.after(2_000, Happening::Hears { staff, offer });
            }
        }
    }

    fn is_wanted(&self, offer: OfferId) -> bool {
        let ticket = self.database.ticket_of_offer(offer);
        ticket.and_then(|t| t.offer(offer)).is_some_and(|offer| offer.state.is_active())
    }

    pub(crate) fn rings(&mut self, staff: usize, offer: OfferId) {
        let Some(ticket) = self.database.ticket_of_offer(offer).cloned() else { return };
        let body = &self.crew[staff];
        if body.asked.contains_key(&offer) {
            return;
        }
        let asked = ticket.offers.iter().filter(|o| o.responder == body.id).count();
        let chance = self.chance(OF_CREW).of(ticket.id.0).of(body.id.0).about(asked as u64);
        let mut reaction = self.scenario.manners.reaction(body.role, chance);
        if asked == 1
            && let Some((answer, after_ms)) = self.recorded_answer(ticket.id, staff)
        {
            // The record counts from the offer, not from when it reached the telephone.
            let offered_at = ticket.offer(offer).map_or(self.now(), |offer| offer.offered_at);
            let after_ms = (after_ms - self.now().since_ms(offered_at)).max(0);
            reaction = Reaction { answer, after_ms, is_reached: true, ..reaction };
        }
        if body.job.is_some_and(|(other, _)| other != ticket.id) {
            reaction.answer = Answer::SaysNothing;
        }
        let body = &mut self.crew[staff];
        body.asked.insert(offer, reaction);
        if !reaction.is_reached {
            return;
        }
        let what = match reaction.answer {
            Answer::Accepts => What::Accepts,
            Answer::Declines => What::Declines,
            Answer::SaysNothing => {
                if reaction.goes_unsaid && body.job.is_none() {
                    body.stop(self.t);
                    body.job = Some((ticket.id, offer));
                    self.after(reaction.departs_after_ms, Happening::SetsOut { staff, offer });
                }
                return;
            }
        };
        self.tap_after(reaction.after_ms, staff, ticket.id, offer, what);
    }

    /// Returns what is on record of this press and this person.
    fn recorded_answer(&self, ticket: TicketId, staff: usize) -> Option<(Answer, i64)> {
        self.scenario.recorded.get(&(press_of_ticket(ticket), staff)).copied()
    }

    // --- Taps ----------------------------------------------------------------------------------

    fn tap_after(&mut self, ms: i64, staff: usize, ticket: TicketId, offer: OfferId, what: What) {
        let tap = Tap { staff, ticket, offer, what, nth: 0, tries: 0 };
        self.after(ms, Happening::Taps(tap));
    }

    pub(crate) fn taps(&mut self, tap: Tap) {
        let Tap { staff, offer, what, tries, nth, .. } = tap;
        let mut chance = self.chance(OF_CREW).of(offer.0).about(what as u64 + 16);
        let mut chance = {
            chance.draw();
            chance.about(u64::from(tries)).about(u64::from(nth))
        };
        let is_lost = !self.is_calm && chance.happens(self.scenario.manners.tap_lost);
        if is_lost && chance.happens(0.5) {
            return self.tap_again(tap);
        }
        let (user, key) = (user_of(staff), format!("{offer} {what:?} {nth}"));
        if !self.database.knows_request(user, &key) {
            match self.step_offer(&tap, user, key) {
                Ok(()) => {}
                Err(Failure::Away) => return self.tap_again(tap),
                Err(Failure::Refused(_) | Failure::Violates(_) | Failure::Broken(_)) => {
                    // The telephone shows that it is over.
                    return self.hears(staff, offer);
                }
            }
        } else if !self.is_up {
            return self.tap_again(tap);
        }
        if is_lost {
            return self.tap_again(tap);
        }
        self.tapped(&tap);
    }

    fn tap_again(&mut self, tap: Tap) {
        if tap.tries < TRIES {
            self.after(AGAIN_MS, Happening::Taps(Tap { tries: tap.tries + 1, ..tap }));
        }
    }

    fn step_offer(&mut self, tap: &Tap, user: UserId, key: String) -> Result<(), Failure> {
        let by = By::Person { user };
        let subject = Subject::Offer(tap.offer);
        let at = self.now();
        let request = Idempotency { user, key, fingerprint: [0; 32], subject, at };
        let distance_m = self.distance_m(tap);
        let arrival = Arrival::from_distance(distance_m);
        let command = match tap.what {
            What::Accepts => OfferCommand::Accept,
            What::Declines => OfferCommand::Decline(None),
            What::Departs => OfferCommand::Depart,
            What::OnScene => OfferCommand::OnScene(arrival),
            What::WithSenior => OfferCommand::WithSenior(arrival),
            What::Done => OfferCommand::Done,
        };
        let offer = tap.offer;
        let step = self.change(tap.ticket, Some(request.clone()), |ticket, now, policy| {
            ticket.step_offer(offer, command, by, distance_m, now, policy)
        });
        match step {
            // Another emergency has the responder: that somebody is at the door is noted all the same.
            Err(Failure::Violates(Constraint::ResponderBusy)) if tap.what == What::OnScene => self
                .change(tap.ticket, Some(request), |ticket, now, policy| {
                    ticket.note_arrival(offer, by, distance_m, now, policy)
                }),
            step => step,
        }
    }

    /// How far the reported position is from the door.
    fn distance_m(&self, tap: &Tap) -> Option<u32> {
        let body = &self.crew[tap.staff];
        if body.silent_until > self.t {
            return None;
        }
        let door = self.database.ticket(tap.ticket)?.destination()?;
        Some(body.place_at(self.t).distance_m(door).round() as u32)
    }

    /// What follows once a tap was taken.
    fn tapped(&mut self, tap: &Tap) {
        let Tap { staff, ticket, offer, what, .. } = *tap;
        let Some(reaction) = self.crew[staff].asked.get(&offer).copied() else { return };
        match what {
            What::Accepts if self.is_wanted(offer) => {
                self.crew[staff].stop(self.t);
                self.crew[staff].job = Some((ticket, offer));
                if reaction.falls_silent {
                    let ms = self.chance(OF_CREW).of(offer.0).about(9).whole(300_000, 3_600_000);
                    self.crew[staff].silent_until = self.t + ms;
                    self.after(ms, Happening::HeardAgain { staff });
                }
                if !reaction.vanishes {
                    self.after(reaction.departs_after_ms, Happening::SetsOut { staff, offer });
                }
            }
            What::OnScene => {
                let is_there = matches!(self.crew[staff].place, Place::At(_));
                if is_there {
                    self.tap_after(TO_THE_SENIOR_MS, staff, ticket, offer, What::WithSenior);
                }
            }
            What::WithSenior => {
                let stays_ms =
                    if self.is_in_need(ticket) { reaction.stays_ms } else { FALSE_ALARM_MS };
                let back_ms = if self.scenario.manners.done_when_back {
                    let body = &self.crew[staff];
                    let (here, home) = (body.place_at(self.t), body.home);
                    i64::from(self.board.travel().eta(here, body.travel, home).s) * 1_000
                } else {
                    0
                };
                self.tap_after(stays_ms + back_ms, staff, ticket, offer, What::Done);
            }
            What::Done => self.hears(staff, offer),
            What::Accepts | What::Declines | What::Departs => {}
        }
    }

    // --- On the way ----------------------------------------------------------------------------

    pub(crate) fn sets_out(&mut self, staff: usize, offer: OfferId) {
        let body = &self.crew[staff];
        let Some((ticket, _)) = body.job.filter(|(_, job)| *job == offer) else { return };
        let Some(reaction) = body.asked.get(&offer).copied() else { return };
        let door = self.database.ticket(ticket).and_then(|ticket| ticket.destination());
        let Some(door) = door else { return };
        let way_ms = self.go(staff, door, reaction.travel_factor);
        if reaction.answer == Answer::Accepts {
            self.tap_after(0, staff, ticket, offer, What::Departs);
        }
        if reaction.lies {
            let tap = Tap { staff, ticket, offer, what: What::OnScene, nth: 1, tries: 0 };
            self.after(way_ms * 3 / 10, Happening::Taps(tap));
        }
    }

    /// Starts on the way, and returns how long it takes.
    fn go(&mut self, staff: usize, to: LatLon, factor: f64) -> i64 {
        let body = &mut self.crew[staff];
        body.stop(self.t);
        let from = body.place_at(self.t);
        let eta = self.board.travel().eta(from, body.travel, to);
        let way_ms = (f64::from(eta.s) * 1_000.0 * factor) as i64;
        let until = self.t + way_ms;
        body.place = Place::Going { from, to, since: self.t, until };
        let leg = body.leg;
        self.at(until, Happening::Arrives { staff, leg });
        way_ms
    }

    pub(crate) fn arrives(&mut self, staff: usize, leg: u64) {
        let body = &mut self.crew[staff];
        if body.leg != leg {
            return;
        }
        body.stop(self.t);
        if let Some((ticket, offer)) = body.job {
            self.tap_after(0, staff, ticket, offer, What::OnScene);
        }
    }

    /// Learns that an offer is over: turns round, or goes home.
    pub(crate) fn hears(&mut self, staff: usize, offer: OfferId) {
        let body = &mut self.crew[staff];
        if body.job.is_some_and(|(_, job)| job == offer) {
            body.stop(self.t);
            body.job = None;
            let home = body.home;
            if self.scenario.manners.done_when_back {
                body.place = Place::At(home);
            } else {
                self.go(staff, home, 1.0);
            }
        }
    }

    // --- Duty ----------------------------------------------------------------------------------

    pub(crate) fn heard_again(&mut self, staff: usize) {
        if self.is_up && self.crew[staff].silent_until <= self.t && self.crew[staff].on_duty {
            let (id, at) = (self.crew[staff].id, self.crew[staff].place_at(self.t));
            let now = self.now();
            if self.board.heard(id, at, now) {
                self.nudge();
            }
        }
    }

    pub(crate) fn duty(&mut self, staff: usize, on: bool) {
        if !self.is_up {
            return self.after(AGAIN_MS, Happening::Duty { staff, on });
        }
        let id = self.crew[staff].id;
        self.crew[staff].on_duty = on;
        let Some(known) = self.database.responder(id) else { return };
        if known.on_duty == on {
            return;
        }
        let mut responder = silverbell_domain::Responder::clone(known);
        (responder.on_duty, responder.duty_since) = (on, self.now());
        let advance = self.database.update_responder(responder);
        let now = self.now();
        let at = self.crew[staff].place_at(self.t);
        self.board.heard(id, at, now);
        self.publish(std::sync::Arc::new(advance));
    }

    pub(crate) fn waits(&mut self, staff: usize, at: LatLon) {
        let body = &mut self.crew[staff];
        body.home = at;
        if body.job.is_none() {
            body.stop(self.t);
            body.place = Place::At(at);
        }
    }
}

/// Returns the user that somebody of the staff logs in as.
fn user_of(staff: usize) -> UserId {
    operator_id(FIRST_USER + staff as u64)
}
