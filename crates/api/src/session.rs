//! Sessions: a random token in a cookie, its hash in the store, 12 hours sliding. The store's row
//! decides; the cookie only has to outlive it.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use silverbell_domain::{DistrictId, ResponderId, UnixMs, UserId};
use silverbell_store::{NewSession, Session, Store, StoreError, User, UserRole};
use silverbell_web::Problem;
use tokio::sync::broadcast;

use crate::Api;
use crate::error::store_problem;
use crate::throttle::{Place, Throttle};

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
    pub(crate) throttle: Throttle,
    /// Hashes of tokens whose session was ended: their sockets close.
    ended: broadcast::Sender<[u8; 32]>,
}

impl Sessions {
    /// Returns a secret that nobody can guess, hexadecimal.
    pub(crate) fn secret(&self) -> String {
        hex::encode(self.secrets.token())
    }

    pub(crate) fn new(secrets: Arc<dyn Secrets>) -> Self {
        Self { secrets, throttle: Throttle::new(), ended: broadcast::channel(256).0 }
    }

    pub(crate) fn follow_ended(&self) -> broadcast::Receiver<[u8; 32]> {
        self.ended.subscribe()
    }

    pub(crate) fn announce_ended(&self, token_sha256: [u8; 32]) {
        // Nobody may have a socket open.
        drop(self.ended.send(token_sha256));
    }

    /// Checks a password, off the threads that serve. An unknown name costs the same time as a
    /// wrong password. Returns the place, so that a failure is counted before the next try; it is
    /// taken until the work is done even if nobody waits for the answer any more.
    pub(crate) async fn check_password(
        &self,
        password: String,
        user: Option<&User>,
        place: Place,
    ) -> Result<(bool, Place), Problem> {
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

pub(crate) fn token_sha256(token: &str) -> [u8; 32] {
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

    /// Refuses whoever is neither a supervisor nor an admin.
    pub(crate) fn supervisor(&self) -> Result<(), Problem> {
        match self.user.role {
            UserRole::Supervisor | UserRole::Admin => Ok(()),
            UserRole::Aide | UserRole::Operator => {
                Err(Problem::forbidden("supervisors and admins may do this"))
            }
        }
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
            if board.person(responder).is_some_and(|it| it.responder.left_at.is_some()) {
                // Whoever has left the service sees nothing of it any more.
                return Err(nobody());
            }
            board.heard(responder, None, now);
        }
        Ok(who)
    }
}

fn cookie(parts: &Parts) -> Option<&str> {
    cookie_named(&parts.headers, COOKIE)
}

/// Returns what a request's cookie of this name says.
pub(crate) fn cookie_named<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    #[derive(Debug)]
    struct Sevens;

    impl Secrets for Sevens {
        fn token(&self) -> [u8; 32] {
            [7; 32]
        }
    }

    const FROM: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn the_place_comes_back_with_the_answer() {
        let sessions = Sessions::new(Arc::new(Sevens));
        let now = UnixMs(1_000_000);
        let place = sessions.throttle.place_to_check(FROM, now).await.expect("a place");
        let (fits, place) =
            sessions.check_password("x".into(), None, place).await.expect("checked");
        assert!(!fits, "nobody has this name");
        assert_eq!(sessions.throttle.taken_places(), 1);
        drop(place);
        assert_eq!(sessions.throttle.taken_places(), 0);
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
