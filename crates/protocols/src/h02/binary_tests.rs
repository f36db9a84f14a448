use silverbell_domain::SignalKind::{Heartbeat, Position as Place, Sos};

use super::*;
use crate::Doubt;

fn read_hex(digits: &str) -> Record {
    let frame = Frame { raw: hex::decode(digits).unwrap(), truncated: false };
    read(&frame, Options::default())
}

/// Records as in the maker's paper, with this status.
fn with_status(status: u32) -> Record {
    read_hex(&format!("2410307310010503162209022212874506113466574e014028{status:08x}ff0000"))
}

#[test]
fn a_record_is_read_as_the_makers_paper_says() {
    let Record { ident, report } = with_status(0xffff_fbff);
    assert_eq!(ident.as_deref(), Some("1030731001"));
    let point = report.fix.unwrap().point;
    assert!((point.lat - 22.214_575).abs() < 1e-9, "{point:?}");
    assert!((point.lon - 113.777_623_333_333_33).abs() < 1e-9);
    assert_eq!(report.at, Some(UnixMs(1_032_670_996_000)));
    assert_eq!((report.battery_pct, &report.signals[..]), (Some(100), &[Place][..]));
}

#[test]
fn the_sos_bit_is_an_sos_beside_all_others() {
    for status in [0xffff_fbfd, 0, 0xfffb_fffd, 0xfff7_ff6c] {
        assert_eq!(with_status(status).report.signals, [Sos, Place], "{status:08x}");
    }
    assert_eq!(with_status(0xfffb_ffff).report.signals, [Place]);
}

#[test]
fn an_sos_without_a_place_or_a_date_is_an_sos() {
    let unset = read_hex(
        "241357902468000000000000000000000000000000\
        0c000000fffffbfdff0000",
    );
    assert_eq!((unset.report.signals, unset.report.at), (vec![Sos], None));
    let rubbish = read_hex(
        "241357902468235959311299ffffffffffffffffffffffffff\
        fffffbfdff0000",
    );
    assert_eq!((rubbish.report.signals, rubbish.report.fix), (vec![Sos], None));
}

#[test]
fn an_ident_of_fifteen_digits_moves_the_fields() {
    let long =
        "2413579024681122000503162209022212874506113466574e014028fffffbfdff000000000000000000";
    let Record { ident, report } = read_hex(long);
    assert_eq!(ident.as_deref(), Some("135790246811220"));
    assert_eq!(report.signals, [Sos, Place]);
    assert_eq!(report.at, Some(UnixMs(1_032_670_996_000)));
}

#[test]
fn a_record_of_mileage_names_nobody() {
    let mileage = read_hex(
        "580000130502050316220902221287453111346657\
        4f014028fffffbfdff0000",
    );
    assert_eq!((mileage.ident, mileage.report.signals), (None, vec![Sos, Place]));
}

#[test]
fn a_record_that_was_cut_tells_what_is_there() {
    let whole =
        hex::decode("2410307310010503162209022212874506113466574e014028fffffbfdff0000").unwrap();
    for length in 12..whole.len() {
        let frame = Frame { raw: whole[..length].to_vec(), truncated: true };
        let Record { ident, report } = read(&frame, Options::default());
        assert_eq!(ident.as_deref(), Some("1030731001"), "{length}");
        assert_eq!(report.signals.contains(&Sos), length >= 29, "{length}");
        assert_eq!(report.signals.contains(&Heartbeat), length < 22, "{length}");
        assert_eq!(report.doubts, [Doubt::Truncated]);
    }
}

#[test]
fn charges_are_steps_or_percent() {
    let pairs =
        [(0, None), (1, Some(0)), (3, Some(20)), (4, Some(60)), (6, Some(100)), (87, Some(87))];
    for (byte, percent) in pairs {
        assert_eq!(charge(byte), percent, "{byte}");
    }
    assert_eq!((charge(0xf3), charge(0xff), charge(101)), (Some(3), None, None));
}

#[test]
fn only_a_date_and_a_time_begin_a_record() {
    let start = |digits: &str| head(&hex::decode(digits).unwrap());
    assert_eq!(start("24"), Start::Undecided);
    assert_eq!(start("2413579024682359593112"), Start::Undecided);
    assert_eq!(start("241357902468235959311299"), Start::Binary);
    assert_eq!(start("24135790246824"), Start::Undecided, "an ident of 15 digits may go on");
    assert_eq!(start("24135790246824000a6000"), Start::Not);
    let long = "2413579024689122000503162209022212874506113466574e014028";
    assert_eq!(start(long), Start::Binary);
    assert_eq!(start(&long[..54]), Start::Undecided);
    assert_eq!(start(&long.replace("1134", "1834")), Start::Not, "183 degrees east");
    assert_eq!(start(&long.replace("2413", "5813")), Start::Not, "an X has no ident");
    assert_eq!(head(b"$1357902468012345678"), Start::Not);
}
