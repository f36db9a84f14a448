//! What holds of every round.

use std::collections::BTreeSet;

use proptest::prelude::*;
use silverbell_domain::{LatLon, ResponderId, ResponderRole, SignalKind, TeamRole, Urgency};

use crate::night::{Figures, Night, at};

/// Somewhere on a map so large that all rings matter.
fn place() -> impl Strategy<Value = LatLon> {
    (0..12_000_u32, 0..12_000_u32).prop_map(|(north, east)| at(north.into(), east.into()))
}

fn kind() -> impl Strategy<Value = SignalKind> {
    prop_oneof![3 => Just(SignalKind::Sos), 1 => Just(SignalKind::Help)]
}

prop_compose! {
    fn night(most_doors: usize, most_people: usize)(
        doors in prop::collection::vec((place(), 0..900_i64, kind()), 1..=most_doors),
        aides in prop::collection::vec(place(), 0..=most_people),
        rescuers in prop::collection::vec(place(), 0..=most_people),
    ) -> Night {
        let mut night = Night::new();
        for (n, (door, ago_s, kind)) in (0..).zip(doors) {
            night.alarm(n, door, ago_s, kind);
        }
        people(&mut night, aides, rescuers);
        night
    }
}

prop_compose! {
    /// With an aide for everybody at least, so that the round takes in all of them.
    fn small_night()(
        doors in prop::collection::vec((place(), 0..900_i64), 2..=3),
        aides in prop::collection::vec(place(), 3..=4),
        rescuers in prop::collection::vec(place(), 0..=2),
    ) -> Night {
        let mut night = Night::new();
        for (n, (door, ago_s)) in (0..).zip(doors) {
            night.sos(n, door, ago_s);
        }
        people(&mut night, aides, rescuers);
        night
    }
}

fn people(night: &mut Night, aides: Vec<LatLon>, rescuers: Vec<LatLon>) {
    for (n, place) in (0..).zip(aides) {
        night.aide(n, place);
    }
    for (n, place) in (0..).zip(rescuers) {
        night.rescuer(n, place);
    }
}

/// The best there is, by trying everything: each place empty or with anybody who may take it.
fn brute_force(night: &Night) -> Figures {
    let places: Vec<_> = night
        .in_order()
        .into_iter()
        .flat_map(|ticket| TeamRole::TEAM.map(|role| (ticket.id, role)))
        .collect();
    let mut best = None;
    try_all(&mut night.clone(), &places, &mut BTreeSet::new(), &mut best);
    best.expect("at least the empty choice")
}

fn try_all(
    night: &mut Night,
    places: &[(silverbell_domain::TicketId, TeamRole)],
    taken: &mut BTreeSet<ResponderId>,
    best: &mut Option<Figures>,
) {
    let Some(((ticket, role), rest)) = places.split_first() else {
        let figures = night.figures(Urgency::Urgent);
        if best.as_ref().is_none_or(|best| figures < *best) {
            *best = Some(figures);
        }
        return;
    };
    try_all(night, rest, taken, best);
    let before = night.set.tickets()[ticket].clone();
    for (who, _) in night.travel.0.clone() {
        let may_be = night.set.people[&who].responder.role.may_be(*role);
        if may_be && taken.insert(who) {
            night.offer(*ticket, *role, who);
            try_all(night, rest, taken, best);
            night.set.put(before.clone());
            taken.remove(&who);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_in_two_places_and_only_aides_lead(night in night(12, 12)) {
        let after = night.planned();
        let mut asked = BTreeSet::new();
        for (_, role, who) in after.asked() {
            prop_assert!(asked.insert(who), "asked twice");
            let is_rescuer = night.set.people[&who].responder.role == ResponderRole::Rescuer;
            prop_assert!(role == TeamRole::Support || !is_rescuer);
        }
    }

    #[test]
    fn a_round_is_never_worse_than_one_after_the_other(night in night(12, 12)) {
        let (round, plain) = (night.planned(), night.planned_one_by_one());
        let (round, plain) = (round.figures(Urgency::Urgent), plain.figures(Urgency::Urgent));
        prop_assert!(round <= plain, "{:?} is worse than {:?}", round, plain);
    }

    #[test]
    fn the_more_urgent_are_served_as_if_the_others_were_not_there(night in night(10, 10)) {
        let mut urgent_only = night.clone();
        urgent_only.set.clear_tickets();
        for ticket in night.in_order().into_iter().filter(|t| t.urgency == Urgency::Urgent) {
            urgent_only.set.put(ticket);
        }
        let (all, only) = (night.planned(), urgent_only.planned());
        prop_assert_eq!(all.figures(Urgency::Urgent), only.figures(Urgency::Urgent));
        prop_assert!(only.asked().is_subset(&all.asked()));
    }

    #[test]
    fn the_order_in_which_things_became_known_does_not_matter(
        night in night(8, 8),
        seed in any::<u64>(),
    ) {
        let mut shuffled = night.clone();
        let mut people: Vec<_> = night.set.people.clone().into_iter().collect();
        people.sort_by_key(|(id, _)| id.0.as_u128().wrapping_mul(u128::from(seed | 1)));
        shuffled.set.people = people.into_iter().collect();
        shuffled.set.clear_tickets();
        for ticket in night.in_order().into_iter().rev() {
            shuffled.set.put(ticket);
        }
        prop_assert_eq!(shuffled.plan(), night.plan());
    }

    #[test]
    fn one_more_look_decides_nothing_more(night in night(8, 8)) {
        prop_assert_eq!(night.planned().plan(), vec![]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_many_seniors_are_inside_the_rings_as_can_be(night in small_night()) {
        let (found, best) = (night.planned().figures(Urgency::Urgent), brute_force(&night));
        prop_assert_eq!(&found.outside, &best.outside);
        prop_assert_eq!((found.no_lead, found.no_support), (best.no_lead, best.no_support));
    }
}
