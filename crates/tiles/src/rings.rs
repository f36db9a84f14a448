//! Joining the ways of a relation into rings.

use std::collections::HashMap;

use crate::world::World;

/// Joins ways end to end into rings, each without its first node again at the end. What does not close,
/// because the extract cuts it, is left out; the second number says of how many ways.
pub(crate) fn joined(ways: &[&[i64]]) -> (Vec<Vec<i64>>, u64) {
    let mut ends: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut is_used = vec![false; ways.len()];
    let mut rings = Vec::new();
    for (at, way) in ways.iter().enumerate() {
        match way {
            [first, .., last] if first == last => {
                is_used[at] = true;
                rings.push(way[..way.len() - 1].to_vec());
            }
            [first, .., last] => {
                ends.entry(*first).or_default().push(at);
                ends.entry(*last).or_default().push(at);
            }
            _ => is_used[at] = true,
        }
    }
    let mut open = 0;
    for start in 0..ways.len() {
        if is_used[start] {
            continue;
        }
        is_used[start] = true;
        let mut ring = ways[start].to_vec();
        let mut joined = 1;
        let is_closed = loop {
            let (Some(first), Some(last)) = (ring.first().copied(), ring.last().copied()) else {
                break false;
            };
            if first == last {
                break true;
            }
            let meeting = ends.get(&last).into_iter().flatten();
            let Some(next) = meeting.copied().find(|next| !is_used[*next]) else { break false };
            is_used[next] = true;
            joined += 1;
            let way = ways[next];
            if way.first() == Some(&last) {
                ring.extend(&way[1..]);
            } else {
                ring.extend(way.iter().rev().skip(1));
            }
        };
        if is_closed {
            ring.pop();
            rings.push(ring);
        } else {
            open += joined;
        }
    }
    (rings, open)
}

/// Returns whether a place lies within a ring.
pub(crate) fn contains(ring: &[World], at: World) -> bool {
    let Some(mut before) = ring.last().copied() else { return false };
    let (x, y) = (i64::from(at.x), i64::from(at.y));
    let mut is_inside = false;
    for corner in ring.iter().copied() {
        let (ax, ay) = (i64::from(before.x), i64::from(before.y));
        let (bx, by) = (i64::from(corner.x), i64::from(corner.y));
        if (ay > y) != (by > y) {
            // Of two differences below 2³³ the product needs more than 64 bits.
            let side =
                i128::from(x - ax) * i128::from(by - ay) - i128::from(bx - ax) * i128::from(y - ay);
            if (side < 0) == (by > ay) {
                is_inside = !is_inside;
            }
        }
        before = corner;
    }
    is_inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_in_any_order_and_direction_make_a_ring() {
        let (rings, open) = joined(&[&[1, 2, 3], &[5, 4, 3], &[5, 6, 1]]);
        assert_eq!((rings, open), (vec![vec![1, 2, 3, 4, 5, 6]], 0));
    }

    #[test]
    fn a_ring_that_is_cut_is_left_out_and_the_others_stay() {
        let (rings, open) = joined(&[&[1, 2, 3], &[3, 4], &[7, 8, 9, 7], &[]]);
        assert_eq!((rings, open), (vec![vec![7, 8, 9]], 2));
    }

    #[test]
    fn a_place_is_in_a_ring_or_is_not() {
        let at = |x, y| World { x, y };
        let ring = [at(10, 10), at(90, 10), at(90, 90), at(50, 20), at(10, 90)];
        assert!(contains(&ring, at(12, 12)) && contains(&ring, at(20, 60)));
        assert!(!contains(&ring, at(50, 60)) && !contains(&ring, at(5, 50)));
        assert!(!contains(&[], at(0, 0)));
    }
}
