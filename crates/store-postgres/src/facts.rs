//! What reports know of closed tickets.

use silverbell_domain::{Category, DistrictId, SeniorId, TicketId, UnixMs};
use silverbell_store::{FACTS_VERSION, FactsRow, PackedFacts, readable};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::connect::SNAPSHOT;
use crate::read::TicketRow;
use crate::rows::{self, Lossy};
use crate::text::escaped;

type Read<T> = Result<T, sqlx::Error>;

/// [`FACTS_VERSION`] as the database counts.
pub(crate) const VERSION: i32 = FACTS_VERSION as i32;

/// Reads a span in one snapshot. The rows come as one value: a row each would cost more than what is in it.
pub(crate) async fn packed(
    pool: &PgPool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Option<PackedFacts>> {
    let slug = &*escaped(&district.0);
    let mut snapshot = pool.begin_with(SNAPSHOT).await?;
    let found = sqlx::query!(
        r#"SELECT f.n AS "n!", f.strange AS "strange!", f.bytes, c.n AS "closed!"
           FROM (SELECT count(*) AS n, count(*) FILTER (WHERE version <> $4) AS strange,
                        string_agg(facts, '') AS bytes
                 FROM ticket_facts
                 WHERE district = $1 AND received_at >= $2 AND received_at < $3) AS f,
                (SELECT count(*) AS n FROM tickets
                 WHERE district = $1 AND NOT open AND received_at >= $2 AND received_at < $3) AS c"#,
        slug,
        from.0,
        to.0,
        VERSION
    )
    .fetch_one(&mut *snapshot)
    .await?;
    if found.n != found.closed || found.strange > 0 {
        snapshot.commit().await?;
        return Ok(None);
    }
    let open = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!", version AS "version!", number AS "number!",
               state AS "state!: Lossy", NULL::text AS deadlines
           FROM tickets
           WHERE district = $1 AND open AND received_at >= $2 AND received_at < $3"#,
        slug,
        from.0,
        to.0
    )
    .fetch_all(&mut *snapshot)
    .await?;
    snapshot.commit().await?;
    let open = open.into_iter().filter_map(TicketRow::readable).collect();
    Ok(Some(PackedFacts { bytes: found.bytes.unwrap_or_default(), open }))
}

pub(crate) async fn missing(
    pool: &PgPool,
    district: &DistrictId,
    (from, to): (UnixMs, UnixMs),
    limit: u32,
) -> Read<Vec<TicketId>> {
    let ids = sqlx::query_scalar!(
        "SELECT t.id FROM tickets AS t
         LEFT JOIN ticket_facts AS f ON f.district = t.district
             AND f.received_at = t.received_at AND f.ticket = t.id AND f.version = $4
         WHERE t.district = $1 AND NOT t.open AND t.received_at >= $2 AND t.received_at < $3
           AND f.ticket IS NULL
         LIMIT $5",
        &*escaped(&district.0),
        from.0,
        to.0,
        VERSION,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(TicketId).collect())
}

/// Within the district's lock, so that no other node opens one of them again meanwhile.
pub(crate) async fn keep(
    connection: &mut PgConnection,
    district: &DistrictId,
    tickets: &[TicketId],
) -> Read<()> {
    let slug = &*escaped(&district.0);
    let ids: Vec<Uuid> = tickets.iter().map(|id| id.0).collect();
    let found = sqlx::query!(
        r#"SELECT id, version, number, received_at, state AS "state!: Lossy"
           FROM tickets WHERE district = $1 AND NOT open AND id = ANY($2)"#,
        slug,
        &ids
    )
    .fetch_all(&mut *connection)
    .await?;
    let (mut ids, mut received, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    for row in found {
        let read = rows::ticket(&row.state.text(), row.version, row.number);
        let packed = readable("tickets", row.id, read);
        let packed = packed.and_then(|ticket| FactsRow::of(&ticket)?.facts);
        ids.push(row.id);
        received.push(row.received_at);
        facts.push(packed.unwrap_or_default());
    }
    sqlx::query!(
        "INSERT INTO ticket_facts (district, received_at, ticket, version, facts)
         SELECT $1, w.received_at, w.ticket, $2, w.facts
         FROM unnest($3::bigint[], $4::uuid[], $5::bytea[]) AS w (received_at, ticket, facts)
         ON CONFLICT (district, received_at, ticket)
         DO UPDATE SET version = excluded.version, facts = excluded.facts",
        slug,
        VERSION,
        &received,
        &ids,
        &facts
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn categories(pool: &PgPool, ids: &[SeniorId]) -> Read<Vec<(SeniorId, Category)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let found = sqlx::query!(
        r#"SELECT id, substring(file FROM '"category":"([a-z_0-9]+)"') AS category
           FROM seniors WHERE id = ANY($1)"#,
        &ids
    )
    .fetch_all(pool)
    .await?;
    let known = found.into_iter().filter_map(|row| {
        let word = row.category?;
        Some((SeniorId(row.id), rows::document(&format!("\"{word}\"")).ok()?))
    });
    Ok(known.collect())
}
