//! From the domain to the wire.

use silverbell_dispatcher::{Month, ResponderState};
use silverbell_domain::{
    Alarm, Arrival, Candidate, CardLink, Certificate, DeviceWork, EscalationTarget, Flag,
    ForcedEntry, Handover, Hours, KeyEntry, LatLon, Offer, OfferState, Person, PersonalPlan,
    PhotoOf, PlaceDoubt, Policy, Position, PositionSource, ReportedScene, Responder, ResponderId,
    ResponderRole, SelfTest, Senior, Shift, TeamRole, TemporaryAddress, Ticket, TicketId,
    TicketPhoto, Times, Travel, Trip, TripEnd, UnixMs, Weather, WithdrawReason,
};
use silverbell_store::{CallRecord, SeatedDesk, ShownNote, User};
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
pub(crate) fn ticket(ticket: &Ticket, policy: &Policy, now: UnixMs) -> dto::Ticket {
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
        next: ticket.next_deadline_for_people().filter(|_| ticket.is_open()).map(|deadline| {
            dto::Next { what: deadline.kind.as_str().into(), at: rfc3339(deadline.at) }
        }),
        escalated_to: ticket.escalated_to.iter().map(|to| escalated(*to).into()).collect(),
        flags: ticket.flags.iter().map(|flag| flag.as_str().into()).collect(),
        ring_min: ticket.ring_min,
        position: ticket.position.map(|p| position(&p)),
        place_doubt: ticket.place_doubt.as_deref().map(place_doubt),
        scene: scene(ticket),
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
        in_distress: ticket.in_distress.map(|id| id.to_string()),
        handover: handed_over(ticket),
        cards: ticket.cards.iter().map(card_link).collect(),
        death: ticket.death.as_ref().map(|death| dto::Death {
            confirmed_by: escalated(death.confirmed_by).into(),
            reference: death.reference.clone(),
            stated_by: death.stated_by.to_string(),
            stated_at: rfc3339(death.stated_at),
            signed_at: death.signed.map(|(_, at)| rfc3339(at)),
        }),
        call_back: ticket.call_back_due(policy).map(|due| dto::CallBack {
            call: due.call.as_str().into(),
            by: rfc3339(due.by),
            tried: due.tried,
            attempts: policy.follow_up.attempts,
            tried_at: due.tried_at.map(rfc3339),
            overdue: due.by < now,
        }),
        about: ticket.about.map(|about| about.ticket.to_string()),
        forced_entry: ticket.forced_entry.as_ref().map(|entry| forced_entry(ticket, entry)),
        photos: ticket.photos.iter().map(photo).collect(),
    }
}

pub(crate) const fn travel(travel: Travel) -> &'static str {
    match travel {
        Travel::Walk => "walk",
        Travel::Ebike => "ebike",
        Travel::Car => "car",
    }
}

/// Returns what the weather forbids.
pub(crate) fn weather(weather: &Weather) -> dto::Weather {
    dto::Weather {
        stops: weather.stops.iter().map(|stopped| travel(*stopped).into()).collect(),
        until: rfc3339(weather.until),
        note: weather.note.clone(),
    }
}

fn handed_over(ticket: &Ticket) -> Option<dto::HandedOver> {
    let handover = Some(&ticket.handover).filter(|handover| !handover.is_none())?;
    let Handover { hospital, taken_over_by } = handover.clone();
    Some(dto::HandedOver { hospital, taken_over_by })
}

fn card_link(link: &CardLink) -> dto::CardLink {
    dto::CardLink {
        id: link.id.to_string(),
        to: link.to.clone(),
        given_at: rfc3339(link.given_at),
        expires_at: rfc3339(link.expires_at),
        revoked_at: link.revoked_at.map(rfc3339),
        readings: link.readings,
    }
}

fn place_doubt(doubt: &PlaceDoubt) -> dto::PlaceDoubt {
    dto::PlaceDoubt {
        offer: doubt.offer.to_string(),
        responder: doubt.responder.to_string(),
        at: rfc3339(doubt.at),
        position: doubt.position.map(|at| position(&at)),
        text: doubt.text.clone(),
    }
}

/// Returns how the senior was found, where somebody told it.
pub(crate) fn scene(ticket: &Ticket) -> Option<dto::Scene> {
    let ReportedScene { offer, responder, at, report } = ticket.scene.as_deref()?;
    Some(dto::Scene {
        offer: offer.to_string(),
        responder: responder.to_string(),
        at: rfc3339(*at),
        conscious: report.conscious.as_str().into(),
        breathing: report.breathing.as_str().into(),
        fell: report.fell,
        pain: report.pain.map(|pain| pain.as_str().into()),
        measures: report.measures.iter().map(|measure| measure.as_str().into()).collect(),
        outcome: report.outcome.map(|outcome| outcome.as_str().into()),
        note: report.note.clone(),
        grave: report.is_grave(),
    })
}

fn photo(photo: &TicketPhoto) -> dto::Photo {
    dto::Photo {
        id: photo.id.to_string(),
        what: photo.what.as_str().into(),
        at: rfc3339(photo.at),
        bytes: photo.bytes,
    }
}

fn forced_entry(ticket: &Ticket, entry: &ForcedEntry) -> dto::ForcedEntry {
    let photos = |of: PhotoOf| {
        let photos = ticket.photos.iter().filter(move |photo| photo.what == of);
        photos.map(|photo| photo.id.to_string()).collect()
    };
    let note = |at, text: &str| dto::EntryNote { at: rfc3339(at), text: text.into() };
    dto::ForcedEntry {
        decided_at: rfc3339(entry.decided_at),
        authorised_by: entry.authorised_by.clone(),
        police_reference: entry.police_reference.clone(),
        witness: entry.witness.clone(),
        reason: entry.reason.clone(),
        opened: entry
            .opened
            .as_ref()
            .map(|opened| dto::DoorOpened { at: rfc3339(opened.at), by: opened.by.clone() }),
        secured: entry.secured.as_ref().map(|secured| dto::DoorSecured {
            at: rfc3339(secured.at),
            by: secured.by.clone(),
            how: secured.how.clone(),
        }),
        called_off: entry.called_off.as_ref().map(|it| note(it.at, &it.reason)),
        corrections: entry.corrections.iter().map(|it| note(it.at, &it.text)).collect(),
        photos_before: photos(PhotoOf::Before),
        photos_after: photos(PhotoOf::After),
    }
}

/// Returns an entry of the register of keys; `name` is who has it.
pub(crate) fn key(entry: &KeyEntry, name: Option<String>, overdue: bool, now: UnixMs) -> dto::Key {
    dto::Key {
        id: entry.id.to_string(),
        senior: entry.senior.to_string(),
        kind: entry.kind.as_str().into(),
        place: entry.place.clone(),
        note: entry.note.clone(),
        changed_at: rfc3339(entry.changed_at),
        out: entry.out.as_ref().map(|out| dto::KeyOut {
            to: out.to.to_string(),
            name,
            since: rfc3339(out.since),
            out_s: now.since_s(out.since).max(0),
            ticket: out.ticket.map(|id| id.to_string()),
            note: out.note.clone(),
        }),
        overdue,
        retired: entry.retired.is_some(),
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
pub(crate) fn ticket_for_aide(
    full: &Ticket,
    responder: ResponderId,
    policy: &Policy,
    now: UnixMs,
) -> dto::Ticket {
    let in_hand = full.last_offer_to(responder).is_some_and(|o| o.state.is_active());
    let mut shown = ticket(full, policy, now);
    let own = responder.to_string();
    let goes = |status: &str| matches!(status, "accepted" | "on_scene" | "escorting" | "done");
    shown.offers.retain(|o| o.responder == own || (in_hand && goes(&o.status)));
    if !full.engages(responder) {
        // Before accepting nothing of health, and of where the senior is only the place to go to.
        let of_file = Flag::OF_FILE.map(Flag::as_str);
        shown.flags.retain(|flag| !of_file.contains(&&**flag));
        shown.forced_entry = None;
        shown.photos = Vec::new();
        shown.scene = None;
        shown.handover = None;
        shown.devices = Vec::new();
        let times = &mut shown.times;
        for health in [
            &mut times.ambulance_called,
            &mut times.ambulance_arrived,
            &mut times.at_hospital,
            &mut times.handed_over,
        ] {
            *health = None;
        }
    }
    shown.place_doubt = shown.place_doubt.filter(|doubt| doubt.responder == own);
    if !in_hand {
        shown.place_doubt = None;
        shown.senior = None;
        shown.who = dto::Who { name: None, age: None, village: None };
        shown.position = None;
        shown.flags = Vec::new();
        shown.escalated_to = Vec::new();
        shown.silence = None;
        shown.outcome = None;
        shown.cause = None;
        shown.in_distress = None;
    }
    shown.cards = Vec::new();
    shown.death = None;
    shown.call_back = None;
    shown.about = None;
    shown
}

pub(crate) const fn escalated(to: EscalationTarget) -> &'static str {
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
    let is_there = matches!(offer.state, OfferState::OnScene { .. } | OfferState::Escorting { .. });
    let word = offer.word.filter(|_| is_there);
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
        help_asked: offer.help_asked.iter().map(|what| what.as_str().into()).collect(),
        word_due_at: word.map(|word| rfc3339(word.due_at)),
        word_missed_at: word.and_then(|word| word.missed_at).map(rfc3339),
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
    let residence = senior.residence(now);
    dto::Senior {
        id: senior.id.to_string(),
        district: senior.district.to_string(),
        name: senior.name.clone(),
        sex: senior.sex.as_str().into(),
        born: senior.born.clone(),
        age: age_years(&senior.born, now),
        phone: senior.phone.clone(),
        village: senior.village.clone(),
        address: residence.address.to_owned(),
        access: residence.access.to_owned(),
        lat: residence.door.lat,
        lon: residence.door.lon,
        gate: residence.gate.map(point),
        residence: if residence.temporary.is_some() { "temporary" } else { "home" }.into(),
        residence_until: residence.temporary.map(|stay| rfc3339(stay.until)),
        home: Some(dto::HomeAddress {
            address: senior.address.clone(),
            access: senior.access.clone(),
            lat: senior.home.lat,
            lon: senior.home.lon,
            gate: senior.gate.map(point),
        }),
        temporary: senior
            .temporary
            .iter()
            .map(|stay| temporary(stay, residence.temporary == Some(stay)))
            .collect(),
        verified_at: senior.verified.map(|it| rfc3339(it.at)),
        tier: senior.tier.map(|tier| tier.as_str().into()),
        changed_at: senior.changed_at.map(rfc3339),
        category: senior.category.as_str().into(),
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
                accidental: contact.accidental_news().as_str().into(),
            })
            .collect(),
        plan: Some(plan(&senior.plan, now)),
    }
}

fn point(point: LatLon) -> dto::Point {
    dto::Point { lat: point.lat, lon: point.lon }
}

fn temporary(stay: &TemporaryAddress, in_force: bool) -> dto::TemporaryAddress {
    dto::TemporaryAddress {
        address: stay.address.clone(),
        access: stay.access.clone(),
        lat: stay.door.lat,
        lon: stay.door.lon,
        gate: stay.gate.map(point),
        from: rfc3339(stay.from),
        until: rfc3339(stay.until),
        note: stay.note.clone(),
        in_force,
    }
}

/// Returns a responder as the registry keeps one.
pub(crate) fn registry_responder(
    responder: &Responder,
    usernames: Vec<String>,
) -> dto::RegistryResponder {
    dto::RegistryResponder {
        id: responder.id.to_string(),
        district: responder.district.to_string(),
        name: responder.name.clone(),
        role: responder.role.as_str().into(),
        phone: responder.phone.clone(),
        lat: responder.standby.lat,
        lon: responder.standby.lon,
        sex: responder.sex.map(|sex| sex.as_str().into()),
        dialects: responder.dialects.clone(),
        certificates: responder.certificates.iter().map(certificate).collect(),
        travel: responder.travel.as_str().into(),
        on_duty: responder.on_duty,
        left_at: responder.left_at.map(rfc3339),
        usernames,
        self_test: responder.self_test.as_ref().map(self_test),
        changed_at: responder.changed_at.map(rfc3339),
    }
}

fn certificate(it: &Certificate) -> dto::Certificate {
    dto::Certificate { name: it.name.clone(), until: it.until.clone() }
}

pub(crate) fn self_test(test: &SelfTest) -> dto::SelfTest {
    let parts = test.parts.iter();
    dto::SelfTest {
        at: rfc3339(test.at),
        parts: parts.map(|(part, how)| (part.as_str().into(), how.as_str().into())).collect(),
    }
}

pub(crate) fn month(month: &Month) -> dto::Month {
    let items: Vec<dto::Trip> = month.trips.iter().map(trip).collect();
    let arrived = || items.iter().filter(|trip| trip.on_scene_at.is_some());
    let travelled_m = month.trips.iter().filter_map(|trip| trip.travelled_m);
    dto::Month {
        from: rfc3339(month.from),
        to: rfc3339(month.to),
        trips: arrived().count(),
        nights: arrived().filter(|trip| trip.night).count(),
        withdrawn: items.len() - arrived().count(),
        km: km(travelled_m.map(u64::from).sum()),
        without_km: arrived().filter(|trip| trip.km.is_none()).count(),
        items,
    }
}

fn trip(trip: &Trip) -> dto::Trip {
    let (on_scene_at, done_at, withdrawn_at) = match trip.end {
        TripEnd::Arrived { on_scene_at, done_at } => (Some(on_scene_at), done_at, None),
        TripEnd::Withdrawn { withdrawn_at } => (None, None, Some(withdrawn_at)),
    };
    dto::Trip {
        number: trip.number,
        role: trip.role.as_str().into(),
        offered_at: rfc3339(trip.offered_at),
        on_scene_at: on_scene_at.map(rfc3339),
        done_at: done_at.map(rfc3339),
        withdrawn_at: withdrawn_at.map(rfc3339),
        night: trip.is_night,
        km: trip.travelled_m.map(|travelled_m| km(travelled_m.into())),
    }
}

/// Returns metres as kilometres, to the hundred metres: positions tell no more.
fn km(metres: u64) -> f64 {
    // Nobody rides 2^52 metres in a month.
    (metres as f64 / 100.0).round() / 10.0
}

fn hours(hours: Hours) -> String {
    let clock = |min: u16| format!("{:02}:{:02}", min / 60, min % 60);
    format!("{}-{}", clock(hours.from_min), clock(hours.to_min))
}

pub(crate) fn plan(plan: &PersonalPlan, now: UnixMs) -> dto::Plan {
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
        hazards: plan.needs.hazards.iter().map(|hazard| hazard.as_str().into()).collect(),
        died_at: plan.needs.died_at.map(rfc3339),
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
        home: None,
        temporary: Vec::new(),
        verified_at: None,
        tier: None,
        changed_at: None,
        ..senior(full, now)
    }
}

pub(crate) const fn responder_role(role: ResponderRole) -> &'static str {
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
    out_of_touch_since: Option<UnixMs>,
) -> dto::Responder {
    let position = person.position.filter(|_| state != ResponderState::Off);
    dto::Responder {
        id: person.responder.id.to_string(),
        name: person.responder.name.clone(),
        role: responder_role(person.responder.role).into(),
        state: state.as_str().into(),
        travel: travel(person.responder.travel).into(),
        lat: position.map(|(point, _)| point.lat),
        lon: position.map(|(point, _)| point.lon),
        at: position.map(|(_, at)| rfc3339(at)),
        ticket: ticket.map(|id| id.to_string()),
        out_of_touch_since: out_of_touch_since.map(rfc3339),
    }
}

/// Returns a shift; of somebody who is not there any more without a name.
pub(crate) fn shift(shift: &Shift, person: Option<&Person>) -> dto::Shift {
    let responder = person.map(|person| &person.responder);
    dto::Shift {
        id: shift.id.to_string(),
        responder: shift.responder.to_string(),
        name: responder.map(|it| it.name.clone()).unwrap_or_default(),
        role: responder.map(|it| responder_role(it.role)).unwrap_or_default().into(),
        from: rfc3339(shift.from),
        to: rfc3339(shift.to),
    }
}

pub(crate) fn desk(seated: &SeatedDesk) -> dto::Desk {
    let desk = seated.desk;
    dto::Desk {
        user: desk.user.to_string(),
        name: seated.name.clone(),
        role: seated.role.as_str().into(),
        state: desk.state.as_str().into(),
        since: rfc3339(desk.since),
        seen_at: rfc3339(desk.seen_at),
        sound_heard_at: desk.sound_heard_at.map(rfc3339),
    }
}

pub(crate) fn shift_note(shown: &ShownNote) -> dto::ShiftNote {
    let readers = shown.read_by.iter().map(|reader| dto::NoteReader {
        user: reader.user.to_string(),
        name: reader.name.clone(),
        at: rfc3339(reader.at),
    });
    dto::ShiftNote {
        id: shown.note.id.to_string(),
        district: shown.note.district.to_string(),
        at: rfc3339(shown.note.at),
        by: shown.note.by.to_string(),
        name: shown.name.clone(),
        text: shown.note.text.clone(),
        read_by: readers.collect(),
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
            district: whole.district,
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
            gate: whole.gate,
            residence: whole.residence,
            residence_until: whole.residence_until,
            home: None,
            temporary: Vec::new(),
            verified_at: None,
            tier: None,
            changed_at: None,
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
        assert_eq!(ticket_for_aide(&ticket, who, &policy, NOW).flags, ["no_position"]);
        let by = By::Person { user: OPERATOR };
        let accepted = ticket.step_offer(offer, OfferCommand::Accept, by, None, NOW, &policy);
        assert!(accepted.is_ok());
        assert_eq!(ticket_for_aide(&ticket, who, &policy, NOW).flags.len(), 3);
    }
}
