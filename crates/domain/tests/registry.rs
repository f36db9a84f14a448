//! What a file of the registry may say, and where a senior is to be found.

#![allow(clippy::unwrap_used, reason = "tests fail loudly")]

use silverbell_domain::{
    Contact, LatLon, Responder, Senior, TemporaryAddress, check_responder, check_senior,
};
use silverbell_testkit::{START, aide, senior};

fn codes(senior: &Senior) -> Vec<(String, String)> {
    check_senior(senior, START).into_iter().map(|it| (it.field, it.code)).collect()
}

fn of(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

fn stay(from_s: i64, until_s: i64, lat: f64) -> TemporaryAddress {
    TemporaryAddress {
        address: "女儿家".into(),
        access: "3楼".into(),
        door: LatLon { lat, lon: 117.0 },
        gate: None,
        from: START.plus_s(from_s),
        until: START.plus_s(until_s),
        note: String::new(),
    }
}

#[test]
fn a_file_of_every_day_has_no_faults() {
    for n in 1..50 {
        assert_eq!(codes(&senior(n)), [], "{n}");
        assert_eq!(check_responder(&aide(n), START), []);
    }
    for phone in ["0596-1234567", "+86 138 0013 8000", "(0596) 123-4567 转 801", "110"] {
        assert_eq!(codes(&Senior { phone: phone.into(), ..senior(1) }), [], "{phone}");
    }
}

#[test]
fn what_makes_no_sense_is_named_by_its_field() {
    let one = || senior(1);
    let long = "长".repeat(65);
    for (file, field, code) in [
        (Senior { name: " ".into(), ..one() }, "name", "missing"),
        (Senior { name: long.clone(), ..one() }, "name", "too_long"),
        (Senior { name: "a\u{0}b".into(), ..one() }, "name", "not_text"),
        (Senior { born: "1940-02-30".into(), ..one() }, "born", "not_a_date"),
        (Senior { born: "2999-01-01".into(), ..one() }, "born", "in_the_future"),
        (Senior { born: "1700-01-01".into(), ..one() }, "born", "too_old"),
        (Senior { phone: "12".into(), ..one() }, "phone", "not_a_phone"),
        (Senior { phone: "one two three".into(), ..one() }, "phone", "not_a_phone"),
        (Senior { home: LatLon { lat: 0.0, lon: 0.0 }, ..one() }, "lat", "no_place"),
        (Senior { home: LatLon { lat: f64::NAN, lon: 1.0 }, ..one() }, "lat", "no_place"),
        (Senior { gate: Some(LatLon { lat: 91.0, lon: 1.0 }), ..one() }, "gate", "no_place"),
        (Senior { care_level: 6, ..one() }, "care_level", "out_of_range"),
        (Senior { conditions: vec!["x".into(); 51], ..one() }, "conditions", "too_many"),
        (Senior { contacts: vec![one().contacts[0].clone(); 21], ..one() }, "contacts", "too_many"),
        (
            Senior {
                contacts: vec![Contact { name: "林".into(), ..Contact::default() }], ..one()
            },
            "contacts[0].phone",
            "not_a_phone",
        ),
        (Senior { temporary: vec![stay(5, 5, 24.0)], ..one() }, "temporary[0].until", "not_a_span"),
        (
            Senior { temporary: vec![stay(0, 401 * 86_400, 24.0)], ..one() },
            "temporary[0].until",
            "not_a_span",
        ),
        (Senior { temporary: vec![stay(0, 9, 24.0); 6], ..one() }, "temporary", "too_many"),
        (Senior { conditions: vec!["a\0b".into()], ..one() }, "conditions", "not_text"),
    ] {
        assert_eq!(codes(&file), of(field, code));
    }
    let nameless = Responder { name: String::new(), ..aide(1) };
    assert_eq!(check_responder(&nameless, START)[0].field, "name");
}

#[test]
fn of_the_temporary_addresses_in_force_that_which_began_last_counts_and_otherwise_home() {
    let gate = LatLon::new(24.4, 117.4);
    let file = Senior {
        gate,
        temporary: vec![stay(0, 1_000, 24.1), stay(100, 200, 24.2), stay(5_000, 6_000, 24.3)],
        ..senior(1)
    };
    let door = |at_s: i64| {
        let residence = file.residence(START.plus_s(at_s));
        (residence.door.lat, residence.temporary.is_some())
    };
    assert_eq!(door(-1), (file.home.lat, false));
    assert_eq!(door(0), (24.1, true));
    assert_eq!(door(100), (24.2, true));
    assert_eq!(door(200), (24.1, true), "its last moment is not included");
    assert_eq!(door(1_000), (file.home.lat, false));
    assert_eq!(door(5_500), (24.3, true));
    assert_eq!(file.residence(START.plus_s(-1)).gate, gate);
    assert_eq!(file.residence(START).gate, None, "the gate at home is no gate there");
}

#[test]
fn a_file_of_before_is_read_and_one_without_more_is_written_as_before() {
    let written = serde_json::to_value(senior(1)).unwrap();
    for field in ["tier", "gate", "verified", "temporary", "changed_at"] {
        assert_eq!(written.get(field), None, "{field}");
    }
    assert_eq!(serde_json::from_value::<Senior>(written).unwrap(), senior(1));
    let written = serde_json::to_value(aide(1)).unwrap();
    assert_eq!((written.get("left_at"), written.get("changed_at")), (None, None));
}
