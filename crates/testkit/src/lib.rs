//! Mock clock, deterministic identities, people with readable defaults, streets drawn in ASCII, and
//! a small town in which the planner can be watched. For tests of every crate; pure.
//!
//! ```
//! use silverbell_testkit::Town;
//!
//! // A letter from A to R is an aide, S to Z a senior's door, a digit a rescuer. One character is
//! // one minute on foot.
//! let mut town = Town::drawn("
//!     A---1---2
//!         |
//!         S
//! ");
//! town.press_answered('S');
//! town.plan();
//! assert_eq!(town.story('S'), [
//!     "0:00 opened",
//!     "0:00 answered",
//!     "0:00 asks A to lead (6 min)",
//!     "0:00 asks 1 to support (2 min)",
//! ]);
//! ```

mod alarm;
mod clock;
mod drawn_roads;
mod extract;
mod ids;
mod look;
mod people;
mod story;
mod streets;
mod town;
mod year;

pub use alarm::{Press, key_of};
pub use clock::{MockClock, START};
pub use drawn_roads::{DrawnRoads, RoadDrawing, round_speeds};
pub use extract::{Extract, frame};
pub use ids::{CountingIds, SeededIds, nth_uuid};
pub use people::{aide, device_of, operator, rescuer, senior};
pub use streets::{OnStreets, Streets, metres_per_second};
pub use town::{Broken, Town};
pub use year::{Chance, Year};

use silverbell_domain::DistrictId;

/// Returns the district that everything here belongs to.
#[must_use]
pub fn longwen() -> DistrictId {
    DistrictId::new("longwen")
}
