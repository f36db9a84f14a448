//! The outbox: leases, what became of them, and what waits.

use silverbell_domain::{DistrictId, TicketId, UnixMs};
use silverbell_store::{Lease, NewOutbox, OutboxItem, OutboxResult, urgency_of};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::rows;
use crate::text::{escaped, unescaped};

type Read<T> = Result<T, sqlx::Error>;

struct Row {
    id: Uuid,
    district: String,
    ticket: Option<Uuid>,
    kind: String,
    payload: String,
    urgency: i16,
    due_at: i64,
    expires_at: Option<i64>,
}

impl From<Row> for NewOutbox {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            district: DistrictId::new(&row.district),
            ticket: row.ticket.map(TicketId),
            kind: unescaped(row.kind),
            // One that cannot be read must not hold up the others: whoever leases it gives it up.
            payload: rows::document(&row.payload).unwrap_or_default(),
            urgency: urgency_of(row.urgency.into()),
            due_at: UnixMs(row.due_at),
            expires_at: row.expires_at.map(UnixMs),
        }
    }
}

pub(crate) async fn lease(connection: &mut PgConnection, lease: &Lease) -> Read<Vec<OutboxItem>> {
    let Lease { kind, now, until, limit, only_expired } = lease;
    let leased = sqlx::query!(
        "WITH due AS MATERIALIZED (
             SELECT id FROM outbox
             WHERE finished_at IS NULL AND kind = $3 AND due_at <= $1 AND leased_until <= $1
                 AND (NOT $4 OR expires_at <= $1)
             ORDER BY urgency, due_at, id LIMIT $5
             FOR UPDATE SKIP LOCKED
         )
         UPDATE outbox AS o SET leased_until = $2, attempts = o.attempts + 1
         FROM due WHERE o.id = due.id
         RETURNING o.id, o.district, o.ticket, o.kind, o.payload, o.urgency, o.due_at,
             o.expires_at, o.attempts, o.failures",
        now.0,
        until.0,
        kind,
        only_expired,
        i64::from(*limit)
    )
    .fetch_all(connection)
    .await?;
    let items = leased.into_iter().map(|leased| {
        let row = Row {
            id: leased.id,
            district: leased.district,
            ticket: leased.ticket,
            kind: leased.kind,
            payload: leased.payload,
            urgency: leased.urgency,
            due_at: leased.due_at,
            expires_at: leased.expires_at,
        };
        let (attempts, failures) =
            (leased.attempts.cast_unsigned(), leased.failures.cast_unsigned());
        OutboxItem { message: row.into(), attempts, failures }
    });
    Ok(items.collect())
}

pub(crate) async fn finish(
    connection: &mut PgConnection,
    id: Uuid,
    attempts: u32,
    result: &OutboxResult,
) -> Read<()> {
    let (finished_at, failure, due_at) = match result {
        OutboxResult::Delivered(at) => (Some(at.0), None, None),
        OutboxResult::Failed(at, reason) => (Some(at.0), Some(escaped(reason)), None),
        OutboxResult::Retry(at) | OutboxResult::Later(at) => (None, None, Some(at.0)),
    };
    let failed = i32::from(matches!(result, OutboxResult::Retry(_)));
    // What was delivered must not go out again, whoever holds the lease by now.
    let delivered = matches!(result, OutboxResult::Delivered(_));
    sqlx::query!(
        "UPDATE outbox SET finished_at = $2, failure = $3, due_at = coalesce($4, due_at),
             failures = failures + $5, leased_until = 0
         WHERE id = $1 AND finished_at IS NULL AND (attempts = $6 OR $7)",
        id,
        finished_at,
        failure.as_deref(),
        due_at,
        failed,
        attempts.cast_signed(),
        delivered
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn waiting(pool: &PgPool, kind: &str) -> Read<u64> {
    let waiting = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM outbox WHERE finished_at IS NULL AND kind = $1"#,
        kind
    );
    Ok(waiting.fetch_one(pool).await?.cast_unsigned())
}

pub(crate) async fn message(pool: &PgPool, id: Uuid) -> Read<Option<NewOutbox>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, district, ticket, kind, payload, urgency, due_at, expires_at
         FROM outbox WHERE id = $1",
        id
    );
    Ok(row.fetch_optional(pool).await?.map(NewOutbox::from))
}

/// Removes messages that were finished before then, at most so many. What another node is removing is
/// left to it. Returns how many went.
pub(crate) async fn purge(
    connection: &mut PgConnection,
    before: UnixMs,
    at_once: i64,
) -> Read<u64> {
    let removed = sqlx::query!(
        "DELETE FROM outbox WHERE id = ANY (ARRAY(
             SELECT id FROM outbox WHERE finished_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))",
        before.0,
        at_once
    )
    .execute(connection)
    .await?;
    Ok(removed.rows_affected())
}
