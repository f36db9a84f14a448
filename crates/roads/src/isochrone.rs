//! Isochrones: what can be reached within 10, 20, 30 minutes, as areas for a map.
//!
//! The points that a search over the roads reached are put on a grid. From each of them one walks a
//! little way off the road, more slowly and not far, so that nothing is claimed between the roads that
//! cannot be walked: a river stays open, and so does a lake or a closed yard. Contour lines around
//! what is left in time are the areas. (A convex hull would overstate them by a third to a half.)

use contour::ContourBuilder;
use geo::orient::{Direction, Orient};
use geo::{Area, BoundingRect, Contains, Coord, LineString, MultiPolygon, Point, Polygon, Rect};
use silverbell_domain::LatLon;

use crate::Speeds;

/// Metres in a degree of latitude, on the sphere of [`LatLon::distance_m`].
const METRES_PER_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

/// Coordinates are rounded to this part of a degree, 1.1 m: more only makes the file larger.
const ROUNDED_TO: f64 = 1e5;

/// A smaller cell, metres, would be no more exact, and its corners could meet once they are rounded.
const MIN_CELL_M: f64 = 20.0;

/// How finely isochrones are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IsochroneOptions {
    /// Width of a cell of the grid, metres; at least 20, and more where the grid would be too large:
    /// areas are then drawn as coarsely as that.
    pub cell_m: f64,
    /// How far one walks off the road, metres, in a straight line.
    pub gap_m: f64,
    /// How fast, metres per second in a straight line.
    pub walk_mps: f64,
    /// The grid has no more cells than this.
    pub max_cells: usize,
}

impl Default for IsochroneOptions {
    /// Returns cells of 50 m, a hundred metres off the road at the pace of `Speeds::default()`, and a
    /// million cells: 50 by 50 km.
    fn default() -> Self {
        let walk = Speeds::default().walk;
        let walk_mps = walk.mps / walk.detour;
        Self { cell_m: 50.0, gap_m: 100.0, walk_mps, max_cells: 1_000_000 }
    }
}

impl IsochroneOptions {
    /// Returns what can be drawn of it: a walk of no more than a kilometre, and no grid without cells.
    fn within_bounds(self) -> Self {
        Self {
            cell_m: self.cell_m.max(MIN_CELL_M),
            gap_m: self.gap_m.clamp(0.0, 1_000.0).max(0.0), // NaN becomes 0
            walk_mps: self.walk_mps.max(0.1),
            max_cells: self.max_cells.max(100),
        }
    }
}

/// The contour lines could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw the area within {limit_s} s on a grid of {cells} cells: {source}")]
pub struct IsochroneError {
    /// Which limit.
    pub limit_s: u32,
    /// How large the grid was.
    pub cells: usize,
    /// What the drawing said.
    pub source: contour::Error,
}

/// Returns the area within each limit, in the order of the limits: longitude and latitude in degrees,
/// rounded to 1e-5, outer rings counter-clockwise and holes clockwise as GeoJSON wants them (RFC 7946).
/// `samples` are the points that were reached, and after how many seconds. A longer limit covers what a
/// shorter one does. Where nothing is reached the area is empty.
///
/// # Errors
/// [`IsochroneError`] when the contour lines cannot be drawn, which a grid of the right size never is.
pub fn isochrones(
    samples: &[(LatLon, u32)],
    limits_s: &[u32],
    options: IsochroneOptions,
) -> Result<Vec<MultiPolygon<f64>>, IsochroneError> {
    let options = options.within_bounds();
    let last_s = limits_s.iter().copied().max().unwrap_or(0);
    let reached: Vec<(LatLon, u32)> =
        samples.iter().copied().filter(|(_, s)| *s <= last_s).collect();
    let Some(mut grid) = Grid::around(&reached, options) else {
        return Ok(limits_s.iter().map(|_| MultiPolygon::new(Vec::new())).collect());
    };
    reached.iter().for_each(|(at, s)| grid.walk_from(*at, *s, options));
    limits_s.iter().map(|limit_s| grid.area_within(*limit_s, options)).collect()
}

/// Cells in rows from south to north, each with the seconds after which its middle is reached.
struct Grid {
    west: f64,
    south: f64,
    /// Width of a cell, metres and degrees.
    cell_m: f64,
    lon_step: f64,
    lat_step: f64,
    width: usize,
    height: usize,
    reached_s: Vec<f64>,
}

impl Grid {
    /// Returns an empty grid that has room for all samples and a margin of empty cells around them;
    /// `None` without samples.
    fn around(samples: &[(LatLon, u32)], options: IsochroneOptions) -> Option<Self> {
        let corner = |at: &LatLon| Coord { x: at.lon, y: at.lat };
        let bounds = LineString::new(samples.iter().map(|(at, _)| corner(at)).collect());
        let bounds = bounds.bounding_rect()?;
        // Towards the poles a degree of longitude shrinks to nothing.
        let shrink = bounds.center().y.to_radians().cos().max(0.01);
        let (wide_m, high_m) = (
            bounds.width() * METRES_PER_DEGREE * shrink + 2.0 * options.gap_m,
            bounds.height() * METRES_PER_DEGREE + 2.0 * options.gap_m,
        );
        let most = options.max_cells as f64;
        let cells = |m: f64, cell_m: f64| (m / cell_m).ceil() + 4.0;
        let mut cell_m = options.cell_m;
        while cells(wide_m, cell_m) * cells(high_m, cell_m) > most {
            cell_m *= 1.25; // ends: the earth is finite, and 100 cells hold it
        }
        let (lon_step, lat_step) =
            (cell_m / (METRES_PER_DEGREE * shrink), cell_m / METRES_PER_DEGREE);
        let (width, height) = (cells(wide_m, cell_m) as usize, cells(high_m, cell_m) as usize);
        Some(Self {
            west: bounds.center().x - lon_step * width as f64 / 2.0,
            south: bounds.center().y - lat_step * height as f64 / 2.0,
            cell_m,
            lon_step,
            lat_step,
            width,
            height,
            reached_s: vec![f64::INFINITY; width * height],
        })
    }

    /// Walks from a sample to the middle of every cell that is near, at least to that of its own: on a
    /// grid that had to be coarse that is farther than one walks, and still somebody is there.
    fn walk_from(&mut self, at: LatLon, s: u32, options: IsochroneOptions) {
        let x = (at.lon - self.west) / self.lon_step;
        let y = (at.lat - self.south) / self.lat_step;
        let own = (x.floor(), y.floor());
        let far = (options.gap_m / self.cell_m).ceil();
        let range = |own: f64, end: usize| {
            (own - far).max(0.0) as usize..((own + far + 1.0).max(0.0) as usize).min(end)
        };
        for row in range(own.1, self.height) {
            for column in range(own.0, self.width) {
                let (middle_x, middle_y) = (column as f64 + 0.5, row as f64 + 0.5);
                let way_m = self.cell_m * (middle_x - x).hypot(middle_y - y);
                let is_own = (column as f64, row as f64) == own;
                if way_m <= options.gap_m || is_own {
                    let walk_s = way_m.min(options.gap_m) / options.walk_mps;
                    let cell = &mut self.reached_s[row * self.width + column];
                    *cell = cell.min(f64::from(s) + walk_s);
                }
            }
        }
    }

    fn area_within(
        &self,
        limit_s: u32,
        options: IsochroneOptions,
    ) -> Result<MultiPolygon<f64>, IsochroneError> {
        // What is left of the time, in cells that could still be walked. More than one says no more
        // about where the edge is, and an edge through a corner of the grid would touch itself.
        let left = |reached_s: &f64| {
            let cells = (f64::from(limit_s) - reached_s) * options.walk_mps / self.cell_m;
            let left = cells.clamp(-1.0, 1.0);
            if left >= 0.0 { left.max(0.1) } else { left.min(-0.1) }
        };
        let left: Vec<f64> = self.reached_s.iter().map(left).collect();
        let lines = ContourBuilder::new(self.width, self.height, true)
            .x_origin(self.west)
            .y_origin(self.south)
            .x_step(self.lon_step)
            .y_step(self.lat_step)
            .lines(&left, &[0.0])
            .map_err(|source| IsochroneError { limit_s, cells: left.len(), source })?;
        let rings = lines.into_iter().flat_map(|line| line.into_inner().0.0);
        Ok(areas(rings.filter_map(rounded).collect()))
    }
}

/// Rounds a closed ring; `None` when nothing is left of it.
fn rounded(ring: LineString<f64>) -> Option<LineString<f64>> {
    let round = |c: Coord<f64>| Coord {
        x: (c.x * ROUNDED_TO).round() / ROUNDED_TO,
        y: (c.y * ROUNDED_TO).round() / ROUNDED_TO,
    };
    let mut coords: Vec<Coord<f64>> = ring.into_iter().map(round).collect();
    coords.dedup();
    let mut ring = LineString::new(coords);
    ring.close();
    (ring.0.len() >= 4).then_some(ring)
}

/// Puts rings together to areas with holes. The inside lies to the right of each contour line, so
/// that outer rings run clockwise.
fn areas(rings: Vec<LineString<f64>>) -> MultiPolygon<f64> {
    let polygon = |ring| Polygon::new(ring, Vec::new());
    let (holes, outer): (Vec<_>, Vec<_>) =
        rings.into_iter().map(polygon).partition(|ring| ring.signed_area() > 0.0);
    let mut outer: Vec<(Option<Rect>, Polygon<f64>)> =
        outer.into_iter().map(|polygon| (polygon.bounding_rect(), polygon)).collect();
    // An island in a hole has holes of its own: each hole belongs to the smallest area around it.
    outer.sort_by(|(_, a), (_, b)| a.unsigned_area().total_cmp(&b.unsigned_area()));
    let shapes: Vec<Polygon<f64>> = outer.iter().map(|(_, polygon)| polygon.clone()).collect();
    for hole in holes {
        let Some(point) = hole.exterior().0.first().map(|c| Point::from(*c)) else { continue };
        let around = outer.iter_mut().zip(&shapes).find(|((bounds, _), shape)| {
            bounds.is_some_and(|bounds| bounds.contains(&point)) && shape.contains(&point)
        });
        if let Some(((_, polygon), _)) = around {
            polygon.interiors_push(hole.exterior().clone());
        }
    }
    let outer = outer.into_iter().map(|(_, polygon)| polygon);
    MultiPolygon::new(outer.collect()).orient(Direction::Default)
}
