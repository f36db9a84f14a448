//! The peers: installed where they are missing.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::bench::beside_this_program;

const SCRIPT: &str = include_str!("../../../peers.sh");

/// Returns the folder in which the peers' own programs lie, beside the folder of this program.
pub(super) fn folder() -> Result<PathBuf> {
    let programs = beside_this_program()?;
    Ok(programs.parent().context("this program's folder lies nowhere")?.join("roads-peers"))
}

/// Installs what is missing; the script says what it does, and what it could not.
pub(super) async fn install() -> Result<()> {
    let ran = Command::new("sh")
        .args(["-c", SCRIPT, "peers.sh"])
        .arg(folder()?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .await;
    ran.context("cannot run peers.sh")?;
    Ok(())
}
