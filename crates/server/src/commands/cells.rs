//! `silverbell cells import`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use silverbell_cells::{Report, Wanted};

use super::roads::bar;
use crate::config::Config;
use crate::{cells, files};

/// So many countries are named; a list of the world has two hundred.
const COUNTRIES_NAMED: usize = 20;

/// Makes the map from lists, and says what became of their rows.
pub(crate) fn import(config: &Config, lists: &[PathBuf], countries: Vec<u16>) -> Result<ExitCode> {
    files::prepare(&config.data)?;
    let bar = bar("reading the list");
    let imported = cells::import(lists, &config.data, Wanted { countries }, |read, all| {
        bar.set_length(all);
        bar.set_position(read);
        if read >= all {
            bar.set_message("sorting");
        }
    });
    bar.finish_and_clear();
    let (bytes, report) = imported?;
    super::print(&in_words(&report, bytes))?;
    super::print(&format!(
        "{}: a running service takes it within seconds",
        cells::file(&config.data).display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn in_words(report: &Report, bytes: u64) -> String {
    let mut lines = vec![format!(
        "{} cells and {} access points of {} rows, {:.1} MB",
        report.cells,
        report.access_points,
        report.rows,
        bytes as f64 / 1e6
    )];
    let mut countries: Vec<_> = report.countries.iter().collect();
    countries.sort_by_key(|(_, cells)| std::cmp::Reverse(**cells));
    let named = countries.iter().take(COUNTRIES_NAMED);
    lines.extend(named.map(|(country, cells)| format!("country {country}  {cells:>10} cells")));
    if countries.len() > COUNTRIES_NAMED {
        lines.push(format!("{} other countries", countries.len() - COUNTRIES_NAMED));
    }
    let left_out = [
        (report.repeated, "name a station again: the one measured most often was kept"),
        (report.unwanted, "are of other countries"),
        (report.made_up, "are access points whose address is made up: it may be anywhere"),
        (report.bad, "are bad"),
    ];
    let left_out = left_out.iter().filter(|(rows, _)| *rows > 0);
    lines.extend(left_out.map(|(rows, what)| format!("{rows} rows {what}")));
    lines.extend(report.first_bad.iter().map(|bad| format!("  {bad}")));
    lines.join("\n")
}
