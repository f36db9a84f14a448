//! How fast the decoders are: a stream of one protocol's reports, in pieces as a network brings them;
//! requests, one by one; and what an exchange says of a thousand calls.

mod calls;

use std::iter::from_fn;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use silverbell_domain::UnixMs;
use silverbell_protocols::http_request::HttpRequest;
use silverbell_protocols::telephone::{DEFAULT_MAX_MESSAGE, Lines, ami, esl};
use silverbell_protocols::{Conversation, Heard, gt06, h02, jt808, osmand, owntracks, watch};

use crate::bench::Bench;
use crate::report::{Figure, Report, Unit};
use crate::stats::median;

/// How long each protocol is decoded.
const LASTS: Duration = Duration::from_secs(1);

/// What a network brings at once, bytes.
const PIECE: usize = 1_400;

/// The longest frame, bytes.
const FRAME: usize = 16 * 1_024;

/// So many reports, requests or calls between two looks at the clock.
const AT_ONCE: usize = 1_000;

/// A position of a watch with a cell and two access points. Made up.
const WATCH: &[u8] = b"[3G*8800000015*00A5*UD,221126,020304,A,24.512345,N,117.661234,E,0.00,0.0,12.0,8,85,64,0,0,00000008,1,255,460,0,9583,4413,150,2,home,34:60:f9:ec:19:f8,-62,shop,98:48:27:55:18:20,-86,25.0]";

/// A position of an H02 watch. Made up.
const H02: &[u8] =
    b"*HQ,4800000015,V1,020304,A,2430.6000,N,11739.6000,E,0.00,0,221126,FFFFFBFF,460,0,9583,4413#";

/// Hexadecimal: a position of GT06, as traccar/traccar#2876 quotes it, behind its log-in.
const GT06: [&str; 2] = [
    "78780d010355488020947422000354820d0a",
    "78781f12110206150d34c9003e7ec00892397300380002e4003bf700cb9d000397770d0a",
];

/// Hexadecimal: a location of JT/T 808 with cells, as traccar/traccar#5331 quotes it.
const JT808: &str = "7e02000046058056687467002700000000000c000000000000000000000000000000002406101655430402015d0501003001163101005d0b0101cc0827b1000010c516610100620200286404000020d0650100a77e";

/// A position in the query, as OsmAnd and older Traccar clients send it. Made up.
const OSMAND: HttpRequest<'_> = HttpRequest {
    method: "POST",
    path_and_query: "/?id=8800000015&timestamp=1795305600&lat=24.512345&lon=117.661234&speed=0.4&bearing=0.0&altitude=12.0&accuracy=11.5&batt=64.0",
    content_type: None,
    headers: &[],
    body: b"",
};

/// The same as JSON, as Traccar Client 9 sends it. Made up.
const OSMAND_JSON: HttpRequest<'_> = HttpRequest {
    method: "POST",
    path_and_query: "/",
    content_type: Some("application/json"),
    headers: &[],
    body: br#"{"location":{"timestamp":"2026-11-22T00:00:00.000Z","coords":{"latitude":24.512345,"longitude":117.661234,"accuracy":11.5,"speed":0.4,"heading":0,"altitude":12},"is_moving":false,"odometer":42,"event":"motionchange","battery":{"level":0.64,"is_charging":false},"activity":{"type":"still"},"extras":{}},"device_id":"8800000015"}"#,
};

/// A position of OwnTracks. Made up.
const OWNTRACKS: HttpRequest<'_> = HttpRequest {
    method: "POST",
    path_and_query: "/",
    content_type: Some("application/json"),
    headers: &[],
    body: br#"{"_type":"location","BSSID":"34:60:f9:ec:19:f8","SSID":"home","acc":12,"alt":12,"batt":64,"bs":1,"conn":"w","created_at":1795305600,"lat":24.512345,"lon":117.661234,"m":1,"t":"u","tid":"15","topic":"owntracks/longwen/s0015","tst":1795305600,"vac":4,"vel":0}"#,
};

/// Makes a conversation for frames of at most so many bytes.
type New = fn(usize) -> Box<dyn Conversation>;

/// Reads a request.
type Hear = fn(&HttpRequest<'_>) -> Option<Heard>;

/// Measures.
pub(crate) fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let gt06: Vec<u8> = GT06.iter().map(|it| bytes(it)).collect::<Result<Vec<_>>>()?.concat();
    let talks: [(&str, Vec<u8>, New); 4] = [
        ("watch", WATCH.to_vec(), |max| Box::new(watch::Talk::new(max))),
        ("gt06", gt06, |max| Box::new(gt06::Talk::new(max))),
        ("jt808", bytes(JT808)?, |max| Box::new(jt808::Talk::new(max))),
        ("h02", H02.to_vec(), |max| Box::new(h02::Talk::new(max, h02::Options::default()))),
    ];
    let in_pieces = format!("in pieces of {PIECE} bytes");
    for (name, frames, new) in talks {
        let (stream, mut talk) = (frames.repeat(AT_ONCE), new(FRAME));
        let pass = || (converse(&mut *talk, &stream), stream.len());
        measure(bench, report, name, &format!("frames heard, {in_pieces}"), pass)?;
    }
    let requests: [(&str, HttpRequest<'_>, Hear); 3] = [
        ("osmand, query", OSMAND, osmand::hear),
        ("osmand, JSON", OSMAND_JSON, osmand::hear),
        ("owntracks", OWNTRACKS, owntracks::hear),
    ];
    for (name, request, hear) in requests {
        let size = (request.path_and_query.len() + request.body.len()) * AT_ONCE;
        let pass = || ((0..AT_ONCE).filter(|_| hear(&request).is_some()).count(), size);
        measure(bench, report, name, "requests heard", pass)?;
    }
    let (of_asterisk, of_freeswitch) = (calls::of_asterisk(AT_ONCE), calls::of_freeswitch(AT_ONCE));
    let what = format!("events of calls told, {in_pieces}");
    measure(bench, report, "ami", &what, || (listen_to_ami(&of_asterisk), of_asterisk.len()))?;
    measure(bench, report, "esl", &what, || (listen_to_esl(&of_freeswitch), of_freeswitch.len()))
}

/// Decodes over and over; each pass returns how much was heard, of how many bytes.
fn measure(
    bench: &Bench,
    report: &mut Report,
    name: &str,
    what: &str,
    mut pass: impl FnMut() -> (usize, usize),
) -> Result<()> {
    bench.begin(&format!("decode, {name}"))?;
    let (mut rates, mut megabytes) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let (mut heard, mut read) = (0, 0);
        let started = Instant::now();
        while started.elapsed() < LASTS {
            let (more_heard, more_read) = pass();
            heard += more_heard;
            read += more_read;
        }
        let took_s = started.elapsed().as_secs_f64();
        (heard > 0).then_some(()).with_context(|| format!("{name}: nothing was heard"))?;
        rates.push(heard as f64 / took_s);
        megabytes.push(read as f64 / took_s / 1e6);
    }
    let figure = format!("{name}: {what}, one core");
    report.add(Figure::new("decode", figure, Unit::PerSecond, rates));
    report.note(format!("decode, {name}: {:.0} MB/s", median(&megabytes)));
    Ok(())
}

fn converse(talk: &mut dyn Conversation, stream: &[u8]) -> usize {
    let pieces = stream.chunks(PIECE).map(|piece| {
        talk.push(piece);
        from_fn(|| talk.next(UnixMs(0))).filter(|said| !said.reports.is_empty()).count()
    });
    pieces.sum()
}

/// Listens on a new connection: of calls that are over nothing more is told.
fn listen_to_ami(stream: &[u8]) -> usize {
    let mut talk = ami::Talk::new(Lines::default(), DEFAULT_MAX_MESSAGE);
    let pieces = stream.chunks(PIECE).map(|piece| {
        talk.push(piece);
        let told = from_fn(|| talk.next()).count();
        drop(talk.to_send());
        told
    });
    pieces.sum()
}

fn listen_to_esl(stream: &[u8]) -> usize {
    let mut talk = esl::Talk::new(Lines::default(), DEFAULT_MAX_MESSAGE);
    let pieces = stream.chunks(PIECE).map(|piece| {
        talk.push(piece);
        from_fn(|| talk.next()).count()
    });
    pieces.sum()
}

fn bytes(hex: &str) -> Result<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2).unwrap_or_default(), 16);
    (0..hex.len()).step_by(2).map(|at| pair(at).context("no hexadecimal")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_call_it_is_told_that_it_rings_is_answered_and_ends() {
        assert_eq!(listen_to_ami(&calls::of_asterisk(5)), 15);
        assert_eq!(listen_to_esl(&calls::of_freeswitch(5)), 15);
    }

    #[test]
    fn every_request_says_where_its_device_is() {
        for request in [OSMAND, OSMAND_JSON] {
            let heard = osmand::hear(&request).expect("a report");
            assert!(heard.ident == "8800000015" && heard.reports[0].fix.is_some());
        }
        assert!(owntracks::hear(&OWNTRACKS).expect("a report").reports[0].fix.is_some());
    }
}
