#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| silverbell_fuzz::number::check(input));
