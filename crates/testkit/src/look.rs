//! Looking at a town as the dispatcher's loop does, and applying what is decided as the database
//! would.

use std::collections::HashSet;
use std::sync::Arc;

use silverbell_domain::{
    Candidate, Decision, Flag, NewEvent, Reason, ResponderId, TeamRole, Ticket, consider, plan,
};

use crate::{Broken, OnStreets, Town};

impl Town {
    // --- Planning ------------------------------------------------------------------------------

    /// Looks at every open ticket once.
    #[must_use]
    pub fn decisions(&self) -> Vec<Decision> {
        let dirty = self.set.tickets().keys().copied().collect();
        let travel = OnStreets { streets: &self.streets, people: &self.set.people };
        plan(&self.set, &dirty, self.now(), &travel, &self.policy, &self.ids)
    }

    /// Plans once and applies what was decided.
    ///
    /// # Panics
    /// When the planner decided what the database refuses.
    #[expect(clippy::panic, reason = "alone in its town, the planner never conflicts")]
    pub fn plan(&mut self) -> Vec<Decision> {
        let decisions = self.decisions();
        for decision in decisions.clone() {
            if let Err(broken) = self.commit(decision) {
                panic!("the planner decided what is refused: {broken:?}");
            }
        }
        decisions
    }

    /// Looks until nothing more is decided, as the loop does: who is let go of in one look is free
    /// in the next.
    ///
    /// # Panics
    /// When there is no end to it.
    #[expect(clippy::panic, reason = "a planner that never comes to rest is wrong")]
    pub fn settle(&mut self) {
        let most = 2 + self.set.tickets().len();
        for _ in 0..most {
            if self.plan().is_empty() {
                return;
            }
        }
        panic!("still planning after {most} looks at one moment");
    }

    /// Returns whom the planner considers for a ticket, nearest first.
    #[must_use]
    pub fn considered(&self, door: char) -> Vec<Candidate> {
        let travel = OnStreets { streets: &self.streets, people: &self.set.people };
        consider(self.ticket(door), &self.set, &travel, &self.policy, self.now())
    }

    /// Returns why somebody is or is not asked; `None` for who is not even considered.
    #[must_use]
    pub fn reason(&self, door: char, name: char) -> Option<Reason> {
        let id = self.who(name);
        self.considered(door).into_iter().find(|c| c.responder == id).map(|c| c.reason)
    }

    // --- The database --------------------------------------------------------------------------

    /// Applies a change as the database would.
    ///
    /// # Errors
    /// What it would refuse.
    pub fn commit(&mut self, decision: Decision) -> Result<(), Broken> {
        let Decision { ticket, expected_version, events } = decision;
        let version = self.tickets.get(&ticket.id).map_or(0, |t| t.version);
        if version != expected_version {
            return Err(Broken::Stale);
        }
        self.unique(&ticket)?;
        self.apply(ticket, events);
        Ok(())
    }

    fn unique(&self, ticket: &Ticket) -> Result<(), Broken> {
        if !ticket.is_emergency() {
            return Ok(());
        }
        let others = || self.tickets.values().filter(|t| t.id != ticket.id && t.is_emergency());
        let twin = |t: &Ticket| t.is_open() && t.senior.is_some() && t.senior == ticket.senior;
        if ticket.is_open() && others().any(twin) {
            return Err(Broken::OneOpenEmergency);
        }
        let active = |t: &Ticket| -> Vec<ResponderId> {
            t.offers.iter().filter(|o| o.state.is_active()).map(|o| o.responder).collect()
        };
        let mut busy: HashSet<ResponderId> = others().flat_map(active).collect();
        if !active(ticket).into_iter().all(|responder| busy.insert(responder)) {
            return Err(Broken::ResponderBusy);
        }
        let held =
            |role| ticket.offers.iter().filter(|o| o.role == role && o.state.is_engaged()).count();
        if TeamRole::TEAM.into_iter().any(|role| held(role) > 1) {
            return Err(Broken::PlaceTaken);
        }
        Ok(())
    }

    pub(crate) fn apply(&mut self, mut ticket: Ticket, events: Vec<NewEvent>) {
        if !events.is_empty() {
            self.set.seq += events.len() as u64;
            ticket.version = self.set.seq;
        }
        self.log.extend(events.into_iter().map(|event| (ticket.id, event)));
        self.set.put(Arc::new(ticket.clone()));
        self.tickets.insert(ticket.id, ticket);
    }

    /// Returns whether somebody doubts a ticket.
    #[must_use]
    pub fn is_flagged(&self, door: char, flag: Flag) -> bool {
        self.ticket(door).flags.contains(&flag)
    }
}
