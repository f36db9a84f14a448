//! Cells and access points, in the many forms that makers have for them.

use super::bytes::Reader;
use super::draft::Draft;
use crate::network::MAX_ENTRIES;
use crate::{Cell, Wifi};

/// An access point: address and strength.
const WIFI: usize = 7;

/// A cell of the second and of later generations, with country and network.
const CELL_2G: usize = 8;
const CELL_4G: usize = 10;

/// The least country code; `eb` holds something else where its first word is lower.
const LEAST_COUNTRY: u16 = 201;

/// Reads an item of additional information, if it holds a network.
pub(super) fn read_item(draft: &mut Draft, kind: u8, value: &[u8]) {
    match kind {
        0x53 | 0x5d => read_counted_cells(draft, value),
        0x54 => read_wifi(draft, value.get(1..).unwrap_or_default()),
        0xe1 => read_one_network(draft, value),
        0xec | 0xf4 => read_wifi(draft, value),
        0xf0 => read_long_cells(draft, value),
        _ => {}
    }
}

/// Keeps a cell, but one of zeros, which says that none is heard.
fn keep(draft: &mut Draft, cell: Option<Cell>) {
    if draft.cells.len() < MAX_ENTRIES {
        draft.cells.extend(cell.filter(|cell| cell.mcc != 0 || cell.cid != 0));
    }
}

/// Reads access points; anything else stands there if the length does not divide.
fn read_wifi(draft: &mut Draft, value: &[u8]) {
    if !value.len().is_multiple_of(WIFI) {
        return;
    }
    for entry in value.chunks_exact(WIFI) {
        let Some((strength, address)) = entry.split_last() else { return };
        if draft.wifi.len() < MAX_ENTRIES && address.iter().any(|&byte| byte != 0) {
            let octets: Vec<_> = address.iter().map(|octet| format!("{octet:02x}")).collect();
            let dbm = Some(-i16::from(strength.cast_signed()).abs());
            draft.wifi.push(Wifi { mac: octets.join(":"), dbm });
        }
    }
}

/// Reads a count, then cells of one length: country, network, area, cell and strength.
fn read_counted_cells(draft: &mut Draft, value: &[u8]) {
    let Some((&count, entries)) = value.split_first() else { return };
    let length = entries.len() / usize::from(count).max(1);
    if !matches!(length, CELL_2G | CELL_4G) {
        return;
    }
    for entry in entries.chunks_exact(length) {
        keep(draft, counted_cell(&mut Reader::new(entry), length));
    }
}

fn counted_cell(bytes: &mut Reader<'_>, length: usize) -> Option<Cell> {
    let (mcc, mnc) = (bytes.u16()?, bytes.u8()?.into());
    let lac = bytes.u16()?.into();
    let cid = if length == CELL_2G { bytes.u16()?.into() } else { bytes.u32()?.into() };
    Some(Cell { mcc, mnc, lac, cid, dbm: bytes.u8().map(strength) })
}

/// Reads country and network once, then area, cell and strength of each cell.
fn read_one_network(draft: &mut Draft, value: &[u8]) {
    let mut bytes = Reader::new(value);
    let (Some(mcc), Some(mnc)) = (bytes.u16(), bytes.u16()) else { return };
    while let (Some(lac), Some(cid), Some(level)) = (bytes.u24(), bytes.u32(), bytes.u8()) {
        let is_cell = (1..=0xffff).contains(&lac) && cid <= 0x0fff_ffff;
        let cell = Cell { mcc, mnc, lac, cid: cid.into(), dbm: Some(strength(level)) };
        keep(draft, is_cell.then_some(cell));
    }
}

/// Reads cells of country, network, cell, area and strength.
fn read_long_cells(draft: &mut Draft, value: &[u8]) {
    let mut bytes = Reader::new(value);
    while let (Some(mcc), Some(mnc), Some(cid), Some(lac), Some(level)) =
        (bytes.u16(), bytes.u16(), bytes.u32(), bytes.u32(), bytes.u8())
    {
        keep(draft, Some(Cell { mcc, mnc, lac, cid: cid.into(), dbm: Some(strength(level)) }));
    }
}

/// Reads `eb` if it holds cells of one country and network; says whether it does.
pub(super) fn read_one_country(draft: &mut Draft, value: &[u8]) -> bool {
    let mut bytes = Reader::new(value);
    let (Some(mcc), Some(mnc)) = (bytes.u16(), bytes.u8()) else { return false };
    if mcc < LEAST_COUNTRY || !bytes.rest().len().is_multiple_of(5) {
        return false;
    }
    while let (Some(lac), Some(cid), Some(level)) = (bytes.u16(), bytes.u16(), bytes.u8()) {
        let (mnc, lac, cid) = (mnc.into(), lac.into(), cid.into());
        keep(draft, Some(Cell { mcc, mnc, lac, cid, dbm: Some(strength(level)) }));
    }
    true
}

/// Reads one cell without strength: country, network, area, cell.
pub(super) fn take_cell(draft: &mut Draft, value: &[u8]) {
    keep(draft, counted_cell(&mut Reader::new(value), CELL_4G));
}

/// Reads access points written out, `address,strength,…`.
pub(super) fn wifi_in_text(value: &[u8]) -> Vec<Wifi> {
    let text = String::from_utf8_lossy(value);
    let fields: Vec<&str> = text.split(',').collect();
    let points = fields.chunks(2).filter_map(|fields| {
        let dbm = fields.get(1).and_then(|field| field.trim().parse::<i8>().ok());
        Some(Wifi { mac: mac(fields.first()?)?, dbm: dbm.map(|dbm| -i16::from(dbm).abs()) })
    });
    points.take(MAX_ENTRIES).collect()
}

fn mac(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let is_octet =
        |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mac = text.split(':').count() == 6 && text.split(':').all(is_octet);
    (is_mac && text != "00:00:00:00:00:00").then_some(text)
}

/// Makes a strength negative: devices send its magnitude.
fn strength(level: u8) -> i16 {
    -i16::from(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(kind: u8, hex: &str) -> Draft {
        let mut draft = Draft::default();
        read_item(&mut draft, kind, &hex::decode(hex).unwrap());
        draft
    }

    const fn cell(mnc: u16, lac: u32, cid: u64, dbm: Option<i16>) -> Cell {
        Cell { mcc: 460, mnc, lac, cid, dbm }
    }

    #[test]
    fn cells_come_in_five_forms() {
        // traccar/traccar#5331, issue-056; the rest is made up.
        let long = heard(0x5d, "0101cc0827b1000010c516").cells;
        assert_eq!(long, [cell(8, 0x27b1, 0x10c5, Some(-0x16))]);
        let short = heard(0x53, "0201cc00000100020301cc000004000506").cells;
        assert_eq!(short, [cell(0, 1, 2, Some(-3)), cell(0, 4, 5, Some(-6))]);
        let one = heard(0xe1, "01cc0001000001000000020300000000000000ff").cells;
        assert_eq!(one, [cell(1, 1, 2, Some(-3))], "area 0 is no cell");
        let four = heard(0xf0, "01cc0001000000020000000103").cells;
        assert_eq!(four, [cell(1, 1, 2, Some(-3))]);
        let mut draft = Draft::default();
        take_cell(&mut draft, &hex::decode("01cc01000100000002").unwrap());
        assert!(read_one_country(&mut draft, &hex::decode("01cc010001000203").unwrap()));
        assert_eq!(draft.cells, [cell(1, 1, 2, None), cell(1, 1, 2, Some(-3))]);
        assert!(!read_one_country(&mut draft, &hex::decode("000300a85c").unwrap()));
    }

    #[test]
    fn access_points_come_in_three_forms() {
        let point = |mac: &str, dbm| Wifi { mac: mac.to_owned(), dbm };
        let counted = heard(0x54, "01f092b4a22a39ca").wifi;
        assert_eq!(counted, [point("f0:92:b4:a2:2a:39", Some(-54))]);
        assert_eq!(heard(0xec, "f092b4a22a39ca").wifi, counted);
        assert!(heard(0xf4, "04").wifi.is_empty(), "another maker's item");
        assert!(heard(0xec, "000000000000ca").wifi.is_empty());
        let text = wifi_in_text(b"54:B1:21:66:C9:E2,-50,x,-1,2E:70:4F:30:F1:4E,-74");
        let macs = [point("54:b1:21:66:c9:e2", Some(-50)), point("2e:70:4f:30:f1:4e", Some(-74))];
        assert_eq!(text, macs);
    }

    #[test]
    fn no_frame_holds_more_than_is_kept() {
        let mut draft = Draft::default();
        for _ in 0..20 {
            read_item(&mut draft, 0xec, &[7; 245]);
            read_item(&mut draft, 0xf0, &[1; 247]);
        }
        assert_eq!((draft.wifi.len(), draft.cells.len()), (MAX_ENTRIES, MAX_ENTRIES));
    }
}
