//! Escalation: what nobody has taken care of climbs from the owner to all operators, the shift lead,
//! the supervisor and the duty leader, and is repeated there, until a person owns it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    By, EscalationReason, EscalationTarget, Event, Handling, NewEvent, OfferState, Policy, Ticket,
    UnixMs,
};

/// Who is told, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The operator who owns the ticket.
    Owner,
    /// All operators.
    Operators,
    /// 班长
    ShiftLead,
    /// 主管
    Supervisor,
    /// 值班领导: is called where there is a way to telephones; otherwise the screens say that somebody has
    /// to.
    Leader,
}

impl Rung {
    const ALL: [Self; 5] =
        [Self::Owner, Self::Operators, Self::ShiftLead, Self::Supervisor, Self::Leader];
}

/// Who is there to be told, as far as this node sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desk {
    /// How many operators have their console open.
    pub operators: usize,
    /// How many of them lead the shift.
    pub shift_leads: usize,
}

impl Default for Desk {
    /// Nobody is passed over while nobody knows who is there.
    fn default() -> Self {
        Self { operators: usize::MAX, shift_leads: usize::MAX }
    }
}

/// Something that climbs. A ticket has at most one at a time: whoever takes care of the ticket takes
/// care of all that is the matter with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// What is the matter.
    pub why: EscalationReason,
    /// What else came to be the matter meanwhile: it climbs on when the first has ended.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub also: BTreeSet<EscalationReason>,
    /// Who was told last.
    pub rung: Rung,
    /// When.
    pub told_at: UnixMs,
}

impl Ticket {
    /// Tells somebody that something is the matter, this rung or the next one above that has anybody,
    /// and lets it climb from there. What climbs already higher is told there once more.
    pub(crate) fn raise(
        &mut self,
        why: EscalationReason,
        from: Rung,
        desk: Desk,
        now: UnixMs,
        policy: &Policy,
    ) -> Vec<NewEvent> {
        let rung = self.first_with_anybody(from, desk, policy);
        match &mut self.watch.climb {
            Some(climb) if climb.rung >= rung => {
                let rung = climb.rung;
                let is_new = climb.why != why && climb.also.insert(why);
                is_new.then(|| self.told(rung, why, now)).into_iter().collect()
            }
            Some(climb) => {
                let before = std::mem::replace(&mut climb.why, why);
                climb.also.insert(before);
                climb.also.remove(&why);
                (climb.rung, climb.told_at) = (rung, now);
                vec![self.told(rung, why, now)]
            }
            None => {
                self.watch.climb = Some(Climb { why, also: BTreeSet::new(), rung, told_at: now });
                vec![self.told(rung, why, now)]
            }
        }
    }

    /// Tells the next rung. From the leader on the supervisor is told again as well: whoever sits before
    /// a screen is never silent only because somebody else has to be fetched.
    pub(crate) fn climb(&mut self, desk: Desk, now: UnixMs, policy: &Policy) -> Vec<NewEvent> {
        let Some(climb) = &self.watch.climb else { return Vec::new() };
        let (why, rung) = (climb.why, climb.rung);
        let above = Rung::ALL.into_iter().find(|next| *next > rung);
        let next = above.map_or(rung, |next| self.first_with_anybody(next, desk, policy));
        if let Some(climb) = &mut self.watch.climb {
            (climb.rung, climb.told_at) = (next, now);
        }
        if rung == Rung::Leader {
            return vec![self.told(Rung::Supervisor, why, now), self.told(next, why, now)];
        }
        vec![self.told(next, why, now)]
    }

    /// Returns when the next rung is told, `None` while nothing climbs.
    pub(crate) fn climbs_at(&self, policy: &Policy) -> Option<UnixMs> {
        self.watch.climb.as_ref().map(|climb| climb.told_at.plus_s(policy.escalation.step_s.into()))
    }

    /// The leader was reached by telephone: nothing more is told until something else is the matter, or
    /// the ticket is quiet for too long. `None` when nothing climbs.
    pub fn leader_heard(&mut self, now: UnixMs, policy: &Policy) -> Option<NewEvent> {
        self.watch.climb.take()?;
        self.active_at = self.active_at.max(now);
        self.reschedule(policy);
        Some(NewEvent { at: now, by: By::Machine, event: Event::LeaderHeard {} })
    }

    /// A person took care: whatever climbed has arrived. Without an owner nobody has.
    pub(crate) fn settle_climb(&mut self) {
        if self.owner().is_some() {
            self.watch.climb = None;
        }
    }

    /// What is no longer the matter begins below when it is again.
    pub(crate) fn end_climb_without_cause(&mut self) {
        let Some(mut climb) = self.watch.climb.take() else { return };
        climb.also.retain(|why| self.goes_on(*why, climb.told_at));
        let first = Some(climb.why).filter(|why| self.goes_on(*why, climb.told_at));
        self.watch.climb =
            first.or_else(|| climb.also.pop_first()).map(|why| Climb { why, ..climb });
    }

    /// Returns whether what climbs, and was last told then, is still the matter.
    fn goes_on(&self, why: EscalationReason, told_at: UnixMs) -> bool {
        let any = |which: &dyn Fn(&crate::Offer) -> bool| self.offers.iter().any(which);
        match why {
            EscalationReason::NotAnswered => matches!(self.handling, Handling::Waiting),
            EscalationReason::NotAccepted => !any(&|offer| offer.state.fills_place()),
            EscalationReason::EtaLapsed => {
                any(&|offer| matches!(offer.state, OfferState::Accepted { lapsed_at: Some(_), .. }))
            }
            EscalationReason::NotMoving => any(&|offer| offer.is_stuck()),
            EscalationReason::SceneQuiet => any(&|offer| offer.is_quiet_on_scene()),
            EscalationReason::ArrivalDoubted => any(&|offer| offer.is_arrival_claimed()),
            EscalationReason::Quiet => self.active_at <= told_at,
            EscalationReason::NoVoice => self.silence.is_some() && self.times.with_senior.is_none(),
            EscalationReason::SafetyMissed => any(&|offer| offer.misses_word()),
            EscalationReason::EnteredAlone => self.has_somebody_alone(),
            // Until a person takes care.
            EscalationReason::Interrupted
            | EscalationReason::ResponderInDistress
            | EscalationReason::HelpAsked
            | EscalationReason::GraveScene => true,
            EscalationReason::AddressDoubted => self.place_doubt.is_some(),
            EscalationReason::WorkOverdue | EscalationReason::ByHand => false,
        }
    }

    /// Nobody is told who is not there. What is no emergency wakes no leader.
    fn first_with_anybody(&self, from: Rung, desk: Desk, policy: &Policy) -> Rung {
        let is_there = |rung: &Rung| match rung {
            Rung::Owner => self.owner().is_some(),
            // The only one there is the owner, who was told; or there is nobody at all.
            Rung::Operators => desk.operators > usize::from(self.owner().is_some()),
            Rung::ShiftLead => desk.shift_leads > 0,
            Rung::Supervisor => true,
            Rung::Leader => self.is_emergency() && !policy.escalation.leader_phone.is_empty(),
        };
        let above = Rung::ALL.into_iter().filter(|rung| *rung >= from);
        above.into_iter().find(is_there).unwrap_or(Rung::Supervisor)
    }

    fn told(&mut self, rung: Rung, why: EscalationReason, now: UnixMs) -> NewEvent {
        let escalated = |to| Event::Escalated {
            to,
            why,
            reference: None,
            eta_min: None,
            note: None,
            city: None,
        };
        let event = match rung {
            Rung::Owner => Event::Chased { why: Some(why) },
            Rung::Operators => Event::OperatorsAlarmed { why: Some(why) },
            Rung::ShiftLead => escalated(EscalationTarget::ShiftLead),
            Rung::Supervisor => escalated(EscalationTarget::Supervisor),
            Rung::Leader => escalated(EscalationTarget::Leader),
        };
        if let Event::Escalated { to, .. } = &event {
            self.escalated_to.insert(*to);
        }
        NewEvent { at: now, by: By::Machine, event }
    }
}
