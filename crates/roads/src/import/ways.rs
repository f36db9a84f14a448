//! What a way is to walkers, e-bikes and cars, by its tags.

use silverbell_domain::Travel;

use super::tags::{Permission, Tags, keys, permission};
use crate::{Access, Directions, RoadClass, WayUse};

/// Returns what a way is, `None` when nobody of us travels on it.
pub(super) fn usage_of(tags: &Tags<'_>) -> Option<WayUse> {
    if ["impassable", "disused", "abandoned", "ice_road", "winter_road"]
        .iter()
        .any(|key| tags.has(key))
        || tags.is("route", "ferry")
    {
        return None;
    }
    let (class, usual) = kind_of(tags)?;
    let access = Travel::ALL.map(|travel| access_of(travel, class, usual[travel as usize], tags));
    let usage = WayUse { class, no_stop: no_stop(tags), access };
    usage.is_used().then_some(usage)
}

/// Returns the kind of road and whether walkers, e-bikes and cars use it where no tag says
/// otherwise. What is not named here is no road yet, or none any more: `construction`, `proposed`.
fn kind_of(tags: &Tags<'_>) -> Option<(RoadClass, [bool; 3])> {
    use RoadClass as C;
    const ALL: [bool; 3] = [true; 3];
    const ON_FOOT: [bool; 3] = [true, false, false];
    let big = if tags.has("motorroad") { [false, false, true] } else { ALL };
    Some(match tags.get("highway")? {
        "motorway" => (C::Motorway, [false, false, true]),
        "motorway_link" => (C::Link, [false, false, true]),
        "trunk" => (C::Trunk, big),
        "primary" => (C::Primary, big),
        "secondary" => (C::Secondary, big),
        "tertiary" => (C::Tertiary, big),
        "trunk_link" | "primary_link" | "secondary_link" | "tertiary_link" => (C::Link, big),
        "unclassified" | "road" => (C::Unclassified, ALL),
        "residential" => (C::Residential, ALL),
        "living_street" => (C::LivingStreet, ALL),
        "service" => match tags.get("service") {
            Some("driveway" | "parking_aisle" | "drive-through") => (C::Driveway, ALL),
            _ => (C::Service, ALL),
        },
        "busway" => (C::Service, [false; 3]),
        "track" => {
            let rough = matches!(tags.get("tracktype"), Some("grade4" | "grade5"));
            (C::Track, [true, true, !rough])
        }
        "pedestrian" => (C::Pedestrian, ON_FOOT),
        "footway" | "platform" | "corridor" => (C::Footway, ON_FOOT),
        "bridleway" => (C::Path, ON_FOOT),
        // A mountain trail, or a path that was made for walkers, is none for an e-bike.
        "path" => {
            let on_foot = tags.has("sac_scale") || tags.is("foot", "designated");
            (C::Path, [true, !on_foot, false])
        }
        "cycleway" => (C::Cycleway, [true, true, false]),
        "steps" => (C::Steps, ON_FOOT),
        _ => return None,
    })
}

fn access_of(travel: Travel, class: RoadClass, usual: bool, tags: &Tags<'_>) -> Access {
    let (permission, by_name) = permission(travel, tags);
    let open = match permission {
        Permission::Unset => usual,
        // `access=yes` makes no road of a footway, `motor_vehicle=yes` does.
        Permission::Open | Permission::Private => usual || by_name,
        Permission::No => false,
    };
    if !open || (class == RoadClass::Steps && travel != Travel::Walk) {
        return Access::default();
    }
    let directions = directions_of(travel, class, tags);
    let closed = |way: &str| {
        keys(travel).iter().any(|key| {
            tags.iter().any(|(tag, value)| {
                value == "no"
                    && tag.strip_suffix(way).and_then(|tag| tag.strip_suffix(':')) == Some(*key)
            })
        })
    };
    let along = directions.along() && !closed("forward");
    let against = directions.against() && !closed("backward");
    Access {
        directions: Directions::and(along, against),
        private: permission == Permission::Private,
    }
}

fn directions_of(travel: Travel, class: RoadClass, tags: &Tags<'_>) -> Directions {
    let said = |key: &str| tags.get(key).and_then(oneway);
    match travel {
        Travel::Walk => said("oneway:foot").or_else(|| escalator(tags)).unwrap_or(Directions::Both),
        Travel::Ebike => said("oneway:bicycle")
            .or_else(|| against_the_cars(tags).then_some(Directions::Both))
            .or_else(|| said("oneway"))
            .unwrap_or_else(|| implied(class, tags)),
        Travel::Car => said("oneway:motorcar")
            .or_else(|| said("oneway:motor_vehicle"))
            .or_else(|| said("oneway"))
            .unwrap_or_else(|| implied(class, tags)),
    }
}

fn oneway(value: &str) -> Option<Directions> {
    Some(match value {
        "yes" | "true" | "1" => Directions::Along,
        "-1" | "reverse" => Directions::Against,
        "no" | "false" | "0" | "alternating" => Directions::Both,
        // It changes with the hour, and which way now nobody here knows.
        "reversible" => Directions::Neither,
        _ => return None,
    })
}

/// Motorways and roundabouts are one-way without saying so.
fn implied(class: RoadClass, tags: &Tags<'_>) -> Directions {
    let round = matches!(tags.get("junction"), Some("roundabout" | "circular"));
    if round || class == RoadClass::Motorway { Directions::Along } else { Directions::Both }
}

/// A lane for bicycles against a one-way street.
fn against_the_cars(tags: &Tags<'_>) -> bool {
    let lanes = ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"];
    let opposite = |key: &&str| tags.get(key).is_some_and(|value| value.starts_with("opposite"));
    let both_ways = ["cycleway:left:oneway", "cycleway:right:oneway"];
    lanes.iter().any(opposite)
        || both_ways.iter().any(|key| matches!(tags.get(key), Some("no" | "-1")))
}

fn escalator(tags: &Tags<'_>) -> Option<Directions> {
    match tags.get("conveying")? {
        "forward" => Some(Directions::Along),
        "backward" => Some(Directions::Against),
        _ => None,
    }
}

/// Returns whether nobody can stop a vehicle there and step out to a door beside it.
fn no_stop(tags: &Tags<'_>) -> bool {
    let motorway = matches!(tags.get("highway"), Some("motorway" | "motorway_link"));
    let tunnel = tags.has("tunnel") && !tags.is("tunnel", "building_passage");
    motorway || tags.has("motorroad") || tags.has("bridge") || tunnel
}

#[cfg(test)]
mod tests {
    use super::*;
    use Directions::{Against, Along, Both, Neither};

    /// Walk, e-bike, car.
    fn ways(tags: &[(&str, &str)]) -> [Directions; 3] {
        let usage = usage_of(&tags.iter().copied().collect());
        usage.map_or([Neither; 3], |usage| usage.access.map(|access| access.directions))
    }

    fn private(tags: &[(&str, &str)]) -> [bool; 3] {
        usage_of(&tags.iter().copied().collect())
            .expect("a way")
            .access
            .map(|access| access.private)
    }

    #[test]
    fn each_kind_of_road_has_its_users() {
        assert_eq!(ways(&[("highway", "residential")]), [Both; 3]);
        assert_eq!(ways(&[("highway", "motorway")]), [Neither, Neither, Along]);
        assert_eq!(ways(&[("highway", "motorway_link")]), [Neither, Neither, Both]);
        assert_eq!(ways(&[("highway", "trunk")]), [Both; 3]);
        assert_eq!(ways(&[("highway", "trunk"), ("motorroad", "yes")]), [Neither, Neither, Both]);
        assert_eq!(ways(&[("highway", "footway")]), [Both, Neither, Neither]);
        assert_eq!(ways(&[("highway", "footway"), ("bicycle", "yes")]), [Both, Both, Neither]);
        assert_eq!(ways(&[("highway", "cycleway")]), [Both, Both, Neither]);
        assert_eq!(ways(&[("highway", "steps"), ("bicycle", "yes")]), [Both, Neither, Neither]);
        assert_eq!(ways(&[("highway", "path"), ("sac_scale", "hiking")]), [Both, Neither, Neither]);
        assert_eq!(ways(&[("highway", "track"), ("tracktype", "grade5")]), [Both, Both, Neither]);
        for none in ["construction", "proposed", "raceway", "bus_stop", "rest_area"] {
            assert_eq!(ways(&[("highway", none)]), [Neither; 3], "{none}");
        }
        assert_eq!(ways(&[("highway", "service"), ("route", "ferry")]), [Neither; 3]);
        assert_eq!(ways(&[("building", "yes")]), [Neither; 3]);
    }

    #[test]
    fn one_way_binds_cars_and_bicycles_and_never_walkers() {
        let one_way = |more: &[(&'static str, &'static str)]| {
            ways(&[&[("highway", "residential"), ("oneway", "yes")], more].concat())
        };
        assert_eq!(one_way(&[]), [Both, Along, Along]);
        assert_eq!(one_way(&[("oneway:bicycle", "no")]), [Both, Both, Along]);
        assert_eq!(one_way(&[("cycleway", "opposite_lane")]), [Both, Both, Along]);
        assert_eq!(one_way(&[("cycleway:left:oneway", "-1")]), [Both, Both, Along]);
        assert_eq!(one_way(&[("motor_vehicle:forward", "no")]), [Both, Along, Neither]);
        assert_eq!(ways(&[("highway", "primary"), ("oneway", "-1")]), [Both, Against, Against]);
        assert_eq!(ways(&[("highway", "primary"), ("oneway", "reversible")])[2], Neither);
        assert_eq!(
            ways(&[("highway", "tertiary"), ("junction", "roundabout")]),
            [Both, Along, Along]
        );
        assert_eq!(ways(&[("highway", "steps"), ("conveying", "backward")])[0], Against);
    }

    #[test]
    fn private_ground_may_be_entered_and_forbidden_ground_may_not() {
        let estate = [("highway", "service"), ("access", "private")];
        assert_eq!(ways(&estate), [Both; 3]);
        assert_eq!(private(&estate), [true; 3]);
        assert_eq!(
            private(&[("highway", "service"), ("motor_vehicle", "delivery")]),
            [false, false, true]
        );
        assert_eq!(ways(&[("highway", "service"), ("access", "no")]), [Neither; 3]);
        assert_eq!(
            ways(&[("highway", "service"), ("access", "no"), ("foot", "yes")]),
            [Both, Neither, Neither]
        );
        assert_eq!(ways(&[("highway", "footway"), ("access", "yes")]), [Both, Neither, Neither]);
        assert_eq!(
            ways(&[("highway", "pedestrian"), ("motor_vehicle", "destination")]),
            [Both, Neither, Both]
        );
    }

    #[test]
    fn nobody_stops_on_a_motorway_a_bridge_or_in_a_tunnel() {
        let stops = |tags: &[(&str, &str)]| {
            !usage_of(&tags.iter().copied().collect()).expect("a way").no_stop
        };
        assert!(!stops(&[("highway", "motorway_link")]));
        assert!(!stops(&[("highway", "trunk"), ("bridge", "viaduct")]));
        assert!(!stops(&[("highway", "primary"), ("tunnel", "yes")]));
        assert!(stops(&[("highway", "service"), ("tunnel", "building_passage")]));
        assert!(stops(&[("highway", "primary"), ("bridge", "no")]));
    }
}
