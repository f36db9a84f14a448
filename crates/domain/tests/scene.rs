//! What is told from the way and the door: a wrong address, and how the senior is.

use std::collections::BTreeSet;

use silverbell_domain::{
    Arrival, BreathingState, By, Close, Consciousness, Desk, EscalationReason, LatLon,
    OfferCommand, OfferId, Outcome, Refusal, SceneReport, TicketId, ToldPlace, UnixMs,
    WithdrawReason,
};
use silverbell_testkit::{Broken, START, Town, operator};

const DOOR: LatLon = LatLon { lat: 24.6, lon: 117.6 };

/// An answered SOS, and the offer that somebody accepted.
fn under_way() -> (Town, TicketId, OfferId) {
    let mut town = Town::drawn("A-S-1");
    let id = town.press_answered('S');
    town.plan();
    town.accept('A');
    // The lead was asked first.
    let offer = town.ticket('S').offers[0].id;
    (town, id, offer)
}

fn by() -> By {
    By::Person { user: operator(9) }
}

fn doubt(town: &mut Town, id: TicketId, offer: OfferId, at: UnixMs) -> Result<(), Broken> {
    let told = ToldPlace { place: Some((DOOR, Some(12.0))), text: "3 号楼".into(), at };
    town.change(id, |t, now, p| t.doubt_place(offer, told, by(), Desk::default(), now, p))
}

fn report(conscious: Consciousness, breathing: BreathingState) -> SceneReport {
    let measures = BTreeSet::new();
    let note = String::new();
    SceneReport { conscious, breathing, fell: None, pain: None, measures, outcome: None, note }
}

fn tell(
    town: &mut Town,
    id: TicketId,
    offer: OfferId,
    report: SceneReport,
    at: UnixMs,
) -> Result<(), Broken> {
    town.change(id, |t, now, p| t.report_scene(offer, report, at, by(), Desk::default(), now, p))
}

fn is_refused_by_state(result: &Result<(), Broken>) -> bool {
    matches!(result, Err(Broken::Refused(Refusal::State(_))))
}

fn climbs(town: &Town) -> Option<EscalationReason> {
    town.ticket('S').watch.climb.as_ref().map(|climb| climb.why)
}

#[test]
fn a_life_is_in_danger_by_each_of_three_signs_alone() {
    use BreathingState::{Absent, Laboured, Normal};
    use Consciousness::{Clear, Confused, Unresponsive};
    for (conscious, breathing, is_grave) in [
        (Clear, Normal, false),
        (Confused, Normal, false),
        (Unresponsive, Normal, true),
        (Clear, Laboured, true),
        (Clear, Absent, true),
    ] {
        assert_eq!(
            report(conscious, breathing).is_grave(),
            is_grave,
            "{conscious:?} {breathing:?}"
        );
    }
}

#[test]
fn a_doubted_place_moves_nothing_and_comes_back_with_a_pin_that_is_taken_back() {
    let (mut town, id, offer) = under_way();
    let before = town.ticket('S').position;
    assert_eq!(doubt(&mut town, id, offer, START), Ok(()));
    assert_eq!(town.ticket('S').position, before);
    assert_eq!(climbs(&town), Some(EscalationReason::AddressDoubted));

    town.must(id, |t, now, p| t.place(operator(1), DOOR, None, None, now, p));
    assert!(town.ticket('S').place_doubt.is_none() && climbs(&town).is_none(), "it is decided");
    town.must(id, |t, now, p| t.take_back_place(operator(1), now, p));
    assert!(town.ticket('S').place_doubt.is_some(), "whoever took it back reads it again");
}

#[test]
fn a_doubt_that_came_meanwhile_is_not_put_aside_unread() {
    let (mut town, id, offer) = under_way();
    assert_eq!(doubt(&mut town, id, offer, START), Ok(()));
    let read = town.ticket('S').place_doubt.as_ref().expect("a doubt").at;
    assert_eq!(doubt(&mut town, id, offer, read.plus_s(-5)), Ok(()));
    let keep = |town: &mut Town, at| {
        town.change(id, |t, now, p| t.keep_place(operator(1), Some(at), None, now, p))
    };
    assert!(is_refused_by_state(&keep(&mut town, read)));
    assert_eq!(keep(&mut town, read.plus_s(-5)), Ok(()));
    assert!(is_refused_by_state(&keep(&mut town, read)), "nobody doubts any more");
}

#[test]
fn only_who_goes_can_doubt_and_only_who_was_there_can_report() {
    let (mut town, id, offer) = under_way();
    let calm = || report(Consciousness::Clear, BreathingState::Normal);
    assert!(is_refused_by_state(&tell(&mut town, id, offer, calm(), START)), "still on the way");
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    assert_eq!(tell(&mut town, id, offer, calm(), START), Ok(()));
    assert_eq!(doubt(&mut town, id, offer, START), Ok(()), "the wrong door is found at the door");
    town.step('A', OfferCommand::Done);
    assert_eq!(tell(&mut town, id, offer, calm(), START), Ok(()), "what was forgotten");
    assert!(is_refused_by_state(&doubt(&mut town, id, offer, START)));
}

#[test]
fn whoever_was_called_back_on_the_way_tells_nothing_any_more() {
    let (mut town, id, offer) = under_way();
    town.step('A', OfferCommand::Withdraw(WithdrawReason::ByHand));
    assert!(is_refused_by_state(&doubt(&mut town, id, offer, START)));
    let calm = report(Consciousness::Clear, BreathingState::Normal);
    assert!(is_refused_by_state(&tell(&mut town, id, offer, calm, START)));
}

#[test]
fn the_newest_report_stands_whenever_it_arrives_and_no_clock_makes_it_of_tomorrow() {
    let (mut town, id, offer) = under_way();
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    let now = town.ticket('S').active_at;
    let told = |conscious| report(conscious, BreathingState::Normal);
    assert_eq!(tell(&mut town, id, offer, told(Consciousness::Clear), now), Ok(()));
    let late = told(Consciousness::Confused);
    assert_eq!(tell(&mut town, id, offer, late, now.plus_s(-600)), Ok(()));
    let stands = |town: &Town| {
        let scene = town.ticket('S').scene.clone().expect("a report");
        (scene.report.conscious, scene.at)
    };
    assert_eq!(stands(&town).0, Consciousness::Clear, "what waited for a signal is older");
    assert_eq!(
        tell(&mut town, id, offer, told(Consciousness::Confused), now.plus_s(900_000)),
        Ok(())
    );
    assert!(stands(&town).1 < now.plus_s(600), "a clock that is ahead is not believed");
}

#[test]
fn no_clock_of_a_phone_hides_a_life_in_danger_behind_an_older_calm_word() {
    let (mut town, id, offer) = under_way();
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    let now = town.ticket('S').active_at;
    let calm = || report(Consciousness::Clear, BreathingState::Normal);
    let grave = report(Consciousness::Unresponsive, BreathingState::Absent);
    assert_eq!(tell(&mut town, id, offer, calm(), now), Ok(()));
    assert_eq!(tell(&mut town, id, offer, grave, now.plus_s(-120)), Ok(()));
    let is_grave =
        |town: &Town| town.ticket('S').scene.clone().expect("a report").report.is_grave();
    assert!(is_grave(&town), "told by a phone that is two minutes slow");
    assert_eq!(tell(&mut town, id, offer, calm(), now.plus_s(-600)), Ok(()));
    assert!(is_grave(&town), "what is older still changes nothing");
    assert_eq!(tell(&mut town, id, offer, calm(), now), Ok(()));
    assert!(!is_grave(&town), "somebody tells otherwise after it");
}

#[test]
fn a_life_in_danger_is_not_filed_where_nobody_is_alarmed() {
    let (mut town, id, offer) = under_way();
    town.step('A', OfferCommand::OnScene(Arrival::Claimed));
    let grave = || report(Consciousness::Unresponsive, BreathingState::Normal);
    assert_eq!(tell(&mut town, id, offer, grave(), START), Ok(()));
    assert_eq!(climbs(&town), Some(EscalationReason::GraveScene));
    let how = Close {
        outcome: Outcome::Helped,
        cause: None,
        note: None,
        hospital: None,
        duplicate_of: None,
        witness: None,
    };
    town.must(id, |t, now, p| t.close(operator(1), how, now, p));
    assert!(is_refused_by_state(&tell(&mut town, id, offer, grave(), START)));
    let calm = report(Consciousness::Clear, BreathingState::Normal);
    assert_eq!(tell(&mut town, id, offer, calm, START), Ok(()), "what was forgotten");
}
