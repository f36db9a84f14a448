//! The 37 aides and 146 rescuers, and the places where they stand by.

use std::collections::HashSet;

use silverbell_domain::{
    DistrictId, LatLon, Responder, ResponderId, ResponderRole, Travel, UnixMs,
};

use super::dice::{Dice, Phones, Stream};
use super::doors;
use super::names;
use super::plane::{CENTRE, Pt};
use super::plans;
use super::seniors::shares;
use super::streets::Streets;
use super::villages::{self, Village};

/// The backbone.
pub(super) const AIDES: usize = 37;
/// The support.
pub(super) const RESCUERS: usize = 146;

/// Aides go about their round by e-bike.
const AIDES_TRAVEL: [(Travel, u32); 3] =
    [(Travel::Ebike, 76), (Travel::Car, 16), (Travel::Walk, 8)];
const RESCUERS_TRAVEL: [(Travel, u32); 3] =
    [(Travel::Ebike, 46), (Travel::Car, 39), (Travel::Walk, 15)];

/// Returns the responders: the aides first.
pub(super) fn generate(
    district: &DistrictId,
    streets: &Streets,
    phones: &mut Phones,
) -> Vec<Responder> {
    let mut dice = Dice::new(Stream::Responders);
    let groups = [
        (ResponderRole::Aide, AIDES, &AIDES_TRAVEL),
        (ResponderRole::Rescuer, RESCUERS, &RESCUERS_TRAVEL),
    ];
    let mut taken = HashSet::new();
    let mut responders = Vec::with_capacity(AIDES + RESCUERS);
    for (role, count, travel) in groups {
        for (count, (_, village)) in shares(count).zip(villages::all()) {
            for _ in 0..count {
                responders.push(Responder {
                    id: ResponderId(dice.id()),
                    district: district.clone(),
                    name: names::another(&mut taken, &mut dice),
                    role,
                    phone: phones.next(),
                    standby: standby(village, streets, &mut dice),
                    dialects: plans::dialects_of(responders.len()),
                    certificates: Vec::new(),
                    travel: travel[dice.weighted(travel.iter().map(|(_, share)| *share))].0,
                    on_duty: false,
                    duty_since: UnixMs(0),
                    sex: None,
                    shift_ends_at: None,
                    rests_until: None,
                    self_test: None,
                    left_at: None,
                    changed_at: None,
                });
            }
        }
    }
    responders
}

/// Returns a crossing in the village: the most central of three.
fn standby(village: &Village, streets: &Streets, dice: &mut Dice) -> LatLon {
    let corners: Vec<LatLon> = doors::lanes(village, streets)
        .filter_map(|edge| streets.nodes.get(edge.from))
        .copied()
        .collect();
    let from_centre = |place: &LatLon| Pt::of(*place).distance(village.at);
    (0..3)
        .filter_map(|_| corners.get(dice.below(corners.len())))
        .min_by(|a, b| from_centre(a).total_cmp(&from_centre(b)))
        .copied()
        .unwrap_or(CENTRE)
}
