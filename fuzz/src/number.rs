//! Telephone numbers, and who calls.

use silverbell_protocols::telephone::{AreaCode, Number, Party, is_withheld};

/// The longest number, digits.
const MAX_DIGITS: usize = 32;

/// The longest name of a caller, characters.
const MAX_NAME: usize = 64;

/// Checks an input: the choice of an area, and a text.
pub fn check(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else { return };
    let area = [None, AreaCode::new("0596"), AreaCode::new("10")][usize::from(choice % 3)].clone();
    let text = String::from_utf8_lossy(text);
    let number = Number::read(&text, area.as_ref());
    assert!(number.is_none() || !is_withheld(&text), "withheld, and read as {number:?}");
    if let Some(number) = &number {
        check_number(number, area.as_ref());
    }
    let party = Party::read(&text, &text, area.as_ref());
    assert!(party.name.is_none_or(|name| name.chars().count() <= MAX_NAME));
    assert_eq!(party.number, number);
    if let Some(code) = AreaCode::new(&text) {
        assert_eq!(AreaCode::new(code.as_str()), Some(code), "one form of an area code");
    }
}

fn check_number(number: &Number, area: Option<&AreaCode>) {
    let digits = number.as_str();
    assert!((1..=MAX_DIGITS).contains(&digits.len()), "{digits}");
    assert!(digits.bytes().all(|digit| digit.is_ascii_digit()), "{digits}");
    assert!(!number.tail().is_empty() && digits.ends_with(number.tail()), "{digits}");
    assert_eq!(Number::read(digits, area).as_ref(), Some(number), "one form of a number");
}
