//! The assignment problem: rows that each want one column, columns that each serve one row, and the
//! cheapest way to give them to each other. Exact, sparse, in integers.
//!
//! Shortest augmenting paths with prices, after Jonker and Volgenant, "A shortest augmenting path
//! algorithm for dense and sparse linear assignment problems", Computing 38 (1987): row after row
//! takes its cheapest column; where another row has that one already, the cheapest chain of changes
//! is looked for, by Dijkstra's algorithm over what a change costs more than the prices say.
//! Each row brings one search, each search looks at each arc once at most.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a pairing costs. Never negative, and below 2¹²⁵ so that differences of sums fit.
pub(crate) type Cost = i128;

/// Somebody who wants a column.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The columns that would do, each at most once, and what each costs.
    pub(crate) arcs: Vec<(usize, Cost)>,
    /// What it costs to get none.
    pub(crate) none: Cost,
}

/// Returns which column each row gets, at the least total cost. Of assignments that cost the same,
/// always the same one for the same rows in the same order; an earlier row keeps what it has when
/// giving it up would save nothing.
pub(crate) fn assign(rows: &[Row], columns: usize) -> Vec<Option<usize>> {
    let mut solver = Solver::new(rows, columns);
    for row in 0..rows.len() {
        solver.add(row);
    }
    solver.column_of
}

/// How far a column is, whether somebody has it, and which it is: of two that are as far the free one
/// comes first, for it ends the search.
type Reached = (Cost, bool, usize);

/// Where a chain of changes ends.
#[derive(Clone, Copy)]
enum End {
    /// At a column that nobody has.
    Free(usize),
    /// With a row that gives up and gets none.
    Without(usize),
}

struct Solver<'a> {
    rows: &'a [Row],
    /// What a row pays in all: never more than for any of its arcs or for none.
    row_price: Vec<Cost>,
    /// What a column is worth beyond its arcs: zero while it is free, negative once rows compete.
    column_price: Vec<Cost>,
    column_of: Vec<Option<usize>>,
    row_of: Vec<Option<usize>>,
    /// How much more than the prices the cheapest chain to this column costs, in the present search.
    distance: Vec<Cost>,
    /// From which row the chain comes to this column.
    via: Vec<usize>,
    /// The columns whose distance is final, in the present search.
    settled: Vec<usize>,
}

impl<'a> Solver<'a> {
    fn new(rows: &'a [Row], columns: usize) -> Self {
        Self {
            rows,
            row_price: vec![0; rows.len()],
            column_price: vec![0; columns],
            column_of: vec![None; rows.len()],
            row_of: vec![None; columns],
            distance: vec![Cost::MAX; columns],
            via: vec![0; columns],
            settled: Vec::new(),
        }
    }

    /// Gives one more row a column, or none, and changes the others so that all together is cheapest.
    fn add(&mut self, start: usize) {
        self.distance.fill(Cost::MAX);
        self.settled.clear();
        let (end, length) = self.search(start);
        self.pay(start, length);
        self.change(end);
    }

    /// Finds the cheapest chain of changes. It always ends: a row can get none.
    fn search(&mut self, start: usize) -> (End, Cost) {
        let mut open = BinaryHeap::new();
        let mut without = (self.slack_of_none(start), start);
        self.relax(start, 0, &mut open);
        while let Some(Reverse((distance, _, column))) = open.pop() {
            if without.0 <= distance {
                break;
            }
            if distance > self.distance[column] {
                continue; // a cheaper chain to it was found since
            }
            let Some(row) = self.row_of[column] else { return (End::Free(column), distance) };
            self.settled.push(column);
            let gives_up = distance + self.slack_of_none(row);
            if gives_up < without.0 {
                without = (gives_up, row);
            }
            self.relax(row, distance, &mut open);
        }
        (End::Without(without.1), without.0)
    }

    fn slack_of_none(&self, row: usize) -> Cost {
        self.rows[row].none - self.row_price[row]
    }

    /// Notes the columns that are cheaper to reach through this row.
    fn relax(&mut self, row: usize, from: Cost, open: &mut BinaryHeap<Reverse<Reached>>) {
        for &(column, cost) in &self.rows[row].arcs {
            let distance = from + cost - self.row_price[row] - self.column_price[column];
            if distance < self.distance[column] {
                self.distance[column] = distance;
                self.via[column] = row;
                open.push(Reverse((distance, self.row_of[column].is_some(), column)));
            }
        }
    }

    /// Moves the prices, so that everything on the chain costs what the prices say, and nothing less.
    fn pay(&mut self, start: usize, length: Cost) {
        self.row_price[start] += length;
        for &column in &self.settled {
            let left = length - self.distance[column];
            self.column_price[column] -= left;
            if let Some(row) = self.row_of[column] {
                self.row_price[row] += left;
            }
        }
    }

    /// Carries out the chain, from its end back to the row it began with.
    fn change(&mut self, end: End) {
        let mut freed = match end {
            End::Free(column) => Some(column),
            End::Without(row) => self.column_of[row].take(),
        };
        while let Some(column) = freed {
            let row = self.via[column];
            self.row_of[column] = Some(row);
            freed = self.column_of[row].replace(column); // the first row had none
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Cost, Row, assign};

    fn cost(rows: &[Row], columns: &[Option<usize>]) -> Cost {
        let of = |row: &Row, column: usize| {
            row.arcs.iter().find(|arc| arc.0 == column).expect("an arc").1
        };
        rows.iter().zip(columns).map(|(row, c)| c.map_or(row.none, |c| of(row, c))).sum()
    }

    /// The cheapest of all assignments, by trying every one.
    fn brute_force(rows: &[Row], taken: &mut Vec<usize>) -> Cost {
        let Some((row, rest)) = rows.split_first() else { return 0 };
        let mut best = row.none + brute_force(rest, taken);
        for &(column, cost) in &row.arcs {
            if !taken.contains(&column) {
                taken.push(column);
                best = best.min(cost + brute_force(rest, taken));
                taken.pop();
            }
        }
        best
    }

    fn row(columns: usize) -> impl Strategy<Value = Row> {
        // Few different costs, so that there are many ties; some huge, as the weights of rings are.
        let cost = prop_oneof![0..12_i128, (0..4_i128).prop_map(|n| n << 90)];
        let arcs = prop::collection::btree_map(0..columns, cost.clone(), 0..=columns);
        let none = prop_oneof![cost, Just(1_i128 << 120)];
        (arcs, none).prop_map(|(arcs, none)| Row { arcs: arcs.into_iter().collect(), none })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_costs_what_the_best_of_all_assignments_costs(
            rows in (1..7_usize).prop_flat_map(|n| prop::collection::vec(row(n), 0..7)),
        ) {
            let columns = assign(&rows, 7);
            let mut once: Vec<usize> = columns.iter().flatten().copied().collect();
            once.sort_unstable();
            prop_assert!(once.is_sorted_by(|a, b| a < b), "a column serves two rows: {:?}", columns);
            prop_assert_eq!(cost(&rows, &columns), brute_force(&rows, &mut Vec::new()));
        }
    }

    #[test]
    fn a_chain_of_changes_is_found() {
        // The third row can have only the first column; everybody moves up by one.
        let rows = [
            Row { arcs: vec![(0, 1), (1, 2)], none: 100 },
            Row { arcs: vec![(1, 1), (2, 2)], none: 100 },
            Row { arcs: vec![(0, 1)], none: 100 },
        ];
        assert_eq!(assign(&rows, 3), [Some(1), Some(2), Some(0)]);
    }

    #[test]
    fn an_earlier_row_keeps_what_a_later_one_would_have_for_the_same_cost() {
        let twice = Row { arcs: vec![(0, 5)], none: 9 };
        assert_eq!(assign(&[twice.clone(), twice], 1), [Some(0), None]);
    }

    #[test]
    fn a_row_without_arcs_gets_none() {
        assert_eq!(assign(&[Row { arcs: vec![], none: 3 }], 2), [None]);
        assert_eq!(assign(&[], 2), []);
    }
}
