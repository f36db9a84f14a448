//! Writes what libFuzzer begins with: a good alarm of each protocol, and the frames of real devices
//! beside the project (`../shared/data/protocols`, see its README), which are not copied into it.

use std::fs;
use std::path::Path;

use serde_json::Value;

#[path = "../../src/frames.rs"]
mod frames;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/protocols");
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus");

/// Sizes of the pieces that a stream comes in: see `silverbell_fuzz::conversation`.
const PIECES: &[u8] = &[40, 3, 0];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let of_devices = [
        ("watch", frames::WATCH, &["watch.jsonl", "issues.jsonl"][..]),
        ("gt06", frames::GT06, &["gt06.jsonl", "issues.jsonl"]),
        ("jt808", frames::JT808, &["jt808.jsonl", "jt808_smallchi.jsonl", "issues.jsonl"]),
        ("h02", frames::H02, &["h02.jsonl", "issues.jsonl"]),
    ];
    for (target, own, files) in of_devices {
        let mut seeds = vec![[PIECES, own].concat()];
        for vector in vectors(target, files)? {
            let frame = hex::decode(vector["frame_hex"].as_str().unwrap_or_default())?;
            seeds.push([PIECES, &frame].concat());
        }
        write(target, &seeds)?;
    }
    let of_apps = [
        ("osmand", &[frames::OSMAND, frames::OSMAND_JSON][..], "osmand.jsonl"),
        ("owntracks", &[frames::OWNTRACKS], "owntracks.jsonl"),
    ];
    for (target, own, file) in of_apps {
        let mut seeds: Vec<_> = own.iter().map(|seed| seed.to_vec()).collect();
        seeds.extend(vectors(target, &[file])?.iter().map(|vector| request(&vector["http"])));
        write(target, &seeds)?;
    }
    write("ami", &[vec![[&[40], frames::AMI].concat()], transcripts()?].concat())?;
    let esl = [&[frames::ESL][..], &frames::ESL_MORE].concat();
    write("esl", &esl.iter().map(|said| [&[40], *said].concat()).collect::<Vec<_>>())?;
    write("number", &[frames::NUMBER.to_vec()])?;
    write("damaged", &[[&[128], frames::DAMAGED].concat()])
}

fn write(target: &str, seeds: &[Vec<u8>]) -> Result<()> {
    let folder = Path::new(CORPUS).join(target);
    fs::create_dir_all(&folder)?;
    for (at, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{at:03}")), seed)?;
    }
    println!("{target}: {} seeds", seeds.len());
    Ok(())
}

/// Returns the vectors of a protocol in these files, none where there are none.
fn vectors(protocol: &str, files: &[&str]) -> Result<Vec<Value>> {
    let mut vectors = Vec::new();
    for file in files {
        let Ok(lines) = fs::read_to_string(format!("{SHARED}/{file}")) else {
            println!("left out: no {SHARED}/{file}");
            continue;
        };
        for line in lines.lines() {
            vectors.push(serde_json::from_str::<Value>(line)?);
        }
    }
    vectors.retain(|vector| vector.get("protocol").is_none_or(|name| name == protocol));
    Ok(vectors)
}

/// Returns a request as `silverbell_fuzz::request` takes it.
fn request(http: &Value) -> Vec<u8> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kind = text(&http["headers"]["Content-Type"]);
    [text(&http["uri"]), kind, text(&http["body"])].join("\n").into_bytes()
}

/// Returns what an Asterisk said, a few messages each.
fn transcripts() -> Result<Vec<Vec<u8>>> {
    let Ok(folder) = fs::read_dir(format!("{SHARED}/asterisk")) else {
        println!("left out: no {SHARED}/asterisk");
        return Ok(Vec::new());
    };
    let mut seeds = Vec::new();
    for file in folder {
        let text = fs::read_to_string(file?.path())?;
        let messages: Vec<_> = text.split_inclusive("\r\n\r\n").collect();
        seeds.extend(messages.chunks(3).map(|some| format!("({}", some.concat()).into_bytes()));
    }
    Ok(seeds)
}
