//! Our own commands: text in frames of type 0x80.

use super::ack::short;
use super::kind;
use crate::Command;

/// How many numbers the SOS key calls; a longer list is cut.
const SOS_NUMBERS: usize = 3;

/// Returns a command with this serial number, `None` for one that these devices do not know or that
/// cannot be written.
///
/// `WHERE#` asks for the position, answered in text (0x21 or 0x15; manuals of Seeworld and Micodus);
/// `SOS,A,…#` sets up to three numbers from the first place on and leaves the others as they were, the
/// usual form of this family: to be tried with a new model before it is given out. No command that
/// makes the device ring is common to them.
pub(super) fn command(asked: &Command, serial: u16) -> Option<Vec<u8>> {
    let text = match asked {
        Command::Locate => "WHERE#".to_owned(),
        Command::SosNumbers(numbers) => sos(numbers)?,
        Command::Answered | Command::Ring => return None,
    };
    let length = u8::try_from(text.len() + 4).ok()?;
    // Behind the length, four bytes that the device repeats in its answer.
    let content = [&[length, 0, 0, 0, 0], text.as_bytes()].concat();
    short(kind::COMMAND, &content, serial.to_be_bytes())
}

/// Writes the numbers. With none, those that are set are deleted; a `#` would end the command early.
fn sos(numbers: &[String]) -> Option<String> {
    let kept = numbers.get(..SOS_NUMBERS).unwrap_or(numbers);
    let is_number =
        |number: &String| number.bytes().all(|byte| byte.is_ascii_digit() || b"+*".contains(&byte));
    if !kept.iter().all(is_number) {
        return None;
    }
    if kept.iter().all(String::is_empty) {
        return Some("SOS,D,1,2,3#".to_owned());
    }
    Some(format!("SOS,A,{}#", kept.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(asked: &Command) -> Option<String> {
        let frame = command(asked, 0)?;
        Some(String::from_utf8(frame[9..frame.len() - 6].to_vec()).unwrap())
    }

    #[test]
    fn a_locate_is_where_with_the_serial_number_given() {
        let frame = command(&Command::Locate, 0x0102).unwrap();
        assert_eq!(frame[..9], [0x78, 0x78, 0x10 - 1 + 1, 0x80, 0x0a, 0, 0, 0, 0]);
        assert_eq!(frame[9..17], *b"WHERE#\x01\x02");
        assert!(super::super::cut::sum_is_right(&frame, 2));
    }

    #[test]
    fn up_to_three_numbers_are_set_and_none_deletes_them() {
        let numbers = |all: &[&str]| {
            text(&Command::SosNumbers(all.iter().map(|&number| number.to_owned()).collect()))
        };
        assert_eq!(numbers(&["0596120"]).as_deref(), Some("SOS,A,0596120#"));
        assert_eq!(numbers(&["1", "+2", "3", "4"]).as_deref(), Some("SOS,A,1,+2,3#"));
        assert_eq!(numbers(&[]).as_deref(), Some("SOS,D,1,2,3#"));
        assert_eq!(numbers(&["1#RESET#"]), None);
        assert_eq!(numbers(&["1".repeat(400).as_str()]), None);
    }

    #[test]
    fn what_these_devices_do_not_know_is_not_sent() {
        assert_eq!(text(&Command::Ring), None);
        assert_eq!(text(&Command::Answered), None);
    }
}
