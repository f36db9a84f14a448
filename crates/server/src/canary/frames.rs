//! The alarms as devices send them, and what a device takes for an answer.
//!
//! Each is another one than a minute ago: the same bytes again are the same alarm, sent twice.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde_json::json;
use silverbell_domain::{LatLon, Protocol, UnixMs};

/// An alarm in the words of one protocol.
pub(super) enum Alarm {
    /// Frames over TCP, each with the bytes that answer it.
    Frames(Vec<(Vec<u8>, Vec<u8>)>),
    /// A request over HTTP: path with query, JSON body if any.
    Request(String, Option<serde_json::Value>),
}

/// China's clock, which JT/T 808 writes (JT/T 808-2019, table 23).
const CHINA_H: i8 = 8;

/// Returns an alarm of a device at a place.
pub(super) fn alarm(protocol: Protocol, ident: &str, place: LatLon, now: UnixMs) -> Alarm {
    match protocol {
        Protocol::Http => {
            let body = json!({
                "device": ident, "id": now.0.to_string(), "kind": "sos",
                "position": { "lat": place.lat, "lon": place.lon, "accuracy_m": 10 },
            });
            Alarm::Request("/v1/sos".into(), Some(body))
        }
        Protocol::Watch => {
            let content = format!(
                "AL,{},A,{},N,{},E,0,0,0,9,90,80,0,0,00010000,0,0,0",
                clock(now, 0, "%d%m%y,%H%M%S"),
                place.lat,
                place.lon
            );
            let frame = format!("[3G*{ident}*{:04X}*{content}]", content.len());
            Alarm::Frames(vec![(frame.into_bytes(), b"*AL]".to_vec())])
        }
        Protocol::Gt06 => Alarm::Frames(vec![
            (gt06::login(ident), gt06::frame(gt06::LOGIN, &[], 1)),
            (gt06::sos(place, now), gt06::frame(gt06::ALARM, &[], 2)),
        ]),
        Protocol::Jt808 => Alarm::Frames(vec![(jt808::sos(ident, place, now), jt808::kept(ident))]),
        Protocol::H02 => {
            let (lat, lon) = (minutes(place.lat, 2), minutes(place.lon, 3));
            let (time, date) = (clock(now, 0, "%H%M%S"), clock(now, 0, "%d%m%y"));
            let frame = format!(
                "*HQ,{ident},V1,{time},A,{lat},N,{lon},E,0.00,0,{date},FFFFFFFD,460,0,9346,5223#"
            );
            Alarm::Frames(vec![(frame.into_bytes(), format!("*HQ,{ident},V4,V1,").into_bytes())])
        }
        Protocol::Osmand => {
            let (lat, lon, at_s) = (place.lat, place.lon, now.0 / 1_000);
            let query = format!("/?id={ident}&lat={lat}&lon={lon}&timestamp={at_s}&alarm=sos");
            Alarm::Request(query, None)
        }
        Protocol::Owntracks => {
            let body = json!({
                "_type": "location", "topic": ident, "lat": place.lat, "lon": place.lon,
                "tst": now.0 / 1_000, "alarm": "sos",
            });
            Alarm::Request("/pub".into(), Some(body))
        }
    }
}

/// Writes a time by a clock so many hours east of Greenwich.
fn clock(now: UnixMs, east_h: i8, form: &str) -> String {
    let at = Timestamp::from_millisecond(now.0).unwrap_or_default();
    let zone = TimeZone::fixed(Offset::constant(east_h));
    at.to_zoned(zone).strftime(form).to_string()
}

/// Writes degrees as degrees and minutes, `DDMM.mmmm`; north and east only.
fn minutes(degrees: f64, digits: usize) -> String {
    let whole = degrees.trunc();
    format!("{:0digits$}{:07.4}", whole as u32, (degrees - whole) * 60.0)
}

/// Returns pairs of decimal digits as bytes (BCD).
fn bcd(digits: &str) -> Vec<u8> {
    let nibble = |c: u8| c.wrapping_sub(b'0') & 0x0f;
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |b, c| b << 4 | nibble(*c)))
        .collect()
}

/// Concox GT06: `78 78`, length, type, content, running number, CRC-16/X-25, `0D 0A`.
mod gt06 {
    use silverbell_domain::{LatLon, UnixMs};

    use super::{bcd, clock};

    pub(super) const LOGIN: u8 = 0x01;
    pub(super) const ALARM: u8 = 0x26;

    pub(super) fn frame(kind: u8, content: &[u8], serial: u16) -> Vec<u8> {
        let length = (content.len() + 5) as u8;
        let inner = [&[length, kind], content, &serial.to_be_bytes()].concat();
        let crc = !inner.iter().fold(0xffff_u16, |crc, byte| {
            let shift = |crc: u16, _| if crc & 1 == 1 { crc >> 1 ^ 0x8408 } else { crc >> 1 };
            (0..8).fold(crc ^ u16::from(*byte), shift)
        });
        [&[0x78, 0x78][..], &inner, &crc.to_be_bytes(), &[0x0d, 0x0a]].concat()
    }

    pub(super) fn login(ident: &str) -> Vec<u8> {
        frame(LOGIN, &bcd(&format!("{ident:0>16}")), 1)
    }

    pub(super) fn sos(place: LatLon, now: UnixMs) -> Vec<u8> {
        let degrees = |value: f64| ((value * 1_800_000.0).round() as u32).to_be_bytes();
        let time: Vec<u8> = clock(now, 0, "%y %m %d %H %M %S")
            .split(' ')
            .map(|part| part.parse().unwrap_or_default())
            .collect();
        let content = [
            &time[..],
            // Nine satellites.
            &[0xc9],
            &degrees(place.lat),
            &degrees(place.lon),
            // Standing; located, north, east.
            &[0, 0x14, 0],
            // A mast of nobody's.
            &[9, 0x01, 0xcc, 0, 0x28, 0x7d, 0, 0x1f, 0xb8],
            // Armed; charge and signal are good; SOS.
            &[0x46, 6, 4, 0x01, 2],
        ];
        frame(ALARM, &content.concat(), 2)
    }
}

/// JT/T 808-2013: `7E`, id, length, number, running number, body, XOR, `7E`, escaped.
mod jt808 {
    use silverbell_domain::{LatLon, UnixMs};

    use super::{CHINA_H, bcd, clock};

    const LOCATION: u16 = 0x0200;
    const ANSWER: u16 = 0x8001;
    const SERIAL: u16 = 1;

    fn frame(id: u16, ident: &str, serial: u16, body: &[u8]) -> Vec<u8> {
        let length = body.len() as u16;
        let number = bcd(&format!("{ident:0>12}"));
        let parts =
            [&id.to_be_bytes()[..], &length.to_be_bytes(), &number, &serial.to_be_bytes(), body];
        let mut inner = parts.concat();
        inner.push(inner.iter().fold(0, |check, byte| check ^ byte));
        let mut frame = vec![0x7e];
        for byte in inner {
            match byte {
                0x7e => frame.extend([0x7d, 2]),
                0x7d => frame.extend([0x7d, 1]),
                other => frame.push(other),
            }
        }
        frame.push(0x7e);
        frame
    }

    pub(super) fn sos(ident: &str, place: LatLon, now: UnixMs) -> Vec<u8> {
        let micro = |value: f64| ((value * 1e6).round() as u32).to_be_bytes();
        let body = [
            // Alarm: emergency. State: ignition on, located.
            &1_u32.to_be_bytes()[..],
            &3_u32.to_be_bytes(),
            &micro(place.lat),
            &micro(place.lon),
            // Height, speed, direction.
            &[0; 6],
            &bcd(&clock(now, CHINA_H, "%y%m%d%H%M%S")),
        ];
        frame(LOCATION, ident, SERIAL, &body.concat())
    }

    /// The platform's general answer: it is kept.
    pub(super) fn kept(ident: &str) -> Vec<u8> {
        let body = [&SERIAL.to_be_bytes()[..], &LOCATION.to_be_bytes(), &[0]].concat();
        frame(ANSWER, ident, 0, &body)
    }
}

#[cfg(test)]
mod tests {
    use silverbell_domain::SignalKind;
    use silverbell_protocols::{Conversation, gt06, h02, jt808, watch};

    use super::*;

    /// 2026-11-24 01:02:03 in Greenwich.
    const NOW: UnixMs = UnixMs(1_795_482_123_000);
    const PLACE: LatLon = LatLon { lat: 0.5, lon: 0.75 };

    fn talk(protocol: Protocol) -> Box<dyn Conversation> {
        match protocol {
            Protocol::Watch => Box::new(watch::Talk::new(1_024)),
            Protocol::Gt06 => Box::new(gt06::Talk::new(1_024)),
            Protocol::Jt808 => Box::new(jt808::Talk::new(1_024)),
            Protocol::H02 => Box::new(h02::Talk::new(1_024, h02::Options::default())),
            Protocol::Http | Protocol::Osmand | Protocol::Owntracks => {
                unreachable!("speaks HTTP")
            }
        }
    }

    #[test]
    fn each_ports_own_decoder_hears_an_sos_of_now_at_the_place_and_answers_as_a_device_expects() {
        let idents = [
            (Protocol::Watch, "9123456789"),
            (Protocol::Gt06, "999000123456789"),
            (Protocol::Jt808, "999123456789"),
            (Protocol::H02, "9123456789"),
        ];
        for (protocol, ident) in idents {
            let Alarm::Frames(frames) = alarm(protocol, ident, PLACE, NOW) else {
                panic!("{protocol:?} speaks frames");
            };
            let mut talk = talk(protocol);
            for (at, (frame, answer)) in frames.iter().enumerate() {
                talk.push(frame);
                let heard = talk.next(NOW).expect("a whole frame");
                assert_eq!(heard.ident, ident, "{protocol:?}");
                let said = heard.ack.clone().expect("an answer");
                let is_in = said.windows(answer.len()).any(|part| part == &answer[..]);
                assert!(is_in, "{protocol:?}: {said:02x?} without {answer:02x?}");
                let is_last = at + 1 == frames.len();
                let alarm = heard.alarm();
                assert_eq!(alarm.is_some(), is_last, "{protocol:?}");
                let Some((report, kind)) = alarm else { continue };
                assert_eq!(kind, SignalKind::Sos, "{protocol:?}");
                let place = report.fix.expect("a place").point;
                assert!((place.lat - 0.5).abs() < 1e-5, "{protocol:?}: {place:?}");
                assert!((place.lon - 0.75).abs() < 1e-5, "{protocol:?}: {place:?}");
            }
        }
    }

    #[test]
    fn an_alarm_is_another_one_a_second_later() {
        let bytes = |protocol, at| match alarm(protocol, "9123456789", PLACE, at) {
            Alarm::Frames(frames) => frames.into_iter().flat_map(|(frame, _)| frame).collect(),
            Alarm::Request(path, body) => {
                [path.into_bytes(), body.unwrap_or_default().to_string().into_bytes()].concat()
            }
        };
        for protocol in Protocol::ALL {
            let (first, second): (Vec<u8>, Vec<u8>) =
                (bytes(protocol, NOW), bytes(protocol, NOW.plus_s(1)));
            assert_ne!(first, second, "{protocol:?}");
        }
    }
}
