//! The tail of a report: telephone cells and Wi-Fi access points, for a position without satellites.

use crate::network::MAX_ENTRIES;
use crate::{Cell, Wifi};

/// Reads the cells: `count,timing advance,mcc,mnc` and for each `lac,cid,strength`.
///
/// Ends at the first that cannot be read, for counts are not reliable.
pub(super) fn cells(tail: &[&str]) -> Vec<Cell> {
    let [count, _timing_advance, mcc, mnc, rest @ ..] = tail else { return Vec::new() };
    let (Ok(count), Ok(mcc), Ok(mnc)) = (count.parse::<usize>(), mcc.parse(), mnc.parse()) else {
        return Vec::new();
    };
    rest.chunks(3).take(count.min(MAX_ENTRIES)).map_while(|fields| cell(mcc, mnc, fields)).collect()
}

fn cell(mcc: u16, mnc: u16, fields: &[&str]) -> Option<Cell> {
    let lac = u32::try_from(number(fields.first()?)?).ok()?;
    let cid = number(fields.get(1)?)?;
    let dbm = fields.get(2).and_then(|field| strength(field));
    Some(Cell { mcc, mnc, lac, cid, dbm })
}

/// Reads a decimal number, or a hexadecimal one where letters betray it.
fn number(field: &str) -> Option<u64> {
    let radix = if field.bytes().any(|byte| byte.is_ascii_alphabetic()) { 16 } else { 10 };
    u64::from_str_radix(field, radix).ok()
}

fn strength(field: &str) -> Option<i16> {
    let given: i16 = field.trim().parse().ok()?;
    Some(given.saturating_abs().saturating_neg())
}

/// Reads the access points: `name,address,strength` each.
///
/// Found by the form of the address, not by their count: firmware without cells leaves out the
/// timing advance before the count, and names may hold commas.
pub(super) fn wifi(tail: &[&str]) -> Vec<Wifi> {
    let addresses = tail.iter().enumerate().filter_map(|(at, field)| Some((at, mac(field)?)));
    addresses
        .map(|(at, mac)| Wifi { mac, dbm: tail.get(at + 1).and_then(|field| strength(field)) })
        .take(MAX_ENTRIES)
        .collect()
}

fn mac(field: &str) -> Option<String> {
    let field = field.trim().to_ascii_lowercase().replace('-', ":");
    let is_octet =
        |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mac = field.split(':').count() == 6 && field.split(':').all(is_octet);
    (is_mac && field != "00:00:00:00:00:00").then_some(field)
}

/// Returns the radius of uncertainty in metres, the last field of newer firmware: `…,1.7055488`.
///
/// Told by its point from the counts and codes that end other frames; 0.0 says unknown.
pub(super) fn accuracy_m(tail: &[&str]) -> Option<f64> {
    let field = tail.last()?;
    let metres: f64 = field.contains('.').then(|| field.trim().parse().ok())??;
    (metres.is_finite() && metres > 0.0).then_some(metres)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(tail: &str) -> Vec<&str> {
        tail.split(',').collect()
    }

    #[test]
    fn cells_and_access_points_are_read_with_and_without_names_and_strengths() {
        let tail = fields(
            "2,0,460,00,9346,5223,42,9346,5214,,2,,34:60:F9:ec:19:f8,-82,home,98:48:27:55:18:20,-96,0.0",
        );
        let cell = |cid, dbm| Cell { mcc: 460, mnc: 0, lac: 9346, cid, dbm };
        assert_eq!(cells(&tail), [cell(5223, Some(-42)), cell(5214, None)]);
        let wifi = wifi(&tail);
        assert_eq!(wifi.len(), 2);
        assert_eq!(wifi[0], Wifi { mac: "34:60:f9:ec:19:f8".into(), dbm: Some(-82) });
    }

    #[test]
    fn access_points_are_found_without_cells_and_behind_names_with_commas() {
        let tail = fields("0,2,Wang, family,04:f0:21:46:1f:57,-54,x,00-1e-42-25-2f-3e,-71");
        assert!(cells(&tail).is_empty());
        let macs: Vec<_> = wifi(&tail).into_iter().map(|wifi| wifi.mac).collect();
        assert_eq!(macs, ["04:f0:21:46:1f:57", "00:1e:42:25:2f:3e"]);
    }

    #[test]
    fn an_unknown_network_is_no_cell_and_a_wrong_count_no_failure() {
        assert!(cells(&fields("1,1,FFFF,FFFF,FFFE,3B882A2,132,,00")).is_empty());
        assert_eq!(cells(&fields("5,1,460,0,1,2,3")).len(), 1);
        assert_eq!(cells(&fields("1,1,460,0,FFFE,3B882A2,132"))[0].cid, 0x03b8_82a2);
        assert!(cells(&fields("")).is_empty());
        assert!(cells(&fields("99999999999999999999999,0,1,1,1,1,1")).is_empty());
    }

    #[test]
    fn only_a_last_field_with_a_point_is_an_accuracy() {
        assert_eq!(accuracy_m(&fields("0,0,58.0")), Some(58.0));
        assert_eq!(accuracy_m(&fields("0,0,0.0")), None);
        assert_eq!(accuracy_m(&fields("1,1,204,4,20304,25909761,19,,10")), None);
        assert_eq!(accuracy_m(&fields("0,0,.")), None);
    }
}
