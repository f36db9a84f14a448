//! A coarse grid over the district, to find what is near without looking at everything.

use super::super::plane::{HALF, Pt};

/// Things in the cells they touch, in the order they were put in.
pub(super) struct Grid<T> {
    cell_m: f64,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<T>>,
}

impl<T: Copy> Grid<T> {
    pub(super) fn new(cell_m: f64) -> Self {
        let count = |half: f64| whole(2.0 * half / cell_m) + 1;
        let (columns, rows) = (count(HALF.x), count(HALF.y));
        Self { cell_m, columns, rows, cells: vec![Vec::new(); columns * rows] }
    }

    /// Puts a thing into the cell of this point.
    pub(super) fn put(&mut self, at: Pt, thing: T) {
        self.put_between(at, at, thing);
    }

    /// Puts a thing into every cell of the box between two points.
    pub(super) fn put_between(&mut self, a: Pt, b: Pt, thing: T) {
        for cell in self.cells_between(a, b) {
            if let Some(things) = self.cells.get_mut(cell) {
                things.push(thing);
            }
        }
    }

    /// Returns what lies in the cells within `reach_m` of a point. What spans cells comes twice.
    pub(super) fn near(&self, at: Pt, reach_m: f64) -> impl Iterator<Item = T> {
        let low = Pt { x: at.x - reach_m, y: at.y - reach_m };
        let high = Pt { x: at.x + reach_m, y: at.y + reach_m };
        self.cells_between(low, high).filter_map(|cell| self.cells.get(cell)).flatten().copied()
    }

    fn cells_between(&self, a: Pt, b: Pt) -> impl Iterator<Item = usize> + use<T> {
        let column = |x: f64| whole((x + HALF.x) / self.cell_m).min(self.columns - 1);
        let row = |y: f64| whole((y + HALF.y) / self.cell_m).min(self.rows - 1);
        let (west, east) = (column(a.x.min(b.x)), column(a.x.max(b.x)));
        let columns = self.columns;
        (row(a.y.min(b.y))..=row(a.y.max(b.y)))
            .flat_map(move |row| (west..=east).map(move |column| row * columns + column))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a few hundred at most")]
#[expect(clippy::cast_sign_loss, reason = "clamped")]
fn whole(number: f64) -> usize {
    number.floor().max(0.0) as usize
}
