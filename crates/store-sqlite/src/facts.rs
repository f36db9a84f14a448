//! What reports know of closed tickets.

use serde_json::json;
use silverbell_domain::{Category, DistrictId, SeniorId, TicketId, UnixMs};
use silverbell_store::{FACTS_VERSION, FactsRow, PackedFacts, readable};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::read::TicketRow;
use crate::rows::{self, Lossy};

type Read<T> = Result<T, sqlx::Error>;

/// Reads a span in one snapshot. The rows come as one value: a row each would cost more than what is in it.
pub(crate) async fn packed(
    pool: &SqlitePool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Option<PackedFacts>> {
    let slug = &*district.0;
    let mut snapshot = pool.begin().await?;
    let found = sqlx::query!(
        r#"SELECT f.n AS "n!: i64", f.strange AS "strange!: i64", f.bytes AS "bytes?: Vec<u8>",
                  c.n AS "closed!: i64"
           FROM (SELECT count(*) AS n, count(CASE WHEN version <> ?4 THEN 1 END) AS strange,
                        CAST(group_concat(facts, '') AS BLOB) AS bytes
                 FROM ticket_facts
                 WHERE district = ?1 AND received_at >= ?2 AND received_at < ?3) AS f,
                (SELECT count(*) AS n FROM tickets
                 WHERE district = ?1 AND open = 0 AND received_at >= ?2 AND received_at < ?3) AS c"#,
        slug,
        from.0,
        to.0,
        FACTS_VERSION
    )
    .fetch_one(&mut *snapshot)
    .await?;
    if found.n != found.closed || found.strange > 0 {
        return Ok(None);
    }
    let open = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!: Lossy", version AS "version!: i64", number AS "number!: i64",
                  state AS "state!: Lossy"
           FROM tickets
           WHERE district = ?1 AND open = 1 AND received_at >= ?2 AND received_at < ?3"#,
        slug,
        from.0,
        to.0
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let open = open.into_iter().filter_map(TicketRow::readable).collect();
    Ok(Some(PackedFacts { bytes: found.bytes.unwrap_or_default(), open }))
}

pub(crate) async fn missing(
    pool: &SqlitePool,
    district: &DistrictId,
    (from, to): (UnixMs, UnixMs),
    limit: u32,
) -> Read<Vec<TicketId>> {
    let slug = &*district.0;
    let ids = sqlx::query_scalar!(
        r#"SELECT t.id FROM tickets AS t
           LEFT JOIN ticket_facts AS f ON f.district = t.district
               AND f.received_at = t.received_at AND f.ticket = t.id AND f.version = ?4
           WHERE t.district = ?1 AND t.open = 0 AND t.received_at >= ?2 AND t.received_at < ?3
             AND f.ticket IS NULL
           LIMIT ?5"#,
        slug,
        from.0,
        to.0,
        FACTS_VERSION,
        limit
    )
    .fetch_all(pool)
    .await?;
    ids.iter().map(|id| rows::id(id)).collect()
}

pub(crate) async fn keep(
    connection: &mut SqliteConnection,
    district: &DistrictId,
    tickets: &[TicketId],
) -> Read<()> {
    let (slug, ids) = (&*district.0, rows::json(&tickets)?);
    let found = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", version AS "version!: i64", number AS "number!: i64",
                  received_at, state AS "state!: Lossy"
           FROM tickets
           WHERE district = ?1 AND open = 0 AND id IN (SELECT value FROM json_each(?2))"#,
        slug,
        ids
    )
    .fetch_all(&mut *connection)
    .await?;
    let kept = found.into_iter().map(|row| {
        let (id, received_at) = (row.id.text(), row.received_at);
        let read = rows::ticket(&row.state.text(), row.version, row.number);
        let facts = readable("tickets", &id, read).and_then(|ticket| FactsRow::of(&ticket)?.facts);
        json!({"id": id, "received_at": received_at, "facts": hex::encode(facts.unwrap_or_default())})
    });
    let kept = rows::json(&kept.collect::<Vec<_>>())?;
    sqlx::query!(
        "INSERT INTO ticket_facts (district, received_at, ticket, version, facts)
         SELECT ?1, value ->> 'received_at', value ->> 'id', ?2, unhex(value ->> 'facts')
         FROM json_each(?3) WHERE true
         ON CONFLICT DO UPDATE SET version = excluded.version, facts = excluded.facts",
        slug,
        FACTS_VERSION,
        kept
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn categories(
    pool: &SqlitePool,
    ids: &[SeniorId],
) -> Read<Vec<(SeniorId, Category)>> {
    let ids = rows::json(&ids)?;
    let found = sqlx::query!(
        r#"SELECT id, iif(json_valid(file), file ->> 'category', NULL) AS "category?: Lossy"
           FROM seniors WHERE id IN (SELECT value FROM json_each(?1))"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    let known = found.into_iter().filter_map(|row| {
        let id = readable("seniors", &row.id, rows::id(&row.id))?;
        let word = row.category?.text();
        Some((id, rows::document(&format!("\"{word}\"")).ok()?))
    });
    Ok(known.collect())
}
