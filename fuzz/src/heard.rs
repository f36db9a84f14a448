//! What holds of everything that was heard.

use silverbell_domain::UnixMs;
use silverbell_protocols::name::MAX_NAME;
use silverbell_protocols::{Doubt, Heard, Report};

/// The service's time: 2026-11-22 00:00 UTC.
pub const NOW: UnixMs = UnixMs(1_795_305_600_000);

/// Most cells or access points of a report, as the decoders promise.
const MAX_ENTRIES: usize = 64;

/// Checks what one frame or request says.
pub fn check(heard: &Heard) {
    assert!(heard.ident.chars().count() <= MAX_NAME, "a name without bound: {heard:?}");
    assert!(!heard.reports.is_empty(), "no report: {heard:?}");
    heard.reports.iter().for_each(check_report);
    let is_truncated = heard.reports.iter().any(|it| it.doubts.contains(&Doubt::Truncated));
    assert!(!is_truncated || heard.ack.is_none(), "would not be repeated: {heard:?}");
}

fn check_report(report: &Report) {
    let signals = &report.signals;
    assert!(!signals.is_empty(), "no signal: {report:?}");
    assert!(signals.is_sorted_by(|one, next| one < next), "not in order, each once: {report:?}");
    assert!(report.cells.len() <= MAX_ENTRIES && report.wifi.len() <= MAX_ENTRIES, "{report:?}");
    assert!(report.battery_pct.is_none_or(|percent| percent <= 100), "{report:?}");
    let _ = report.position(NOW);
}
