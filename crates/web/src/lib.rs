//! What the routes of devices and of people share: problem details (RFC 9457), times in RFC 3339,
//! and bodies that are read with a bound and a clear error.

mod body;
mod problem;
mod time;

pub use body::JsonBody;
pub use problem::Problem;
pub use time::{age_years, parse_rfc3339, rfc3339};
