//! Telephone cells, in every message's own form.

use crate::Cell;
use crate::network::MAX_ENTRIES;

/// Country codes that exist.
const COUNTRIES: std::ops::RangeInclusive<u16> = 200..=799;

/// Most cells of a report's tail; more is no count.
const MAX_COUNT: usize = 8;

/// Digits of the idents whose firmware writes cells in hexadecimal.
const HEXADECIMAL_IDENT: usize = 15;

/// Reads `mcc,mnc,delay,count` and for each `lac,cid,strength`, as `NBR` has them.
pub(super) fn neighbours(fields: &[&str]) -> Vec<Cell> {
    let [mcc, mnc, _delay, count, rest @ ..] = fields else { return Vec::new() };
    let Some((mcc, mnc)) = network(mcc, mnc) else { return Vec::new() };
    let count = count.trim().parse().unwrap_or(MAX_ENTRIES);
    let cells = rest.chunks_exact(3).take(count).map_while(|cell| strong(mcc, mnc, cell));
    distinct(cells)
}

/// Reads `mccmnc,count` and for each four fields that begin with `lac,cid`, as `V3` has them.
pub(super) fn joined(fields: &[&str]) -> Vec<Cell> {
    let [network_code, count, rest @ ..] = fields else { return Vec::new() };
    let Some((mcc, mnc)) = network_code.trim().split_at_checked(3) else { return Vec::new() };
    let Some((mcc, mnc)) = network(mcc, mnc) else { return Vec::new() };
    let count = count.trim().parse().unwrap_or_default();
    distinct(rest.chunks(4).take(count).map_while(|cell| weak(mcc, mnc, cell)))
}

/// Reads `mcc,mnc,lac,cid,strength` and further cells behind a `Y`, as `VP1` has them.
pub(super) fn parted(fields: &[&str]) -> Vec<Cell> {
    let [mcc, mnc, rest @ ..] = fields else { return Vec::new() };
    let Some((mcc, mnc)) = network(mcc, mnc) else { return Vec::new() };
    let rest = rest.join(",");
    let cells =
        rest.split('Y').filter_map(|cell| strong(mcc, mnc, &cell.split(',').collect::<Vec<_>>()));
    distinct(cells)
}

/// Reads the cells and the charge behind the status of a report; empty if another thing is there.
///
/// Two forms are known: `charge,count,mcc,mnc` and for each cell `lac,cid` or `lac,cid,strength`;
/// or one cell, `mcc,mnc,lac,cid`, hexadecimal in firmware that calls itself by an IMEI.
pub(super) fn tail(fields: &[&str], ident: &str) -> (Option<u8>, Vec<Cell>) {
    counted(fields).unwrap_or_else(|| (None, single(fields, ident)))
}

fn counted(fields: &[&str]) -> Option<(Option<u8>, Vec<Cell>)> {
    let [charge, count, mcc, mnc, rest @ ..] = fields else { return None };
    let count: usize = count.trim().parse().ok().filter(|count| (1..=MAX_COUNT).contains(count))?;
    let (mcc, mnc) = network(mcc, mnc)?;
    let size = if rest.len() >= count * 3 { 3 } else { 2 };
    let cells = rest.chunks(size).take(count).map_while(|cell| strong(mcc, mnc, cell));
    let cells = cells.filter(|cell| (cell.lac, cell.cid) != (0, 0));
    Some((super::fields::percent(charge), distinct(cells)))
}

fn single(fields: &[&str], ident: &str) -> Vec<Cell> {
    let [mcc, mnc, lac, cid, ..] = fields else { return Vec::new() };
    let radix = if ident.len() == HEXADECIMAL_IDENT { 16 } else { 10 };
    let number = |field: &str| u32::from_str_radix(field.trim(), radix).ok();
    let cell = || {
        let mcc = number(mcc)?.try_into().ok().filter(|mcc| COUNTRIES.contains(mcc))?;
        let (lac, cid) = (number(lac)?, number(cid)?.into());
        let mnc = number(mnc)?.try_into().ok()?;
        ((lac, cid) != (0, 0)).then_some(Cell { mcc, mnc, lac, cid, dbm: None })
    };
    cell().into_iter().collect()
}

fn network(mcc: &str, mnc: &str) -> Option<(u16, u16)> {
    let mcc = mcc.trim().parse().ok().filter(|mcc| COUNTRIES.contains(mcc))?;
    Some((mcc, mnc.trim().parse().ok()?))
}

fn weak(mcc: u16, mnc: u16, fields: &[&str]) -> Option<Cell> {
    let lac = fields.first()?.trim().parse().ok()?;
    let cid = fields.get(1)?.trim().parse().ok()?;
    Some(Cell { mcc, mnc, lac, cid, dbm: None })
}

fn strong(mcc: u16, mnc: u16, fields: &[&str]) -> Option<Cell> {
    let given: Option<i16> = fields.get(2).and_then(|field| field.trim().parse().ok());
    let dbm = given.map(|given| given.saturating_abs().saturating_neg());
    Some(Cell { dbm, ..weak(mcc, mnc, fields)? })
}

fn distinct(cells: impl Iterator<Item = Cell>) -> Vec<Cell> {
    let mut all = Vec::new();
    for cell in cells.take(MAX_ENTRIES) {
        if !all.contains(&cell) {
            all.push(cell);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<&str> {
        text.split(',').collect()
    }

    #[test]
    fn a_tail_tells_charge_and_cells() {
        let told = fields("100,3,214,003,2120,450,0,2126,573,38,2120,7070,37");
        let (charge, cells) = tail(&told, "135790246811220");
        assert_eq!((charge, cells.len()), (Some(100), 3));
        assert_eq!(cells[1], Cell { mcc: 214, mnc: 3, lac: 2126, cid: 573, dbm: Some(-38) });
        let (charge, cells) = tail(&fields("90,3,460,0,9376,8532,9876,4357,0,0"), "1");
        assert_eq!((charge, cells.len()), (Some(90), 2));
    }

    #[test]
    fn a_single_cell_is_hexadecimal_behind_an_imei_only() {
        let (_, cells) = tail(&fields("25c,a, 154,b04c"), "135790246811220");
        assert_eq!(cells, [Cell { mcc: 604, mnc: 10, lac: 0x154, cid: 0xb04c, dbm: None }]);
        let (_, cells) = tail(&fields("246,03,00002,41565"), "1357902468");
        assert_eq!(cells, [Cell { mcc: 246, mnc: 3, lac: 2, cid: 41565, dbm: None }]);
    }

    #[test]
    fn other_things_in_a_tail_are_no_cells() {
        for text in
            ["", "0,0,0,0,22,31,126,0", "000243,000000,000000", ",,9059e2c,8232,4", "310,260,0,0,6"]
        {
            assert_eq!(tail(&fields(text), "1357902468"), (None, Vec::new()), "{text}");
        }
    }

    #[test]
    fn counts_are_not_believed() {
        assert_eq!(neighbours(&fields("460,0,1,9,9338,3692,150,9338,3691")).len(), 1);
        assert_eq!(neighbours(&fields("460,0,1,1,9338,3692,150,9338,3691,5")).len(), 1);
        assert_eq!(joined(&fields("74001,04,1,2,3,4,5,6")).len(), 2);
        assert!(joined(&fields("é,04,1,2")).is_empty());
        let many = format!("460,0,1,999{}", ",1,2,3".repeat(500));
        assert_eq!(neighbours(&fields(&many)).len(), 1, "the same cell");
    }
}
