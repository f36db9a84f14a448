//! Telephone calls, as far as they belong to tickets.

use crate::{
    By, CallId, Event, Kind, NewEvent, Policy, Senior, Ticket, TicketId, UnixMs, open_by_hand,
};

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
    ticket.active_at = now;
    ticket.reschedule(policy);
    NewEvent { at: now, by: By::Machine, event: Event::Called { call, outgoing, result } }
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
    // No person opened it, and none need confirm it.
    ticket.flags.clear();
    if let Event::TicketOpened { flags, .. } = &mut opened.event {
        flags.clear();
    }
    let called = note_call(&mut ticket, call, false, Some(result), now, policy);
    (ticket, vec![opened, called])
}
