//! What is sent to a watch: answers, byte for byte as Traccar gives them, and our own commands.

use super::{Frame, Message};

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
    Some(encode(&frame.maker, &frame.ident, frame.index.as_deref(), content))
}

/// Returns the command that asks a watch where it is: it turns its GPS on and reports for some
/// minutes. `index` is [`COMMAND_INDEX`] for a device whose frames carry an index, else `None`.
#[must_use]
pub fn locate(maker: &str, ident: &str, index: Option<&str>) -> Vec<u8> {
    encode(maker, ident, index, "CR")
}

/// Writes a frame. The content must hold no bracket, which ours never does.
fn encode(maker: &str, ident: &str, index: Option<&str>, content: &str) -> Vec<u8> {
    let index = index.map(|index| format!("{index}*")).unwrap_or_default();
    format!("[{maker}*{ident}*{index}{:04x}*{content}]", content.len()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::{FrameBuffer, decode};
    use super::*;

    fn answer(bytes: &str) -> Option<String> {
        let mut buffer = FrameBuffer::default();
        buffer.push(bytes.as_bytes());
        buffer.close();
        let frame = buffer.next_frame().unwrap();
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
    fn the_position_is_asked_for_with_cr() {
        assert_eq!(locate("3G", "8800000015", None), b"[3G*8800000015*0002*CR]");
        assert_eq!(locate("ZJ", "42", Some(COMMAND_INDEX)), b"[ZJ*42*0001*0002*CR]");
    }
}
