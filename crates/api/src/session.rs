//! Sessions: a random token in a cookie, its hash in the store, 12 hours sliding. The store's row
//! decides; the cookie only has to outlive it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use silverbell_domain::{DistrictId, ResponderId, UnixMs, UserId};
use silverbell_store::{NewSession, Session, Store, StoreError, User, UserRole};
use silverbell_web::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

use crate::Api;
use crate::error::store_problem;

/// The cookie's name.
pub(crate) const COOKIE: &str = "silverbell_session";

/// How long a session lasts after its last use, seconds: 12 hours (contract, "People").
const LASTS_S: i64 = 12 * 3_600;

/// How long a browser keeps the cookie, seconds: 30 days. Longer than the session, whose end moves
/// with every use while the cookie's cannot.
pub(crate) const COOKIE_LASTS_S: i64 = 30 * 86_400;

/// A session's end is moved at most so often, seconds: not with every request…
const EXTEND_EVERY_S: i64 = 60;

/// …and for a live connection, which is a use that does not stop, when so much is gone: 1 hour.
pub(crate) const EXTEND_LIVE_EVERY_S: i64 = 3_600;

/// Names are not longer than this; one that is, is wrong.
pub(crate) const MAX_NAME: usize = 128;

/// Failures of one name from one address before further tries are refused…
const MAX_FAILURES: u32 = 10;

/// …for so long after the first of them, milliseconds.
const FAILURES_WINDOW_MS: i64 = 300_000;

/// How many (name, address) pairs are remembered; the oldest are forgotten first.
const MAX_REMEMBERED: usize = 10_000;

/// argon2 takes 19 MiB each: so many at once.
const HASHES_AT_ONCE: usize = 2;

/// So many may wait for that; a whole shift logs in at once. The others are told to come again…
const WAITING_AT_ONCE: usize = 200;

/// …after so long, seconds.
const RETRY_AFTER_S: u32 = 2;

/// Where secrets come from: the system's randomness in service, counted in tests.
pub trait Secrets: Send + Sync + std::fmt::Debug {
    /// Returns 256 bits that nobody can guess.
    fn token(&self) -> [u8; 32];
}

/// Returns a password's argon2id hash, PHC string, with the crate's defaults (19 MiB, 2 passes: the
/// OWASP recommendation).
///
/// # Errors
/// The reason, when the password cannot be hashed.
pub fn hash_password(password: &str) -> Result<String, String> {
    let hashed: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| error.to_string())
}

fn verify_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// What sessions need beside the store.
#[derive(Debug)]
pub(crate) struct Sessions {
    secrets: Arc<dyn Secrets>,
    failures: Mutex<HashMap<(String, IpAddr), (u32, UnixMs)>>,
    hashing: Arc<Semaphore>,
    waiting: Semaphore,
    /// Hashes of tokens whose session was ended: their sockets close.
    ended: broadcast::Sender<[u8; 32]>,
}

impl Sessions {
    pub(crate) fn new(secrets: Arc<dyn Secrets>) -> Self {
        Self {
            secrets,
            failures: Mutex::new(HashMap::new()),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            waiting: Semaphore::new(WAITING_AT_ONCE),
            ended: broadcast::channel(256).0,
        }
    }

    pub(crate) fn follow_ended(&self) -> broadcast::Receiver<[u8; 32]> {
        self.ended.subscribe()
    }

    pub(crate) fn announce_ended(&self, token_sha256: [u8; 32]) {
        // Nobody may have a socket open.
        drop(self.ended.send(token_sha256));
    }

    /// Refuses a name and an address that failed too often.
    pub(crate) fn may_try(&self, name: &str, from: IpAddr, now: UnixMs) -> Result<(), Problem> {
        let failures = self.failures.lock();
        match failures.get(&(name.to_owned(), from)) {
            Some((count, since))
                if *count >= MAX_FAILURES && now.since_ms(*since) < FAILURES_WINDOW_MS =>
            {
                let left_s = (FAILURES_WINDOW_MS - now.since_ms(*since)) / 1_000 + 1;
                let after_s = u32::try_from(left_s).unwrap_or(300);
                Err(Problem::too_many("too many failed log-ins; wait a little", after_s))
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(crate) fn failed(&self, name: &str, from: IpAddr, now: UnixMs) {
        let mut failures = self.failures.lock();
        if failures.len() >= MAX_REMEMBERED {
            failures.retain(|_, (_, since)| now.since_ms(*since) < FAILURES_WINDOW_MS);
        }
        if failures.len() >= MAX_REMEMBERED {
            failures.clear();
        }
        let entry = failures.entry((name.to_owned(), from)).or_insert((0, now));
        if now.since_ms(entry.1) >= FAILURES_WINDOW_MS {
            *entry = (0, now);
        }
        entry.0 += 1;
    }

    pub(crate) fn succeeded(&self, name: &str, from: IpAddr) {
        self.failures.lock().remove(&(name.to_owned(), from));
    }

    /// Waits for a place to check a password in: a few at a time, and not too many who wait.
    pub(crate) async fn place_to_check(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let busy = || Problem::unavailable("many log in at present; try again", RETRY_AFTER_S);
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        self.hashing.clone().acquire_owned().await.map_err(|_| busy())
    }

    /// Checks a password, off the threads that serve. An unknown name costs the same time as a
    /// wrong password. Returns the place, so that a failure is counted before the next try; it is
    /// taken until the work is done even if nobody waits for the answer any more.
    pub(crate) async fn check_password(
        &self,
        password: String,
        user: Option<&User>,
        place: OwnedSemaphorePermit,
    ) -> Result<(bool, OwnedSemaphorePermit), Problem> {
        let hash = user.map(|user| user.password_hash.clone());
        let checked = tokio::task::spawn_blocking(move || {
            let fits = match hash {
                Some(hash) => verify_password(&password, &hash),
                None => hash_password(&password).is_err(),
            };
            (fits, place)
        });
        checked.await.map_err(|error| {
            tracing::error!(%error, "a password could not be checked");
            Problem::internal()
        })
    }

    /// Returns a new session and the token for its cookie.
    pub(crate) fn begin(&self, user: UserId, now: UnixMs) -> (String, NewSession) {
        let token = hex::encode(self.secrets.token());
        let session = NewSession {
            token_sha256: token_sha256(&token),
            user,
            created_at: now,
            expires_at: now.plus_s(LASTS_S),
        };
        (token, session)
    }
}

/// Returns the session of a token, and moves its end, since it is used, when it was last moved
/// `every_s` ago or more.
pub(crate) async fn touch(
    store: &dyn Store,
    token_sha256: &[u8; 32],
    now: UnixMs,
    every_s: i64,
) -> Result<Option<Session>, StoreError> {
    let Some(session) = store.session(token_sha256, now).await? else { return Ok(None) };
    if let Some(end) = moved_end(session.expires_at, now, every_s)
        && let Err(error) = store.extend_session(token_sha256, end).await
    {
        // It goes on until the end it had: what can be read is not refused for this.
        tracing::warn!(%error, "a session's end could not be moved");
    }
    Ok(Some(session))
}

/// Returns where the end of a session that is used is to be moved, `None` when it is not worth a
/// write.
fn moved_end(expires_at: UnixMs, now: UnixMs, every_s: i64) -> Option<UnixMs> {
    let end = now.plus_s(LASTS_S);
    (end.since_s(expires_at) >= every_s).then_some(end)
}

fn token_sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct CurrentUser {
    pub(crate) user: User,
    pub(crate) token_sha256: [u8; 32],
}

impl CurrentUser {
    /// Refuses everybody who may not do what an operator does.
    pub(crate) fn operator(&self) -> Result<(), Problem> {
        if self.user.role.is_operator() {
            return Ok(());
        }
        Err(Problem::forbidden("operators, supervisors and admins may do this"))
    }

    /// Returns the responder this person is.
    pub(crate) fn responder(&self) -> Result<ResponderId, Problem> {
        let own = self.user.responder.filter(|_| self.user.role == UserRole::Aide);
        own.ok_or_else(|| Problem::forbidden("aides and rescuers may do this"))
    }

    /// Refuses a district this person does not serve.
    pub(crate) fn serves(&self, district: &DistrictId) -> Result<(), Problem> {
        if self.user.role == UserRole::Admin || self.user.districts.contains(district) {
            return Ok(());
        }
        Err(Problem::forbidden("another district's"))
    }
}

impl FromRequestParts<Api> for CurrentUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let nobody = || Problem::unauthorized("log in first");
        let token_sha256 = token_sha256(cookie(parts).ok_or_else(nobody)?);
        let store = api.dispatcher.store();
        let now = api.dispatcher.clock().now();
        let session = touch(store, &token_sha256, now, EXTEND_EVERY_S).await;
        let session = session.map_err(store_problem)?.ok_or_else(nobody)?;
        let who = Self { user: session.user, token_sha256 };
        // Any call of an aide is a sign of life (contract, "People").
        if let Ok(responder) = who.responder()
            && let Some(board) = api.dispatcher.board_of(responder)
        {
            board.heard(responder, None, now);
        }
        Ok(who)
    }
}

fn cookie(parts: &Parts) -> Option<&str> {
    parts
        .headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[derive(Debug)]
    struct Sevens;

    impl Secrets for Sevens {
        fn token(&self) -> [u8; 32] {
            [7; 32]
        }
    }

    const FROM: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn ten_failures_bar_a_name_from_an_address_until_the_window_ends() {
        let sessions = Sessions::new(Arc::new(Sevens));
        let now = UnixMs(1_000_000);
        for _ in 0..MAX_FAILURES {
            assert!(sessions.may_try("a", FROM, now).is_ok());
            sessions.failed("a", FROM, now);
        }
        assert!(sessions.may_try("a", FROM, now).is_err());
        assert!(sessions.may_try("b", FROM, now).is_ok(), "another name is not barred");
        assert!(sessions.may_try("a", FROM, now.plus_s(301)).is_ok());
    }

    #[test]
    fn a_success_forgets_the_failures() {
        let sessions = Sessions::new(Arc::new(Sevens));
        let now = UnixMs(1_000_000);
        for _ in 0..MAX_FAILURES {
            sessions.failed("a", FROM, now);
        }
        sessions.succeeded("a", FROM);
        assert!(sessions.may_try("a", FROM, now).is_ok());
    }

    #[tokio::test]
    async fn only_so_many_wait_to_have_their_password_checked() {
        let sessions = Arc::new(Sessions::new(Arc::new(Sevens)));
        let mut places = Vec::new();
        for _ in 0..HASHES_AT_ONCE {
            places.push(sessions.place_to_check().await.expect("a place"));
        }
        let waiting: Vec<_> = (0..WAITING_AT_ONCE)
            .map(|_| {
                let sessions = sessions.clone();
                tokio::spawn(async move { sessions.place_to_check().await.is_ok() })
            })
            .collect();
        while sessions.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(sessions.place_to_check().await.expect_err("full").status, 503);
        places.clear();
        for waited in waiting {
            assert!(waited.await.expect("waited"), "everybody who waits gets a place");
        }
        assert!(sessions.place_to_check().await.is_ok());
    }

    #[tokio::test]
    async fn the_place_comes_back_with_the_answer() {
        let sessions = Sessions::new(Arc::new(Sevens));
        let place = sessions.place_to_check().await.expect("a place");
        let (fits, place) =
            sessions.check_password("x".into(), None, place).await.expect("checked");
        assert!(!fits, "nobody has this name");
        assert_eq!(sessions.hashing.available_permits(), HASHES_AT_ONCE - 1);
        drop(place);
        assert_eq!(sessions.hashing.available_permits(), HASHES_AT_ONCE);
    }

    #[test]
    fn the_end_of_a_session_moves_with_its_use_and_not_with_every_one() {
        let begun = UnixMs(1_000_000);
        let end = begun.plus_s(LASTS_S);
        assert_eq!(moved_end(end, begun.plus_s(59), EXTEND_EVERY_S), None);
        let used = begun.plus_s(60);
        assert_eq!(moved_end(end, used, EXTEND_EVERY_S), Some(used.plus_s(LASTS_S)));
        assert_eq!(moved_end(end, used, EXTEND_LIVE_EVERY_S), None);
        let watched = begun.plus_s(3_600);
        assert_eq!(moved_end(end, watched, EXTEND_LIVE_EVERY_S), Some(watched.plus_s(LASTS_S)));
    }

    #[test]
    fn a_password_fits_its_hash_only() {
        let hash = hash_password("银铃 silver bell").expect("hashed");
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify_password("银铃 silver bell", &hash));
        assert!(!verify_password("银铃 silverbell", &hash));
        assert!(!verify_password("", "not a hash"));
    }
}
