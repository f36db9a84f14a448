//! How fast the decoders are: a stream of one protocol's reports, in pieces as a network brings them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use silverbell_domain::UnixMs;
use silverbell_protocols::{Conversation, gt06, h02, jt808, watch};

use crate::bench::Bench;
use crate::report::{Figure, Report, Unit};
use crate::stats::median;

/// How long each protocol is decoded.
const LASTS: Duration = Duration::from_secs(1);

/// What a network brings at once, bytes.
const PIECE: usize = 1_400;

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

/// Makes a conversation for frames of at most so many bytes.
type New = fn(usize) -> Box<dyn Conversation>;

/// Measures.
pub(crate) fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let frame = 16 * 1_024;
    let gt06: Vec<u8> = GT06.iter().map(|it| bytes(it)).collect::<Result<Vec<_>>>()?.concat();
    let talks: [(&str, Vec<u8>, New); 4] = [
        ("watch", WATCH.to_vec(), |max| Box::new(watch::Talk::new(max))),
        ("gt06", gt06, |max| Box::new(gt06::Talk::new(max))),
        ("jt808", bytes(JT808)?, |max| Box::new(jt808::Talk::new(max))),
        ("h02", H02.to_vec(), |max| Box::new(h02::Talk::new(max, h02::Options::default()))),
    ];
    for (name, frames, new) in talks {
        bench.begin(&format!("decode, {name}"))?;
        let stream = frames.repeat(1_000);
        let mut rates = Vec::new();
        let mut megabytes = Vec::new();
        for _ in 0..bench.rounds {
            let (heard, read, took_s) = decode(new(frame), &stream)?;
            rates.push(heard as f64 / took_s);
            megabytes.push(read as f64 / took_s / 1e6);
        }
        let what = format!("{name}: frames heard, one core, pieces of {PIECE} bytes");
        report.add(Figure::new("decode", what, Unit::PerSecond, rates));
        report.note(format!("decode, {name}: {:.0} MB/s", median(&megabytes)));
    }
    Ok(())
}

/// Decodes a stream over and over; returns how many frames were heard, of how many bytes, in how many
/// seconds.
fn decode(mut talk: Box<dyn Conversation>, stream: &[u8]) -> Result<(usize, usize, f64)> {
    let (mut heard, mut read) = (0, 0);
    let started = Instant::now();
    while started.elapsed() < LASTS {
        for piece in stream.chunks(PIECE) {
            talk.push(piece);
            read += piece.len();
            while let Some(said) = talk.next(UnixMs(0)) {
                heard += usize::from(!said.reports.is_empty());
            }
        }
    }
    (heard > 0).then_some(()).context("nothing was heard")?;
    Ok((heard, read, started.elapsed().as_secs_f64()))
}

fn bytes(hex: &str) -> Result<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2).unwrap_or_default(), 16);
    (0..hex.len()).step_by(2).map(|at| pair(at).context("no hexadecimal")).collect()
}
