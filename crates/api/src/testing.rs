//! What unit tests of this crate share.

use silverbell_domain::{
    By, Category, Contact, DistrictId, Eta, EtaSource, Kind, LatLon, OfferId, PersonalPlan, Policy,
    ResponderId, Senior, SeniorId, Sex, TeamRole, Ticket, TicketId, UnixMs, UserId, open_by_hand,
};
use uuid::Uuid;

/// When it happens.
pub(crate) const NOW: UnixMs = UnixMs(1_795_226_584_007);

/// Who takes the calls.
pub(crate) const OPERATOR: UserId = UserId(Uuid::from_u128(1));

/// A senior whose file has something in every part.
pub(crate) fn senior() -> Senior {
    Senior {
        id: SeniorId(Uuid::from_u128(2)),
        district: DistrictId::new("longwen"),
        name: "Chen".into(),
        sex: Sex::Female,
        born: "1940-11-21".into(),
        phone: "13800000001".into(),
        village: "Buwen".into(),
        address: "12 Lane".into(),
        access: "code 4711".into(),
        home: LatLon::new(24.51, 117.66).expect("on the globe"),
        category: Category::MinimumAllowance,
        care_level: 3,
        conditions: vec!["heart".into()],
        medicines: vec!["aspirin".into()],
        allergies: vec!["penicillin".into()],
        contacts: vec![Contact {
            name: "Lin".into(),
            relation: "son".into(),
            phone: "13800000002".into(),
            ..Contact::default()
        }],
        plan: PersonalPlan::default(),
        tier: None,
        gate: None,
        verified: None,
        temporary: Vec::new(),
        changed_at: None,
    }
}

/// A ticket opened by hand.
pub(crate) fn called() -> Ticket {
    let id = TicketId(Uuid::from_u128(3));
    open_by_hand(id, &senior(), Kind::Call, By::Person { user: OPERATOR }, NOW, &Policy::default())
        .0
}

/// That ticket, offered to a responder.
pub(crate) fn offered(offer: OfferId, to: ResponderId) -> Ticket {
    let mut ticket = called();
    let eta = Eta { s: 300, source: EtaSource::Roads };
    let policy = Policy::default();
    let assigned = ticket.assign(OPERATOR, offer, to, TeamRole::Lead, eta, NOW, &policy);
    assigned.expect("offered");
    ticket
}
