//! What stands at a node: gates, bollards, lights.

use silverbell_domain::Travel;

use super::tags::{Permission, Tags, permission};

/// How one gets past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// As if nothing stood there.
    Free,
    /// It takes time.
    Gate,
    /// Not at all.
    Closed,
}

/// What stands at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// Walk, e-bike, car.
    pub(super) passage: [Passage; 3],
    pub(super) lights: bool,
}

/// Returns what stands at a node, `None` when nothing does.
pub(super) fn obstacle_of(tags: &Tags<'_>) -> Option<Obstacle> {
    let lights = tags.is("highway", "traffic_signals");
    let barrier = tags.get("barrier").filter(|barrier| *barrier != "no");
    let passage = match barrier {
        // Access tags of other nodes, such as crossings, speak of crossing there, not of passing.
        None => [Passage::Free; 3],
        Some(barrier) => {
            let usual = usual_passage(barrier);
            Travel::ALL.map(|travel| passage_of(travel, usual[travel as usize], tags))
        }
    };
    let obstacle = Obstacle { passage, lights };
    (lights || passage != [Passage::Free; 3]).then_some(obstacle)
}

/// Returns how walkers, e-bikes and cars get past where no tag says otherwise.
fn usual_passage(barrier: &str) -> [Passage; 3] {
    use Passage::{Closed, Free, Gate};
    match barrier {
        "gate" | "lift_gate" | "swing_gate" | "sliding_gate" | "sliding_beam" => [Gate; 3],
        "entrance" | "kerb" | "cattle_grid" | "toll_booth" | "border_control" | "sally_port"
        | "height_restrictor" | "arch" | "rumble_strip" => [Free; 3],
        "kissing_gate" | "turnstile" | "full-height_turnstile" | "stile" | "wicket_gate" => {
            [Free, Closed, Closed]
        }
        "cycle_barrier" | "motorcycle_barrier" => [Free, Gate, Closed],
        "wall" | "fence" | "hedge" | "city_wall" | "retaining_wall" | "guard_rail" => {
            [Free, Closed, Closed]
        }
        // Bollards, blocks, chains, and what is not known: made to keep cars out.
        _ => [Free, Free, Closed],
    }
}

fn passage_of(travel: Travel, usual: Passage, tags: &Tags<'_>) -> Passage {
    let (permission, by_name) = permission(travel, tags);
    match permission {
        Permission::No => Passage::Closed,
        Permission::Open if by_name => match usual {
            Passage::Closed => Passage::Free,
            free_or_gate => free_or_gate,
        },
        // Nobody is there to open it, and who has the key is in no map.
        _ if tags.is("locked", "yes") => Passage::Closed,
        Permission::Private if by_name || usual != Passage::Closed => Passage::Gate,
        Permission::Unset | Permission::Open | Permission::Private => usual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Passage::{Closed, Free, Gate};

    fn passage(tags: &[(&str, &str)]) -> [Passage; 3] {
        obstacle_of(&tags.iter().copied().collect()).map_or([Free; 3], |obstacle| obstacle.passage)
    }

    #[test]
    fn barriers_stop_whom_they_are_made_for() {
        assert_eq!(passage(&[("barrier", "bollard")]), [Free, Free, Closed]);
        assert_eq!(passage(&[("barrier", "lift_gate")]), [Gate; 3]);
        assert_eq!(passage(&[("barrier", "kissing_gate")]), [Free, Closed, Closed]);
        assert_eq!(passage(&[("barrier", "entrance")]), [Free; 3]);
        assert_eq!(passage(&[("highway", "crossing"), ("bicycle", "no")]), [Free; 3]);
    }

    #[test]
    fn access_tags_at_a_barrier_are_heeded() {
        assert_eq!(passage(&[("barrier", "bollard"), ("motor_vehicle", "yes")]), [Free; 3]);
        assert_eq!(
            passage(&[("barrier", "gate"), ("access", "no"), ("foot", "yes")]),
            [Gate, Closed, Closed]
        );
        assert_eq!(passage(&[("barrier", "entrance"), ("access", "private")]), [Gate; 3]);
        assert_eq!(passage(&[("barrier", "gate"), ("locked", "yes")]), [Closed; 3]);
        assert_eq!(
            passage(&[("barrier", "gate"), ("locked", "yes"), ("foot", "yes")]),
            [Gate, Closed, Closed]
        );
    }

    #[test]
    fn lights_are_seen() {
        let tags = [("highway", "traffic_signals")].into_iter().collect();
        assert!(obstacle_of(&tags).expect("lights").lights);
        assert_eq!(obstacle_of(&[("highway", "stop")].into_iter().collect()), None);
    }
}
