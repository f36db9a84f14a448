//! Telephone calls, as far as they belong to tickets.

use crate::{
    By, CallId, Event, Flag, Handling, Kind, NewEvent, Policy, Senior, Ticket, TicketId, UnixMs,
    UserId, open_by_hand,
};

/// The promise counts from when a call rang, but at most so long before its ticket is opened,
/// milliseconds: an hour. A ticket from yesterday's record is not a day late.
const RANG_AT_MOST_BEFORE_MS: i64 = 3_600_000;

/// A telephone call that a person opens a ticket from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromCall {
    /// The call.
    pub call: CallId,
    /// Whether we called.
    pub outgoing: bool,
    /// When it began to ring.
    pub rang_at: UnixMs,
    /// When a person answered it.
    pub answered_at: Option<UnixMs>,
    /// How it ended, if it has.
    pub result: Option<String>,
}

/// Opens a ticket by hand from a telephone call. Its time counts from when the call rang, and whoever
/// opens it has it: nobody else is alarmed while she talks with the senior. An emergency waits for a
/// confirmation as in [`open_by_hand`].
#[must_use]
pub fn open_from_call(
    id: TicketId,
    senior: &Senior,
    kind: Kind,
    from: FromCall,
    user: UserId,
    now: UnixMs,
    policy: &Policy,
) -> (Ticket, Vec<NewEvent>) {
    let FromCall { call, outgoing, rang_at, answered_at, result } = from;
    let by = By::Person { user };
    let (mut ticket, opened) = open_by_hand(id, senior, kind, by, now, policy);
    let earliest = UnixMs(now.0.saturating_sub(RANG_AT_MOST_BEFORE_MS));
    ticket.times.received = rang_at.clamp(earliest, now);
    // A person spoke with the senior before there was a ticket.
    let spoke_at = answered_at.map_or(now, |at| at.clamp(ticket.times.received, now));
    ticket.times.answered = Some(spoke_at);
    ticket.handling = Handling::Answered { by: user, at: now };
    let answered = NewEvent { at: now, by, event: Event::Answered {} };
    let called = note_call(&mut ticket, call, outgoing, result, now, policy);
    (ticket, vec![opened, answered, called])
}

/// Notes on a ticket that a call belongs to it: that it rings, or how it ended.
#[must_use]
pub fn note_call(
    ticket: &mut Ticket,
    call: CallId,
    outgoing: bool,
    result: Option<String>,
    now: UnixMs,
    policy: &Policy,
) -> NewEvent {
    if result.is_some() {
        ticket.rang_out(call);
    }
    ticket.active_at = now;
    ticket.reschedule(policy);
    NewEvent { at: now, by: By::Machine, event: Event::Called { call, outgoing, result } }
}

/// Opens a ticket to visit a senior who had so many emergencies within a day: what presses so often is
/// an illness that begins, a key that sticks, or loneliness.
#[must_use]
pub fn open_visit(
    id: TicketId,
    senior: &Senior,
    emergencies: u32,
    now: UnixMs,
    policy: &Policy,
) -> (Ticket, Vec<NewEvent>) {
    let (mut ticket, mut opened) =
        open_by_hand(id, senior, Kind::Wellbeing, By::Machine, now, policy);
    nobody_need_confirm(&mut ticket, &mut opened);
    let event = Event::PressedOften { emergencies };
    (ticket, vec![opened, NewEvent { at: now, by: By::Machine, event }])
}

/// No person opened it.
pub(crate) fn nobody_need_confirm(ticket: &mut Ticket, opened: &mut NewEvent) {
    ticket.flags.remove(&Flag::ByHand);
    if let Event::TicketOpened { flags, .. } = &mut opened.event {
        flags.retain(|flag| *flag != Flag::ByHand);
    }
}

/// Opens a ticket to call a senior back, whose call nobody answered.
#[must_use]
pub fn open_callback(
    id: TicketId,
    senior: &Senior,
    call: CallId,
    result: String,
    now: UnixMs,
    policy: &Policy,
) -> (Ticket, Vec<NewEvent>) {
    let (mut ticket, mut opened) =
        open_by_hand(id, senior, Kind::Callback, By::Machine, now, policy);
    nobody_need_confirm(&mut ticket, &mut opened);
    let called = note_call(&mut ticket, call, false, Some(result), now, policy);
    (ticket, vec![opened, called])
}
