//! `silverbell roads import`.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use silverbell_roads::ImportReport;

use crate::config::Config;
use crate::map_tiles::{self, Drawn};
use crate::{files, roads};

/// Makes the map from an extract, and says what became of its roads.
pub(crate) fn import(config: &Config, extract: &Path) -> Result<ExitCode> {
    files::prepare(&config.data)?;
    let bar = bar("reading the extract");
    let imported = roads::import(extract, &config.data, |read, all| {
        bar.set_length(all);
        bar.set_position(read);
        if read >= all {
            bar.set_message("joining the roads");
        }
    });
    bar.finish_and_clear();
    let (bytes, report) = imported?;
    super::print(&in_words(&report, bytes))?;
    draw(config, extract).context("the roads are in place, the map to look at is not")?;
    super::print(&format!(
        "{}, {}: a running service takes them within seconds",
        roads::file(&config.data).display(),
        map_tiles::imported(&config.data).display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Makes the map that operators look at, from the same extract.
fn draw(config: &Config, extract: &Path) -> Result<()> {
    let bar = bar("drawing the map");
    let drawn = map_tiles::import(extract, &config.data, |read, all| {
        bar.set_length(all);
        bar.set_position(read);
        if read >= all {
            bar.set_message("cutting the map into tiles");
        }
    });
    bar.finish_and_clear();
    let Drawn { bytes, tiles, features, left_out } = drawn?;
    let megabytes = bytes as f64 / 1e6;
    super::print(&format!("{tiles} tiles of {features} things to see, {megabytes:.1} MB"))?;
    if left_out > 0 {
        super::print(&format!(
            "{left_out} waters, woods or ways that the extract cuts are left out"
        ))?;
    }
    Ok(())
}

/// On the terminal only: a log needs no bar.
pub(super) fn bar(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(1);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} % {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(message);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn in_words(report: &ImportReport, bytes: u64) -> String {
    let mut lines = vec![format!("{} ways of roads, {:.1} MB", report.ways, bytes as f64 / 1e6)];
    for (word, part) in ["walk ", "ebike", "car  "].into_iter().zip(&report.parts) {
        let share =
            100.0 * part.nodes_dropped as f64 / (part.nodes + part.nodes_dropped).max(1) as f64;
        lines.push(format!(
            "{word}  {:>9.1} km  {:>9} nodes  {:>6} islands left out, with {} nodes ({share:.1} %)",
            part.length_km, part.nodes, part.islands, part.nodes_dropped
        ));
    }
    lines.push(format!(
        "{} turn restrictions are kept to, {} cannot be (by the hour, over a way, or cut off)",
        report.turns_applied, report.turns_skipped
    ));
    if report.ways_cut > 0 {
        lines.push(format!(
            "{} ways were cut, for {} of their nodes are not in the extract",
            report.ways_cut, report.missing_nodes
        ));
    }
    lines.join("\n")
}
