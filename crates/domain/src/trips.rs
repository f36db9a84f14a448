//! What a responder went out for in a month (我的月度): trips, nights, trips for nothing, kilometres, as
//! a pay sheet needs them. Declines are not in it: nobody is ranked by them.

use crate::{Calendar, LatLon, Offer, OfferState, ResponderId, TeamRole, Ticket, UnixMs};

/// Night work is from 22:00 to 06:00 by the district's clock (the usual hours of 夜班 in Chinese pay
/// rules), minutes of the day.
const NIGHT_MIN: (i64, i64) = (22 * 60, 6 * 60);

/// Between two positions nearer than this nobody moved: a resting phone's positions wander, metres.
const STEP_M: f64 = 20.0;

/// Nobody rides faster; a position that says so is not where the phone was, metres a second.
const FASTEST_M_PER_S: f64 = 45.0;

/// Returns how far somebody went by these positions, in the order of time, metres; `None` where they are too
/// few to tell.
#[must_use]
pub fn trail_m(positions: &[(UnixMs, LatLon)]) -> Option<u32> {
    let (&first, rest) = positions.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let (mut last, mut metres) = (first, 0.0);
    for &(at, point) in rest {
        let step_m = last.1.distance_m(point);
        let allowed_m = FASTEST_M_PER_S * (at.since_ms(last.0).max(0) as f64 / 1_000.0);
        if step_m >= STEP_M && step_m <= allowed_m {
            metres += step_m;
            last = (at, point);
        }
    }
    // A way around the globe fits.
    Some(metres.round() as u32)
}

/// How a trip ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TripEnd {
    /// At the door.
    Arrived {
        /// When.
        on_scene_at: UnixMs,
        /// When the part was done; `None` while it goes on.
        done_at: Option<UnixMs>,
    },
    /// Taken back after it was accepted.
    Withdrawn {
        /// When.
        withdrawn_at: UnixMs,
    },
}

/// A way that somebody set out for.
#[derive(Clone, Debug, PartialEq)]
pub struct Trip {
    /// The ticket's number.
    pub number: u64,
    /// In which place of the team.
    pub role: TeamRole,
    /// When it was offered.
    pub offered_at: UnixMs,
    /// How it ended.
    pub end: TripEnd,
    /// Whether it was night when it was offered or when the door was reached.
    pub is_night: bool,
    /// How far it was to the door by the phone's positions, metres; `None` where they do not tell.
    pub travelled_m: Option<u32>,
}

/// Returns the trips of a responder among the offers of these tickets that were made from `from` on and
/// before `to`, in their order.
#[must_use]
pub fn trips(
    tickets: &[Ticket],
    responder: ResponderId,
    (from, to): (UnixMs, UnixMs),
    calendar: &dyn Calendar,
) -> Vec<Trip> {
    let mut trips: Vec<Trip> = tickets
        .iter()
        .flat_map(|ticket| ticket.offers.iter().map(move |offer| (ticket, offer)))
        .filter(|(_, offer)| offer.responder == responder)
        .filter(|(_, offer)| from <= offer.offered_at && offer.offered_at < to)
        .filter_map(|(ticket, offer)| trip(ticket.number, offer, calendar))
        .collect();
    trips.sort_by_key(|trip| (trip.offered_at, trip.number));
    trips
}

fn trip(number: u64, offer: &Offer, calendar: &dyn Calendar) -> Option<Trip> {
    let end = match offer.state {
        OfferState::OnScene { on_scene_at, .. } | OfferState::Escorting { on_scene_at, .. } => {
            TripEnd::Arrived { on_scene_at, done_at: None }
        }
        OfferState::Done { on_scene_at, done_at, .. } => {
            TripEnd::Arrived { on_scene_at, done_at: Some(done_at) }
        }
        // Only who was followed on the way has one: who lost the work before setting out made no trip.
        OfferState::Withdrawn { withdrawn_at, .. } if offer.way.is_some() => {
            TripEnd::Withdrawn { withdrawn_at }
        }
        OfferState::Offered
        | OfferState::Accepted { .. }
        | OfferState::Declined { .. }
        | OfferState::Expired { .. }
        | OfferState::Withdrawn { .. } => return None,
    };
    let ended_at = match end {
        TripEnd::Arrived { on_scene_at, .. } => on_scene_at,
        TripEnd::Withdrawn { withdrawn_at } => withdrawn_at,
    };
    Some(Trip {
        number,
        role: offer.role,
        offered_at: offer.offered_at,
        end,
        is_night: [offer.offered_at, ended_at].iter().any(|at| is_night(*at, calendar)),
        travelled_m: offer.travelled_m,
    })
}

fn is_night(at: UnixMs, calendar: &dyn Calendar) -> bool {
    let minute = at.since_s(calendar.moment(calendar.day_of(at), 0)).div_euclid(60);
    minute >= NIGHT_MIN.0 || minute < NIGHT_MIN.1
}
