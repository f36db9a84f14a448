//! Lists as they come.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::{BadRow, Reason};

const HEADER: &str =
    "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal";
const GOOD: &str = "GSM,460,0,9346,5223,0,117.6,24.5,900,9,1,1500000000,1600000000,0";

fn report(list: &str) -> Report {
    imported(list.as_bytes()).expect("a list").1
}

fn packed(parts: &[&str]) -> Vec<u8> {
    let pack = |part: &&str| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(part.as_bytes()).expect("room");
        gzip.finish().expect("room")
    };
    parts.iter().flat_map(pack).collect()
}

#[test]
fn lists_with_and_without_header_plain_and_packed_are_the_same() {
    let plain = imported(GOOD.as_bytes()).expect("a list");
    let with_header = format!("{HEADER}\n{GOOD}\n");
    let marked = format!("\u{feff}{}", with_header.replace('\n', "\r\n"));
    let shouted = format!("{}\n\n{GOOD}", HEADER.to_uppercase());
    let joined = format!("{with_header}{with_header}");
    for list in [&with_header, &marked, &shouted] {
        let (table, report) = imported(list.as_bytes()).expect("a list");
        assert_eq!((file(&table), &report), (file(&plain.0), &plain.1), "{list}");
        let (table, report) = imported(&packed(&[list])).expect("a packed list");
        assert_eq!((file(&table), &report), (file(&plain.0), &plain.1), "{list}");
    }
    let (table, report) = imported(joined.as_bytes()).expect("joined lists");
    assert_eq!((file(&table), report.bad, report.repeated), (file(&plain.0), 0, 1));
    let members = packed(&[&with_header[..100], &with_header[100..]]);
    assert_eq!(file(&imported(&members).expect("two members").0), file(&plain.0));
}

#[test]
fn columns_are_found_by_their_names() {
    let (table, _) = imported(GOOD.as_bytes()).expect("a list");
    let list = "id,lat,lng,mnc,mcc,lac,cid,radio,range,updated,samples\n7,24.5,117.6,00,460.0,9346,5223,gsm,900.0,1600000000,9";
    assert_eq!(file(&imported(list.as_bytes()).expect("a list").0), file(&table));
}

#[test]
fn every_kind_of_radio_is_read_and_no_other() {
    let list = [
        "GSM,460,0,9346,1,0,117.6,24.5,900",
        "UMTS,460,1,9346,66808694,0,117.6,24.5,900",
        "wcdma,460,1,9346,66808695,0,117.6,24.5,900",
        "LTE,460,11,9346,54012417,0,117.6,24.5,900",
        "NBIOT,460,11,9346,54012418,0,117.6,24.5,900",
        "NR,460,15,9000000,60000000000,0,117.6,24.5,900",
        "CDMA,460,13824,1,2177,0,117.6,24.5,900",
        "GSM,460,0,9346,70000,0,117.6,24.5,900",
        "AMPS,460,0,9346,1,0,117.6,24.5,900",
    ];
    let report = report(&list.join("\n"));
    assert_eq!((report.rows, report.cells, report.bad), (9, 8, 1));
    assert_eq!(report.first_bad[0].reason, Reason::Radio);
    assert_eq!(report.countries, [(460, 8)].into());
}

#[test]
fn bad_rows_are_counted_and_the_first_are_named_with_line_and_reason() {
    let bad = [
        ("GSM,460,0,9346,5223,0,0,0,900", Reason::Place),
        ("GSM,460,0,9346,5223,0,117.6,95,900", Reason::Place),
        ("GSM,460,0,9346,5223,0,NaN,24.5,900", Reason::Place),
        ("GSM,460,0,9346,5223,0,,24.5,900", Reason::Place),
        ("GSM,460,0,9346,5223", Reason::Place),
        ("GSM,901,0,9346,5223,0,117.6,24.5,900", Reason::Country),
        ("GSM,,0,9346,5223,0,117.6,24.5,900", Reason::Country),
        ("GSM,460,1000,9346,5223,0,117.6,24.5,900", Reason::Network),
        ("GSM,460,-1,9346,5223,0,117.6,24.5,900", Reason::Network),
        ("GSM,460,0,0,5223,0,117.6,24.5,900", Reason::Area),
        ("LTE,460,0,65534,5223,0,117.6,24.5,900", Reason::Area),
        ("LTE,460,0,70000,5223,0,117.6,24.5,900", Reason::Area),
        ("NR,460,0,16777215,5223,0,117.6,24.5,900", Reason::Area),
        ("GSM,460,0,9346,0,0,117.6,24.5,900", Reason::Cell),
        ("GSM,460,0,9346,65535,0,117.6,24.5,900", Reason::Cell),
        ("LTE,460,0,9346,268435455,0,117.6,24.5,900", Reason::Cell),
        ("LTE,460,0,9346,2147483647,0,117.6,24.5,900", Reason::Cell),
        ("CDMA,460,13824,1,70000,0,117.6,24.5,900", Reason::Cell),
        ("WIFI,460,0,9346,5223,0,117.6,24.5,900", Reason::Mac),
        ("家,里,的,路,由,器", Reason::Country),
    ];
    let mut goods = vec![GOOD; bad.len()];
    for (line, reason) in &bad {
        let list = [GOOD, "", line, GOOD].join("\n");
        let expected = BadRow { file: "list.csv".to_owned(), line: 3, reason: *reason };
        assert_eq!(report(&list).first_bad, [expected], "{line}");
    }
    goods.extend(bad.iter().map(|(line, _)| *line));
    let report = report(&goods.join("\n"));
    assert_eq!((report.rows, report.bad, report.first_bad.len()), (40, 20, 5));
    assert_eq!(report.first_bad[0].to_string(), "list.csv line 21: lat and lon name no place");
}

#[test]
fn a_line_without_end_is_one_bad_row() {
    let long = format!("GSM,460,\"{}", "0,".repeat(100_000));
    let report = report(&[GOOD, &long, GOOD].join("\n"));
    assert_eq!((report.rows, report.repeated), (3, 1));
    let expected = BadRow { file: "list.csv".to_owned(), line: 2, reason: Reason::TooLong };
    assert_eq!(report.first_bad, [expected]);
}

#[test]
fn of_rows_that_name_one_station_the_most_measured_and_then_the_newest_stays() {
    let row = |lat: f64, samples: u32, updated: u32| {
        format!("GSM,460,0,9346,5223,0,117.6,{lat},900,{samples},1,1,{updated},0")
    };
    let rows =
        [row(24.1, 5, 9), row(24.2, 7, 1), row(24.3, 7, 3), row(24.4, 7, 2), row(24.5, 6, 99)];
    for turned in 0..rows.len() {
        let mut rows = rows.clone();
        rows.rotate_left(turned);
        let (table, report) = imported(rows.join("\n").as_bytes()).expect("a list");
        assert_eq!((report.cells, report.repeated), (1, 4));
        let found = opened(&table).locate(&[hears(0, 9346, 5223)], &[], AT).expect("a place");
        assert_eq!(found.point.lat, 24.3, "turned by {turned}");
    }
}

#[test]
fn a_country_is_chosen_and_what_is_wrong_elsewhere_does_not_matter() {
    let list = format!(
        "{GOOD}\nGSM,262,1,1,1,0,8.6,49.4,900\nGSM,262,1,0,0,0,0,0,900\nGSM,466,1,1,1,0,121.5,25.0,900"
    );
    let mut import = Import::new(Wanted { countries: vec![460, 466] });
    import.read("list.csv", list.as_bytes(), |_| ()).expect("read");
    let (_, report) = import.finish().expect("a list");
    assert_eq!((report.cells, report.unwanted, report.bad), (2, 2, 0));
    assert_eq!(report.countries, [(460, 1), (466, 1)].into());
    let mut import = Import::new(Wanted { countries: vec![310] });
    import.read("list.csv", list.as_bytes(), |_| ()).expect("read");
    assert!(matches!(import.finish(), Err(ImportError::Nothing { rows: 4 })));
}

#[test]
fn access_points_come_in_lists_of_their_own_or_among_cells() {
    let own = "bssid,lat,lon,ssid,range\n3460F9EC19F8,24.5,117.6,\"Wang, family\",80\n36:60:f9:ec:19:f8,24.5,117.6,x,80\n98-48-27-55-18-20,24.5,117.6,,6000\nx,24.5,117.6,,\n34:e8:94:e4:06:18,24.5,117.6,,";
    let among = format!("{HEADER},mac\n{GOOD},\nWIFI,,,,,,117.6,24.5,,,,,,,00:0c:42:51:cf:cd");
    let mut import = Import::new(Wanted { countries: vec![460] });
    import.read("wifi.csv", own.as_bytes(), |_| ()).expect("read");
    import.read("cells.csv", among.as_bytes(), |_| ()).expect("read");
    let (table, report) = import.finish().expect("lists");
    assert_eq!((report.cells, report.access_points, report.made_up, report.bad), (1, 3, 1, 2));
    let reasons: Vec<_> =
        report.first_bad.iter().map(|bad| (&*bad.file, bad.line, bad.reason)).collect();
    assert_eq!(reasons, [("wifi.csv", 4, Reason::Moves), ("wifi.csv", 5, Reason::Mac)]);
    let found = opened(&table).locate(&[], &[sees("34:e8:94:e4:06:18", -50)], AT);
    assert_eq!(
        found.expect("a place").accuracy_m,
        Some(200.0),
        "a range that is not told is 100 m"
    );
}

#[test]
fn ranges_that_are_missing_or_cannot_be_are_put_right() {
    for (range, radius_m) in [
        ("0", 5_000.0),
        ("", 5_000.0),
        ("x", 5_000.0),
        ("-3", 5_000.0),
        ("899.5", 900.0),
        ("4000000000", 100_000.0),
        ("1e300", 100_000.0),
    ] {
        let list = format!("GSM,460,0,9346,5223,0,117.6,24.5,{range}");
        let map = opened(&imported(list.as_bytes()).expect("a list").0);
        let found = map.locate(&[hears(0, 9346, 5223)], &[], AT).expect("a place");
        assert_eq!(found.accuracy_m, Some(radius_m), "{range}");
    }
}

#[test]
fn what_is_no_list_is_refused_in_words() {
    let html = "<html>\n<body>\nRATE_LIMITED\n</body>\n</html>\n";
    let pbf = [0_u8, 0, 0, 14, 10, 9, 79, 83, 77, 72, 200, 13, 10, 255];
    let cut_off = packed(&[&format!("{GOOD}\n").repeat(1_000)]);
    let cases: [(&[u8], &str); 6] = [
        (b"", "0 rows"),
        (HEADER.as_bytes(), "0 rows"),
        (html.as_bytes(), "5 of 5 rows are bad"),
        (&pbf, "rows are bad"),
        (b"mac,latitude\n", "no column \"lon\""),
        (&cut_off[..cut_off.len() - 9], "download it again"),
    ];
    for (list, words) in cases {
        let said = imported(list).expect_err("no list").to_string();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn progress_is_told_in_bytes_of_the_file() {
    let list = packed(&[&format!("{GOOD}\n").repeat(100_000)]);
    let (mut import, mut told) = (Import::new(Wanted::default()), Vec::new());
    import.read("list.csv", &list[..], |read| told.push(read)).expect("read");
    assert!(told.len() > 5 && told.is_sorted());
    assert_eq!(told.last(), Some(&(list.len() as u64)));
}
