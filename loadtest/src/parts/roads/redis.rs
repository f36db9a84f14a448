//! Redis: the nearest by straight line, from memory. Its protocol is spoken by hand: there is little
//! of it, and no client in between.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use silverbell_domain::LatLon;
use tempfile::TempDir;

use crate::stats::Micros;

/// Starts the server and ends it when standard input does, that is when the benchmark has ended,
/// however that came about.
const SCRIPT: &str = r#"redis-server "$@" >&2 & cat >/dev/null; kill "$!"; wait"#;

/// How long the server may take to start.
const STARTS_WITHIN: Duration = Duration::from_secs(10);

/// How many people go in at once.
const BATCH: usize = 1_000;

/// The circle in which the nearest are looked for, kilometres, and a smaller one: Redis looks at
/// everybody in it, so that it is fast where one knows before how far one has to look.
pub(super) const RADIUS_KM: &str = "5";
pub(super) const SMALL_KM: &str = "1";

/// A throw-away server with one connection to it.
pub(super) struct Redis {
    connection: BufReader<UnixStream>,
    // Ended when dropped, before its home is removed.
    _watchdog: Watchdog,
    // Removed when dropped. Under the system's own, for a socket's path has 107 bytes at most.
    _home: TempDir,
}

/// What the server says.
#[derive(Debug)]
enum Reply {
    Text(String),
    List(Vec<Self>),
}

impl Redis {
    /// Starts one that keeps nothing on disk.
    pub(super) fn start() -> Result<Self> {
        let found = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
        ensure!(found.is_ok_and(|status| status.success()), "there is no redis-server");
        let home = tempfile::Builder::new().prefix("silverbell-redis-").tempdir()?;
        let socket = home.path().join("socket");
        let started = Command::new("sh")
            .args(["-c", SCRIPT, "redis", "--port", "0", "--save", "", "--appendonly", "no"])
            .args(["--loglevel", "warning", "--dir"])
            .arg(home.path())
            .arg("--unixsocket")
            .arg(&socket)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let watchdog = Watchdog(started);
        let connection = BufReader::new(connect(&socket)?);
        Ok(Self { connection, _watchdog: watchdog, _home: home })
    }

    /// Returns the version.
    pub(super) fn version(&mut self) -> Result<String> {
        self.info("server", "redis_version:")
    }

    /// Puts these people in, and nobody else.
    pub(super) fn fill(&mut self, places: &[LatLon]) -> Result<()> {
        self.ask(&["FLUSHALL"])?;
        for (batch, places) in places.chunks(BATCH).enumerate() {
            let mut words = vec!["GEOADD".to_owned(), "people".to_owned()];
            for (n, place) in places.iter().enumerate() {
                let name = (batch * BATCH + n).to_string();
                words.extend([place.lon.to_string(), place.lat.to_string(), name]);
            }
            self.ask(&words)?;
        }
        self.ask(&["CONFIG", "RESETSTAT"])?;
        Ok(())
    }

    /// Finds the nearest of each door in a circle; returns for how many doors there were less than
    /// five.
    pub(super) fn nearest(
        &mut self,
        doors: &[LatLon],
        radius_km: &str,
        took: &mut Micros,
    ) -> Result<usize> {
        let mut short = 0;
        for door in doors {
            let started = Instant::now();
            let (lon, lat) = (door.lon.to_string(), door.lat.to_string());
            let found = self.ask(&[
                "GEOSEARCH",
                "people",
                "FROMLONLAT",
                &lon,
                &lat,
                "BYRADIUS",
                radius_km,
                "km",
                "ASC",
                "COUNT",
                "5",
                "WITHDIST",
            ])?;
            took.record(started.elapsed());
            let Reply::List(found) = found else { bail!("Redis answered {found:?}") };
            short += usize::from(found.len() < 5);
        }
        Ok(short)
    }

    /// Returns what one search took on the average within the server since people were put in,
    /// microseconds.
    pub(super) fn alone_us(&mut self) -> Result<f64> {
        let line = self.info("commandstats", "cmdstat_geosearch:")?;
        let each = line.split(',').find_map(|pair| pair.strip_prefix("usec_per_call="));
        each.and_then(|each| each.parse().ok()).with_context(|| format!("Redis said {line}"))
    }

    fn info(&mut self, section: &str, name: &str) -> Result<String> {
        let Reply::Text(said) = self.ask(&["INFO", section])? else { bail!("no INFO") };
        let found = said.lines().find_map(|line| line.strip_prefix(name));
        found.map(str::to_owned).with_context(|| format!("Redis does not say its {name}"))
    }

    fn ask(&mut self, words: &[impl AsRef<str>]) -> Result<Reply> {
        let mut bytes = format!("*{}\r\n", words.len());
        for word in words.iter().map(AsRef::as_ref) {
            bytes.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        self.connection.get_mut().write_all(bytes.as_bytes())?;
        read(&mut self.connection)
    }
}

/// The shell that ends the server.
struct Watchdog(Child);

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It cannot fail but by having ended before.
        let _ = self.0.wait();
    }
}

fn connect(socket: &Path) -> Result<UnixStream> {
    let begun = Instant::now();
    loop {
        match UnixStream::connect(socket) {
            Ok(stream) => return Ok(stream),
            Err(error) if begun.elapsed() > STARTS_WITHIN => {
                return Err(error).context("redis-server does not start");
            }
            Err(_) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Reads one reply (RESP 2).
fn read(from: &mut impl BufRead) -> Result<Reply> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    let line = line.trim_end();
    let (kind, rest) = line.split_at_checked(1).context("Redis hung up")?;
    Ok(match kind {
        "+" | ":" => Reply::Text(rest.to_owned()),
        "$" => {
            let mut text = vec![0; rest.parse::<usize>()? + 2];
            from.read_exact(&mut text)?;
            text.truncate(text.len() - 2);
            Reply::Text(String::from_utf8(text)?)
        }
        "*" => {
            let replies = (0..rest.parse::<usize>()?).map(|_| read(from));
            Reply::List(replies.collect::<Result<_>>()?)
        }
        _ => bail!("Redis refuses: {line}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_lists_is_read() {
        let mut bytes =
            &b"*2\r\n*2\r\n$2\r\n17\r\n$6\r\n0.1234\r\n*2\r\n$1\r\n4\r\n$3\r\n2.5\r\n"[..];
        let Reply::List(found) = read(&mut bytes).unwrap() else { panic!("no list") };
        assert_eq!(found.len(), 2);
        assert!(bytes.is_empty());
    }

    #[test]
    fn what_redis_refuses_is_an_error() {
        let refused = read(&mut &b"-ERR wrong number of arguments\r\n"[..]).unwrap_err();
        assert_eq!(refused.to_string(), "Redis refuses: -ERR wrong number of arguments");
    }
}
