//! The desk: operators take tickets, find out what they are about, and end them; some are late, some
//! leave, and a supervisor is told.

use std::collections::{BTreeSet, HashSet};

use silverbell_domain::{
    By, CallId, Close, EscalationReason, EscalationTarget, Eta, EtaSource, Event, Flag, Handling,
    Ids, NewEvent, Offer, OfferCommand, OfferId, OfferState, Outcome, Policy, Refusal, TeamRole,
    Ticket, TicketId, UnixMs, UserId, WithdrawReason,
};
use silverbell_store::{Advance, Constraint};

use crate::chance::Chance;
use crate::scenario::operator_id;
use crate::service::Failure;
use crate::world::{Happening, OF_DESK, World, press_of_ticket};

/// Who could not reach the service tries again after this, milliseconds.
const AGAIN_MS: i64 = 5_000;

/// A supervisor who is told that nobody answers does it after this, milliseconds.
const SUPERVISOR_MS: i64 = 60_000;

/// An hour and a half after receiving it, what nobody has come to is given to 120.
const GIVEN_UP_MS: i64 = 5_400_000;

/// A ticket on which somebody is active for so long is ended all the same.
const FAR_TOO_LONG_MS: i64 = 14_400_000;

/// The desk.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    operators: u32,
    talking: u32,
    /// Tickets nobody has taken, longest waiting first.
    queue: BTreeSet<(i64, TicketId)>,
    /// Tickets in the queue, or about to be taken.
    noticed: HashSet<TicketId>,
    /// Tickets that were claimed and left.
    left: HashSet<TicketId>,
    reopened: HashSet<TicketId>,
}

/// What somebody at the desk does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DeskAct {
    /// Takes a ticket.
    PicksUp,
    /// A supervisor takes a ticket that nobody has taken.
    StepsIn,
    /// Has talked, and knows what it is about.
    HasTalked,
    /// Looks whether it can be ended.
    Checks,
    /// Takes back an offer whose responder does not come.
    TakesBack(OfferId),
    /// Calls 120.
    CallsAmbulance,
    /// Does something by hand.
    Meddles,
    /// Opens a closed ticket again.
    Reopens,
}

impl Desk {
    pub(crate) const fn operators(&self) -> u32 {
        self.operators
    }
}

impl World<'_> {
    // --- News ----------------------------------------------------------------------------------

    /// Tells people outside what was committed.
    pub(crate) fn announce(&mut self, advance: &Advance) {
        for happened in &advance.happened {
            self.tell_crew(&happened.event);
            self.tell_desk(&happened.ticket, &happened.event);
        }
    }

    fn tell_desk(&mut self, ticket: &Ticket, event: &Event) {
        let id = ticket.id;
        match event {
            Event::TicketOpened { .. }
            | Event::SignalJoined { .. }
            | Event::OperatorsAlarmed { .. } => {
                self.notice(id);
            }
            Event::Escalated { why: EscalationReason::ByHand, .. } => {}
            Event::Escalated { why, .. } => {
                self.notice(id);
                if matches!(ticket.handling, Handling::Waiting) {
                    self.desk_after(SUPERVISOR_MS, id, DeskAct::StepsIn);
                } else {
                    if *why == EscalationReason::NotAccepted {
                        self.desk_after(SUPERVISOR_MS, id, DeskAct::CallsAmbulance);
                    }
                    // Whoever is told of one thing looks after the whole ticket.
                    self.desk_after(SUPERVISOR_MS, id, DeskAct::Checks);
                }
            }
            Event::EtaLapsed { offer, .. } => {
                self.desk_after(45_000, id, DeskAct::TakesBack(*offer));
            }
            Event::Chased { .. } => self.desk_after(30_000, id, DeskAct::Checks),
            Event::Done { .. } => self.desk_after(60_000, id, DeskAct::Checks),
            // Nothing else asks for somebody at the desk.
            _ => {}
        }
    }

    fn desk_after(&mut self, ms: i64, ticket: TicketId, act: DeskAct) {
        self.after(ms, Happening::Desk { ticket, act });
    }

    /// After an outage the screens show every open ticket.
    pub(crate) fn desk_reconnects(&mut self) {
        let waiting: Vec<TicketId> = self
            .database
            .open()
            .filter(|ticket| matches!(ticket.handling, Handling::Waiting))
            .map(|ticket| ticket.id)
            .collect();
        for ticket in waiting {
            self.notice(ticket);
        }
    }

    fn notice(&mut self, ticket: TicketId) {
        let kept = self.database.ticket(ticket);
        let waits = kept.is_some_and(|kept| matches!(kept.handling, Handling::Waiting));
        if waits && self.desk.noticed.insert(ticket) {
            self.desk.queue.insert((self.t, ticket));
            self.serve();
        }
    }

    pub(crate) fn at_desk(&mut self, operators: u32) {
        self.desk.operators = operators;
        self.serve();
    }

    fn serve(&mut self) {
        while self.desk.talking < self.desk.operators {
            let Some((_, ticket)) = self.desk.queue.pop_first() else { return };
            self.desk.talking += 1;
            let manners = &self.scenario.manners.desk;
            let mut chance = self.chance(OF_DESK).of(ticket.0);
            let late = if !self.is_calm && chance.happens(manners.late) { 10 } else { 1 };
            let ms = manners.picks_up_s.draw_ms(&mut chance) * late;
            self.desk_after(ms, ticket, DeskAct::PicksUp);
        }
    }

    fn hang_up(&mut self) {
        self.desk.talking = self.desk.talking.saturating_sub(1);
        self.serve();
    }

    // --- Acts ----------------------------------------------------------------------------------

    pub(crate) fn acts(&mut self, ticket: TicketId, act: DeskAct) {
        let done = match act {
            DeskAct::PicksUp => self.picks_up(ticket),
            DeskAct::StepsIn => self.steps_in(ticket),
            DeskAct::HasTalked => self.has_talked(ticket),
            DeskAct::Checks => self.checks(ticket),
            DeskAct::TakesBack(offer) => self.takes_back(ticket, offer),
            DeskAct::CallsAmbulance => self.calls_ambulance(ticket),
            DeskAct::Meddles => self.meddles(ticket),
            DeskAct::Reopens => {
                let user = operator_id(1);
                self.change(ticket, None, |t, now, p| t.reopen(user, "again".into(), now, p))
            }
        };
        if let Err(Failure::Away) = done {
            self.desk_after(AGAIN_MS, ticket, act);
        }
    }

    fn operator_of(&self, ticket: TicketId) -> UserId {
        operator_id(1 + self.chance(OF_DESK).of(ticket.0).about(1).below(4) as u64)
    }

    fn chance_of(&self, ticket: TicketId, what: u64) -> Chance {
        self.chance(OF_DESK).of(ticket.0).about(what)
    }

    fn picks_up(&mut self, ticket: TicketId) -> Result<(), Failure> {
        let user = self.operator_of(ticket);
        let seen = self.change(ticket, None, |t, now, p| Ok(t.seen(user, now, p)));
        if let Err(Failure::Away) = seen {
            return seen;
        }
        let answered = self.change(ticket, None, |t, now, p| t.answer(user, None, now, p));
        if let Err(Failure::Away) = answered {
            return answered;
        }
        self.desk.noticed.remove(&ticket);
        let leaves = self.scenario.manners.desk.leaves;
        let is_left = !self.is_calm && self.chance_of(ticket, 2).happens(leaves);
        if answered.is_ok() && is_left {
            self.desk.left.insert(ticket);
        }
        if answered.is_err() || is_left {
            self.hang_up();
            return Ok(());
        }
        let hears_nothing = self.scenario.manners.desk.hears_nothing;
        if self.chance_of(ticket, 7).happens(hears_nothing) {
            // What is no emergency any more is nothing to the one who called.
            let _ = self.change(ticket, None, |t, now, p| t.no_voice(user, None, now, p));
        }
        self.begins_to_talk(ticket);
        Ok(())
    }

    fn begins_to_talk(&mut self, ticket: TicketId) {
        let talks = self.scenario.manners.desk.talks_s;
        let ms = talks.draw_ms(&mut self.chance_of(ticket, 3));
        self.desk_after(ms, ticket, DeskAct::HasTalked);
    }

    /// Beside all others: a supervisor needs no free seat. One in two is not there either.
    fn steps_in(&mut self, ticket: TicketId) -> Result<(), Failure> {
        let waits = self
            .database
            .ticket(ticket)
            .is_some_and(|kept| matches!(kept.handling, Handling::Waiting));
        if !waits || (!self.is_calm && self.chance_of(ticket, self.t as u64).happens(0.5)) {
            return Ok(());
        }
        let user = operator_id(8);
        self.change(ticket, None, |t, now, p| t.answer(user, None, now, p))?;
        self.desk.talking += 1;
        self.begins_to_talk(ticket);
        Ok(())
    }

    fn has_talked(&mut self, ticket: TicketId) -> Result<(), Failure> {
        if !self.is_up {
            return Err(Failure::Away);
        }
        self.hang_up();
        match self.concludes(ticket) {
            Err(Failure::Away) => {
                // The next look at the ticket goes on from here.
                self.desk_after(AGAIN_MS, ticket, DeskAct::Checks);
                Ok(())
            }
            done => done,
        }
    }

    /// Acts on what was heard: a false alarm ends, an emergency is confirmed.
    fn concludes(&mut self, id: TicketId) -> Result<(), Failure> {
        let Some(ticket) = self.database.ticket(id).cloned() else { return Ok(()) };
        if !ticket.is_open() {
            return Ok(());
        }
        let user = ticket.owner().unwrap_or_else(|| self.operator_of(id));
        if !self.is_in_need(id) {
            return self.close(id, user, Outcome::Accidental, None);
        }
        if ticket.senior.is_none() {
            return self.finds_senior(id, user);
        }
        if ticket.flags.contains(&Flag::Unverified) {
            self.change(id, None, |t, now, p| t.verify(user, None, now, p))?;
        }
        self.change(id, None, |t, now, p| t.confirm(user, now, p))?;
        self.change(id, None, |t, now, p| t.family_told(user, None, now, p))?;
        let meddles = self.scenario.manners.desk.meddles;
        if self.chance_of(id, 4).happens(meddles) {
            self.desk_after(20_000, id, DeskAct::Meddles);
        }
        Ok(())
    }

    /// Finds out whose an unknown device is; if that senior has an emergency, this is the same.
    fn finds_senior(&mut self, id: TicketId, user: UserId) -> Result<(), Failure> {
        let press = self.scenario.presses.get(press_of_ticket(id));
        let Some(senior) = press.and_then(|press| self.scenario.senior(press.door)) else {
            return self.close(id, user, Outcome::DeviceFault, None);
        };
        match self.change(id, None, |t, now, p| t.verify(user, Some(&senior), now, p)) {
            Err(Failure::Violates(Constraint::OneOpenEmergency)) => {
                let twin = self.database.emergency_of(senior.id).map(|ticket| ticket.id);
                self.close(id, user, Outcome::Duplicate, twin)
            }
            done => done,
        }
    }

    /// Looks at a ticket that was quiet, or whose team is done.
    fn checks(&mut self, id: TicketId) -> Result<(), Failure> {
        let Some(ticket) = self.database.ticket(id).cloned() else { return Ok(()) };
        if !ticket.is_open() {
            return Ok(());
        }
        if !self.is_up {
            return Err(Failure::Away);
        }
        let Some(owner) = ticket.owner() else {
            self.notice(id);
            return Ok(());
        };
        if self.desk.left.remove(&id) {
            let user = operator_id(7);
            let why = Some("left".to_owned());
            self.change(id, None, |t, now, p| t.answer(user, why, now, p))?;
            return self.concludes(id);
        }
        if !self.is_in_need(id) || ticket.senior.is_none() {
            return self.concludes(id);
        }
        let age_ms = self.t - self.true_time_of(ticket.times.received);
        let is_active = ticket.offers.iter().any(|offer| offer.state.is_active());
        let came = ticket.offers.iter().any(|o| matches!(o.state, OfferState::Done { .. }));
        // Times are of a clock that may have been set: either side of the bound is far.
        if came && (!is_active || age_ms.abs() > GIVEN_UP_MS) {
            return self.close(id, owner, Outcome::Helped, None);
        }
        if (!is_active && age_ms.abs() > GIVEN_UP_MS) || age_ms.abs() > FAR_TOO_LONG_MS {
            self.calls_ambulance(id)?;
            return self.close(id, owner, Outcome::Transferred, None);
        }
        Ok(())
    }

    fn takes_back(&mut self, id: TicketId, offer: OfferId) -> Result<(), Failure> {
        // Every second one waits for the next reminder.
        let Some(ticket) = self.database.ticket(id) else { return Ok(()) };
        let Some(owner) = ticket.owner() else { return Ok(()) };
        let is_late = ticket.offer(offer).is_some_and(|offer| {
            matches!(offer.state, OfferState::Accepted { lapsed_at: Some(_), .. })
        });
        if !is_late || self.chance_of(id, self.t as u64).happens(0.5) {
            return Ok(());
        }
        let command = OfferCommand::Withdraw(WithdrawReason::ByHand);
        let by = By::Person { user: owner };
        self.change(id, None, |t, now, p| t.step_offer(offer, command, by, None, now, p))
    }

    fn calls_ambulance(&mut self, id: TicketId) -> Result<(), Failure> {
        let Some(ticket) = self.database.ticket(id) else { return Ok(()) };
        let to = EscalationTarget::Ambulance;
        let (Some(owner), true) = (ticket.owner(), ticket.is_open()) else { return Ok(()) };
        if ticket.escalated_to.contains(&to) || !self.is_in_need(id) {
            return Ok(());
        }
        self.change(id, None, |t, now, p| t.escalate(owner, to, None, None, None, now, p))
    }

    /// Does one of the things that people do by hand.
    fn meddles(&mut self, id: TicketId) -> Result<(), Failure> {
        let Some(ticket) = self.database.ticket(id).cloned() else { return Ok(()) };
        let Some(user) = ticket.owner().filter(|_| ticket.is_open()) else { return Ok(()) };
        let mut chance = self.chance_of(id, 5);
        let who = self.crew.get(chance.below(self.crew.len())).map(|body| body.id);
        let offer = OfferId(self.ids.next());
        let by_hand = |t: &mut Ticket, now: UnixMs, p: &Policy| -> Result<Vec<NewEvent>, Refusal> {
            match (chance.below(6), who, t.destination()) {
                (0, Some(who), _) => {
                    let eta = Eta { s: 600, source: EtaSource::StraightLine };
                    t.assign(user, offer, who, TeamRole::Support, eta, now, p)
                }
                (1, _, Some(mut place)) => {
                    place.lat += 0.004;
                    t.place(user, place, None, Some("a call".into()), now, p)
                }
                (2, ..) => t.widen(user, now, p),
                // Nobody speaks after all; what was tried is left.
                (3, ..) => t.no_voice(user, t.silence.map(|silence| silence.step), now, p),
                // Calls whoever is asked; nobody hears how that ends.
                (4, ..) => match t.offers.iter().find(|offer| offer.is_waited_for()) {
                    Some(Offer { id, .. }) => t.rings(*id, CallId(id.0), now, p),
                    None => Ok(Vec::new()),
                },
                (..) => Ok(t.note(user, "by hand".into(), now, p)),
            }
        };
        match self.change(id, None, by_hand) {
            Err(Failure::Away) => Err(Failure::Away),
            // What is not possible is not done.
            Ok(()) | Err(Failure::Refused(_) | Failure::Violates(_) | Failure::Broken(_)) => Ok(()),
        }
    }

    fn close(
        &mut self,
        id: TicketId,
        user: UserId,
        outcome: Outcome,
        duplicate_of: Option<TicketId>,
    ) -> Result<(), Failure> {
        let (cause, note, hospital, witness) = (None, None, None, None);
        let close = Close { outcome, cause, note, hospital, duplicate_of, witness };
        self.change(id, None, |t, now, p| t.close(user, close, now, p))?;
        let reopens = self.scenario.manners.desk.reopens;
        if !self.is_calm && self.chance_of(id, 6).happens(reopens) && self.desk.reopened.insert(id)
        {
            self.desk_after(120_000, id, DeskAct::Reopens);
        }
        Ok(())
    }
}
