//! A watch's connection.

use silverbell_domain::{Protocol, UnixMs};

use super::{Frame, FrameBuffer, ack, command, decode};
use crate::{Command, Conversation, Heard};

/// What one watch has said on its connection.
#[derive(Clone, Debug)]
pub struct Talk {
    buffer: FrameBuffer,
    /// The frame that spoke last: commands are addressed as it is.
    last: Option<Address>,
}

/// How a watch is addressed.
#[derive(Clone, Debug)]
struct Address {
    ident: String,
    head: Vec<u8>,
    has_index: bool,
}

impl Talk {
    /// Returns the conversation of a new connection, for frames of at most `max_frame` bytes.
    #[must_use]
    pub const fn new(max_frame: usize) -> Self {
        Self { buffer: FrameBuffer::new(max_frame), last: None }
    }
}

impl Conversation for Talk {
    fn protocol(&self) -> Protocol {
        Protocol::Watch
    }

    fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    fn next(&mut self, _now: UnixMs) -> Option<Heard> {
        let frame = self.buffer.next_frame()?;
        self.last = Some(Address {
            ident: frame.ident.clone(),
            head: frame.head.clone(),
            has_index: frame.index.is_some(),
        });
        Some(hear(frame))
    }

    fn close(&mut self) {
        self.buffer.close();
    }

    fn unfinished(&self, _now: UnixMs) -> Vec<Heard> {
        self.buffer.unfinished().into_iter().map(hear).collect()
    }

    fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    fn command(&mut self, ident: &str, asked: &Command, _now: UnixMs) -> Option<Vec<u8>> {
        let last = self.last.as_ref().filter(|last| last.ident == ident)?;
        command(&last.head, last.has_index, asked)
    }
}

fn hear(frame: Frame) -> Heard {
    let message = decode(&frame);
    let ack = ack(&frame, &message);
    Heard { ident: frame.ident, raw: frame.raw, reports: vec![message.report], ack }
}

#[cfg(test)]
mod tests {
    use silverbell_domain::SignalKind;

    use super::*;

    const NOW: UnixMs = UnixMs(1_800_000_000_000);

    fn talk(said: &[u8]) -> (Talk, Vec<Heard>) {
        let mut talk = Talk::new(1_000);
        talk.push(said);
        let heard = std::iter::from_fn(|| talk.next(NOW)).collect();
        (talk, heard)
    }

    #[test]
    fn commands_are_addressed_as_the_watch_spoke_last() {
        let (mut talk, _) = talk(b"[3G*42*0002*LK][ZJ*43*0035*0002*LK]");
        let mut ask = |ident, command| {
            let bytes = talk.command(ident, &command, NOW)?;
            String::from_utf8(bytes).ok()
        };
        assert_eq!(ask("42", Command::Locate), None, "another speaks now");
        assert_eq!(ask("43", Command::Locate).as_deref(), Some("[ZJ*43*0001*0002*CR]"));
        assert_eq!(ask("43", Command::Ring).as_deref(), Some("[ZJ*43*0001*0004*FIND]"));
        let numbers = Command::SosNumbers(vec!["0596120".into(), "13800000000".into()]);
        let asked = "[ZJ*43*0001*0018*SOS,0596120,13800000000,]";
        assert_eq!(ask("43", numbers).as_deref(), Some(asked));
        assert_eq!(ask("43", Command::Answered), None, "watches repeat nothing");
    }

    #[test]
    fn what_is_unfinished_is_told_and_kept() {
        let (mut talk, heard) = talk(b"[3G*42*0040*AL,010126,000000,V,0");
        assert!(heard.is_empty() && !talk.is_empty());
        let unfinished = talk.unfinished(NOW);
        assert_eq!(unfinished[0].alarm().unwrap().1, SignalKind::Sos);
        assert_eq!(unfinished[0].ack, None);
        talk.push(b"]");
        assert!(talk.next(NOW).unwrap().ack.is_some());
        assert!(talk.is_empty());
    }
}
