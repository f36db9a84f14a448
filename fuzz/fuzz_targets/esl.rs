#![no_main]

use libfuzzer_sys::fuzz_target;
use silverbell_fuzz::exchange::{self, MAX_MESSAGE, lines};
use silverbell_protocols::telephone::esl::Talk;

const EMPTY_LIST: &[u8] = b"Content-Type: api/response\nContent-Length: 15\n\n{\"row_count\":0}";

fuzz_target!(|input: &[u8]| {
    let new = |choice| Talk::new(lines(choice, "external"), MAX_MESSAGE);
    exchange::check(new, EMPTY_LIST, input);
});
