//! What is sent to a device: the platform's answers, byte for byte as Traccar gives them but for the
//! running number, and our own commands.

use silverbell_domain::UnixMs;

use super::header::{Address, Frame, check_byte};
use super::id;
use crate::Command;

/// The result of an answer: done.
const DONE: u8 = 0;

/// The result of an answer: the alarm was taken up; the device stops repeating it.
const ALARM_CONFIRMED: u8 = 4;

/// Set in the attributes of a lock's frame that waits for an answer.
const ANSWER_ASKED: u16 = 1 << 15;

/// Set in the attributes of our own frames whose header is that of 2019.
const OF_2019: u16 = 1 << 14;

/// The running number of answers to locks, one byte; Traccar sends the same.
const LOCK_SERIAL: u8 = 1;

/// A message to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    id: u16,
    body: Vec<u8>,
}

impl Message {
    /// Returns the bytes on the wire; `serial` is our running number of this connection.
    pub(super) fn encode(&self, to: &Address, serial: u16) -> Vec<u8> {
        let length = u16::try_from(self.body.len()).unwrap_or(u16::MAX);
        let flags = if to.version.is_some() { OF_2019 } else { 0 };
        let mut content = Vec::new();
        content.extend(self.id.to_be_bytes());
        content.extend((length | flags).to_be_bytes());
        content.extend(to.version);
        content.extend(&to.phone);
        match self.id {
            id::LOCK_ANSWER => content.push(LOCK_SERIAL),
            _ => content.extend(serial.to_be_bytes()),
        }
        content.extend(&self.body);
        content.push(check_byte(&content));
        to.delimiter.enclose(&content)
    }
}

/// Returns the answer to a frame, `None` for one that expects none or that came truncated. Each
/// packet of a long message is answered by itself.
///
/// Send it only after what the frame says is durable: it tells the device not to repeat.
pub(super) fn answer(frame: &Frame, now: UnixMs) -> Option<Message> {
    if frame.truncated {
        return None;
    }
    match frame.id {
        id::REGISTER => Some(registered(frame)),
        id::TIME => time(now),
        id::LOCK | id::LOCK_BLIND if frame.attributes & ANSWER_ASKED != 0 => {
            let [high, low] = frame.id.to_be_bytes();
            Some(Message { id: id::LOCK_ANSWER, body: vec![high, low, DONE] })
        }
        id::HEARTBEAT
        | id::HEARTBEAT_2
        | id::LOGOUT
        | id::AUTHENTICATE
        | id::ATTRIBUTES
        | id::LOCATION
        | id::SMALL_BATCH
        | id::BATCH
        | id::MEDIA_EVENT
        | id::MEDIA
        | id::TRANSPARENT
        | id::TIMEZONE
        | id::TEXT
        | id::PHOTO => Some(general(frame.serial, frame.id, DONE)),
        _ => None,
    }
}

/// The general answer: the number and the message that is answered, and the result.
fn general(serial: u16, message: u16, result: u8) -> Message {
    let body = [&serial.to_be_bytes()[..], &message.to_be_bytes(), &[result]].concat();
    Message { id: id::ANSWER, body }
}

/// The answer to a registration. The code that the device is to log in with is its own number: no
/// log-in is demanded.
fn registered(frame: &Frame) -> Message {
    let mut body = frame.serial.to_be_bytes().to_vec();
    body.push(DONE);
    body.extend(frame.address.number().into_bytes());
    Message { id: id::REGISTER_ANSWER, body }
}

/// The time, UTC: the year in two bytes, then a byte each, and the result.
fn time(now: UnixMs) -> Option<Message> {
    let now = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    let [high, low] = now.year().to_be_bytes();
    let rest = [now.month(), now.day(), now.hour(), now.minute(), now.second()];
    let mut body = vec![high, low];
    body.extend(rest.map(i8::cast_unsigned));
    body.push(DONE);
    Some(Message { id: id::TIME_ANSWER, body })
}

/// Returns the answer to a sentence: `BASE,2,TIME` asks for the time, UTC, in the word's place.
pub(super) fn answer_sentence(sentence: &[u8], now: UnixMs) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(sentence).ok()?;
    if !text.contains("BASE,2") {
        return None;
    }
    let now = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    let time = now.strftime("%Y%m%d%H%M%S").to_string();
    Some(text.replace("TIME", &time).into_bytes())
}

/// Terminal parameter: the telephone number of the platform, whom the terminal calls. The standard
/// lets a parameter of several values come several times, naming just this one as the example.
const PLATFORM_PHONE: u32 = 0x0040;

/// Most numbers, and longest number: a body must fit one frame.
const MAX_NUMBERS: usize = 10;
const MAX_NUMBER: usize = 32;

/// Marks of a text: an emergency, to be spoken. In 2019 the lowest two bits became a number, of
/// which 2 is an emergency, and a kind was put behind the marks, of which 1 is a notice.
const SPOKEN: u8 = 1 << 3;
const EMERGENCY: u8 = 1;
const EMERGENCY_2019: u8 = 2;
const NOTICE_2019: u8 = 1;

/// 请注意, "attention please", in GBK.
const ATTENTION: [u8; 6] = [0xc7, 0xeb, 0xd7, 0xa2, 0xd2, 0xe2];

/// Returns a command to a device whose last alarm came in this message under this number; `None` if
/// it raised none that could be confirmed.
pub(super) fn command(to: &Address, alarm: Option<(u16, u16)>, asked: &Command) -> Option<Message> {
    match asked {
        Command::Locate => Some(Message { id: id::LOCATE, body: Vec::new() }),
        Command::Answered => {
            alarm.map(|(message, serial)| general(serial, message, ALARM_CONFIRMED))
        }
        Command::SosNumbers(numbers) => Some(set_numbers(numbers)),
        Command::Ring => {
            let marks = match to.version {
                Some(_) => vec![EMERGENCY_2019 | SPOKEN, NOTICE_2019],
                None => vec![EMERGENCY | SPOKEN],
            };
            Some(Message { id: id::SEND_TEXT, body: [&marks[..], &ATTENTION].concat() })
        }
    }
}

/// Sets whom the terminal calls: a count, then parameters, each with its number and length. An empty
/// list sets an empty number, so that nobody stays set.
///
/// The standard has no SOS numbers: `0040` is the platform's, `0048` that which listens in, `0044`
/// and `0049` get and send short messages. Makers of devices for persons have texts of their own
/// instead (BSJ: `…*QQHM:number,number>` in `8300`), which need the maker's password.
fn set_numbers(numbers: &[String]) -> Message {
    let mut values: Vec<&str> = numbers
        .iter()
        .map(String::as_str)
        .filter(|number| (1..=MAX_NUMBER).contains(&number.len()))
        .take(MAX_NUMBERS)
        .collect();
    if values.is_empty() {
        values.push("");
    }
    let mut body: Vec<u8> = values.len().try_into().into_iter().collect();
    for value in values {
        body.extend(PLATFORM_PHONE.to_be_bytes());
        body.extend(u8::try_from(value.len()));
        body.extend(value.as_bytes());
    }
    Message { id: id::SET_PARAMETERS, body }
}

#[cfg(test)]
#[path = "ack_tests.rs"]
mod tests;
