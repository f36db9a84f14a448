use proptest::prelude::*;
use serde_json::json;

use super::*;

fn members(text: &str) -> Value {
    Value::Object(read(text).expect("an object").members)
}

#[test]
fn what_is_no_object_leaves_nothing() {
    for text in ["", "SOS", "[1]", "\"sos\"", "device\":\"d\"}", "null", "7"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn the_beginning_of_an_object_is_one() {
    for text in ["{", "{\"", "{\"device", "{\"device\"", "{\"device\":", "{\"device\":\"d-1"] {
        assert_eq!(read(text), Some(Remains { members: Map::new(), is_cut: true }), "{text}");
    }
}

#[test]
fn a_member_that_cannot_be_read_takes_no_other_with_it() {
    let odd = [
        "1e999",
        "NaN",
        "-Infinity",
        "nan",
        r#""\ud800""#,
        r#""\x41""#,
        r#""a"b"c""#,
        "",
        "tru",
        "0x1f",
        "1 2",
        "\"x\" \"y\":1",
    ];
    for value in odd {
        let text = format!(r#"{{"device":"d-17","odd":{value},"id":"e1"}}"#);
        assert_eq!(members(&text), json!({"device": "d-17", "id": "e1"}), "{value}");
    }
    assert_eq!(members(r#"{"device":"d-17","odd",:7,17,"id":"e1"}"#)["id"], "e1");
}

#[test]
fn numbers_as_json_does_not_write_them_stay_texts() {
    let text = r#"{"a":.5,"b":+1,"c":007,"d":5.,"e":7,"f":-0.5}"#;
    let told = json!({"a": ".5", "b": "+1", "c": "007", "d": "5.", "e": 7, "f": -0.5});
    assert_eq!(members(text), told);
}

#[test]
fn what_stands_behind_the_object_is_passed_over() {
    for behind in ["}", "garbage", "{\"device\":\"d-18\"}", ",\"device\":\"d-18\"", "\0x", "]"] {
        let text = format!(r#"{{"device":"d-17","kind":"fall"}}{behind}"#);
        let left = read(&text).expect("an object");
        assert_eq!(Value::Object(left.members), json!({"device": "d-17", "kind": "fall"}));
        assert!(!left.is_cut, "{behind}");
    }
}

#[test]
fn commas_too_many_are_passed_over() {
    assert_eq!(members(r#"{,"device":"d",,"id":"e",}"#), json!({"device": "d", "id": "e"}));
    assert_eq!(members(r#"{"list":[1,,2,],}"#), json!({"list": [1, 2]}));
}

#[test]
fn control_characters_in_a_string_are_left_out() {
    assert_eq!(members("{\"de\tvice\":\"d-\n17\0\0\",}"), json!({"device": "d-17"}));
}

#[test]
fn free_text_with_quotation_marks_names_no_device() {
    let text = r#"{"note":"he said "device":"d-18" twice","device":"d-17"}"#;
    assert_eq!(members(text), json!({"device": "d-17"}));
}

#[test]
fn a_value_that_is_cut_does_not_count() {
    for (text, told) in [
        (r#"{"device":"d-17"#, json!({})),
        (r#"{"device":"d-17""#, json!({"device": "d-17"})),
        (r#"{"device":"d-17\"#, json!({})),
        (r#"{"device":"d-17\""#, json!({})),
        (r#"{"battery_pct":4"#, json!({})),
        (r#"{"battery_pct":4,"#, json!({"battery_pct": 4})),
        (r#"{"position":{"lat":24.5,"lon":117.6"#, json!({})),
        (
            r#"{"position":{"lat":24.5,"lon":117.6}"#,
            json!({"position": {"lat": 24.5, "lon": 117.6}}),
        ),
    ] {
        let left = read(text).expect("an object");
        assert_eq!((Value::Object(left.members), left.is_cut), (told, true), "{text}");
    }
}

#[test]
fn of_a_list_that_is_cut_the_whole_values_count() {
    let text = r#"{"positions":[{"lat":1,"lon":2},{"lat":NaN,"lon":3},{"lat":4,"lo"#;
    assert_eq!(members(text), json!({"positions": [{"lat": 1, "lon": 2}, {"lon": 3}, null]}));
}

#[test]
fn depth_is_not_followed_and_costs_nothing() {
    for open in ["[", "{\"a\":"] {
        let deep = open.repeat(100_000);
        let text = format!(r#"{{"device":"d-17","deep":{deep},"id":"e1"}}"#);
        assert_eq!(members(&text)["device"], "d-17");
    }
    let deep = format!(r#"{{"deep":{}{},"device":"d-17"}}"#, "[".repeat(500), "]".repeat(500));
    assert_eq!(members(&deep)["device"], "d-17");
}

/// Any value that an object of ours could hold, and a level more.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        "[ -~é表\u{1}\n\"\\\\{}\\[\\],:]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(1, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z\"]{0,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-z]{1,6}", any_value(), 0..6)
        .prop_map(|members| members.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_json_is_read_as_json_reads_it(object in any_object(), behind in "[^ ]{0,5}") {
        let text = format!("{}{behind}", Value::Object(object.clone()));
        prop_assert_eq!(read(&text), Some(Remains { members: object, is_cut: false }));
    }

    #[test]
    fn a_cut_object_says_nothing_that_the_whole_one_does_not(
        object in any_object(), at in any::<prop::sample::Index>(),
    ) {
        let text = Value::Object(object.clone()).to_string();
        let at = (0..=at.index(text.len()).max(1)).rev().find(|&at| text.is_char_boundary(at));
        let left = read(&text[..at.unwrap_or(0).max(1)]).expect("it begins as an object");
        for (name, value) in left.members {
            // A list may have lost its end.
            let is_told = object.get(&name).is_some_and(|whole| *whole == value || whole.is_array());
            prop_assert!(is_told, "{name}: {value}");
        }
    }

    #[test]
    fn anything_is_read_without_a_panic(
        text in prop_oneof![
            "\\{(\"|\\\\|\\{|\\}|\\[|\\]|,|:|a|1|-|\\.|e|\\n|é|\u{0}){0,200}",
            any::<String>(),
        ],
    ) {
        let _ = read(&text);
    }
}
