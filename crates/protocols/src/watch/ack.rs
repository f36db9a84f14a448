//! What is sent to a watch: answers, byte for byte as Traccar gives them, and our own commands.

use super::{Frame, Message};
use crate::Command;

/// The running number of our own commands to a device whose frames carry one. Devices repeat it
/// and look no further; Traccar sends the same.
pub const COMMAND_INDEX: &str = "0001";

/// Returns the answer to a frame, `None` for one that expects none or that came truncated.
///
/// Send it only after what the frame says is durable: it tells the watch not to repeat.
#[must_use]
pub fn ack(frame: &Frame, message: &Message) -> Option<Vec<u8>> {
    if frame.truncated {
        return None;
    }
    let content = match message.command.as_str() {
        "LK" => "LK",
        "INIT" => "INIT,1",
        "TKQ" => "TKQ",
        "TKQ2" => "TKQ2",
        "JXTK" => "JXTKR,1",
        _ if message.is_alarm_command() => "AL",
        _ => return None,
    };
    Some(encode(&frame.head, frame.index.as_deref(), content))
}

/// How many numbers the key of a watch calls; a longer list is cut.
const SOS_NUMBERS: usize = 3;

/// Returns a command to the watch whose frames begin with `head`; `None` for one that watches do not
/// know.
///
/// `CR` turns the GPS on and reports for some minutes, `FIND` rings, `SOS` takes three numbers, of
/// which an empty one is none.
pub(super) fn command(head: &[u8], has_index: bool, asked: &Command) -> Option<Vec<u8>> {
    let content = match asked {
        Command::Locate => "CR".to_owned(),
        Command::Ring => "FIND".to_owned(),
        Command::SosNumbers(numbers) => {
            let number = |at| numbers.get(at).map_or("", String::as_str);
            format!("SOS,{}", (0..SOS_NUMBERS).map(number).collect::<Vec<_>>().join(","))
        }
        Command::Answered => return None,
    };
    Some(encode(head, has_index.then_some(COMMAND_INDEX), &content))
}

/// Writes a frame. The content must hold no bracket, which ours never does.
fn encode(head: &[u8], index: Option<&str>, content: &str) -> Vec<u8> {
    let index = index.map(|index| format!("{index}*")).unwrap_or_default();
    let rest = format!("{index}{:04x}*{content}]", content.len());
    [b"[", head, rest.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::{FrameBuffer, decode};
    use super::*;

    fn frame(bytes: &[u8]) -> Frame {
        let mut buffer = FrameBuffer::default();
        buffer.push(bytes);
        buffer.close();
        buffer.next_frame().unwrap()
    }

    fn answer(bytes: &str) -> Option<String> {
        let frame = frame(bytes.as_bytes());
        ack(&frame, &decode(&frame)).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn answers_repeat_maker_ident_and_index() {
        assert_eq!(answer("[SG*42*0002*LK]").as_deref(), Some("[SG*42*0002*LK]"));
        assert_eq!(answer("[ZJ*42*0007*0002*LK]").as_deref(), Some("[ZJ*42*0007*0002*LK]"));
        assert_eq!(answer("[3G*42*0006*INIT,5]").as_deref(), Some("[3G*42*0006*INIT,1]"));
        assert_eq!(answer("[3G*42*0004*TKQ2]").as_deref(), Some("[3G*42*0004*TKQ2]"));
        assert_eq!(
            answer("[3G*42*0004*JXTK,1,x,1,2,#!AMR]").as_deref(),
            Some("[3G*42*0007*JXTKR,1]")
        );
    }

    #[test]
    fn every_alarm_is_answered_with_al_even_one_that_cannot_be_read() {
        for content in ["AL", "AL,", "AL_LTE,1,2", "AL_WCDMA,x", "AL2,010126,000000,V"] {
            let answer = answer(&format!("[3G*42*0000*{content}]"));
            assert_eq!(answer.as_deref(), Some("[3G*42*0002*AL]"), "{content}");
        }
    }

    #[test]
    fn reports_and_unknown_commands_are_not_answered() {
        for content in ["UD,1", "UD2,1", "PULSE,72", "TK,#!AMR", "CCID,1", "", "lk"] {
            assert_eq!(answer(&format!("[3G*42*0000*{content}]")), None, "{content}");
        }
    }

    #[test]
    fn a_truncated_alarm_is_not_answered_so_that_the_watch_repeats_it() {
        assert_eq!(answer("[3G*42*0040*AL,010126,000000,V,0"), None);
    }

    #[test]
    fn an_odd_ident_is_repeated_byte_for_byte() {
        let long = [b'7'; 4_000];
        let odd: [&[u8]; 7] =
            [b"", b"\xc0\xcf\xc8\xcb", "表一".as_bytes(), b"a b", b"42\0\0", &[b'7'; 33], &long];
        for ident in odd {
            let asked = [b"[3G*", ident, b"*0002*AL,]"].concat();
            let frame = frame(&asked);
            let answer = [b"[3G*", ident, b"*0002*AL]"].concat();
            assert_eq!(ack(&frame, &decode(&frame)), Some(answer), "{}", frame.ident);
        }
    }
}
