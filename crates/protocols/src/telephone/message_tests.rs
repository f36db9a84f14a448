use proptest::prelude::*;

use super::*;

const STYLE: Style = Style {
    starts: |_, key| key == "Event",
    body: |message| message.get("Length").parse().unwrap_or_default(),
};

fn messages(pieces: &[&[u8]]) -> Vec<Message> {
    let mut reader = Reader::new(STYLE, 1000);
    let mut all = Vec::new();
    for piece in pieces {
        reader.push(piece);
        all.extend(std::iter::from_fn(|| reader.next()));
    }
    all
}

fn names(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.get("event")).collect()
}

#[test]
fn lines_may_end_in_either_way() {
    for text in ["Event: a\r\nX: 1\r\n\r\n", "Event: a\nX: 1\n\n", "Event:a\nX:1\r\n\n"] {
        let [message] = &messages(&[text.as_bytes()])[..] else { panic!("{text}") };
        assert_eq!((message.get("Event"), message.number("x")), ("a", Some(1)));
    }
}

#[test]
fn the_first_of_repeated_keys_counts_and_others_are_kept() {
    let [message] = &messages(&[b"Event: a\nV: 1\nV: 2\n\n"])[..] else { panic!() };
    assert_eq!((message.get("V"), message.fields.len()), ("1", 3));
}

#[test]
fn lines_that_are_no_fields_are_passed_over() {
    let text = b"Call Manager/11\nEvent: a\nrubbish\n\xff\xfe\nX: 1\n\n\n\n";
    let [message] = &messages(&[text])[..] else { panic!() };
    assert_eq!((message.get("Event"), message.get("X")), ("a", "1"));
}

#[test]
fn a_message_that_lost_its_end_hides_no_other() {
    assert_eq!(names(&messages(&[b"Event: a\nX: 1\nEvent: b\n\n"])), ["a", "b"]);
}

#[test]
fn a_line_too_long_is_passed_over_however_it_comes() {
    let long = format!("Event: a\nX: {}\nY: 2\n\n", "x".repeat(MAX_LINE));
    let fits = format!("X: {}", "x".repeat(900));
    for size in [1, 100, long.len()] {
        let all = messages(&long.as_bytes().chunks(size).collect::<Vec<_>>());
        assert_eq!((all[0].get("X"), all[0].get("Y")), ("", "2"), "{size}");
    }
    let all = messages(&[format!("{fits}\n\n").as_bytes()]);
    assert_eq!(all[0].get("X").len(), 900);
}

#[test]
fn a_body_is_taken_by_its_length() {
    let all = messages(&[b"Length: 12\n\nEvent: b\n\nxxEvent: c\n\n"]);
    assert_eq!((all[0].body.as_slice(), all[1].get("Event")), (&b"Event: b\n\nxx"[..], "c"));
}

#[test]
fn a_body_beyond_the_bound_is_read_as_lines() {
    assert_eq!(names(&messages(&[b"Length: 1001\n\nEvent: b\n\n"])), ["", "b"]);
}

#[test]
fn numbers_stand_anywhere_in_a_value() {
    assert_eq!(leading_number("SIP 480 Temporarily"), Some(480));
    assert_eq!((leading_number("sip:603"), leading_number("none")), (Some(603), None));
    assert_eq!(leading_number("99999999"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory_is_bounded_and_pieces_do_not_matter(
        stream in "((Event|X|Length): [0-9a-z]{0,40}|[:\r ]{0,3}|\n){0,200}", size in 1_usize..50,
    ) {
        let whole = messages(&[stream.as_bytes()]);
        let mut reader = Reader::new(STYLE, 1000);
        let mut all = Vec::new();
        for piece in stream.as_bytes().chunks(size) {
            reader.push(piece);
            all.extend(std::iter::from_fn(|| reader.next()));
            prop_assert!(reader.size() <= 1000 + MAX_LINE + 1000);
        }
        prop_assert_eq!(all, whole);
    }
}
