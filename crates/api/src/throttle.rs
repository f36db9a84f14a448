//! What a wrong password costs, and whom.
//!
//! Two rules. A name is barred from an address after ten failures of that name from there, and
//! from nowhere else: who fails in somebody's name far away bars nobody who knows the password. An
//! address with many failures, whatever the names, is suspect: its tries are checked one at a time
//! and slowly, and never take the last place from the others. It is slow and not barred, for
//! behind it may be a whole office.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use silverbell_domain::UnixMs;
use silverbell_web::{Problem, network};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

/// Failures of one name from one address before further tries are refused…
const MAX_FAILURES: u32 = 10;

/// …and failures from one address before it is suspect…
const SUSPECT_AFTER: u32 = 100;

/// …for so long after the first of them, milliseconds.
const FAILURES_WINDOW_MS: i64 = 300_000;

/// How many are remembered of each kind; the oldest are forgotten first.
const MAX_REMEMBERED: usize = 10_000;

/// argon2 takes 19 MiB each: so many at once, of which all suspects together have one.
const HASHES_AT_ONCE: usize = 2;

/// So many may wait for that; a whole shift logs in at once. The others are told to come again…
const WAITING_AT_ONCE: usize = 200;

/// …and so many from suspect addresses.
const SUSPECTS_WAITING: usize = 100;

/// Between two checks of suspects: guessing leaves the processor to others.
const SUSPECTS_PAUSE: Duration = Duration::from_millis(100);

/// When those who found no place may come again, seconds.
const RETRY_AFTER_S: u32 = 2;

/// Bounds what log-ins cost.
#[derive(Debug)]
pub(crate) struct Throttle {
    of_names: Mutex<Tally<(String, IpAddr)>>,
    of_addresses: Mutex<Tally<IpAddr>>,
    checking: Arc<Semaphore>,
    waiting: Semaphore,
    suspects: Arc<Semaphore>,
    suspects_waiting: Semaphore,
}

/// A place to check a password in.
#[derive(Debug)]
pub(crate) struct Place {
    _checking: OwnedSemaphorePermit,
    _suspects_turn: Option<OwnedSemaphorePermit>,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        Self {
            of_names: Mutex::default(),
            of_addresses: Mutex::default(),
            checking: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            waiting: Semaphore::new(WAITING_AT_ONCE),
            suspects: Arc::new(Semaphore::new(1)),
            suspects_waiting: Semaphore::new(SUSPECTS_WAITING),
        }
    }

    /// Refuses a name from an address where it failed too often.
    pub(crate) fn may_try(&self, name: &str, from: IpAddr, now: UnixMs) -> Result<(), Problem> {
        let failures = self.of_names.lock().count(&(name.to_owned(), network(from)), now);
        if failures.number < MAX_FAILURES {
            return Ok(());
        }
        let left_s = (FAILURES_WINDOW_MS - now.since_ms(failures.since)) / 1_000 + 1;
        let after_s = u32::try_from(left_s).unwrap_or(300);
        Err(Problem::too_many("too many failed log-ins; wait a little", after_s))
    }

    pub(crate) fn failed(&self, name: &str, from: IpAddr, now: UnixMs) {
        self.of_names.lock().add((name.to_owned(), network(from)), now);
        self.of_addresses.lock().add(network(from), now);
    }

    /// Forgets the failures of this name. Those of the address stay: one right password among a
    /// thousand guesses makes nobody honest.
    pub(crate) fn succeeded(&self, name: &str, from: IpAddr) {
        self.of_names.lock().forget(&(name.to_owned(), network(from)));
    }

    /// Waits for a place to check a password in: a few at a time, and not too many who wait.
    pub(crate) async fn place_to_check(&self, from: IpAddr, now: UnixMs) -> Result<Place, Problem> {
        let busy = || Problem::unavailable("many log in at present; try again", RETRY_AFTER_S);
        let is_suspect =
            self.of_addresses.lock().count(&network(from), now).number >= SUSPECT_AFTER;
        let (waiting, turn) = if is_suspect {
            let waiting = self.suspects_waiting.try_acquire().map_err(|_| busy())?;
            let turn = self.suspects.clone().acquire_owned().await.map_err(|_| busy())?;
            sleep(SUSPECTS_PAUSE).await;
            (waiting, Some(turn))
        } else {
            (self.waiting.try_acquire().map_err(|_| busy())?, None)
        };
        let checking = self.checking.clone().acquire_owned().await.map_err(|_| busy())?;
        drop(waiting);
        Ok(Place { _checking: checking, _suspects_turn: turn })
    }

    #[cfg(test)]
    pub(crate) fn taken_places(&self) -> usize {
        HASHES_AT_ONCE - self.checking.available_permits()
    }
}

/// Links from one address that are none, before it is told to wait.
const MAX_GUESSES: u32 = 20;

/// Counts one-time links that are none. One that is right is never refused for what others tried behind the
/// same address: its seal is looked at first, and nobody guesses it.
#[derive(Debug, Default)]
pub(crate) struct LinkGuesses(Mutex<Tally<IpAddr>>);

impl LinkGuesses {
    /// Notes a link that is none.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub(crate) fn guessed(&self, from: IpAddr, now: UnixMs) -> Result<(), Problem> {
        let mut tally = self.0.lock();
        let known = tally.count(&network(from), now);
        if known.number < MAX_GUESSES {
            tally.add(network(from), now);
            return Ok(());
        }
        let left_s = (FAILURES_WINDOW_MS - now.since_ms(known.since)) / 1_000 + 1;
        let after_s = u32::try_from(left_s).unwrap_or(300);
        Err(Problem::too_many("too many links that are not valid; call the centre", after_s))
    }
}

/// Failures that are remembered, and since when.
#[derive(Clone, Copy, Debug)]
struct Failures {
    number: u32,
    since: UnixMs,
}

impl Failures {
    fn are_over(&self, now: UnixMs) -> bool {
        // Noted before the clock was set back: nobody is barred until it catches up.
        self.since.is_ahead_of(now) || now.since_ms(self.since) >= FAILURES_WINDOW_MS
    }
}

/// Counts failures, a bounded number of them.
#[derive(Debug)]
struct Tally<K>(HashMap<K, Failures>);

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Clone + Eq + Hash> Tally<K> {
    fn count(&self, key: &K, now: UnixMs) -> Failures {
        let none = Failures { number: 0, since: now };
        self.0.get(key).copied().filter(|failures| !failures.are_over(now)).unwrap_or(none)
    }

    fn add(&mut self, key: K, now: UnixMs) {
        let known = self.count(&key, now);
        if self.0.len() >= MAX_REMEMBERED && !self.0.contains_key(&key) {
            self.forget_some(now);
        }
        self.0.insert(key, Failures { number: known.number.saturating_add(1), ..known });
    }

    fn forget(&mut self, key: &K) {
        self.0.remove(key);
    }

    fn forget_some(&mut self, now: UnixMs) {
        self.0.retain(|_, failures| !failures.are_over(now));
        if self.0.len() < MAX_REMEMBERED {
            return;
        }
        let oldest = self.0.iter().min_by_key(|(_, failures)| failures.since);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.0.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const NOW: UnixMs = UnixMs(1_000_000);
    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

    fn after_failures(number: u32, from: IpAddr) -> Arc<Throttle> {
        let throttle = Throttle::new();
        for n in 0..number {
            throttle.failed(&format!("name {n}"), from, NOW);
        }
        Arc::new(throttle)
    }

    #[test]
    fn ten_failures_bar_a_name_from_an_address_until_the_window_ends() {
        let throttle = Throttle::new();
        for _ in 0..MAX_FAILURES {
            assert!(throttle.may_try("a", HERE, NOW).is_ok());
            throttle.failed("a", HERE, NOW);
        }
        assert!(throttle.may_try("a", HERE, NOW).is_err());
        assert!(throttle.may_try("b", HERE, NOW).is_ok(), "another name is not barred");
        assert!(throttle.may_try("a", ELSEWHERE, NOW).is_ok(), "nor is the name elsewhere");
        assert!(throttle.may_try("a", HERE, NOW.plus_s(301)).is_ok());
    }

    #[test]
    fn a_success_forgets_the_failures() {
        let throttle = Throttle::new();
        for _ in 0..MAX_FAILURES {
            throttle.failed("a", HERE, NOW);
        }
        throttle.succeeded("a", HERE);
        assert!(throttle.may_try("a", HERE, NOW).is_ok());
    }

    #[test]
    fn another_address_of_the_same_network_is_no_new_start() {
        let throttle = Throttle::new();
        let address = |n: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]);
        for n in 0..10 {
            throttle.failed("a", address(n), NOW);
        }
        assert!(throttle.may_try("a", address(99), NOW).is_err());
        let mapped: IpAddr = "::ffff:203.0.113.7".parse().expect("an address");
        assert_eq!(network(mapped), ELSEWHERE);
    }

    #[test]
    fn whoever_tries_many_links_is_told_to_wait_and_nobody_elsewhere() {
        let guesses = LinkGuesses::default();
        for _ in 0..MAX_GUESSES {
            assert!(guesses.guessed(HERE, NOW).is_ok());
        }
        assert!(guesses.guessed(HERE, NOW).is_err());
        assert!(guesses.guessed(ELSEWHERE, NOW).is_ok());
        assert!(guesses.guessed(HERE, NOW.plus_s(301)).is_ok());
    }

    #[test]
    fn when_too_many_are_remembered_the_oldest_is_forgotten_and_no_other() {
        let mut tally = Tally::default();
        for n in 0..MAX_REMEMBERED {
            tally.add(n, UnixMs(NOW.0 + i64::try_from(n).expect("small")));
        }
        let later = NOW.plus_s(60);
        tally.add(usize::MAX, later);
        tally.add(usize::MAX, later);
        assert_eq!(tally.0.len(), MAX_REMEMBERED);
        let numbers = [0, 1, usize::MAX].map(|n| tally.count(&n, later).number);
        assert_eq!(numbers, [0, 1, 2]);
    }

    #[tokio::test]
    async fn only_so_many_wait_to_have_their_password_checked() {
        let throttle = Arc::new(Throttle::new());
        let mut places = Vec::new();
        for _ in 0..HASHES_AT_ONCE {
            places.push(throttle.place_to_check(HERE, NOW).await.expect("a place"));
        }
        let waiting: Vec<_> = (0..WAITING_AT_ONCE)
            .map(|_| {
                let throttle = throttle.clone();
                tokio::spawn(async move { throttle.place_to_check(HERE, NOW).await.is_ok() })
            })
            .collect();
        while throttle.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let full = throttle.place_to_check(HERE, NOW).await.expect_err("full");
        assert_eq!(full.status, 503);
        places.clear();
        for waited in waiting {
            assert!(waited.await.expect("waited"), "everybody who waits gets a place");
        }
        assert!(throttle.place_to_check(HERE, NOW).await.is_ok());
    }

    #[tokio::test]
    async fn an_address_that_guesses_waits_for_its_turn_and_nobody_else_does() {
        let throttle = after_failures(SUSPECT_AFTER, HERE);
        let started = Instant::now();
        let suspect = throttle.place_to_check(HERE, NOW).await.expect("slow, not barred");
        assert!(started.elapsed() >= SUSPECTS_PAUSE);
        let second = throttle.clone();
        let second = tokio::spawn(async move { second.place_to_check(HERE, NOW).await });
        sleep(SUSPECTS_PAUSE * 3).await;
        assert!(!second.is_finished(), "one suspect at a time");
        let honest = throttle.place_to_check(ELSEWHERE, NOW).await.expect("a place is left");
        drop((suspect, honest));
        assert!(second.await.expect("waited").is_ok());
    }

    #[tokio::test]
    async fn an_address_is_suspect_for_a_while_only() {
        let throttle = after_failures(SUSPECT_AFTER, HERE);
        let later = NOW.plus_s(301);
        let places = [
            throttle.place_to_check(HERE, later).await,
            throttle.place_to_check(HERE, later).await,
        ];
        assert!(places.iter().all(Result::is_ok), "two at once");
    }
}
