//! What happened, in short sentences that a test compares.

use silverbell_domain::{
    EscalationReason, EscalationTarget, Event, SilenceStep, TeamRole, WidenReason, WithdrawReason,
};

use crate::{START, Town};

impl Town {
    /// Returns what happened to the newest ticket behind a door, a sentence each.
    #[must_use]
    pub fn story(&self, door: char) -> Vec<String> {
        let id = self.ticket(door).id;
        let own = self.log.iter().filter(|(ticket, _)| *ticket == id);
        own.map(|(_, event)| {
            let s = event.at.since_s(START);
            format!("{}:{:02} {}", s / 60, s % 60, self.sentence(&event.event))
        })
        .collect()
    }

    /// Returns the last sentences of the story, those since a time `m:ss`.
    #[must_use]
    pub fn story_since(&self, door: char, from: &str) -> Vec<String> {
        let story = self.story(door);
        let first = story.iter().position(|line| line.starts_with(&format!("{from} ")));
        first.map_or_else(Vec::new, |first| story[first..].to_vec())
    }

    fn sentence(&self, event: &Event) -> String {
        let name = |id: &_| self.name_of(*id);
        match event {
            Event::TicketOpened { .. } => "opened".into(),
            Event::SignalJoined { .. } => "pressed again".into(),
            Event::HoldEnded {} => "the hold ends".into(),
            Event::Offered { responder, role, eta, overdue, .. } => {
                let part = match role {
                    TeamRole::Lead => "lead",
                    TeamRole::Support => "support",
                };
                let late = if *overdue { ", overdue" } else { "" };
                let minutes = eta.s.div_ceil(60);
                format!("asks {} to {part} ({minutes} min{late})", name(responder))
            }
            Event::Accepted { responder, .. } => format!("{} accepts", name(responder)),
            Event::Declined { responder, .. } => format!("{} declines", name(responder)),
            Event::Expired { responder, .. } => format!("{} does not answer", name(responder)),
            Event::Withdrawn { responder, why, .. } => {
                let why = match why {
                    WithdrawReason::PlaceTaken => "the place is taken",
                    WithdrawReason::TicketClosed => "closed",
                    WithdrawReason::OffDuty => "off duty",
                    WithdrawReason::ByHand => "by hand",
                    WithdrawReason::Replaced => "replaced",
                    WithdrawReason::Interrupted => "called away",
                };
                format!("takes {} back: {why}", name(responder))
            }
            Event::Widened { ring_min, why } => {
                let why = match why {
                    WidenReason::Deadline => "in time",
                    WidenReason::NobodyLeft => "nobody left",
                    WidenReason::ByHand => "by hand",
                };
                format!("widens to {ring_min} min: {why}")
            }
            Event::OperatorsAlarmed { why } => with_reason("alarms all operators", *why),
            Event::Escalated { to, why, .. } => {
                let to = match to {
                    EscalationTarget::Ambulance => "120",
                    EscalationTarget::Police => "110",
                    EscalationTarget::Fire => "119",
                    EscalationTarget::ShiftLead => "the shift lead",
                    EscalationTarget::Supervisor => "the supervisor",
                    EscalationTarget::Leader => "the leader",
                };
                with_reason(&format!("tells {to}"), Some(*why))
            }
            Event::NotMoving { responder, heard: true, .. } => {
                format!("{} does not move", name(responder))
            }
            Event::NotMoving { responder, heard: false, .. } => {
                format!("{} is not heard of", name(responder))
            }
            Event::MovingAgain { responder, .. } => format!("{} moves again", name(responder)),
            Event::SceneQuiet { responder, .. } => format!("no word from {}", name(responder)),
            Event::ArrivalConfirmed { responder, distance_m, .. } => {
                format!("{} is there: {distance_m} m from the door", name(responder))
            }
            Event::ArrivalDoubted { responder, distance_m, .. } => match distance_m {
                Some(m) => format!("{} is not there: {m} m from the door", name(responder)),
                None => format!("{} may not be there", name(responder)),
            },
            Event::NearerFree { responder, eta, left_s, .. } => {
                let (eta, left) = (eta.s.div_ceil(60), left_s.div_ceil(60));
                format!("suggests {}: {eta} min instead of {left}", name(responder))
            }
            Event::EtaLapsed { responder, .. } => format!("{} is late", name(responder)),
            Event::Chased { why } => with_reason("reminds the owner", *why),
            Event::NoVoice { step } => match step {
                SilenceStep::FirstCallBack => "nobody speaks: call back".into(),
                SilenceStep::SecondCallBack => "call back once more".into(),
                SilenceStep::Family => "call the family".into(),
                SilenceStep::Neighbour => "ask a neighbour to knock".into(),
                SilenceStep::Aides => "the aides' knock is awaited".into(),
            },
            Event::OfferSeen { responder, .. } => format!("{} sees the offer", name(responder)),
            Event::StillRings { responder, .. } => format!("{}'s still rings", name(responder)),
            other => other.name().replace('_', " "),
        }
    }
}

fn with_reason(what: &str, why: Option<EscalationReason>) -> String {
    let why = match why {
        None => return what.into(),
        Some(EscalationReason::NotAnswered) => "nobody answers",
        Some(EscalationReason::NotAccepted) => "nobody accepts",
        Some(EscalationReason::EtaLapsed) => "late",
        Some(EscalationReason::NotMoving) => "not moving",
        Some(EscalationReason::SceneQuiet) => "no word from the door",
        Some(EscalationReason::ArrivalDoubted) => "arrival doubted",
        Some(EscalationReason::Quiet) => "no news",
        Some(EscalationReason::Interrupted) => "called away",
        Some(EscalationReason::NoVoice) => "nobody speaks",
        Some(EscalationReason::SafetyMissed) => "no word from who is in there",
        Some(EscalationReason::ResponderInDistress) => "needs help himself",
        Some(EscalationReason::HelpAsked) => "help asked for",
        Some(EscalationReason::AddressDoubted) => "the address is said to be wrong",
        Some(EscalationReason::GraveScene) => "a life is in danger",
        Some(EscalationReason::EnteredAlone) => "went in alone",
        Some(EscalationReason::WorkOverdue) => "the work is not done",
        Some(EscalationReason::ByHand) => "by hand",
    };
    format!("{what}: {why}")
}
