//! What the fuzz targets check. Each is a few lines around one of these modules.
//!
//! Nothing here knows how a decoder works: only what its documentation promises of any bytes.

pub mod conversation;
pub mod exchange;
pub mod frames;
pub mod heard;
pub mod number;
pub mod request;
