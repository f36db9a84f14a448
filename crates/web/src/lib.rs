//! What the ports of devices and of people share: problem details (RFC 9457), times in RFC 3339,
//! bodies that are read with a bound and a clear error, and who may be connected.

mod body;
mod network;
mod places;
mod problem;
mod proxies;
mod time;

pub use body::JsonBody;
pub use network::network;
pub use places::{Bounds, Entry, Place, Places, Plain};
pub use problem::Problem;
pub use proxies::{NotANetwork, Proxies};
pub use time::{age_years, is_time_zone, parse_rfc3339, rfc3339};
