//! The watches: each a connection of its own that reports, presses and notes what it is answered.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::wearers::Wearer;

/// A watch reports its place so often.
const REPORTS_EVERY: Duration = Duration::from_secs(10);

/// One of them presses so often.
const PRESSES_EVERY: Duration = Duration::from_millis(10);

/// Steps from one that presses to the next, so that neighbours in the list never press one after the
/// other. Prime, so that everybody has a turn.
const STEP: usize = 7_919;

/// How many connect at once.
const CONNECT_AT_ONCE: usize = 64;

/// A log-in is answered within this.
const LOGGED_IN_WITHIN: Duration = Duration::from_secs(10);

/// From the last connection to the first report.
const START_AFTER: Duration = Duration::from_millis(500);

/// How long is waited for the last acks.
const STRAGGLERS: Duration = Duration::from_secs(3);

/// The most that is read at once, and that waits for its end, bytes.
const READ: usize = 1_024;

/// Connected watches.
#[derive(Debug)]
pub(super) struct Fleet(Vec<Watch>);

#[derive(Debug)]
struct Watch {
    stream: TcpStream,
    wearer: Wearer,
    unread: Vec<u8>,
}

/// When what happens.
#[derive(Clone, Copy, Debug)]
struct Plan {
    report_at: Instant,
    press_at: Instant,
    /// From one press to this watch's next.
    press_again: Duration,
    /// The last press and report are before this.
    until: Instant,
}

/// The watches at work.
#[derive(Debug)]
pub(super) struct Shift {
    watches: JoinSet<Lived>,
    reported_at: Instant,
    pressed_at: Instant,
}

/// What watches did and were answered.
#[derive(Debug, Default)]
pub(super) struct Lived {
    /// Positions sent.
    pub(super) reports: u64,
    /// SOS sent.
    pub(super) presses: u64,
    /// From writing each SOS until its ack was read.
    pub(super) acks: Vec<Duration>,
    /// Acks for which no SOS waited.
    unasked: u64,
    /// Connections that ended.
    lost: u64,
}

impl Fleet {
    /// Connects everybody, and logs everybody in.
    pub(super) async fn connect(port: SocketAddr, wearers: &[Wearer]) -> Result<Self> {
        let watches = stream::iter(wearers.iter().cloned())
            .map(|wearer| Watch::connect(port, wearer))
            .buffer_unordered(CONNECT_AT_ONCE);
        Ok(Self(watches.try_collect().await?))
    }

    /// Has everybody report, and, once everybody has, one after the other press for so long.
    pub(super) fn go_to_work(self, pressing: Duration) -> Shift {
        let start = Instant::now() + START_AFTER;
        let reported_at = start + REPORTS_EVERY;
        let pressed_at = reported_at + pressing;
        let count = self.0.len();
        let share = |whole: Duration, n: usize| whole.mul_f64(n as f64 / count as f64);
        let press_again = PRESSES_EVERY.mul_f64(count as f64);
        let mut watches = JoinSet::new();
        for (n, watch) in self.0.into_iter().enumerate() {
            let plan = Plan {
                report_at: start + share(REPORTS_EVERY, n),
                press_at: reported_at + share(press_again, n * STEP % count),
                press_again,
                until: pressed_at,
            };
            watches.spawn(watch.live(plan));
        }
        Shift { watches, reported_at, pressed_at }
    }
}

impl Shift {
    /// Waits until everybody has reported once, just before the first press.
    pub(super) async fn all_have_reported(&self) {
        sleep_until(self.reported_at).await;
    }

    /// Waits until the last press.
    pub(super) async fn all_have_pressed(&self) {
        sleep_until(self.pressed_at).await;
    }

    /// Waits for the last acks and hangs up.
    pub(super) async fn end(self) -> Lived {
        let all = self.watches.join_all().await;
        all.into_iter().fold(Lived::default(), |mut sum, one| {
            sum.reports += one.reports;
            sum.presses += one.presses;
            sum.acks.extend(one.acks);
            sum.unasked += one.unasked;
            sum.lost += one.lost;
            sum
        })
    }
}

impl Lived {
    /// Returns what was wrong.
    pub(super) fn troubles(&self) -> Vec<String> {
        let unanswered = self.presses.saturating_sub(self.acks.len() as u64);
        let wrong = [
            (unanswered, "SOS were never acknowledged"),
            (self.unasked, "acks came for no SOS"),
            (self.lost, "connections were closed by the other side"),
        ];
        let told = wrong.iter().filter(|(count, _)| *count > 0);
        told.map(|(count, what)| format!("WRONG: {count} {what}")).collect()
    }
}

impl Watch {
    async fn connect(port: SocketAddr, wearer: Wearer) -> Result<Self> {
        let stream = TcpStream::connect(port).await.context("connecting a watch")?;
        stream.set_nodelay(true)?;
        let mut watch = Self { stream, wearer, unread: Vec::new() };
        let heartbeat = watch.frame("LK,50,100,64");
        watch.stream.write_all(&heartbeat).await?;
        let logged_in = async {
            loop {
                if watch.read().await?.contains(&Said::LoggedIn) {
                    return Ok(());
                }
            }
        };
        let logged_in = timeout(LOGGED_IN_WITHIN, logged_in).await;
        logged_in.context("a log-in was not answered")?.map(|()| watch)
    }

    async fn live(mut self, mut plan: Plan) -> Lived {
        let mut lived = Lived::default();
        let mut pressed: Option<Instant> = None;
        let end = plan.until + STRAGGLERS;
        loop {
            let outcome = tokio::select! {
                () = sleep_until(plan.press_at), if plan.press_at < plan.until => {
                    plan.press_at += plan.press_again;
                    lived.presses += 1;
                    let frame = self.located("AL", "00010000");
                    pressed = Some(Instant::now());
                    self.stream.write_all(&frame).await.map_err(Into::into)
                }
                () = sleep_until(plan.report_at), if plan.report_at < plan.until => {
                    plan.report_at += REPORTS_EVERY;
                    lived.reports += 1;
                    let frame = self.located("UD", "00000000");
                    self.stream.write_all(&frame).await.map_err(Into::into)
                }
                said = self.read() => said.map(|said| {
                    let read_at = Instant::now();
                    for _ in said.iter().filter(|said| **said == Said::AlarmKept) {
                        match pressed.take() {
                            Some(at) => lived.acks.push(read_at.duration_since(at)),
                            None => lived.unasked += 1,
                        }
                    }
                }),
                () = sleep_until(end) => return lived,
            };
            if outcome.is_err() {
                lived.lost += 1;
                return lived;
            }
        }
    }

    /// Returns the whole frames that came; those of no interest here are among them.
    async fn read(&mut self) -> Result<Vec<Said>> {
        if self.stream.read_buf(&mut self.unread).await? == 0 {
            bail!("the connection was closed");
        }
        let whole = self.unread.iter().rposition(|&byte| byte == b']').map_or(0, |end| end + 1);
        let said = self.unread.drain(..whole).collect::<Vec<_>>();
        if self.unread.len() > READ {
            bail!("a frame has no end");
        }
        Ok(said.split_inclusive(|&byte| byte == b']').map(Said::of).collect())
    }

    /// Returns a report from the door.
    fn located(&self, command: &str, status: &str) -> Vec<u8> {
        let Wearer { lat, lon, .. } = self.wearer;
        let at = Timestamp::now().strftime("%d%m%y,%H%M%S");
        self.frame(&format!(
            "{command},{at},A,{lat:.6},N,{lon:.6},E,0.00,0.0,12.0,8,85,64,0,0,{status},1,255,460,0,\
             9583,4413,150,2,home,34:60:f9:ec:19:f8,-62,shop,98:48:27:55:18:20,-86,25.0"
        ))
    }

    fn frame(&self, content: &str) -> Vec<u8> {
        format!("[3G*{}*{:04X}*{content}]", self.wearer.ident, content.len()).into_bytes()
    }
}

/// What a watch is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// The ack of its log-in.
    LoggedIn,
    /// The ack of its SOS.
    AlarmKept,
    /// A command, as to look where it is.
    Command,
}

impl Said {
    fn of(frame: &[u8]) -> Self {
        match frame.rsplit(|&byte| byte == b'*').next() {
            Some(b"LK]") => Self::LoggedIn,
            Some(b"AL]") => Self::AlarmKept,
            _ => Self::Command,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ack_is_told_from_a_command() {
        assert_eq!(Said::of(b"[3G*8800000015*0002*LK]"), Said::LoggedIn);
        assert_eq!(Said::of(b"[3G*8800000015*0002*AL]"), Said::AlarmKept);
        assert_eq!(Said::of(b"[3G*8800000015*0002*CR]"), Said::Command);
    }

    #[test]
    fn an_sos_that_was_never_acknowledged_and_an_ack_for_none_are_wrong() {
        let mut lived = Lived { presses: 2, ..Lived::default() };
        lived.acks.push(Duration::from_millis(1));
        assert_eq!(lived.troubles(), ["WRONG: 1 SOS were never acknowledged"]);
        lived.acks.push(Duration::from_millis(1));
        assert!(lived.troubles().is_empty());
        lived.unasked = 1;
        assert_eq!(lived.troubles(), ["WRONG: 1 acks came for no SOS"]);
    }
}
