//! How responders answered when asked, from the rows of their offers.

use std::collections::BTreeMap;

use silverbell_domain::{Answers, OfferId, ResponderId, UnixMs};
use uuid::Uuid;

/// How often somebody's offers ended in one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerCount {
    /// Who.
    pub responder: ResponderId,
    /// The state, as the table says it.
    pub status: String,
    /// How often.
    pub count: u32,
    /// The newest of them.
    pub newest: OfferId,
}

/// Returns the least identity of a moment.
#[must_use]
pub fn first_id_of(at: UnixMs) -> Uuid {
    Uuid::from_u128(u128::from(at.0.max(0).cast_unsigned()) << 80)
}

/// The clock of whoever makes identities may be so far from that of whoever notes the time, seconds.
const IDENTITY_OFF_S: i64 = 3_600;

/// Returns between which identities those lie that were made within a span, with an hour to spare.
#[must_use]
pub fn ids_within((from, to): (UnixMs, UnixMs)) -> (Uuid, Uuid) {
    (first_id_of(from.plus_s(-IDENTITY_OFF_S)), first_id_of(to.plus_s(IDENTITY_OFF_S)))
}

/// Puts counts together, a line for each responder.
#[must_use]
pub fn answers_of(counts: impl IntoIterator<Item = AnswerCount>) -> Vec<(ResponderId, Answers)> {
    let mut all: BTreeMap<ResponderId, Answers> = BTreeMap::new();
    for AnswerCount { responder, status, count, newest } in counts {
        let accepted = match &*status {
            "accepted" | "on_scene" | "escorting" | "done" => true,
            "declined" | "expired" => false,
            // Not answered yet, or taken back.
            _ => continue,
        };
        let answers = all.entry(responder).or_default();
        answers.asked = answers.asked.saturating_add(count);
        if accepted {
            answers.accepted = answers.accepted.saturating_add(count);
            answers.last_accepted = answers.last_accepted.max(Some(newest));
        }
    }
    all.into_iter().collect()
}
