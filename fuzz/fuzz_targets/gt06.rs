#![no_main]

use libfuzzer_sys::fuzz_target;
use silverbell_fuzz::{conversation, frames};
use silverbell_protocols::gt06::Talk;

/// Twice: a checksum of 16 bits is right by chance now and then, and libFuzzer can make one so; then
/// what was cut short may take the first. A device repeats what is not acknowledged.
const SOS: [&[u8]; 2] = [frames::GT06; 2];

fuzz_target!(|input: &[u8]| {
    conversation::check(|| Talk::new(conversation::MAX_FRAME), &SOS.concat(), input);
});
