//! Browsers that are woken by push.

use silverbell_domain::{ResponderId, UnixMs};
use silverbell_store::{PUSH_SUBSCRIPTIONS_AT_MOST, PushSubscription, PushWrite, Sealed};
use sqlx::postgres::{PgConnection, PgPool};

use crate::rows;

type Read<T> = Result<T, sqlx::Error>;

pub(crate) async fn write(connection: &mut PgConnection, write: &PushWrite) -> Read<()> {
    match write {
        PushWrite::Put(subscription) => put(connection, subscription).await,
        PushWrite::Forget { responder, endpoint_sha256 } => {
            sqlx::query!(
                "DELETE FROM push_subscriptions WHERE endpoint_sha256 = $1 AND responder = $2",
                endpoint_sha256.as_slice(),
                responder.0
            )
            .execute(connection)
            .await?;
            Ok(())
        }
    }
}

async fn put(connection: &mut PgConnection, subscription: &PushSubscription) -> Read<()> {
    let endpoint = subscription.endpoint_sha256.as_slice();
    let responder = subscription.responder.0;
    let Sealed { with, bytes } = &subscription.sealed;
    sqlx::query!(
        "INSERT INTO push_subscriptions
             (endpoint_sha256, responder, session_sha256, at, sealed_with, sealed)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (endpoint_sha256) DO UPDATE SET responder = excluded.responder,
             session_sha256 = excluded.session_sha256, at = excluded.at,
             sealed_with = excluded.sealed_with, sealed = excluded.sealed",
        endpoint,
        responder,
        subscription.session_sha256.as_slice(),
        subscription.at.0,
        with,
        bytes
    )
    .execute(&mut *connection)
    .await?;
    // The one that has just come stays, whatever the clock said when others came.
    let others = i64::from(PUSH_SUBSCRIPTIONS_AT_MOST) - 1;
    sqlx::query!(
        "DELETE FROM push_subscriptions WHERE endpoint_sha256 IN (
             SELECT endpoint_sha256 FROM push_subscriptions
             WHERE responder = $1 AND endpoint_sha256 <> $2
             ORDER BY at DESC, endpoint_sha256 OFFSET $3)",
        responder,
        endpoint,
        others
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whoever has logged out, or left, is woken no more.
pub(crate) async fn session_ended(
    connection: &mut PgConnection,
    session_sha256: &[u8],
) -> Read<()> {
    sqlx::query!("DELETE FROM push_subscriptions WHERE session_sha256 = $1", session_sha256)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn responder_left(
    connection: &mut PgConnection,
    responder: ResponderId,
) -> Read<()> {
    sqlx::query!("DELETE FROM push_subscriptions WHERE responder = $1", responder.0)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn of(pool: &PgPool, responder: ResponderId) -> Read<Vec<PushSubscription>> {
    let rows = sqlx::query!(
        "SELECT endpoint_sha256, session_sha256, at, sealed_with, sealed FROM push_subscriptions
         WHERE responder = $1 ORDER BY at DESC, endpoint_sha256",
        responder.0
    )
    .fetch_all(pool)
    .await?;
    let subscriptions = rows.into_iter().map(|row| {
        Ok(PushSubscription {
            endpoint_sha256: rows::hash(&row.endpoint_sha256)?,
            responder,
            session_sha256: rows::hash(&row.session_sha256)?,
            at: UnixMs(row.at),
            sealed: Sealed { with: row.sealed_with, bytes: row.sealed },
        })
    });
    subscriptions.collect()
}
