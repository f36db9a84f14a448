//! What reports know of a closed ticket, in few bytes: a year of documents takes minutes to read, a year of
//! these a moment.
//!
//! The documents are the truth. Rows are written with the commit that closes a ticket or changes a closed one
//! and go when it is opened again; a span whose rows are not all there, or not all readable, is read from
//! the documents. So a report is never wrong, only slower.

use serde::{Deserialize, Serialize};
use silverbell_domain::{
    AskedAnswer, AskedFacts, Cause, Channel, DistrictId, EscalationTarget, Flag, Kind, Outcome,
    ResponderId, ResponseFacts, SeniorId, TeamRole, Ticket, TicketId, Times, UnixMs, Urgency,
    who_went,
};
use uuid::Uuid;

/// The version of the layout below. Raise it with every change of the layout, of an enum in it, or of what
/// [`ResponseFacts::of`] makes of a ticket: rows of other versions are written anew.
pub const FACTS_VERSION: u16 = 1;

/// A row of `ticket_facts` to write.
#[derive(Clone, Debug, Serialize)]
pub struct FactsRow {
    /// The ticket's district.
    pub district: DistrictId,
    /// When it was received; never moves.
    pub received_at: UnixMs,
    /// Which ticket.
    pub ticket: TicketId,
    /// The facts, packed; `None`: the row goes, for the ticket is open again.
    #[serde(with = "in_hex")]
    pub facts: Option<Vec<u8>>,
}

mod in_hex {
    use serde::Serializer;

    #[expect(clippy::ref_option, reason = "as serde calls it")]
    pub(super) fn serialize<S: Serializer>(
        facts: &Option<Vec<u8>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match facts {
            Some(bytes) => to.serialize_str(&hex::encode(bytes)),
            None => to.serialize_none(),
        }
    }
}

impl FactsRow {
    /// Returns the row that a ticket has or had; `None` for one that was never closed.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Option<Self> {
        let facts = (!ticket.is_open()).then(|| pack(&ResponseFacts::of(ticket)));
        (facts.is_some() || ticket.reopened > 0).then(|| Self {
            district: ticket.district.clone(),
            received_at: ticket.times.received,
            ticket: ticket.id,
            facts,
        })
    }
}

/// The facts of the closed tickets of a span as they are kept, end to end, and its open tickets: all of one
/// moment.
#[derive(Clone, Debug, Default)]
pub struct PackedFacts {
    /// The rows' bytes, in no order.
    pub bytes: Vec<u8>,
    /// The open tickets, as far as they can be read.
    pub open: Vec<Ticket>,
}

impl PackedFacts {
    /// Returns the facts in the order of receiving; `None` where the bytes make no sense.
    #[must_use]
    pub fn unpack(&self) -> Option<Vec<ResponseFacts>> {
        let mut all: Vec<ResponseFacts> = self.open.iter().map(ResponseFacts::of).collect();
        let mut rest = &self.bytes[..];
        while !rest.is_empty() {
            let (packed, after) = postcard::take_from_bytes::<Packed>(rest).ok()?;
            all.push(packed.facts()?);
            rest = after;
        }
        all.sort_unstable_by_key(|facts| (facts.times.received, facts.number));
        Some(all)
    }
}

/// Returns the facts packed. Nothing in them can fail to be written.
fn pack(facts: &ResponseFacts) -> Vec<u8> {
    postcard::to_allocvec(&Packed::of(facts)).unwrap_or_default()
}

/// A time as so much after receiving.
type After = Option<i64>;

/// The layout. Enums are kept by their place in their list of variants.
#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    ticket: [u8; 16],
    number: u64,
    received: i64,
    after: [After; 18],
    ring_min: u16,
    kind: Kind,
    is_counted: bool,
    senior: Option<[u8; 16]>,
    village: &'a str,
    urgency: Urgency,
    by_call: bool,
    outcome: Option<Outcome>,
    cause: Option<Cause>,
    flags: Vec<Flag>,
    asked: Vec<PackedAsked>,
    escalated_to: Vec<EscalationTarget>,
    complaints: u8,
    satisfaction: Option<u8>,
    reopened: u8,
}

#[derive(Serialize, Deserialize)]
struct PackedAsked {
    responder: [u8; 16],
    role: TeamRole,
    answer: AskedAnswer,
    eta_s: u32,
    offered: i64,
    accepted: After,
    on_scene: After,
}

impl<'a> Packed<'a> {
    fn of(facts: &'a ResponseFacts) -> Self {
        let received = facts.times.received;
        Self {
            ticket: facts.ticket.0.into_bytes(),
            number: facts.number,
            received: received.0,
            after: times_after(&facts.times),
            ring_min: facts.ring_min,
            kind: facts.kind,
            is_counted: facts.is_counted,
            senior: facts.senior.map(|id| id.0.into_bytes()),
            village: &facts.village,
            urgency: facts.urgency,
            by_call: facts.channel == Channel::Call,
            outcome: facts.outcome,
            cause: facts.cause,
            flags: facts.flags.clone(),
            asked: facts.asked.iter().map(|asked| PackedAsked::of(asked, received)).collect(),
            escalated_to: facts.escalated_to.clone(),
            complaints: facts.complaints,
            satisfaction: facts.satisfaction,
            reopened: facts.reopened,
        }
    }

    fn facts(self) -> Option<ResponseFacts> {
        let received = UnixMs(self.received);
        let asked: Vec<AskedFacts> =
            self.asked.into_iter().map(|asked| asked.facts(received)).collect();
        Some(ResponseFacts {
            ticket: TicketId(Uuid::from_bytes(self.ticket)),
            number: self.number,
            times: times_of(received, self.after)?,
            is_emergency: self.kind.is_emergency(),
            ring_min: self.ring_min,
            went: who_went(&asked),
            is_counted: self.is_counted,
            senior: self.senior.map(|id| SeniorId(Uuid::from_bytes(id))),
            village: self.village.to_owned(),
            kind: self.kind,
            urgency: self.urgency,
            channel: if self.by_call { Channel::Call } else { Channel::Device },
            outcome: self.outcome,
            cause: self.cause,
            flags: self.flags,
            asked,
            escalated_to: self.escalated_to,
            complaints: self.complaints,
            satisfaction: self.satisfaction,
            reopened: self.reopened,
        })
    }
}

impl PackedAsked {
    fn of(asked: &AskedFacts, received: UnixMs) -> Self {
        let after = |at: UnixMs| at.0.wrapping_sub(received.0);
        Self {
            responder: asked.responder.0.into_bytes(),
            role: asked.role,
            answer: asked.answer,
            eta_s: asked.eta_s,
            offered: after(asked.offered_at),
            accepted: asked.accepted_at.map(after),
            on_scene: asked.on_scene_at.map(after),
        }
    }

    fn facts(self, received: UnixMs) -> AskedFacts {
        let at = |after: i64| UnixMs(received.0.wrapping_add(after));
        AskedFacts {
            responder: ResponderId(Uuid::from_bytes(self.responder)),
            role: self.role,
            answer: self.answer,
            eta_s: self.eta_s,
            offered_at: at(self.offered),
            accepted_at: self.accepted.map(at),
            on_scene_at: self.on_scene.map(at),
        }
    }
}

fn times_after(times: &Times) -> [After; 18] {
    let Times {
        pressed,
        received,
        opened,
        popped_up,
        answered,
        confirmed,
        family_told,
        first_offered,
        accepted,
        departed,
        on_scene,
        with_senior,
        ambulance_called,
        ambulance_arrived,
        at_hospital,
        handed_over,
        closed,
        followed_up,
        archived,
    } = *times;
    [
        pressed,
        Some(opened),
        popped_up,
        answered,
        confirmed,
        family_told,
        first_offered,
        accepted,
        departed,
        on_scene,
        with_senior,
        ambulance_called,
        ambulance_arrived,
        at_hospital,
        handed_over,
        closed,
        followed_up,
        archived,
    ]
    .map(|at| at.map(|at| at.0.wrapping_sub(received.0)))
}

fn times_of(received: UnixMs, after: [After; 18]) -> Option<Times> {
    let [
        pressed,
        opened,
        popped_up,
        answered,
        confirmed,
        family_told,
        first_offered,
        accepted,
        departed,
        on_scene,
        with_senior,
        ambulance_called,
        ambulance_arrived,
        at_hospital,
        handed_over,
        closed,
        followed_up,
        archived,
    ] = after.map(|after| after.map(|ms| UnixMs(received.0.wrapping_add(ms))));
    Some(Times {
        pressed,
        received,
        opened: opened?,
        popped_up,
        answered,
        confirmed,
        family_told,
        first_offered,
        accepted,
        departed,
        on_scene,
        with_senior,
        ambulance_called,
        ambulance_arrived,
        at_hospital,
        handed_over,
        closed,
        followed_up,
        archived,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ResponseFacts {
        let received = UnixMs(1_700_000_000_000);
        let mut times = Times::opened(Some(received.plus_s(-3)), received, received.plus_s(1));
        (times.accepted, times.archived) =
            (Some(received.plus_s(40)), Some(received.plus_s(9_999)));
        let who = ResponderId(Uuid::from_u128(9));
        let asked = AskedFacts {
            responder: who,
            role: TeamRole::Support,
            answer: AskedAnswer::Accepted,
            eta_s: 300,
            offered_at: received.plus_s(2),
            accepted_at: Some(received.plus_s(40)),
            on_scene_at: Some(received.plus_s(-40)),
        };
        ResponseFacts {
            ticket: TicketId(Uuid::from_u128(7)),
            number: 70_000,
            times,
            is_emergency: true,
            ring_min: 20,
            went: vec![who],
            is_counted: true,
            senior: Some(SeniorId(Uuid::from_u128(u128::MAX))),
            village: "蓝田村".into(),
            kind: Kind::Fall,
            urgency: Urgency::Extreme,
            channel: Channel::Call,
            outcome: Some(Outcome::Hospital),
            cause: Some(Cause::Stroke),
            flags: vec![Flag::NoPosition, Flag::ByHand],
            asked: vec![asked],
            escalated_to: vec![EscalationTarget::Ambulance],
            complaints: 1,
            satisfaction: Some(2),
            reopened: 3,
        }
    }

    #[test]
    fn what_is_packed_comes_back_in_the_order_of_receiving() {
        let later = facts();
        let mut earlier = facts();
        earlier.times = Times::opened(None, UnixMs(5), UnixMs(4));
        earlier.asked.clear();
        earlier.went.clear();
        let bytes = [pack(&later), pack(&earlier)].concat();
        let packed = PackedFacts { bytes, open: Vec::new() };
        assert_eq!(packed.unpack(), Some(vec![earlier, later]));
    }

    #[test]
    fn what_makes_no_sense_is_not_guessed_at() {
        let mut bytes = pack(&facts());
        bytes.pop();
        assert_eq!(PackedFacts { bytes, open: Vec::new() }.unpack(), None);
        let bytes = vec![255; 64];
        assert_eq!(PackedFacts { bytes, open: Vec::new() }.unpack(), None);
    }

    /// Words are kept by their place: a new one goes to the end, or the version is raised.
    #[test]
    fn the_layout_is_that_of_its_version() {
        let words = |all: Vec<&str>| all.join(" ");
        assert_eq!(
            words(Kind::ALL.iter().map(|it| it.as_str()).collect()),
            "sos fall silent help call wandering callback wellbeing equipment service consult \
             care_call complaint drill"
        );
        assert_eq!(
            words(Outcome::ALL.iter().map(|it| it.as_str()).collect()),
            "helped hospital phone family police transferred found refused accidental \
             device_fault nuisance test duplicate no_contact deceased"
        );
        assert_eq!(
            words(Cause::ALL.iter().map(|it| it.as_str()).collect()),
            "fall chest_pain breathing stroke abdominal fire_gas trapped distress fraud dispute \
             no_credit switched_off sim_changed lost unused other"
        );
        assert_eq!(
            words(Flag::ALL.iter().map(|it| it.as_str()).collect()),
            "unverified unknown_device no_position position_doubtful clock_off id_reused \
             kind_unknown alarm_unspecified maybe_charger truncated body_damaged delayed \
             low_battery source_flood by_hand no_voice cannot_talk in_hospital away deceased \
             responder_in_distress"
        );
        let place = |it: EscalationTarget| postcard::to_allocvec(&it);
        assert_eq!(place(EscalationTarget::Leader), Ok(vec![5]));
        assert_eq!(FACTS_VERSION, 1);
        assert_eq!(hex::encode(pack(&facts())), PINNED);
    }

    const PINNED: &str = "00000000000000000000000000000007f0a20480a0abfef96201ef2e01d00f0000000000\
        0180f10400000000000000000001b0cac40914010101ffffffffffffffffffffffffffffffff09e8939de794b0e6\
        9d9100010101010302020e01000000000000000000000000000000090101ac02a01f0180f10401fff00401000101\
        0203";
}
