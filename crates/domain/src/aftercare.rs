//! After the door: calls back, and filing away. An emergency that somebody went to is called back
//! within a day and a week later; what nobody reaches in so many attempts is looked after by a visit.

use serde::{Deserialize, Serialize};

use crate::{
    By, Event, Handling, HandlingCommand, NewEvent, Outcome, Policy, Refusal, Senior, Ticket,
    TicketId, UnixMs, UserId, open_by_hand,
};

const HOUR_S: i64 = 3_600;

const DAY_S: i64 = 24 * HOUR_S;

/// The second call is not made earlier than this before its time, seconds.
const EARLY_S: i64 = 2 * DAY_S;

/// Which call back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallBack {
    /// Within a day.
    First,
    /// A week later.
    Second,
}

impl CallBack {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }
}

/// What follows a closed ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each field is named by the type it has")]
pub enum Aftercare {
    /// A call is due; so often it was tried in vain, last at this time.
    Due { call: CallBack, tried: u8, tried_at: Option<UnixMs> },
    /// Nobody has to be called any more; it is filed away.
    Over { at: UnixMs },
}

/// A call back that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallBackDue {
    /// Which.
    pub call: CallBack,
    /// Until when.
    pub by: UnixMs,
    /// How often it was tried in vain.
    pub tried: u8,
    /// When it was tried last.
    pub tried_at: Option<UnixMs>,
}

/// The ticket that a complaint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutTicket {
    /// Which.
    pub ticket: TicketId,
    /// Who closed it, and so does not look into the complaint.
    pub closed_by: UserId,
}

/// The result of a call back that reached nobody.
pub const NOT_REACHED: &str = "no_answer";

/// Grades of satisfaction up to this open a complaint.
pub const DISSATISFIED: u8 = 2;

impl Ticket {
    /// Returns whether it has to be called back: somebody went to an emergency, and there is somebody to
    /// call.
    fn wants_calls_back(&self, outcome: Outcome) -> bool {
        let is_told_otherwise =
            matches!(outcome, Outcome::Test | Outcome::Duplicate | Outcome::Deceased);
        self.is_emergency()
            && self.senior.is_some()
            && self.times.on_scene.is_some()
            && self.death.as_ref().is_none_or(|death| death.signed.is_none())
            && self.needs.died_at.is_none()
            && !is_told_otherwise
    }

    /// Begins what follows a ticket that is being closed.
    pub(crate) fn begin_aftercare(&mut self, outcome: Outcome, now: UnixMs) {
        self.aftercare = Some(if self.wants_calls_back(outcome) {
            Aftercare::Due { call: CallBack::First, tried: 0, tried_at: None }
        } else {
            Aftercare::Over { at: now }
        });
    }

    /// Returns the call back that is due.
    #[must_use]
    pub fn call_back_due(&self, policy: &Policy) -> Option<CallBackDue> {
        let Some(Aftercare::Due { call, tried, tried_at }) = self.aftercare else { return None };
        let closed_at = self.handling.closing()?.at;
        let by = closed_at.plus_s(match call {
            CallBack::First => HOUR_S * i64::from(policy.follow_up.first_within_h),
            CallBack::Second => DAY_S * i64::from(policy.follow_up.second_after_d),
        });
        Some(CallBackDue { call, by, tried, tried_at })
    }

    /// Returns when it is filed away.
    pub(crate) fn archived_at(&self, policy: &Policy) -> Option<UnixMs> {
        match self.aftercare? {
            Aftercare::Due { .. } => None,
            Aftercare::Over { at } => {
                Some(at.plus_s(DAY_S * i64::from(policy.follow_up.archive_after_d)))
            }
        }
    }

    /// An operator has called the senior back after the ticket was closed, or tried to. Only who was
    /// reached has been called back; each call stands in the history.
    ///
    /// # Errors
    /// [`Refusal::State`] while it is open or once it is filed away; [`Refusal::Invalid`] for a result
    /// without words or a satisfaction beyond the five grades.
    pub fn follow_up(
        &mut self,
        by: UserId,
        result: String,
        satisfaction: Option<u8>,
        note: Option<String>,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        if result.trim().is_empty() {
            return Err(Refusal::Invalid("result: say what came of it, `no_answer` for instance"));
        }
        if satisfaction.is_some_and(|grade| !(1..=5).contains(&grade)) {
            return Err(Refusal::Invalid(
                "satisfaction: 1 (very dissatisfied) to 5 (very satisfied)",
            ));
        }
        let is_reached = result.trim() != NOT_REACHED;
        if !is_reached && satisfaction.is_some() {
            return Err(Refusal::Invalid("satisfaction: whom nobody reached has not said it"));
        }
        match &self.handling {
            Handling::Closed { .. } if is_reached => {
                self.handling = self.handling.clone().apply(HandlingCommand::FollowUp, now)?;
                self.times.followed_up = Some(now);
            }
            Handling::Closed { .. } | Handling::FollowedUp { .. } => {}
            Handling::Waiting | Handling::Answered { .. } => {
                return Err(Refusal::State(
                    "the ticket is open: it is called back once it is closed",
                ));
            }
            Handling::Archived { .. } => {
                return Err(Refusal::State("the ticket is filed away"));
            }
        }
        self.satisfaction = satisfaction.or(self.satisfaction);
        if satisfaction.is_some_and(|grade| grade <= DISSATISFIED) {
            self.complaints = self.complaints.saturating_add(1);
        }
        let given_up = self.called_back(is_reached, now, policy);
        let event = Event::FollowedUp { result, satisfaction, note };
        let mut events = self.moved(By::Person { user: by }, now, event, policy);
        events.extend(given_up);
        Ok(events)
    }

    /// Goes on to what is due next. Returns that a call was given up, where it was.
    fn called_back(&mut self, is_reached: bool, now: UnixMs, policy: &Policy) -> Option<NewEvent> {
        let Some(Aftercare::Due { call, tried, .. }) = self.aftercare else { return None };
        let too_early = |due: CallBackDue| now < due.by.plus_s(-EARLY_S);
        if call == CallBack::Second && self.call_back_due(policy).is_some_and(too_early) {
            // A word on the way, and not the call of that day.
            return None;
        }
        let tried = tried.saturating_add(1);
        let is_given_up = !is_reached && tried >= policy.follow_up.attempts;
        self.aftercare = Some(match call {
            _ if !is_reached && !is_given_up => Aftercare::Due { call, tried, tried_at: Some(now) },
            CallBack::First => Aftercare::Due { call: CallBack::Second, tried: 0, tried_at: None },
            CallBack::Second => Aftercare::Over { at: now },
        });
        let event = Event::CallBackGivenUp { call, tried };
        is_given_up.then_some(NewEvent { at: now, by: By::Machine, event })
    }

    /// Nobody is called back any more: the senior has died.
    pub(crate) fn end_aftercare(&mut self, now: UnixMs) -> bool {
        let is_due = matches!(self.aftercare, Some(Aftercare::Due { .. }));
        if is_due {
            self.aftercare = Some(Aftercare::Over { at: now });
        }
        is_due
    }

    /// Files it away, once nothing is left to do. Empty when there is.
    pub fn archive(&mut self, now: UnixMs, policy: &Policy) -> Vec<NewEvent> {
        let is_due = self.archived_at(policy).is_some_and(|at| at <= now);
        let archived = self.handling.clone().apply(HandlingCommand::Archive, now);
        let Ok(handling) = archived else { return Vec::new() };
        if !is_due {
            return Vec::new();
        }
        self.handling = handling;
        self.times.archived = Some(now);
        self.aftercare = None;
        self.reschedule(policy);
        vec![NewEvent { at: now, by: By::Machine, event: Event::Archived {} }]
    }
}

/// Opens a ticket to visit a senior whom nobody reached after an emergency, tried so often.
#[must_use]
pub fn open_unreached_visit(
    id: TicketId,
    senior: &Senior,
    tried: u8,
    now: UnixMs,
    policy: &Policy,
) -> (Ticket, Vec<NewEvent>) {
    let (mut ticket, mut opened) =
        open_by_hand(id, senior, crate::Kind::Wellbeing, By::Machine, now, policy);
    crate::calls::nobody_need_confirm(&mut ticket, &mut opened);
    let event = Event::CallBackGivenUp { call: CallBack::First, tried };
    (ticket, vec![opened, NewEvent { at: now, by: By::Machine, event }])
}

/// Opens a complaint of whoever was dissatisfied, about this ticket. Whoever closed it does not look
/// into it.
#[must_use]
pub fn open_complaint(
    id: TicketId,
    senior: &Senior,
    about: &Ticket,
    note: Option<String>,
    by: By,
    now: UnixMs,
    policy: &Policy,
) -> (Ticket, Vec<NewEvent>) {
    let kind = crate::Kind::Complaint;
    let (mut ticket, opened) = open_by_hand(id, senior, kind, by, now, policy);
    let closed_by = about.handling.closing().map(|closing| closing.by);
    ticket.about = closed_by.map(|closed_by| AboutTicket { ticket: about.id, closed_by });
    let words =
        format!("工单 {} 回访不满意 · dissatisfied with ticket {}", about.number, about.number);
    let text = note.map_or(words.clone(), |note| format!("{words}: {note}"));
    let noted = NewEvent { at: now, by, event: Event::Noted { text } };
    (ticket, vec![opened, noted])
}
