//! The largest part in which everywhere can be reached from everywhere (Kosaraju's two passes).

use super::turns::Turned;
use crate::network::NONE;

/// Which vertices stay.
#[derive(Debug)]
pub(super) struct Whole {
    /// For each vertex whether it stays.
    pub(super) stays: Vec<bool>,
    /// How many other parts there are, and how many vertices are in them.
    pub(super) islands: u64,
    pub(super) dropped: u64,
}

/// Arcs from each vertex.
struct Arcs {
    first: Vec<u32>,
    to: Vec<u32>,
}

impl Arcs {
    fn new(vertices: usize, arcs: impl Iterator<Item = [u32; 2]> + Clone) -> Self {
        let mut first = vec![0_u32; vertices + 1];
        for [from, _] in arcs.clone() {
            first[from as usize + 1] += 1;
        }
        for vertex in 0..vertices {
            first[vertex + 1] += first[vertex];
        }
        let mut next = first.clone();
        let mut to = vec![0; first[vertices] as usize];
        for [from, there] in arcs {
            to[next[from as usize] as usize] = there;
            next[from as usize] += 1;
        }
        Self { first, to }
    }

    /// Visits what can be reached from a vertex and was not seen, and tells each when all behind it
    /// was visited. A stack, not recursion: a country road can be a million vertices long.
    fn visit(&self, start: u32, seen: &mut [bool], mut done: impl FnMut(u32)) {
        if std::mem::replace(&mut seen[start as usize], true) {
            return;
        }
        let mut stack = vec![(start, self.first[start as usize])];
        while let Some((vertex, next)) = stack.last_mut() {
            if *next == self.first[*vertex as usize + 1] {
                done(*vertex);
                stack.pop();
                continue;
            }
            let there = self.to[*next as usize];
            *next += 1;
            if !std::mem::replace(&mut seen[there as usize], true) {
                stack.push((there, self.first[there as usize]));
            }
        }
    }
}

/// Returns the largest part by vertices; of equal ones the one found first.
pub(super) fn largest(turned: &Turned) -> Whole {
    let vertices = turned.node_of.len();
    let arcs = arcs_of(turned);
    let mut used = vec![false; vertices];
    for [from, to] in arcs.clone() {
        used[from as usize] = true;
        used[to as usize] = true;
    }
    let used_vertices = || (0..vertices as u32).filter(|vertex| used[*vertex as usize]);

    let forward = Arcs::new(vertices, arcs.clone());
    let mut seen = vec![false; vertices];
    let mut finished = Vec::new();
    for vertex in used_vertices() {
        forward.visit(vertex, &mut seen, |vertex| finished.push(vertex));
    }
    let backward = Arcs::new(vertices, arcs.map(|[from, to]| [to, from]));
    let mut seen = vec![false; vertices];
    let (mut parts, mut part, mut best) = (0, Vec::new(), Vec::new());
    for vertex in finished.iter().rev() {
        part.clear();
        backward.visit(*vertex, &mut seen, |vertex| part.push(vertex));
        parts += u64::from(!part.is_empty());
        if part.len() > best.len() {
            std::mem::swap(&mut part, &mut best);
        }
    }
    let mut stays = vec![false; vertices];
    best.iter().for_each(|vertex| stays[*vertex as usize] = true);
    let dropped = (finished.len() - best.len()) as u64;
    Whole { stays, islands: parts.saturating_sub(1), dropped }
}

fn arcs_of(turned: &Turned) -> impl Iterator<Item = [u32; 2]> + Clone {
    let directions = turned.ends.iter().flat_map(|[a, b, c, d]| [[*a, *b], [*c, *d]]);
    directions.filter(|[tail, _]| *tail != NONE).chain(turned.turns.iter().copied())
}
