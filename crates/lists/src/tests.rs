//! What is exported comes back as it was, and no bytes whatever bring the import down.

use proptest::prelude::*;
use silverbell_domain::{
    Category, Contact, ContactKind, DistrictId, LatLon, ResponderId, Senior, SeniorId, Sex,
    TemporaryAddress, Tier, UnixMs, UserId, Verified,
};

use super::*;

fn district() -> DistrictId {
    DistrictId::new("longwen")
}

fn id(n: u128) -> SeniorId {
    SeniorId(uuid::Uuid::from_u128(n))
}

const HEADER: &str = "name,sex,born,phone,village,address,access,lat,lon,category,care_level,\
conditions,medicines,allergies,contact1_name,contact1_relation,contact1_phone";

const ROW: &str = "张三丰,男,1940-11-21,13800000001,蓝田村,蓝田村1号,邻居有钥匙,24.5,117.7,over80,2,\
高血压；糖尿病,,,张小明,儿子,13900000001";

fn list(rows: &[&str]) -> String {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"))
}

fn bad(text: &str) -> Vec<(u64, String, String)> {
    let read = read_seniors(text.as_bytes()).expect("a list");
    read.bad.into_iter().map(|it| (it.line, it.column, it.code)).collect()
}

#[test]
fn the_contracts_columns_are_read_in_every_encoding_and_with_every_delimiter() {
    let text = list(&[ROW]);
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let semicolons = text.replace(',', ";").into_bytes();
    let tabs = text.replace(',', "\t").into_bytes();
    let first = read_seniors(text.as_bytes()).expect("a list").rows;
    assert_eq!(first.len(), 1);
    let file = first[0].file(None, id(1), &district());
    assert_eq!((&*file.name, file.sex, file.care_level), ("张三丰", Sex::Male, 2));
    assert_eq!(file.conditions, ["高血压", "糖尿病"]);
    assert_eq!(file.contacts[0].phone, "13900000001");
    for (bytes, encoding) in [
        (marked, Encoding::Utf8),
        (gb.into_owned(), Encoding::Gb18030),
        (utf16, Encoding::Utf16),
        (semicolons, Encoding::Utf8),
        (tabs, Encoding::Utf8),
    ] {
        let read = read_seniors(&bytes).expect("a list");
        assert_eq!((read.encoding, read.bad), (encoding, Vec::new()));
        assert_eq!(read.rows, first);
    }
}

#[test]
fn every_bad_cell_is_named_with_its_line_and_column_and_nothing_of_it_is_quoted() {
    let text = list(&[
        ROW,
        &ROW.replace("男", "x").replace("1940-11-21", "someday").replace("24.5", "north"),
        &ROW.replace("13800000001", "").replace("over80", "rich"),
        &ROW.replace("24.5,117.7", "0,0").replace(",2,", ",9,"),
        &format!("{ROW},one more"),
    ]);
    let found = bad(&text);
    let at = |line, column: &str, code: &str| (line, column.to_owned(), code.to_owned());
    assert_eq!(
        found,
        [
            at(3, "sex", "unknown_word"),
            at(3, "born", "not_a_date"),
            at(3, "lat", "not_a_number"),
            at(4, "category", "unknown_word"),
            at(4, "phone", "missing"),
            at(5, "lat", "no_place"),
            at(5, "care_level", "out_of_range"),
            at(6, "", "wrong_fields"),
        ]
    );
    let words = read_seniors(text.as_bytes()).expect("a list").bad;
    assert!(words.iter().all(|it| !it.to_string().contains("someday")));
}

#[test]
fn lines_are_counted_as_they_are_in_the_file_also_behind_a_break_in_quotes() {
    let two = ROW.replace("邻居有钥匙", "\"first floor\r\nleft\"");
    let text = list(&[&two, &ROW.replace("男", "x")]);
    assert_eq!(bad(&text), [(4, "sex".to_owned(), "unknown_word".to_owned())]);
}

#[test]
fn files_of_another_kind_are_told_apart() {
    let error = |bytes: &[u8]| read_seniors(bytes).expect_err("no list").code();
    assert_eq!(error(b""), "empty");
    assert_eq!(error(b"\xef\xbb\xbf \r\n"), "empty");
    assert_eq!(error(b"PK\x03\x04rest"), "xlsx");
    assert_eq!(error(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "xls");
    assert_eq!(error(b"%PDF-1.7"), "pdf");
    assert_eq!(error(b"\n<!DOCTYPE html><table>"), "html");
    assert_eq!(error(b"name,\xff\xff\xff"), "not_text");
    assert_eq!(error(b"name,phone\nA,1"), "missing_columns");
    assert_eq!(error(HEADER.replace("village", "name").as_bytes()), "column_twice");
    let open = list(&[&ROW.replace("蓝田村1号", "\"蓝田村1号")]);
    assert_eq!(read_seniors(open.as_bytes()).expect_err("no list"), ListError::OpenQuote(2));
}

#[test]
fn what_a_list_does_not_speak_of_stays_as_it_was() {
    let known = Senior {
        tier: Some(Tier::Home),
        gate: LatLon::new(24.4, 117.6),
        contacts: vec![Contact {
            name: "张小明".into(),
            relation: "侄子".into(),
            phone: "13900000001".into(),
            opens_door: true,
            ..Contact::default()
        }],
        ..read_seniors(list(&[ROW]).as_bytes()).expect("a list").rows[0].file(
            None,
            id(1),
            &district(),
        )
    };
    let row = &read_seniors(list(&[ROW]).as_bytes()).expect("a list").rows[0];
    let file = row.file(Some(&known), id(1), &district());
    assert_eq!((file.tier, file.gate), (known.tier, known.gate));
    assert!(file.contacts[0].opens_door);
    assert_eq!(file.contacts[0].relation, "儿子");
}

#[test]
fn a_list_with_columns_for_two_contacts_leaves_the_third_and_what_it_has_no_column_for() {
    let person = |name: &str, phone: &str| Contact {
        name: name.into(),
        phone: phone.into(),
        kind: ContactKind::Neighbour,
        opens_door: true,
        ..Contact::default()
    };
    let two = "contact1_name,contact1_phone,contact1_opens_door,contact2_name,contact2_phone";
    let row = |contacts: &str| {
        let (columns, cells) = (HEADER.split(",contact1").next(), ROW.split(",张小明").next());
        let (columns, cells) = (columns.unwrap_or(""), cells.unwrap_or(""));
        let list = format!("{columns},{two}\n{cells},{contacts}\n");
        let mut list = read_seniors(list.as_bytes()).expect("a list");
        assert!(list.bad.is_empty(), "{:?}", list.bad);
        list.rows.pop().expect("a row")
    };
    let known = Senior {
        contacts: vec![person("甲", "101001"), person("乙", "101002"), person("丙", "101003")],
        ..row("甲,101001,yes,乙,101002").file(None, id(1), &district())
    };
    let names =
        |file: &Senior| -> Vec<String> { file.contacts.iter().map(|it| it.name.clone()).collect() };

    let same = row("甲,101001,no,乙,101002").file(Some(&known), id(1), &district());
    assert_eq!(names(&same), ["甲", "乙", "丙"]);
    assert_eq!(same.contacts[0].kind, ContactKind::Neighbour, "the list says nothing of it");
    assert!(!same.contacts[0].opens_door, "the list says so");
    let without = row("甲,101001,yes,,").file(Some(&known), id(1), &district());
    assert_eq!(names(&without), ["甲", "丙"]);
    let others = row("丙,101003,yes,丁,101004").file(Some(&known), id(1), &district());
    assert_eq!(names(&others), ["丙", "丁"]);
}

#[test]
fn a_name_to_log_in_with_is_fit_for_a_command() {
    let names = [("aide38", true), ("li.na-2@x", true), ("x;reboot", false), ("-h", false)];
    for (username, is_fit) in names.into_iter().chain([("a b", false), ("\u{1b}[2J", false)]) {
        let list = format!(
            "name,role,phone,lat,lon,username\n李娜,aide,13800000000,24.5,117.7,{username}\n"
        );
        let bad = read_responders(list.as_bytes()).expect("a list").bad;
        assert_eq!(bad.is_empty(), is_fit, "{username:?}: {bad:?}");
    }
}

#[test]
fn certificates_come_with_their_last_day_and_a_list_without_them_takes_none_away() {
    let read = |column: &str, cell: &str| {
        let list =
            format!("name,role,phone,lat,lon{column}\n李娜,aide,13800000000,24.5,117.7{cell}\n");
        read_responders(list.as_bytes()).expect("a list")
    };
    let row = |column, cell| read(column, cell).rows.pop().expect("a row");
    let (who, now) = (ResponderId(uuid::Uuid::from_u128(7)), UnixMs(0));
    let with = row(",证书", ",红十字 救护员证 2027-03-01；驾驶证 2030-12-31");
    let known = with.file(None, who, &district(), now);
    let names: Vec<_> = known.certificates.iter().map(|it| (&*it.name, &*it.until)).collect();
    assert_eq!(names, [("红十字 救护员证", "2027-03-01"), ("驾驶证", "2030-12-31")]);
    let same = row("", "").file(Some(&known), who, &district(), now);
    assert_eq!(same.certificates, known.certificates);
    assert!(
        row(",certificates", ",").file(Some(&known), who, &district(), now).certificates.is_empty()
    );
    let record = responder_record(&known, "").pop();
    assert_eq!(record.as_deref(), Some("红十字 救护员证 2027-03-01;驾驶证 2030-12-31"));
    let undated = read(",certificates", ",救护员证").bad;
    assert_eq!(undated.len(), 1, "{undated:?}");
}

#[test]
fn no_cell_is_taken_for_a_formula_and_none_is_changed_by_that() {
    for cell in ["=1+1", "+86 138", "-x", "@home", "'quoted", "''", "plain", "", "＝1"] {
        let shown = protected(cell);
        assert!(!shown.starts_with(['=', '+', '-', '@', '＝']), "{cell}");
        assert_eq!(unprotected(&shown), cell);
    }
}

/// Texts as they are kept: without blanks around them.
fn text() -> impl Strategy<Value = String> {
    r#"[ -~一-鿿\n"';,、=+@|]{0,12}"#
        .prop_map(|text| text.trim().trim_matches('\u{3000}').to_owned())
}

fn named() -> impl Strategy<Value = String> {
    text().prop_map(|text| if text.is_empty() { "名".into() } else { text })
}

fn point() -> impl Strategy<Value = LatLon> {
    (1.0..80.0_f64, -170.0..170.0_f64).prop_map(|(lat, lon)| LatLon { lat, lon })
}

prop_compose! {
    fn contact()(
        name in named(), relation in text(), opens_door in any::<bool>(), n in 0_u32..999_999,
    ) -> Contact {
        Contact { name, relation, phone: format!("+86 138{n:08}"), opens_door, ..Contact::default() }
    }
}

prop_compose! {
    fn stay()(
        door in point(), gate in proptest::option::of(point()), address in named(), note in text(),
        from in 0_i64..2_000_000_000_000,
    ) -> TemporaryAddress {
        let until = UnixMs(from + 86_400_000);
        TemporaryAddress { address, access: String::new(), door, gate, from: UnixMs(from), until, note }
    }
}

prop_compose! {
    fn senior()(
        texts in proptest::collection::vec(text(), 4),
        name in named(),
        home in point(),
        gate in proptest::option::of(point()),
        lists in proptest::collection::vec(proptest::collection::vec(named(), 0..4), 3),
        contacts in proptest::collection::vec(contact(), 0..4),
        temporary in proptest::collection::vec(stay(), 0..3),
        category in proptest::sample::select(Category::ALL.to_vec()),
        tier in proptest::option::of(proptest::sample::select(vec![Tier::Information, Tier::Home])),
        verified in proptest::option::of(0_i64..2_000_000_000_000),
        care_level in 0_u8..=5,
    ) -> Senior {
        let by = UserId(uuid::Uuid::from_u128(7));
        Senior {
            id: id(1),
            district: district(),
            name,
            sex: Sex::Female,
            born: "1940-11-21".into(),
            phone: "+86-13800000001".into(),
            village: texts[0].clone(),
            address: texts[1].clone(),
            access: texts[2].clone(),
            home,
            category,
            care_level,
            conditions: lists[0].clone(),
            medicines: lists[1].clone(),
            allergies: lists[2].clone(),
            contacts,
            plan: silverbell_domain::PersonalPlan { advice: texts[3].clone(), ..Default::default() },
            tier,
            gate,
            verified: verified.map(|at| Verified { at: UnixMs(at), by }),
            temporary,
            changed_at: None,
        }
    }
}

proptest! {
    #[test]
    fn an_export_comes_back_as_it_was(seniors in proptest::collection::vec(senior(), 1..5)) {
        let contacts = seniors.iter().map(|it| it.contacts.len()).max().unwrap_or(0);
        let records = seniors.iter().map(|it| senior_record(it, contacts));
        let bytes = write(&senior_columns(contacts), records);
        let read = read_seniors(&bytes).expect("a list");
        prop_assert_eq!(&read.bad, &Vec::new());
        let back: Vec<Senior> = read.rows.iter().map(|row| row.file(None, id(1), &district())).collect();
        prop_assert_eq!(back, seniors);
    }

    #[test]
    fn any_bytes_are_a_list_or_are_not(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        drop(read_seniors(&bytes));
        drop(read_responders(&bytes));
        // Behind a header that is right.
        let behind = [HEADER.as_bytes(), b"\n", &bytes].concat();
        drop(read_seniors(&behind));
    }
}
