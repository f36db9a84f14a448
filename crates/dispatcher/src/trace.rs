//! The way of one SOS from socket to screen, in the log: for whoever asks where the seconds of a ticket went. A
//! line for each step, with the signal and the ticket and nothing of anybody. Off unless the log's filter says
//! `silverbell::trace=debug`.

use silverbell_domain::{Alarm, Ticket, UnixMs};
use silverbell_store::{Advance, Recorded};

/// An alarm was understood.
pub(crate) fn received(alarm: &Alarm) {
    let Alarm { id: signal, protocol, kind, .. } = alarm;
    tracing::debug!(
        target: "silverbell::trace",
        step = "received", %signal, protocol = protocol.as_str(), kind = kind.as_str(),
    );
}

/// It is durable, and is acknowledged next.
pub(crate) fn recorded(recorded: &Recorded, received: UnixMs, now: UnixMs) {
    let after_ms = now.since_ms(received);
    let (signal, ticket) = (recorded.signal, recorded.ticket);
    tracing::debug!(
        target: "silverbell::trace",
        step = "recorded", %signal, %ticket, joined = recorded.joined, after_ms,
    );
}

/// What was committed is told to this node's boards and screens.
pub(crate) fn announced(advance: &Advance, now: UnixMs) {
    for happened in &advance.happened {
        let ticket = &happened.ticket;
        let after_ms = now.since_ms(ticket.times.received);
        tracing::debug!(
            target: "silverbell::trace",
            step = "announced", ticket = %ticket.id, seq = happened.seq, event = happened.event.name(), after_ms,
        );
    }
}

/// The control loop has decided, and what it decided is about to be committed.
pub(crate) fn decided(ticket: &Ticket, events: usize, now: UnixMs) {
    let after_ms = now.since_ms(ticket.times.received);
    tracing::debug!(
        target: "silverbell::trace",
        step = "decided", ticket = %ticket.id, events, after_ms,
    );
}
