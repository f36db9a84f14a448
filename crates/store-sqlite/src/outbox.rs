//! The outbox: leases, what became of them, and what waits.

use silverbell_domain::{DistrictId, UnixMs};
use silverbell_store::{Lease, NewOutbox, OutboxItem, OutboxResult, urgency_of};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use uuid::Uuid;

use crate::rows;

type Read<T> = Result<T, sqlx::Error>;

struct Row {
    id: String,
    district: String,
    ticket: Option<String>,
    kind: String,
    payload: String,
    urgency: i64,
    due_at: i64,
    expires_at: Option<i64>,
}

impl Row {
    fn message(self) -> Read<NewOutbox> {
        Ok(NewOutbox {
            id: rows::id(&self.id)?,
            district: DistrictId::new(&self.district),
            ticket: self.ticket.as_deref().map(rows::id).transpose()?,
            kind: self.kind,
            // One that cannot be read must not hold up the others: whoever leases it gives it up.
            payload: rows::document(&self.payload).unwrap_or_default(),
            urgency: urgency_of(self.urgency),
            due_at: UnixMs(self.due_at),
            expires_at: self.expires_at.map(UnixMs),
        })
    }
}

pub(crate) async fn lease(
    connection: &mut SqliteConnection,
    lease: &Lease,
) -> Read<Vec<OutboxItem>> {
    let Lease { kind, now, until, limit, only_expired } = lease;
    // Every urgency is named, so that each is one step into the index and what is not due yet is
    // never looked at.
    let leased = sqlx::query!(
        r#"UPDATE outbox SET leased_until = ?2, attempts = attempts + 1
           WHERE id IN (SELECT id FROM outbox
                        WHERE finished_at IS NULL AND kind = ?3 AND urgency IN (1, 2, 3, 4)
                            AND due_at <= ?1 AND leased_until <= ?1
                            AND (NOT ?4 OR expires_at <= ?1)
                        ORDER BY urgency, due_at, id LIMIT ?5)
           RETURNING id AS "id!", district AS "district!", ticket, kind AS "kind!",
               payload AS "payload!", urgency AS "urgency!", due_at AS "due_at!", expires_at,
               attempts AS "attempts!: u32", failures AS "failures!: u32""#,
        now.0,
        until.0,
        kind,
        only_expired,
        limit
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
        let (attempts, failures) = (leased.attempts, leased.failures);
        Ok(OutboxItem { message: row.message()?, attempts, failures })
    });
    items.collect()
}

pub(crate) async fn finish(
    connection: &mut SqliteConnection,
    id: Uuid,
    attempts: u32,
    result: &OutboxResult,
) -> Read<()> {
    let id = id.to_string();
    let (finished_at, failure, due_at) = match result {
        OutboxResult::Delivered(at) => (Some(at.0), None, None),
        OutboxResult::Failed(at, reason) => (Some(at.0), Some(reason.as_str()), None),
        OutboxResult::Retry(at) | OutboxResult::Later(at) => (None, None, Some(at.0)),
    };
    let failed = i64::from(matches!(result, OutboxResult::Retry(_)));
    // What was delivered must not go out again, whoever holds the lease by now.
    let delivered = matches!(result, OutboxResult::Delivered(_));
    sqlx::query!(
        "UPDATE outbox SET finished_at = ?2, failure = ?3, due_at = coalesce(?4, due_at),
             failures = failures + ?5, leased_until = 0
         WHERE id = ?1 AND finished_at IS NULL AND (attempts = ?6 OR ?7)",
        id,
        finished_at,
        failure,
        due_at,
        failed,
        attempts,
        delivered
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn waiting(pool: &SqlitePool, kind: &str) -> Read<u64> {
    let waiting = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM outbox WHERE finished_at IS NULL AND kind = ?1"#,
        kind
    );
    Ok(waiting.fetch_one(pool).await?.cast_unsigned())
}

pub(crate) async fn message(pool: &SqlitePool, id: Uuid) -> Read<Option<NewOutbox>> {
    let id = id.to_string();
    let row = sqlx::query_as!(
        Row,
        "SELECT id, district, ticket, kind, payload, urgency, due_at, expires_at
         FROM outbox WHERE id = ?1",
        id
    );
    row.fetch_optional(pool).await?.map(Row::message).transpose()
}

/// Removes messages that were finished before then, at most so many. Returns how many went.
pub(crate) async fn purge(
    connection: &mut SqliteConnection,
    before: UnixMs,
    at_once: i64,
) -> Read<u64> {
    let removed = sqlx::query!(
        "DELETE FROM outbox WHERE id IN (
             SELECT id FROM outbox WHERE finished_at < ?1 LIMIT ?2)",
        before.0,
        at_once
    )
    .execute(connection)
    .await?;
    Ok(removed.rows_affected())
}
