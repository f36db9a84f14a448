//! Months that are closed (封月): their report as it was, with its hash.

use silverbell_domain::{DistrictId, UnixMs, UserId};

/// A month that is closed: never changed, never removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedMonth {
    /// The district.
    pub district: DistrictId,
    /// Which, `YYYY-MM` by the district's clock.
    pub month: String,
    /// When it was closed.
    pub closed_at: UnixMs,
    /// Who closed it.
    pub closed_by: UserId,
    /// SHA-256 of the report's bytes.
    pub sha256: [u8; 32],
    /// The report, JSON.
    pub report: String,
}
