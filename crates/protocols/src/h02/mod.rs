//! The `h02` protocol: text between `*` and `#`, and binary records, over TCP; spoken by pendants
//! and trackers of many makers (Reachfar RF-V16, LKGPS, SinoTrack, Huasun).
//!
//! Text: `*HQ,ident,command,fields…#`; `HQ` is the maker's code, also `hq`, `TH` and others.
//! Binary: `$` or `X`, then the fields of a report in binary-coded decimals; see [`Talk`].
//!
//! The status has 32 bits of negative logic: 0 says yes. **By default only bit 1 is an SOS**
//! (`FFFFFBFD`); with [`Options::bit_18_is_sos`], bit 18 is one, too (`FFFBFFFF`). The makers'
//! papers agree on bit 1 («SOS», «rob alarm»); bit 18 is an SOS here, a tilt or nothing there, and
//! low in ordinary reports of moving vehicles (traccar/traccar#746, #2920). No bit is a fall. What
//! is no emergency but told: bit 0 theft or vibration, 4 inside the geofence, 7 outside it, 19 on
//! the backup battery. The others are speeds, doors and engines, or mean another thing with every
//! maker. `ALRM` messages name their alarm by a number: 1 SOS, 2 low battery, 3 geofence.
//!
//! Sources: Traccar's decoder for what is answered; the makers' papers «ST-901 … Protocol», «GPS
//! Tracker Communication Protocol V1.0.5» (Huasun) and the RF-V16 agent of Cumulocity for the rest.

mod ack;
mod binary;
mod command;
mod fields;
mod frame;
mod network;
mod status;
mod talk;
mod text;

pub use frame::DEFAULT_MAX_FRAME;
pub use status::Options;
pub use talk::Talk;
