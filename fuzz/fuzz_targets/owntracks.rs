#![no_main]

use libfuzzer_sys::fuzz_target;
use silverbell_fuzz::request::Parts;
use silverbell_protocols::owntracks::hear;

fuzz_target!(|input: &[u8]| {
    let mut parts = Parts::of(input);
    parts.heard(hear);
    // Of a name that stands twice in sound JSON the last counts; an escape may hide one.
    let says_alarm = String::from_utf8_lossy(&parts.body).contains(r#""alarm"#);
    if !says_alarm && !parts.body.contains(&b'\\') {
        let rest = parts.body.strip_prefix(b"{").unwrap_or(&parts.body);
        parts.body = [br#"{"alarm":"sos","#, rest].concat();
        parts.is_sos(hear);
    }
});
