//! What the machine does by itself: every deadline that is due, and offers to who went off duty.

use super::Planner;
use crate::{
    By, DeadlineKind, Engagement, EscalationReason, EscalationTarget, Event, NewEvent, Offer,
    OfferCommand, OfferState, Rung, Step, Ticket, WidenReason, WithdrawReason,
};

impl Planner<'_> {
    /// Carries out every deadline that is due, and is still when its turn comes.
    pub(crate) fn fire_due(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for kind in DeadlineKind::ALL {
            if ticket.due_at(kind, self.policy).is_some_and(|at| at <= self.now) {
                events.extend(self.fire(kind, ticket));
            }
        }
        events
    }

    fn fire(&self, kind: DeadlineKind, ticket: &mut Ticket) -> Vec<NewEvent> {
        match kind {
            DeadlineKind::HoldEnds => {
                ticket.held_until = None;
                ticket.ring_since = self.now;
                vec![self.event(Event::HoldEnded {})]
            }
            DeadlineKind::OfferExpires => self.expire_offers(ticket),
            DeadlineKind::Widen => self.widen(ticket, None, WidenReason::Deadline),
            DeadlineKind::AnswerWithin => {
                ticket.watch.operators_alarmed_at = Some(self.now);
                vec![self.event(Event::OperatorsAlarmed { why: None })]
            }
            DeadlineKind::ShiftLead => {
                ticket.watch.shift_lead_at = Some(self.now);
                self.tell_shift_lead(ticket)
            }
            DeadlineKind::NotAnswered => {
                ticket.watch.not_answered_at = Some(self.now);
                self.raise(ticket, EscalationReason::NotAnswered, Rung::Supervisor)
            }
            DeadlineKind::NotAccepted => {
                ticket.watch.not_accepted_at = Some(self.now);
                self.raise(ticket, EscalationReason::NotAccepted, Rung::Supervisor)
            }
            DeadlineKind::EtaLapsed => self.note_lapsed(ticket),
            DeadlineKind::Quiet => self.note_quiet(ticket),
            DeadlineKind::WorkDue => {
                ticket.watch.chased_at = Some(self.now);
                vec![self.escalated(
                    ticket,
                    EscalationTarget::Supervisor,
                    EscalationReason::WorkOverdue,
                )]
            }
            DeadlineKind::Follow => self.follow(ticket),
            DeadlineKind::SceneQuiet => self.note_quiet_scene(ticket),
            DeadlineKind::Silence => {
                ticket.silence_goes_on(self.context.set.desk, self.now, self.policy)
            }
            DeadlineKind::Climb => ticket.climb(self.context.set.desk, self.now, self.policy),
            DeadlineKind::Safety => self.note_no_word(ticket),
            // No open ticket has them: what follows a closed one is a person's, or the archive's.
            DeadlineKind::CallBack | DeadlineKind::Archive => Vec::new(),
        }
    }

    pub(crate) fn event(&self, event: Event) -> NewEvent {
        NewEvent { at: self.now, by: By::Machine, event }
    }

    fn expire_offers(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for offer in ticket.offers.iter_mut().filter(|offer| offer.next_expiry() <= self.now) {
            if offer.goes_on_ringing(self.now) {
                let event = Event::StillRings { offer: offer.id, responder: offer.responder };
                events.push(self.event(event));
                continue;
            }
            let step = offer.state.clone().apply(OfferCommand::Expire, self.now);
            if let Ok(Step::Moved(state)) = step {
                offer.state = state;
                let event = Event::Expired { offer: offer.id, responder: offer.responder };
                events.push(self.event(event));
            }
        }
        events
    }

    pub(crate) fn widen(
        &self,
        ticket: &mut Ticket,
        to: Option<u16>,
        why: WidenReason,
    ) -> Vec<NewEvent> {
        let Some(ring_min) = to.or_else(|| self.policy.next_ring_min(ticket.ring_min)) else {
            return Vec::new();
        };
        ticket.ring_min = ring_min;
        ticket.ring_since = self.now;
        vec![self.event(Event::Widened { ring_min, why })]
    }

    /// Begins to climb; see `escalation.rs`.
    pub(crate) fn raise(
        &self,
        ticket: &mut Ticket,
        why: EscalationReason,
        from: Rung,
    ) -> Vec<NewEvent> {
        ticket.raise(why, from, self.context.set.desk, self.now, self.policy)
    }

    fn escalated(
        &self,
        ticket: &mut Ticket,
        to: EscalationTarget,
        why: EscalationReason,
    ) -> NewEvent {
        ticket.escalated_to.insert(to);
        self.event(Event::Escalated {
            to,
            why,
            reference: None,
            eta_min: None,
            note: None,
            city: None,
        })
    }

    fn tell_shift_lead(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        if self.context.set.desk.shift_leads == 0 {
            return Vec::new();
        }
        let to = EscalationTarget::ShiftLead;
        vec![self.escalated(ticket, to, EscalationReason::NotAnswered)]
    }

    /// Somebody at a door has given no word: the desk calls.
    fn note_no_word(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let mut events = ticket.miss_words(self.now);
        if !events.is_empty() {
            events.extend(self.raise(ticket, EscalationReason::SafetyMissed, Rung::Owner));
        }
        events
    }

    /// The owner of an emergency is only the first to be told; of other work the only one.
    fn note_quiet(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        ticket.watch.chased_at = Some(self.now);
        if ticket.is_emergency() {
            self.raise(ticket, EscalationReason::Quiet, Rung::Owner)
        } else {
            vec![self.event(Event::Chased { why: None })]
        }
    }

    fn note_lapsed(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for offer in &mut ticket.offers {
            let late = offer.lapses_at(self.policy).is_some_and(|at| at <= self.now);
            if let (true, OfferState::Accepted { lapsed_at, .. }) = (late, &mut offer.state) {
                *lapsed_at = Some(self.now);
                let event = Event::EtaLapsed { offer: offer.id, responder: offer.responder };
                events.push(self.event(event));
            }
        }
        if !events.is_empty() {
            events.extend(self.raise(ticket, EscalationReason::EtaLapsed, Rung::Owner));
        }
        events
    }

    /// Other work is given up by whoever has accepted an emergency, and handed on: somebody is told
    /// until a person has taken care of it.
    pub(crate) fn hand_on_interrupted(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        if ticket.is_emergency() {
            return Vec::new();
        }
        let set = self.context.set;
        let called_away = |offer: &Offer| {
            let emergency = set.engagement(offer.responder);
            emergency.is_some_and(|(_, engagement)| engagement == Engagement::Busy)
        };
        let mut events = ticket.withdraw_all(
            |offer| offer.state.is_engaged() && called_away(offer),
            WithdrawReason::Interrupted,
            By::Machine,
            self.now,
        );
        if !events.is_empty() {
            events.extend(self.raise(ticket, EscalationReason::Interrupted, Rung::Owner));
        }
        events
    }

    /// Who went off duty after being asked is not waited for. Somebody off duty whom an operator
    /// asked by hand is: they are on the telephone.
    pub(crate) fn withdraw_off_duty(&self, ticket: &mut Ticket) -> Vec<NewEvent> {
        let people = &self.context.set.people;
        let went_off = |offer: &Offer| {
            people.get(&offer.responder).is_none_or(|person| {
                !person.responder.on_duty && person.responder.duty_since >= offer.offered_at
            })
        };
        ticket.withdraw_all(
            |offer| matches!(offer.state, OfferState::Offered) && went_off(offer),
            WithdrawReason::OffDuty,
            By::Machine,
            self.now,
        )
    }
}
