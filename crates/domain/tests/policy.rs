//! A policy that cannot be is refused in words.

use silverbell_domain::{EmergencyCentre, Policy};

fn wrong(change: impl FnOnce(&mut Policy)) -> Vec<String> {
    let mut policy = Policy::default();
    change(&mut policy);
    policy.validate().err().unwrap_or_default()
}

#[test]
fn the_defaults_are_possible() {
    assert_eq!(Policy::default().validate(), Ok(()));
}

#[test]
fn every_wrong_setting_is_named_at_once() {
    let words = wrong(|p| {
        p.dispatch.rings_min = vec![10, 10];
        p.dispatch.offer_timeout_s = 0;
        p.escalation.step_s = 0;
        p.watchdog.quiet_after_s = u32::MAX;
    });
    let keys: Vec<&str> = words.iter().filter_map(|line| line.split(':').next()).collect();
    let expected = [
        "dispatch.rings_min",
        "dispatch.offer_timeout_s",
        "watchdog.quiet_after_s",
        "escalation.step_s",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn rings_ascend_begin_after_the_call_and_end_within_reach() {
    for rings in [vec![], vec![0, 10], vec![20, 10], vec![10, 20, 241]] {
        assert_eq!(wrong(|p| p.dispatch.rings_min = rings.clone()).len(), 1, "{rings:?}");
    }
}

#[test]
fn a_chain_ends_with_somebody_who_can_be_called() {
    assert_eq!(wrong(|p| p.escalation.leader_phone = "+86 596 202-1234".into()), [""; 0]);
    assert_eq!(wrong(|p| p.escalation.leader_phone = "the boss".into()).len(), 1);
    assert_eq!(wrong(|p| p.escalation.leader_phone = "12".into()).len(), 1);
    assert_eq!(wrong(|p| p.escalation.shift_leads = vec![" ".into()]).len(), 1);
}

#[test]
fn nobody_is_certain_to_accept_and_a_place_is_not_asked_of_a_crowd() {
    assert_eq!(wrong(|p| p.dispatch.accept_target_pct = 100).len(), 1);
    assert_eq!(wrong(|p| p.dispatch.at_once_max = 0).len(), 1);
    assert_eq!(wrong(|p| p.dispatch.at_once_max = 21).len(), 1);
}

#[test]
fn an_ambulance_has_a_number_and_a_place() {
    let centre = |dial: &str, lat| EmergencyCentre {
        city: "漳州".into(),
        dial: dial.into(),
        lat,
        lon: 117.6,
    };
    for bad in [centre("", 24.5), centre("ask", 24.5), centre("120", 91.0)] {
        assert_eq!(wrong(|p| p.handoff.centres = vec![bad.clone()]).len(), 1, "{bad:?}");
    }
}
