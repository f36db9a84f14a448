//! What stations call themselves: cells by network, area and number, access points by their address.

use std::ops::RangeInclusive;

use silverbell_protocols::Cell;

/// Country codes of networks on the ground (ITU-T E.212): 001 and 999 are tests, 901 is at sea, in the
/// air and among satellites.
pub(crate) const COUNTRIES: RangeInclusive<u64> = 200..=799;

/// A cell's number has at most 28 bits in 3G and 4G, 36 in 5G (3GPP TS 23.003). All ones is what
/// chips send for "unknown".
pub(crate) const UNKNOWN_28: u64 = (1 << 28) - 1;
pub(crate) const UNKNOWN_36: u64 = (1 << 36) - 1;

/// The identity of a station, in the order of the map: all cells of an area stand together, ordered by
/// their number, and access points behind all cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StationId {
    /// Country, network and area; all ones for access points.
    pub(crate) area: u64,
    /// The cell's number, or the access point's address.
    pub(crate) number: u64,
}

/// The area of everything that is no cell: no country has this code.
const ACCESS_POINTS: u64 = u64::MAX;

impl StationId {
    /// Returns the identity of a cell.
    pub(crate) fn cell(mcc: u16, mnc: u16, area: u32, number: u64) -> Self {
        let area = u64::from(mcc) << 48 | u64::from(mnc) << 32 | u64::from(area);
        Self { area, number }
    }

    /// Returns the identity of an access point.
    pub(crate) const fn access_point(mac: Mac) -> Self {
        Self { area: ACCESS_POINTS, number: mac.0 }
    }

    /// Returns the country code of a cell, `None` for an access point.
    pub(crate) fn country(self) -> Option<u16> {
        (self.area != ACCESS_POINTS).then_some((self.area >> 48) as u16)
    }

    /// Returns the identity of what a device hears; `None` if it names no cell.
    ///
    /// Networks are numbers, so that 0, 00 and 000 are the same: the list has them without leading
    /// zeros, devices with as many as they like.
    pub(crate) fn heard(cell: &Cell) -> Option<Self> {
        let is_area = is_area(cell.lac.into());
        let is_cell = COUNTRIES.contains(&cell.mcc.into()) && is_area && is_number(cell.cid);
        is_cell.then(|| Self::cell(cell.mcc, cell.mnc, cell.lac, cell.cid))
    }
}

/// Returns whether there may be an area of this number, 24 bits at most (5G). 0 and 0xFFFE say that
/// there is none (TS 23.003, 4.1), all ones is what chips send for "unknown".
pub(crate) fn is_area(area: u64) -> bool {
    !matches!(area, 0 | 0xfffe | 0xffff | 0xff_fffe..)
}

/// Returns whether there may be a cell of this number, of whatever kind. Chips send 0 or all ones, of
/// 16, 28, 31 or 32 bits, where they know none.
fn is_number(number: u64) -> bool {
    let none = [0, 0xffff, UNKNOWN_28, 0x7fff_ffff, 0xffff_ffff];
    number < UNKNOWN_36 && !none.contains(&number)
}

/// A hardware address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mac(u64);

impl Mac {
    /// Reads twelve hexadecimal digits, parted by colons, hyphens, points or nothing.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mut mac, mut digits) = (0, 0);
        for letter in text.trim().chars() {
            match (letter.to_digit(16), letter) {
                (Some(digit), _) if digits < 12 => {
                    (mac, digits) = (mac << 4 | u64::from(digit), digits + 1)
                }
                (None, ':' | '-' | '.') => {}
                _ => return None,
            }
        }
        (digits == 12 && mac != 0).then_some(Self(mac))
    }

    /// Returns whether the maker's number is in it. Others are made up (the second bit of the first
    /// octet, IEEE 802): telephones that share their connection change theirs as they like, and so
    /// the same one may be anywhere. Or they are for groups (the first bit), and nobody's.
    pub(crate) const fn is_given(self) -> bool {
        self.0 >> 40 & 0b11 == 0
    }

    /// Returns what the names of one router share: it counts its networks up in the last digit.
    pub(crate) const fn router(self) -> u64 {
        self.0 >> 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_common_form() {
        let mac = Mac::parse("34:60:f9:ec:19:f8");
        assert!(mac.is_some());
        for same in ["3460F9EC19F8", " 34-60-F9-ec-19-f8 ", "3460.f9ec.19f8"] {
            assert_eq!(Mac::parse(same), mac, "{same}");
        }
        for other in [
            "",
            "34:60:f9:ec:19",
            "34:60:f9:ec:19:f8:00",
            "34:60:f9:ec:19:fg",
            "家里的路由器",
            "00:00:00:00:00:00",
        ] {
            assert_eq!(Mac::parse(other), None, "{other}");
        }
    }

    #[test]
    fn made_up_addresses_are_told_from_given_ones() {
        let is_given = |mac| Mac::parse(mac).is_some_and(Mac::is_given);
        assert!(is_given("34:60:f9:ec:19:f8"));
        for mac in
            ["1a:e8:29:9d:64:49", "a2:2a:a8:84:f0:08", "ff:ff:ff:ff:ff:ff", "01:00:5e:90:10:00"]
        {
            assert!(!is_given(mac), "{mac}");
        }
    }

    #[test]
    fn what_chips_send_for_no_cell_is_none() {
        let heard = |mcc, lac, cid| StationId::heard(&Cell { mcc, mnc: 0, lac, cid, dbm: None });
        assert!(heard(460, 9346, 5223).is_some());
        assert!(heard(460, 9346, 1 << 35).is_some(), "5G");
        for lac in [0, 0xfffe, 0xffff, 0xff_ffff, u32::MAX] {
            assert_eq!(heard(460, lac, 5223), None, "area {lac}");
        }
        for cid in [0, 0xffff, 0x0fff_ffff, 0x7fff_ffff, 0xffff_ffff, (1 << 36) - 1, u64::MAX] {
            assert_eq!(heard(460, 9346, cid), None, "cell {cid}");
        }
        for mcc in [0, 1, 199, 901, 999, u16::MAX] {
            assert_eq!(heard(mcc, 9346, 5223), None, "country {mcc}");
        }
    }
}
