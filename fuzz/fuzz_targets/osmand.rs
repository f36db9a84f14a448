#![no_main]

use libfuzzer_sys::fuzz_target;
use silverbell_fuzz::request::Parts;
use silverbell_protocols::osmand::hear;

fuzz_target!(|input: &[u8]| {
    let mut parts = Parts::of(input);
    parts.heard(hear);
    parts.path += if parts.path.contains('?') { "&alarm=sos" } else { "?alarm=sos" };
    parts.is_sos(hear);
});
