//! What is left of a JSON body. It is the gateway's file itself: the gateway would bring the store
//! and its databases along.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

#[path = "../../crates/gateway/src/damaged.rs"]
mod damaged;

fuzz_target!(|input: &[u8]| {
    let Some((&cut, input)) = input.split_first() else { return };
    let text = String::from_utf8_lossy(input);
    let text = damaged::trim(&text);
    let begun = damaged::read(&format!("{{{text}"));
    assert!(begun.is_some(), "whatever begins as an object is an alarm");
    if text.contains(char::is_control) {
        // Left out of names and values, also where JSON allows them.
        return;
    }
    let Ok(Value::Object(whole)) = serde_json::from_str(text) else { return };
    let Some(read) = damaged::read(text) else { panic!("an object: {text}") };
    assert!(!read.is_cut, "{text}");
    check_same(&read.members, &whole);
    // Names that stand twice may count before the cut and not behind it.
    let cut = text.floor_char_boundary(usize::from(cut) * text.len() / 256);
    if let Some(left) = damaged::read(&text[..cut]).filter(|_| names_are_plain(text)) {
        assert!(left.is_cut, "{text}");
        check_same(&left.members, &whole);
    }
});

/// Checks that no plain value is another than it was.
fn check_same(read: &Map<String, Value>, whole: &Map<String, Value>) {
    for (name, value) in read.iter().filter(|(_, value)| !value.is_object() && !value.is_array()) {
        assert_eq!(Some(value), whole.get(name), "{name}");
    }
}

/// Returns whether every name stands once and is written without escapes.
fn names_are_plain(text: &str) -> bool {
    let Ok(Value::Object(whole)) = serde_json::from_str(text) else { return false };
    let stands_once = |name: &String| text.matches(&format!("\"{name}\"")).count() == 1;
    !text.contains('\\') && whole.keys().all(stands_once)
}
