//! Services as child processes: started, measured, stopped.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::machine;

/// How long a service may take to start: it may fill an empty directory first.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// How long it may take to stop (contract: SIGTERM drains within 10 s).
const STOPS_WITHIN: Duration = Duration::from_secs(11);

/// A running service; killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
    /// Where watches are heard, as soon as it says so.
    watch: oneshot::Receiver<SocketAddr>,
}

impl Running {
    /// Starts a service and waits until it says where it listens. Its log goes to `log`.
    pub(crate) async fn start(mut command: Command, log: &Path) -> Result<Self> {
        let stderr =
            File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {:?}", command.as_std().get_program()))?;
        let stdout = child.stdout.take().context("no standard output")?;
        let pid = child.id().context("it ended at once")?;
        let mut lines = BufReader::new(stdout).lines();
        let address = timeout(STARTS_WITHIN, async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.rsplit_once("://")
                    && line.starts_with("listening on ")
                {
                    return Ok(address.parse()?);
                }
            }
            let log = std::fs::read_to_string(log).unwrap_or_default();
            bail!("the service ended before it listened: {}", log.trim())
        })
        .await
        .context("the service does not start")??;
        // What else it says is read, and all but one line forgotten, so that it never waits for us.
        let (tell, watch) = oneshot::channel();
        let mut tell = Some(tell);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(address) = line.strip_prefix("listening on watch tcp://")
                    && let Ok(address) = address.parse()
                    && let Some(tell) = tell.take()
                {
                    // Most never ask.
                    let _ = tell.send(address);
                }
            }
        });
        Ok(Self { child, address, pid, watch })
    }

    /// Returns where watches are heard.
    pub(crate) async fn device_port(&mut self) -> Result<SocketAddr> {
        let told = timeout(STARTS_WITHIN, &mut self.watch).await;
        told.context("the service does not say where watches are heard")?
            .context("the service hears no watches")
    }

    /// Returns the processor time used until now, seconds.
    pub(crate) fn cpu_s(&self) -> f64 {
        machine::cpu_s(self.pid)
    }

    /// Stops it as an operator would.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let told = Command::new("kill").arg("-TERM").arg(self.pid.to_string()).status().await?;
        if !told.success() {
            bail!("the service had ended by itself");
        }
        let ended = timeout(STOPS_WITHIN, self.child.wait()).await;
        ended.context("the service does not stop")??;
        Ok(())
    }
}
