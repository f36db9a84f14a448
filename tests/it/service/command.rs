//! Commands beside a service.

use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::{START_WITHIN, template};

/// What a command said.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) ok: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Expects success and returns what stands on standard output.
    #[track_caller]
    pub(crate) fn said(&self) -> String {
        assert!(self.ok, "the command failed: {self:?}");
        self.stdout.trim().to_owned()
    }

    /// Expects failure and returns everything that was said.
    #[track_caller]
    pub(crate) fn refused(&self) -> String {
        assert!(!self.ok, "the command succeeded: {self:?}");
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Runs `silverbell` with these arguments on a data directory.
pub(crate) async fn run(
    data: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    input: &str,
) -> Output {
    let mut child = Command::new(&template().binary)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env_clear()
        .envs(super::free_ports())
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // A command that wants no input may be gone already.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()).await);
    let ended = timeout(START_WITHIN, child.wait_with_output()).await;
    let output = ended.unwrap_or_else(|_| panic!("{arguments:?} did not end")).unwrap();
    Output {
        ok: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
