//! How long an extract takes, and how many bytes its map has:
//! `cargo run --release -p silverbell-tiles --example measure -- FILE.osm.pbf [OUT.pmtiles]`.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]
#![allow(clippy::disallowed_methods, reason = "it measures")]

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Cursor, Write};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let extract = arguments.next().ok_or("which extract? FILE.osm.pbf")?;
    let begun = Instant::now();
    let file = BufReader::new(File::open(&extract)?);
    let drawing = silverbell_tiles::read_extract(file, |_, _| {})?;
    let read = begun.elapsed();
    let mut archive = Cursor::new(Vec::new());
    let written = silverbell_tiles::write(&drawing, &mut archive)?;
    let done = begun.elapsed();
    let bytes = archive.into_inner();
    println!(
        "{extract} ({:.1} MB): {} features read in {:.2} s, {} left out; {} tiles, {:.1} MB, made in {:.2} s",
        std::fs::metadata(&extract)?.len() as f64 / 1e6,
        written.features,
        read.as_secs_f64(),
        drawing.left_out,
        written.tiles,
        bytes.len() as f64 / 1e6,
        (done - read).as_secs_f64(),
    );
    if let Some(out) = arguments.next() {
        File::create(out)?.write_all(&bytes)?;
    }
    Ok(())
}
