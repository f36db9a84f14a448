//! What the disk can do by itself: the limit of everything that is durable before it is answered.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::stats::Latencies;

/// The size of a record, bytes: about one signal.
const RECORD: usize = 256;

/// How many records wait for the writer before their writers wait, too.
const QUEUE: usize = 4_096;

type Answer = oneshot::Sender<()>;

/// The way to a writer who syncs once for everything queued.
#[derive(Clone, Debug)]
pub(crate) struct GroupCommit(mpsc::Sender<Answer>);

impl GroupCommit {
    /// Returns it, and the thread that ends when nobody has it any more, or when the disk fails.
    pub(crate) fn start(dir: &Path) -> Result<(Self, JoinHandle<std::io::Result<()>>)> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let file = create(dir, "group-commit")?;
        Ok((Self(queue), std::thread::spawn(move || commit_all(file, waiting))))
    }

    /// Writes a record; returns whether it is durable. If not, the disk failed.
    pub(crate) async fn write(&self) -> bool {
        let (answer, durable) = oneshot::channel();
        self.0.send(answer).await.is_ok() && durable.await.is_ok()
    }
}

/// Writes and syncs one record at a time.
pub(crate) fn sync_alone(dir: &Path, times: usize) -> Result<Latencies> {
    let mut file = create(dir, "sync-alone")?;
    let mut all = Latencies::new();
    for _ in 0..times {
        let started = Instant::now();
        file.write_all(&[7; RECORD])?;
        file.sync_data()?;
        all.record(started.elapsed());
    }
    Ok(all)
}

/// Returns how many records a second `writers` get durable when each waits for its own and one
/// sync serves everything queued.
pub(crate) async fn group_commit(dir: &Path, writers: usize, lasts: Duration) -> Result<f64> {
    let (disk, committer) = GroupCommit::start(dir)?;
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..writers {
        let disk = disk.clone();
        tasks.spawn(async move {
            let mut written = 0_u64;
            while started.elapsed() < lasts && disk.write().await {
                written += 1;
            }
            written
        });
    }
    drop(disk);
    let written: u64 = tasks.join_all().await.into_iter().sum();
    let seconds = started.elapsed().as_secs_f64();
    let ended = committer.join().map_err(|_| anyhow::anyhow!("the committer panicked"))?;
    ended.context("the disk failed")?;
    Ok(written as f64 / seconds)
}

fn commit_all(mut file: File, mut waiting: mpsc::Receiver<Answer>) -> std::io::Result<()> {
    let mut answers = Vec::with_capacity(QUEUE);
    let mut bytes = Vec::with_capacity(QUEUE * RECORD);
    while let Some(first) = waiting.blocking_recv() {
        answers.push(first);
        while answers.len() < QUEUE
            && let Ok(next) = waiting.try_recv()
        {
            answers.push(next);
        }
        bytes.resize(answers.len() * RECORD, 7);
        file.write_all(&bytes)?;
        file.sync_data()?;
        for answer in answers.drain(..) {
            // Nobody waits any more once the time is over.
            let _ = answer.send(());
        }
    }
    Ok(())
}

fn create(dir: &Path, name: &str) -> Result<File> {
    let path = dir.join(name);
    File::create(&path).with_context(|| format!("cannot write {}", path.display()))
}
