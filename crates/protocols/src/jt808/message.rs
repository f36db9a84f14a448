//! What a message says.

use super::bytes::Reader;
use super::draft::Draft;
use super::{id, location, lock, transparent};

/// The least that a report of a batch has: the alarm flags.
const LEAST_ITEM: usize = 4;

/// Most reports read of one batch. More of a whole report's length do not fit in what is assembled.
const MAX_REPORTS: usize = 1_000;

/// Returns what a message says, oldest first and never nothing. Never fails: an unknown message says
/// that the device is alive.
pub(super) fn read(message: u16, body: &[u8]) -> Vec<Draft> {
    match message {
        id::LOCATION => vec![location::read(body)],
        // Behind the number of our own frame that is answered.
        id::LOCATION_ANSWER | id::CONTROL_ANSWER => {
            vec![location::read(body.get(2..).unwrap_or_default())]
        }
        id::BATCH => batch(body),
        id::SMALL_BATCH if body.len() == 7 => vec![charge_and_time(body)],
        id::SMALL_BATCH => ordered(items(body, |bytes| bytes.u8().map(usize::from))),
        id::LOCK | id::LOCK_BLIND => vec![lock::read(message, body)],
        id::HEARTBEAT => vec![heartbeat(body)],
        id::TRANSPARENT => vec![transparent::read(body)],
        _ => vec![Draft::default()],
    }
}

/// Reads a heartbeat: the standard's is empty, that of small devices begins with charge and signal.
fn heartbeat(body: &[u8]) -> Draft {
    let mut draft = Draft::default();
    if let [percent, _, ..] = *body {
        draft.charge(Some(percent));
    }
    draft
}

fn charge_and_time(body: &[u8]) -> Draft {
    let mut draft = Draft::default();
    let mut bytes = Reader::new(body);
    draft.charge(bytes.u8());
    let _ = draft.take_time(&mut bytes);
    draft
}

/// Reads a batch: a count, not believed, and whether these are history; then reports, each behind
/// its length.
fn batch(body: &[u8]) -> Vec<Draft> {
    let mut bytes = Reader::new(body);
    let _count = bytes.u16();
    let buffered = bytes.u8().is_some_and(|kind| kind > 0);
    let mut drafts = items(bytes.rest(), |bytes| bytes.u16().map(usize::from));
    for draft in &mut drafts {
        draft.buffered = buffered;
    }
    ordered(drafts)
}

/// Reads reports, each behind its length; one that is cut off is read as far as it goes.
fn items(body: &[u8], length: fn(&mut Reader<'_>) -> Option<usize>) -> Vec<Draft> {
    let mut bytes = Reader::new(body);
    let mut drafts = Vec::new();
    while let Some(length) = length(&mut bytes)
        && drafts.len() < MAX_REPORTS
    {
        let whole = length.min(bytes.rest().len());
        let item = bytes.take(whole).unwrap_or_default();
        if item.len() >= LEAST_ITEM {
            drafts.push(location::read(item));
        }
    }
    drafts
}

/// Puts the oldest first, as devices mostly do themselves; without all times their order stays.
fn ordered(mut drafts: Vec<Draft>) -> Vec<Draft> {
    if drafts.iter().all(|draft| draft.at.is_some()) {
        drafts.sort_by_key(|draft| draft.at);
    }
    if drafts.is_empty() { vec![Draft::default()] } else { drafts }
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
