//! Whether the tables of a file fit each other, so that nothing that reads them can go wrong: every
//! number that names a node, an edge or a point names one that is there.

use super::file::contradiction;
use super::{MapError, NONE, Tables, end};
use crate::RoadClass;
use crate::geometry::is_on_globe;

/// Returns the first contradiction.
pub(super) fn check(tables: &Tables<'_>) -> Result<(), MapError> {
    if tables.edge_nodes.is_empty() {
        return Err(contradiction("it has no roads"));
    }
    lengths(tables)?;
    order(tables)?;
    edges(tables)?;
    shapes(tables)?;
    turns(tables)
}

fn lengths(tables: &Tables<'_>) -> Result<(), MapError> {
    let (nodes, edges) = (tables.node_point.len(), tables.edge_nodes.len());
    let parts_of = |base: [u32; 4], all: usize| {
        base[0] == 0 && base.is_sorted() && base[3] as usize == all && all < NONE as usize / 2
    };
    let agree = parts_of(tables.node_base, nodes)
        && parts_of(tables.edge_base, edges)
        && tables.order.len() == nodes
        && tables.length_dm.len() == edges
        && tables.tags.len() == edges
        && tables.first_point.len() == edges + 1
        && tables.points.len() < NONE as usize / 2;
    if agree { Ok(()) } else { Err(contradiction("its tables differ in length")) }
}

fn order(tables: &Tables<'_>) -> Result<(), MapError> {
    let mut seen = vec![false; tables.order.len()];
    for node in tables.order {
        match seen.get_mut(*node as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => {
                return Err(contradiction("its order names a node twice or one that is not there"));
            }
        }
    }
    Ok(())
}

fn edges(tables: &Tables<'_>) -> Result<(), MapError> {
    for (edge, [tail, head, back_tail, back_head]) in (0..).zip(tables.edge_nodes) {
        let nodes = tables.nodes_of(tables.travel_of(edge));
        let is_direction = |from: u32, to: u32| nodes.contains(&from) && nodes.contains(&to);
        let is_none = |from: u32, to: u32| from == NONE && to == NONE;
        let along = is_direction(*tail, *head);
        let against = is_direction(*back_tail, *back_head);
        let is_edge = (along && (against || is_none(*back_tail, *back_head)))
            || (against && is_none(*tail, *head));
        if !is_edge {
            return Err(contradiction("an edge ends at a node that is not there"));
        }
    }
    let known = |[class, _, from, to]: &[u8; 4]| {
        RoadClass::from_number(*class).is_some() && (from | to) & !end::ALL == 0
    };
    if !tables.tags.iter().all(known) {
        return Err(contradiction("an edge is of an unknown kind"));
    }
    Ok(())
}

fn shapes(tables: &Tables<'_>) -> Result<(), MapError> {
    let points_of = |pair: &[u32]| pair[1].checked_sub(pair[0]);
    let two_each = tables.first_point.windows(2).all(|pair| points_of(pair) >= Some(2));
    let ends = tables.first_point.first().zip(tables.first_point.last());
    let all =
        ends.is_some_and(|(first, last)| *first == 0 && *last as usize == tables.points.len());
    if !two_each || !all {
        return Err(contradiction("an edge has no line"));
    }
    if !tables.points.iter().chain(tables.node_point).all(|point| is_on_globe(*point)) {
        return Err(contradiction("a point does not lie on the globe"));
    }
    Ok(())
}

fn turns(tables: &Tables<'_>) -> Result<(), MapError> {
    let is_within = |[from, to]: &[u32; 2]| {
        let part_of = |node: u32| tables.node_base[1..].partition_point(|base| *base <= node);
        part_of(*from) < 3 && part_of(*from) == part_of(*to)
    };
    if tables.turns.iter().all(is_within) {
        Ok(())
    } else {
        Err(contradiction("a turn leads to a node that is not there"))
    }
}
