#![no_main]

use libfuzzer_sys::fuzz_target;
use silverbell_fuzz::{conversation, frames};
use silverbell_protocols::h02::{Options, Talk};

fuzz_target!(|input: &[u8]| {
    let new = || Talk::new(conversation::MAX_FRAME, Options::default());
    conversation::check(new, frames::H02, input);
});
