#![no_main]

use libfuzzer_sys::fuzz_target;
use silverbell_fuzz::exchange::{self, MAX_MESSAGE, hear, lines};
use silverbell_fuzz::frames;
use silverbell_protocols::telephone::CallEvent;
use silverbell_protocols::telephone::ami::Talk;

/// The call of [`frames::AMI`].
const CALL: &str = "good.77.1";

fuzz_target!(|input: &[u8]| {
    let new = |choice| Talk::new(lines(choice, "PJSIP/trunk"), MAX_MESSAGE);
    exchange::check(new, b"Event: CoreShowChannelsComplete\r\n\r\n", input);
    let text = String::from_utf8_lossy(input).replace(char::is_control, "");
    if text.contains(CALL) {
        return;
    }
    // No body swallows what follows: a good call behind anything is told.
    let mut talk = new(0);
    hear(&mut talk, input);
    let told = hear(&mut talk, frames::AMI);
    let is_it =
        |event: &CallEvent| matches!(event, CallEvent::Ringing { call, .. } if call == CALL);
    assert!(told.iter().any(is_it), "a call is lost: {told:?}");
    while let Some(asked) = talk.to_send() {
        assert!(asked.ends_with(b"\r\n\r\n"));
    }
});
