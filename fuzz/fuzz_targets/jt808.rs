#![no_main]

use libfuzzer_sys::fuzz_target;
use silverbell_fuzz::{conversation, frames};
use silverbell_protocols::jt808::Talk;

fuzz_target!(|input: &[u8]| {
    conversation::check(|| Talk::new(conversation::MAX_FRAME), frames::JT808, input);
});
