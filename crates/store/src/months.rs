//! Months that are closed (封月): their report as it was, with its hash.

use sha2::{Digest, Sha256};
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

impl ClosedMonth {
    /// Returns whether the report is the one that was hashed.
    #[must_use]
    pub fn is_genuine(&self) -> bool {
        <[u8; 32]>::from(Sha256::digest(self.report.as_bytes())) == self.sha256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_was_changed_is_not_the_one_that_was_hashed() {
        let report = String::from(r#"{"version":1}"#);
        let mut closed = ClosedMonth {
            district: DistrictId::new("longwen"),
            month: "2026-10".into(),
            closed_at: UnixMs(0),
            closed_by: UserId(uuid::Uuid::nil()),
            sha256: Sha256::digest(report.as_bytes()).into(),
            report,
        };
        assert!(closed.is_genuine());
        closed.report.push(' ');
        assert!(!closed.is_genuine());
    }
}
