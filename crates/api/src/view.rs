//! From the domain to the wire.

use silverbell_dispatcher::ResponderState;
use silverbell_domain::{
    Alarm, Arrival, Candidate, Category, DeviceWork, EscalationTarget, Flag, Hours, Offer,
    OfferState, Person, PersonalPlan, Position, PositionSource, Responder, ResponderId,
    ResponderRole, Senior, Sex, TeamRole, Ticket, TicketId, Times, Travel, UnixMs, WithdrawReason,
};
use silverbell_store::{CallRecord, User};
use silverbell_web::{age_years, rfc3339};

use crate::dto;

pub(crate) fn user(user: &User) -> dto::User {
    dto::User {
        id: user.id.to_string(),
        username: user.username.clone(),
        name: user.display_name.clone(),
        role: user.role.as_str().into(),
        responder: user.responder.map(|id| id.to_string()),
        districts: user.districts.iter().map(ToString::to_string).collect(),
    }
}

/// Returns a ticket as an operator sees it.
pub(crate) fn ticket(ticket: &Ticket, now: UnixMs) -> dto::Ticket {
    let closing = ticket.handling.closing();
    dto::Ticket {
        id: ticket.id.to_string(),
        number: ticket.number,
        senior: ticket.senior.map(|id| id.to_string()),
        who: who(ticket, now),
        district: ticket.district.to_string(),
        kind: ticket.kind.as_str().into(),
        urgency: ticket.urgency.as_u8(),
        status: if ticket.is_open() { "open" } else { "closed" }.into(),
        handling: ticket.handling.as_str().into(),
        // Of a closed ticket: who closed it.
        owner: ticket.owner().or(closing.map(|closing| closing.by)).map(|id| id.to_string()),
        next: ticket.next_deadline_for_people().map(|deadline| dto::Next {
            what: deadline.kind.as_str().into(),
            at: rfc3339(deadline.at),
        }),
        escalated_to: ticket.escalated_to.iter().map(|to| escalated(*to).into()).collect(),
        flags: ticket.flags.iter().map(|flag| flag.as_str().into()).collect(),
        ring_min: ticket.ring_min,
        position: ticket.position.map(|p| position(&p)),
        times: times(&ticket.times),
        offers: ticket.offers.iter().map(|o| offer(ticket, o)).collect(),
        held_until: ticket.held_until.filter(|_| ticket.is_open()).map(rfc3339),
        silence: ticket.silence.map(|silence| dto::Silence {
            step: silence.step.as_str().into(),
            since: rfc3339(silence.since),
        }),
        outcome: closing.map(|closing| closing.outcome.as_str().into()),
        cause: closing.and_then(|closing| closing.cause).map(|cause| cause.as_str().into()),
        signals: ticket.signals,
        seq: ticket.version,
        devices: ticket.devices.iter().map(device_work).collect(),
    }
}

/// Returns a telephone call.
pub(crate) fn call(call: &CallRecord, now: UnixMs) -> dto::Call {
    let state = match (call.answered_at, call.ended_at) {
        (_, Some(_)) => "ended",
        (Some(_), None) => "answered",
        (None, None) => "ringing",
    };
    dto::Call {
        id: call.id.to_string(),
        direction: if call.outgoing { "out" } else { "in" }.into(),
        state: state.into(),
        number: call.number.clone(),
        withheld: call.withheld,
        seniors: call
            .parties
            .iter()
            .map(|party| dto::CallSenior {
                id: party.senior.to_string(),
                name: party.name.clone(),
                age: age_years(&party.born, now),
                village: party.village.clone(),
                relation: party.relation.clone(),
            })
            .collect(),
        by: call.by.clone(),
        result: call.result.clone(),
        ticket: call.ticket.map(|id| id.to_string()),
        recording: call.recording.clone(),
        ringing_at: rfc3339(call.ringing_at),
        answered_at: call.answered_at.map(rfc3339),
        ended_at: call.ended_at.map(rfc3339),
        summary: call.summary.clone(),
    }
}

fn device_work(work: &DeviceWork) -> dto::DeviceWork {
    let who = work.who.as_ref();
    dto::DeviceWork {
        id: work.device.to_string(),
        device: work.ident.clone(),
        protocol: work.protocol.as_str().into(),
        senior: work.senior.to_string(),
        name: who.map(|who| who.name.clone()).unwrap_or_default(),
        village: who.map(|who| who.village.clone()).unwrap_or_default(),
        trouble: work.trouble.as_str().into(),
        since: rfc3339(work.since),
    }
}

fn who(ticket: &Ticket, now: UnixMs) -> dto::Who {
    let who = ticket.who.as_ref();
    dto::Who {
        name: who.map(|who| who.name.clone()),
        age: who.and_then(|who| age_years(&who.born, now)),
        village: who.map(|who| who.village.clone()),
    }
}

/// Returns a ticket as one of the team sees it: the own offer and the partners who go. Whoever has
/// no offer in hand any more sees that it is over, and nothing of the senior.
pub(crate) fn ticket_for_aide(full: &Ticket, responder: ResponderId, now: UnixMs) -> dto::Ticket {
    let in_hand = full.last_offer_to(responder).is_some_and(|o| o.state.is_active());
    let mut shown = ticket(full, now);
    let own = responder.to_string();
    let goes = |status: &str| matches!(status, "accepted" | "on_scene" | "escorting" | "done");
    shown.offers.retain(|o| o.responder == own || (in_hand && goes(&o.status)));
    if !full.engages(responder) {
        // Before accepting nothing of health, and of where the senior is only the place to go to.
        let of_file = [Flag::CannotTalk, Flag::InHospital, Flag::Away].map(Flag::as_str);
        shown.flags.retain(|flag| !of_file.contains(&&**flag));
    }
    if !in_hand {
        shown.senior = None;
        shown.who = dto::Who { name: None, age: None, village: None };
        shown.position = None;
        shown.flags = Vec::new();
        shown.escalated_to = Vec::new();
        shown.silence = None;
        shown.outcome = None;
        shown.cause = None;
    }
    shown
}

const fn escalated(to: EscalationTarget) -> &'static str {
    match to {
        EscalationTarget::Ambulance => "120",
        EscalationTarget::Police => "110",
        EscalationTarget::Fire => "119",
        EscalationTarget::ShiftLead => "shift_lead",
        EscalationTarget::Supervisor => "supervisor",
        EscalationTarget::Leader => "leader",
    }
}

pub(crate) fn position(position: &Position) -> dto::Position {
    dto::Position {
        lat: position.point.lat,
        lon: position.point.lon,
        accuracy_m: position.accuracy_m,
        source: match position.source {
            PositionSource::Pin => "pin",
            PositionSource::Gps => "gps",
            PositionSource::Wifi => "wifi",
            PositionSource::Cell => "cell",
            PositionSource::Home => "home",
        }
        .into(),
        at: rfc3339(position.at),
    }
}

/// Returns an alarm that is not yet recorded.
pub(crate) fn unrecorded(alarm: &Alarm) -> dto::UnrecordedAlarm {
    dto::UnrecordedAlarm {
        id: alarm.id.to_string(),
        kind: alarm.kind.as_str().into(),
        protocol: alarm.protocol.as_str().into(),
        device: alarm.ident.clone(),
        received_at: rfc3339(alarm.received_at),
        position: alarm.position.map(|p| position(&p)),
    }
}

fn times(times: &Times) -> dto::Times {
    let text = |at: Option<UnixMs>| at.map(rfc3339);
    dto::Times {
        pressed: text(times.pressed),
        received: text(Some(times.received)),
        opened: text(Some(times.opened)),
        popped_up: text(times.popped_up),
        answered: text(times.answered),
        confirmed: text(times.confirmed),
        family_told: text(times.family_told),
        first_offered: text(times.first_offered),
        accepted: text(times.accepted),
        departed: text(times.departed),
        on_scene: text(times.on_scene),
        with_senior: text(times.with_senior),
        ambulance_called: text(times.ambulance_called),
        ambulance_arrived: text(times.ambulance_arrived),
        at_hospital: text(times.at_hospital),
        handed_over: text(times.handed_over),
        closed: text(times.closed),
        followed_up: text(times.followed_up),
        archived: text(times.archived),
    }
}

pub(crate) fn offer(ticket: &Ticket, offer: &Offer) -> dto::Offer {
    let is_on_the_way = matches!(offer.state, OfferState::Accepted { .. });
    let way = offer.way.filter(|_| is_on_the_way);
    let mut shown = dto::Offer {
        id: offer.id.to_string(),
        ticket: ticket.id.to_string(),
        responder: offer.responder.to_string(),
        role: offer.role.as_str().into(),
        status: offer.state.as_str().into(),
        eta_s: offer.eta.s,
        eta_source: eta_source(offer.eta.source).into(),
        ring_min: offer.ring_min,
        overdue: offer.overdue,
        offered_at: rfc3339(offer.offered_at),
        deadline: rfc3339(offer.deadline),
        accepted_at: None,
        departed_at: None,
        on_scene_at: None,
        with_senior_at: None,
        arrival: None,
        distance_m: offer.door.and_then(|door| door.distance_m),
        way_left_s: way.map(|way| way.left_s),
        stuck_since: way.and_then(|way| way.stuck_at).map(rfc3339),
        rings_until: offer.rings.map(|rings| rfc3339(rings.until)),
        withdrawn_why: None,
    };
    match offer.state {
        OfferState::Accepted { accepted_at, departed_at, .. } => {
            shown.accepted_at = Some(rfc3339(accepted_at));
            shown.departed_at = departed_at.map(rfc3339);
        }
        OfferState::OnScene { accepted_at, departed_at, on_scene_at, arrival, with_senior_at } => {
            shown.accepted_at = Some(rfc3339(accepted_at));
            shown.departed_at = departed_at.map(rfc3339);
            shown.on_scene_at = Some(rfc3339(on_scene_at));
            shown.with_senior_at = with_senior_at.map(rfc3339);
            shown.arrival = Some(
                match arrival {
                    Arrival::Claimed => "claimed",
                    Arrival::Confirmed => "confirmed",
                }
                .into(),
            );
        }
        OfferState::Escorting { accepted_at, on_scene_at, .. }
        | OfferState::Done { accepted_at, on_scene_at, .. } => {
            shown.accepted_at = Some(rfc3339(accepted_at));
            shown.on_scene_at = Some(rfc3339(on_scene_at));
        }
        OfferState::Withdrawn { why, .. } => shown.withdrawn_why = Some(withdrawn(why).into()),
        OfferState::Offered | OfferState::Declined { .. } | OfferState::Expired { .. } => {}
    }
    shown
}

const fn withdrawn(why: WithdrawReason) -> &'static str {
    match why {
        WithdrawReason::PlaceTaken => "place_taken",
        WithdrawReason::TicketClosed => "ticket_closed",
        WithdrawReason::OffDuty => "off_duty",
        WithdrawReason::ByHand => "by_hand",
        WithdrawReason::Replaced => "replaced",
        WithdrawReason::Interrupted => "interrupted",
    }
}

pub(crate) const fn eta_source(source: silverbell_domain::EtaSource) -> &'static str {
    match source {
        silverbell_domain::EtaSource::Roads => "roads",
        silverbell_domain::EtaSource::StraightLine => "straight_line",
    }
}

/// Returns a senior's whole file.
pub(crate) fn senior(senior: &Senior, now: UnixMs) -> dto::Senior {
    dto::Senior {
        id: senior.id.to_string(),
        name: senior.name.clone(),
        sex: match senior.sex {
            Sex::Female => "female",
            Sex::Male => "male",
        }
        .into(),
        born: senior.born.clone(),
        age: age_years(&senior.born, now),
        phone: senior.phone.clone(),
        village: senior.village.clone(),
        address: senior.address.clone(),
        access: senior.access.clone(),
        lat: senior.home.lat,
        lon: senior.home.lon,
        category: category(senior.category).into(),
        care_level: senior.care_level,
        conditions: senior.conditions.clone(),
        medicines: senior.medicines.clone(),
        allergies: senior.allergies.clone(),
        contacts: senior
            .contacts
            .iter()
            .map(|contact| dto::Contact {
                name: contact.name.clone(),
                relation: contact.relation.clone(),
                phone: contact.phone.clone(),
                kind: contact.kind.as_str().into(),
                hours: contact.hours.map(hours),
                opens_door: contact.opens_door,
            })
            .collect(),
        plan: Some(plan(&senior.plan, now)),
    }
}

fn hours(hours: Hours) -> String {
    let clock = |min: u16| format!("{:02}:{:02}", min / 60, min % 60);
    format!("{}-{}", clock(hours.from_min), clock(hours.to_min))
}

fn plan(plan: &PersonalPlan, now: UnixMs) -> dto::Plan {
    let absence = plan.needs.absence.as_ref().filter(|_| plan.needs.elsewhere(now).is_some());
    let absence = absence.map(|absence| dto::Absence {
        place: absence.place.as_str().into(),
        until: absence.until.map(rfc3339),
        note: absence.note.clone(),
    });
    dto::Plan {
        dialect: plan.needs.dialect.clone(),
        deaf: plan.needs.is_deaf,
        mute: plan.needs.is_mute,
        absence,
        advice: plan.advice.clone(),
    }
}

/// Returns a senior's file as somebody who is asked may see it: where, and how old, but nothing of
/// health, welfare, door codes or family before accepting.
pub(crate) fn senior_before_accepting(full: &Senior, now: UnixMs) -> dto::Senior {
    dto::Senior {
        born: String::new(),
        phone: String::new(),
        access: String::new(),
        category: String::new(),
        care_level: 0,
        conditions: Vec::new(),
        medicines: Vec::new(),
        allergies: Vec::new(),
        contacts: Vec::new(),
        plan: None,
        ..senior(full, now)
    }
}

const fn category(category: Category) -> &'static str {
    match category {
        Category::StateSupported => "state_supported",
        Category::MinimumAllowance => "minimum_allowance",
        Category::RegisteredPoor => "registered_poor",
        Category::SeverelyDisabled => "severely_disabled",
        Category::SpecialCare => "special_care",
        Category::FamilyPlanning => "family_planning",
        Category::Over80 => "over80",
        Category::SelfPaid => "self_paid",
    }
}

const fn responder_role(role: ResponderRole) -> &'static str {
    match role {
        ResponderRole::Aide => "aide",
        ResponderRole::Rescuer => "rescuer",
    }
}

pub(crate) fn candidate(
    candidate: &Candidate,
    person: Option<&Responder>,
    planned: Option<TeamRole>,
    ticket: &Ticket,
) -> dto::Candidate {
    let mut reason = candidate.reason.in_words(ticket.ring_min);
    if let Some(dialect) = ticket.needs.dialect.as_ref().filter(|_| candidate.speaks_dialect) {
        reason = format!("{reason}, speaks {dialect}");
    }
    dto::Candidate {
        responder: candidate.responder.to_string(),
        name: person.map(|person| person.name.clone()).unwrap_or_default(),
        role: responder_role(candidate.role).into(),
        phone: person.map(|person| person.phone.clone()).unwrap_or_default(),
        eta_s: Some(candidate.eta.s),
        eta_source: Some(eta_source(candidate.eta.source).into()),
        reason,
        reason_code: candidate.reason.code().into(),
        reason_value: candidate.reason.value(),
        speaks_dialect: candidate.speaks_dialect,
        planned_as: planned.map(|role| role.as_str().into()),
        eligible: candidate.reason.is_askable(),
    }
}

/// Returns a responder on the map.
pub(crate) fn responder(
    person: &Person,
    state: ResponderState,
    ticket: Option<TicketId>,
) -> dto::Responder {
    let position = person.position.filter(|_| state != ResponderState::Off);
    dto::Responder {
        id: person.responder.id.to_string(),
        name: person.responder.name.clone(),
        role: responder_role(person.responder.role).into(),
        state: state.as_str().into(),
        travel: match person.responder.travel {
            Travel::Walk => "walk",
            Travel::Ebike => "ebike",
            Travel::Car => "car",
        }
        .into(),
        lat: position.map(|(point, _)| point.lat),
        lon: position.map(|(point, _)| point.lon),
        at: position.map(|(_, at)| rfc3339(at)),
        ticket: ticket.map(|id| id.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use silverbell_domain::{By, Eta, EtaSource, OfferCommand, OfferId, Policy};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{NOW, OPERATOR, senior as file};

    #[test]
    fn before_accepting_a_file_says_where_and_nothing_of_health_welfare_doors_or_family() {
        let shown = senior_before_accepting(&file(), NOW);
        let whole = senior(&file(), NOW);
        let known = dto::Senior {
            id: whole.id,
            name: whole.name,
            sex: whole.sex,
            born: String::new(),
            age: whole.age,
            phone: String::new(),
            village: whole.village,
            address: whole.address,
            access: String::new(),
            lat: whole.lat,
            lon: whole.lon,
            category: String::new(),
            care_level: 0,
            conditions: Vec::new(),
            medicines: Vec::new(),
            allergies: Vec::new(),
            contacts: Vec::new(),
            plan: None,
        };
        assert_eq!(shown, known);
    }

    #[test]
    fn whoever_is_asked_reads_nothing_of_health_in_the_flags_before_accepting() {
        let (who, offer) = (ResponderId(Uuid::from_u128(7)), OfferId(Uuid::from_u128(8)));
        let (eta, policy) = (Eta { s: 60, source: EtaSource::Roads }, Policy::default());
        let mut ticket = crate::testing::called();
        ticket.flags = [Flag::CannotTalk, Flag::InHospital, Flag::NoPosition].into();
        let asked = ticket.assign(OPERATOR, offer, who, TeamRole::Lead, eta, NOW, &policy);
        assert!(asked.is_ok());
        assert_eq!(ticket_for_aide(&ticket, who, NOW).flags, ["no_position"]);
        let by = By::Person { user: OPERATOR };
        let accepted = ticket.step_offer(offer, OfferCommand::Accept, by, None, NOW, &policy);
        assert!(accepted.is_ok());
        assert_eq!(ticket_for_aide(&ticket, who, NOW).flags.len(), 3);
    }
}
