//! What is locked up: who may read a door code, who has a key, and a door that is opened by force.

use silverbell_domain::{
    Arrival, By, Close, CodeRefusal, EntrySaid, KeyEntry, KeyId, KeyKind, KeyOut, Kind,
    OfferCommand, Outcome, PhotoId, PhotoOf, Reader, Refusal, TicketPhoto, UnixMs, WithdrawReason,
};
use silverbell_testkit::{Broken, START, Town, longwen, nth_uuid, operator};

fn code_of(town: &Town, door: char) -> KeyEntry {
    KeyEntry {
        id: KeyId(nth_uuid(50, 1)),
        district: longwen(),
        senior: town.senior(door).id,
        kind: KeyKind::Code,
        place: "gate".into(),
        note: String::new(),
        changed_at: START,
        out: None,
        retired: None,
    }
}

#[test]
fn a_code_is_for_who_is_on_the_way_from_accepting_until_done_and_for_nobody_else() {
    let mut town = Town::drawn("A-S-1");
    town.press('S');
    let entry = code_of(&town, 'S');
    let aide = Reader::Responder(town.who('A'));
    let shown = |town: &Town, reader| town.ticket('S').shows_code(&entry, reader);
    assert_eq!(shown(&town, aide), Err(CodeRefusal::NotEngaged));
    town.plan();
    assert_eq!(shown(&town, aide), Err(CodeRefusal::NotEngaged), "asked is not on the way");
    town.accept('A');
    assert_eq!(shown(&town, aide), Ok(()));
    assert_eq!(shown(&town, Reader::Responder(town.who('1'))), Err(CodeRefusal::NotEngaged));
    for command in [OfferCommand::OnScene(Arrival::Claimed), OfferCommand::Escort] {
        town.step('A', command);
        assert_eq!(shown(&town, aide), Ok(()));
    }
    town.step('A', OfferCommand::Done);
    assert_eq!(shown(&town, aide), Err(CodeRefusal::NotEngaged));
    town.accept('1');
    town.step('1', OfferCommand::Withdraw(WithdrawReason::ByHand));
    assert_eq!(shown(&town, Reader::Responder(town.who('1'))), Err(CodeRefusal::NotEngaged));
    assert_eq!(shown(&town, Reader::Stranger), Err(CodeRefusal::Stranger));
}

#[test]
fn a_code_is_for_the_operator_who_owns_an_open_emergency_or_visit_of_that_senior() {
    let mut town = Town::drawn("S-T");
    let id = town.press('S');
    let entry = code_of(&town, 'S');
    let reader = Reader::Operator(operator(1));
    assert_eq!(town.ticket('S').shows_code(&entry, reader), Err(CodeRefusal::NotOwner));
    town.answer('S', 1);
    assert_eq!(town.ticket('S').shows_code(&entry, reader), Ok(()));
    let other = Reader::Operator(operator(2));
    assert_eq!(town.ticket('S').shows_code(&entry, other), Err(CodeRefusal::NotOwner));
    let theirs = code_of(&town, 'T');
    assert_eq!(town.ticket('S').shows_code(&theirs, reader), Err(CodeRefusal::AnotherSenior));
    let mut retired = entry.clone();
    assert!(retired.retire(operator(1), "new lock".into(), START).is_ok());
    assert_eq!(town.ticket('S').shows_code(&retired, reader), Err(CodeRefusal::Retired));
    let by = By::Person { user: operator(1) };
    let before = town.ticket('S').active_at;
    town.wait_s(60);
    town.must(id, |t, now, policy| t.read_code(&entry, reader, by, now, policy));
    assert_eq!(town.ticket('S').active_at, before, "looking is not doing");
    let refused = town.change(id, |t, now, policy| t.read_code(&entry, other, by, now, policy));
    assert!(matches!(refused, Err(Broken::Refused(Refusal::State(_)))));
    for (kind, shown) in [
        (Kind::Wellbeing, Ok(())),
        (Kind::Service, Ok(())),
        (Kind::Consult, Err(CodeRefusal::NotThisKind)),
        (Kind::Complaint, Err(CodeRefusal::NotThisKind)),
    ] {
        let mut ticket = town.ticket('S').clone();
        ticket.kind = kind;
        assert_eq!(ticket.shows_code(&entry, reader), shown, "{kind:?}");
    }
}

#[test]
fn a_key_is_out_once_and_overdue_in_time() {
    let town = Town::drawn("A-S");
    let mut key = KeyEntry { kind: KeyKind::Key, ..code_of(&town, 'S') };
    let out = KeyOut { to: town.who('A'), since: START, by: operator(1), ticket: None, note: None };
    assert!(key.sign_in().is_err());
    assert!(key.sign_out(out.clone()).is_ok());
    assert!(matches!(key.sign_out(out.clone()), Err(Refusal::State(_))));
    assert!(!key.is_overdue(24, START.plus_s(24 * 3_600 - 1)));
    assert!(key.is_overdue(24, START.plus_s(24 * 3_600)));
    assert!(key.retire(operator(1), "lost".into(), START).is_ok());
    assert!(key.sign_in().is_ok(), "what is no longer true still has to come back");
    assert!(matches!(key.sign_out(out.clone()), Err(Refusal::State(_))));
    assert!(matches!(code_of(&town, 'S').sign_out(out), Err(Refusal::Invalid(_))));
}

fn decision() -> EntrySaid {
    let text = |text: &str| Some(text.to_owned());
    EntrySaid {
        authorised_by: text("shift lead"),
        police_reference: text("110-7"),
        witness: text("neighbour"),
        reason: text("moaning inside"),
        ..EntrySaid::default()
    }
}

#[test]
fn a_ticket_is_not_closed_over_a_door_that_is_not_secured() {
    let mut town = Town::drawn("S");
    let id = town.press_answered('S');
    let how = Close {
        outcome: Outcome::Helped,
        cause: None,
        note: None,
        hospital: None,
        duplicate_of: None,
        witness: None,
    };
    let close = |town: &mut Town| {
        let how = how.clone();
        town.change(id, |t, now, policy| t.close(operator(1), how, now, policy))
    };
    let text = |text: &str| Some(text.to_owned());
    let opened = EntrySaid { opened_by: text("locksmith"), ..EntrySaid::default() };
    let secured = EntrySaid {
        secured_by: text("property office"),
        secured_how: text("new lock"),
        ..EntrySaid::default()
    };
    for said in [decision(), opened] {
        town.must(id, |t, now, policy| t.force_entry(operator(1), &said, now, policy));
        assert!(matches!(close(&mut town), Err(Broken::Refused(Refusal::State(_)))));
    }
    town.must(id, |t, now, policy| t.force_entry(operator(1), &secured, now, policy));
    let again = town.ticket('S').clone();
    town.must(id, |t, now, policy| t.force_entry(operator(2), &secured, now, policy));
    assert_eq!(*town.ticket('S'), again, "the same again is no news");
    assert!(close(&mut town).is_ok());
}

#[test]
fn what_is_on_record_is_not_written_over() {
    let mut town = Town::drawn("S");
    let id = town.press_answered('S');
    town.must(id, |t, now, policy| t.force_entry(operator(1), &decision(), now, policy));
    let other = EntrySaid { witness: Some("somebody else".into()), ..decision() };
    let refused = town.change(id, |t, now, policy| t.force_entry(operator(1), &other, now, policy));
    assert!(matches!(refused, Err(Broken::Refused(Refusal::State(_)))));
    let right = EntrySaid { correction: Some("it was her son".into()), ..EntrySaid::default() };
    town.must(id, |t, now, policy| t.force_entry(operator(1), &right, now, policy));
    let entry = town.ticket('S').forced_entry.clone().expect("on record");
    assert_eq!((&*entry.witness, entry.corrections.len()), ("neighbour", 1));
    assert_eq!(entry.decided_at, START);
}

#[test]
fn the_twenty_first_photo_is_refused_and_a_repeated_one_is_there_once() {
    let mut town = Town::drawn("S");
    let id = town.press('S');
    let photo = |n: u64, at: UnixMs| TicketPhoto {
        id: PhotoId(nth_uuid(52, n)),
        what: PhotoOf::Before,
        at,
        by: operator(1),
        bytes: 9,
    };
    for n in 0..20 {
        town.must(id, |t, now, policy| t.add_photo(photo(n, now), now, policy));
        town.must(id, |t, now, policy| t.add_photo(photo(n, now), now, policy));
    }
    let more = town.change(id, |t, now, policy| t.add_photo(photo(20, now), now, policy));
    assert!(matches!(more, Err(Broken::Refused(Refusal::State(_)))));
    assert_eq!(town.ticket('S').photos.len(), 20);
}
