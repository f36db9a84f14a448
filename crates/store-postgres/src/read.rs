//! Reads, all from the pool of readers. What has to agree is read in one statement, which sees one
//! moment, or in one snapshot.

use std::collections::HashSet;

use serde::Deserialize;
use silverbell_domain::{
    Answers, Deadline, DeadlineKind, DistrictId, LatLon, OfferId, Responder, ResponderId, Senior,
    SeniorId, Stay, Ticket, TicketId, UnixMs, UserId,
};
use silverbell_store::{
    AnswerCount, District, DistrictState, Home, Idempotency, LastPosition, SeniorQuery, Session,
    TicketPage, TimelineRow, User, UserRole, answers_of, first_id_of, ids_within, readable,
    stays_of, weather_of,
};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::connect::SNAPSHOT;
use crate::registry;
use crate::rows::{self, Lossy};
use crate::text::{escaped, slugs, unescaped};

type Read<T> = Result<T, sqlx::Error>;

// --- Districts ---------------------------------------------------------------------------------

pub(crate) async fn districts(pool: &PgPool) -> Read<Vec<District>> {
    let found =
        sqlx::query!(r#"SELECT id, name, time_zone FROM districts ORDER BY id COLLATE "C""#)
            .fetch_all(pool)
            .await?;
    Ok(found
        .into_iter()
        .map(|row| District {
            id: DistrictId::new(&row.id),
            name: unescaped(row.name),
            time_zone: unescaped(row.time_zone),
        })
        .collect())
}

pub(crate) async fn district_state(pool: &PgPool, district: &DistrictId) -> Read<DistrictState> {
    let mut snapshot = pool.begin_with(SNAPSHOT).await?;
    let slug = &*escaped(&district.0);
    let row = sqlx::query!("SELECT last_seq, weather FROM districts WHERE id = $1", slug)
        .fetch_optional(&mut *snapshot)
        .await?;
    let weather = row.as_ref().and_then(|row| weather_of(&unescaped(row.weather.clone())));
    let seq = row.map_or(0, |row| row.last_seq).cast_unsigned();
    let tickets = open_tickets(&mut snapshot, slug).await?;
    let bound = bound_elsewhere(&mut snapshot, slug, &tickets).await?;
    let mut responders = responders(&mut snapshot, slug).await?;
    responders.retain(|responder| !bound.contains(&responder.id.0));
    let positions = last_positions(&mut snapshot, slug).await?;
    snapshot.commit().await?;
    Ok(DistrictState { seq, tickets, responders, positions, weather })
}

/// Returns how everybody answered the offers made since then.
pub(crate) async fn answers(
    pool: &PgPool,
    district: &DistrictId,
    since: UnixMs,
) -> Read<Vec<(ResponderId, Answers)>> {
    let slug = &*escaped(&district.0);
    // `max` of uuid came with PostgreSQL 18; the first of the ordered ones is the same.
    let found = sqlx::query!(
        r#"SELECT responder, status, count(*) AS "count!",
                  (array_agg(id ORDER BY id DESC))[1] AS "newest!"
           FROM offers WHERE district = $1 AND id >= $2 GROUP BY responder, status"#,
        slug,
        first_id_of(since)
    )
    .fetch_all(pool)
    .await?;
    let counts = found.into_iter().map(|row| AnswerCount {
        responder: ResponderId(row.responder),
        status: row.status,
        count: u32::try_from(row.count).unwrap_or(u32::MAX),
        newest: OfferId(row.newest),
    });
    Ok(answers_of(counts))
}

/// Returns the seniors with so many emergencies since then and no visit.
pub(crate) async fn pressed_often(
    pool: &PgPool,
    district: &DistrictId,
    since: UnixMs,
    at_least: u32,
) -> Read<Vec<(SeniorId, u32)>> {
    let slug = &*escaped(&district.0);
    let found = sqlx::query!(
        r#"SELECT t.senior AS "senior!", count(*) AS "count!"
           FROM tickets AS t
           WHERE t.district = $1 AND t.id >= $2 AND t.emergency AND t.senior IS NOT NULL
               AND NOT EXISTS (
                   SELECT 1 FROM tickets AS v
                   WHERE v.senior = t.senior AND v.kind = 'wellbeing'
                       AND (v.open OR v.id >= $2))
           GROUP BY t.senior HAVING count(*) >= $3 LIMIT 100"#,
        slug,
        first_id_of(since),
        i64::from(at_least)
    )
    .fetch_all(pool)
    .await?;
    let pressed = found
        .into_iter()
        .map(|row| (SeniorId(row.senior), u32::try_from(row.count).unwrap_or(u32::MAX)));
    Ok(pressed.collect())
}

/// Returns who is bound by a ticket that is not among these because it cannot be read. Nobody else
/// can have them: the database forbids it, and the planner would ask for them again and again.
async fn bound_elsewhere(
    snapshot: &mut PgConnection,
    district: &str,
    tickets: &[Ticket],
) -> Read<HashSet<Uuid>> {
    let known: HashSet<Uuid> = tickets.iter().map(|ticket| ticket.id.0).collect();
    let found = sqlx::query!(
        "SELECT ticket, responder FROM offers WHERE district = $1 AND active",
        district
    )
    .fetch_all(snapshot)
    .await?;
    Ok(found
        .into_iter()
        .filter_map(|row| (!known.contains(&row.ticket)).then_some(row.responder))
        .collect())
}

async fn responders(snapshot: &mut PgConnection, district: &str) -> Read<Vec<Responder>> {
    let found = sqlx::query!(
        r#"SELECT id, file AS "file!: Lossy" FROM responders WHERE district = $1"#,
        district
    )
    .fetch_all(snapshot)
    .await?;
    Ok(found
        .into_iter()
        .filter_map(|row| readable("responders", row.id, rows::document(&row.file.text())))
        .collect())
}

async fn open_tickets(snapshot: &mut PgConnection, district: &str) -> Read<Vec<Ticket>> {
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id, t.version, t.number, t.state AS "state!: Lossy",
               (SELECT json_agg(json_build_object('kind', d.kind, 'at', d.at))::text
                FROM deadlines AS d WHERE d.district = t.district AND d.ticket = t.id) AS deadlines
           FROM tickets AS t WHERE t.district = $1 AND t.open"#,
        district
    )
    .fetch_all(snapshot)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

async fn last_positions(snapshot: &mut PgConnection, district: &str) -> Read<Vec<LastPosition>> {
    let found = sqlx::query_as!(
        LastPositionRow,
        "SELECT responder, lat, lon, at, heard_at FROM last_positions WHERE district = $1",
        district
    )
    .fetch_all(snapshot)
    .await?;
    let read = |row: &LastPositionRow| -> Read<LastPosition> {
        let position = match (row.lat, row.lon, row.at) {
            (Some(lat), Some(lon), Some(at)) => Some((rows::point(lat, lon)?, UnixMs(at))),
            _ => None,
        };
        let (responder, heard_at) = (ResponderId(row.responder), UnixMs(row.heard_at));
        Ok(LastPosition { responder, position, heard_at })
    };
    Ok(found
        .iter()
        .filter_map(|row| readable("last_positions", row.responder, read(row)))
        .collect())
}

struct LastPositionRow {
    responder: Uuid,
    lat: Option<f64>,
    lon: Option<f64>,
    at: Option<i64>,
    heard_at: i64,
}

// --- Tickets -----------------------------------------------------------------------------------

/// A ticket with its deadlines, which are kept in rows of their own.
pub(crate) struct TicketRow {
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    pub(crate) number: i64,
    pub(crate) state: Lossy,
    pub(crate) deadlines: Option<String>,
}

#[derive(Deserialize)]
struct DeadlineRow {
    kind: String,
    at: UnixMs,
}

impl TicketRow {
    fn ticket(self) -> Read<Ticket> {
        let mut ticket = rows::ticket(&self.state.text(), self.version, self.number)?;
        let deadlines: Vec<DeadlineRow> = match &self.deadlines {
            Some(deadlines) => rows::document(deadlines)?,
            None => Vec::new(),
        };
        for DeadlineRow { kind, at } in deadlines {
            let kind = rows::document(&format!("\"{kind}\""));
            let Some(kind) = readable("deadlines", self.id, kind) else { continue };
            ticket.deadlines.push(Deadline { kind, at });
        }
        ticket.deadlines.sort_by_key(|deadline| deadline.kind);
        Ok(ticket)
    }

    /// Among others, one that cannot be read is left out.
    pub(crate) fn readable(self) -> Option<Ticket> {
        readable("tickets", self.id, self.ticket())
    }
}

pub(crate) async fn ticket(pool: &PgPool, id: TicketId) -> Read<Option<Ticket>> {
    let row = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id, t.version, t.number, t.state AS "state!: Lossy",
               (SELECT json_agg(json_build_object('kind', d.kind, 'at', d.at))::text
                FROM deadlines AS d WHERE d.district = t.district AND d.ticket = t.id) AS deadlines
           FROM tickets AS t WHERE t.id = $1"#,
        id.0
    )
    .fetch_optional(pool)
    .await?;
    row.map(TicketRow::ticket).transpose()
}

pub(crate) async fn ticket_of_offer(pool: &PgPool, id: OfferId) -> Read<Option<Ticket>> {
    let row = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id, t.version, t.number, t.state AS "state!: Lossy",
               (SELECT json_agg(json_build_object('kind', d.kind, 'at', d.at))::text
                FROM deadlines AS d WHERE d.district = t.district AND d.ticket = t.id) AS deadlines
           FROM offers AS o JOIN tickets AS t ON t.id = o.ticket
           WHERE o.id = $1"#,
        id.0
    )
    .fetch_optional(pool)
    .await?;
    row.map(TicketRow::ticket).transpose()
}

pub(crate) async fn open_emergency_of(pool: &PgPool, senior: SeniorId) -> Read<Option<Ticket>> {
    let row = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id, t.version, t.number, t.state AS "state!: Lossy",
               (SELECT json_agg(json_build_object('kind', d.kind, 'at', d.at))::text
                FROM deadlines AS d WHERE d.district = t.district AND d.ticket = t.id) AS deadlines
           FROM tickets AS t
           WHERE t.open AND t.emergency AND t.senior IS NOT NULL AND t.senior = $1"#,
        senior.0
    )
    .fetch_optional(pool)
    .await?;
    row.map(TicketRow::ticket).transpose()
}

pub(crate) async fn tickets(
    pool: &PgPool,
    districts: &[DistrictId],
    open: bool,
    page: TicketPage,
) -> Read<Vec<Ticket>> {
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id, t.version, t.number, t.state AS "state!: Lossy",
               (SELECT json_agg(json_build_object('kind', d.kind, 'at', d.at))::text
                FROM deadlines AS d WHERE d.district = t.district AND d.ticket = t.id) AS deadlines
           FROM tickets AS t
           WHERE t.district = ANY ($1) AND t.open = $2
           ORDER BY CASE WHEN t.open THEN t.urgency ELSE 0 END, t.received_at DESC, t.id DESC
           LIMIT $3 OFFSET $4"#,
        &slugs(districts),
        open,
        i64::from(page.limit),
        i64::from(page.offset)
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn tickets_due(
    pool: &PgPool,
    districts: &[DistrictId],
    kind: DeadlineKind,
    before: UnixMs,
    page: TicketPage,
) -> Read<Vec<Ticket>> {
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id, t.version, t.number, t.state AS "state!: Lossy",
               (SELECT json_agg(json_build_object('kind', e.kind, 'at', e.at))::text
                FROM deadlines AS e WHERE e.district = t.district AND e.ticket = t.id) AS deadlines
           FROM deadlines AS d JOIN tickets AS t ON t.district = d.district AND t.id = d.ticket
           WHERE d.kind IN ('call_back', 'archive') AND d.kind = $2 AND d.at < $3
             AND d.district = ANY ($1)
           ORDER BY d.at, d.ticket
           LIMIT $4 OFFSET $5"#,
        &slugs(districts),
        kind.as_str(),
        before.0,
        i64::from(page.limit),
        i64::from(page.offset)
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn tickets_numbered(
    pool: &PgPool,
    districts: &[DistrictId],
    number: u64,
) -> Read<Vec<Ticket>> {
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id, t.version, t.number, t.state AS "state!: Lossy",
               (SELECT json_agg(json_build_object('kind', d.kind, 'at', d.at))::text
                FROM deadlines AS d WHERE d.district = t.district AND d.ticket = t.id) AS deadlines
           FROM tickets AS t
           WHERE t.district = ANY ($1) AND t.number = $2
           ORDER BY t.district"#,
        &slugs(districts),
        number.cast_signed()
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn tickets_of(pool: &PgPool, senior: SeniorId, limit: u32) -> Read<Vec<Ticket>> {
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id, t.version, t.number, t.state AS "state!: Lossy",
               (SELECT json_agg(json_build_object('kind', d.kind, 'at', d.at))::text
                FROM deadlines AS d WHERE d.district = t.district AND d.ticket = t.id) AS deadlines
           FROM tickets AS t
           WHERE t.senior = $1
           ORDER BY t.received_at DESC, t.id DESC
           LIMIT $2"#,
        senior.0,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn tickets_offered_to(
    pool: &PgPool,
    district: &DistrictId,
    responder: ResponderId,
    span: (UnixMs, UnixMs),
    limit: u32,
) -> Read<Vec<Ticket>> {
    let slug = &*escaped(&district.0);
    let (first, last) = ids_within(span);
    // `min` of uuid came with PostgreSQL 18; the first of the ordered ones is the same.
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id AS "id!", t.version AS "version!", t.number AS "number!",
               t.state AS "state!: Lossy", NULL::text AS deadlines
           FROM (SELECT ticket, (array_agg(id ORDER BY id))[1] AS first FROM offers
                 WHERE district = $1 AND responder = $2 AND id >= $3 AND id < $4
                 GROUP BY ticket) AS o
           JOIN tickets AS t ON t.district = $1 AND t.id = o.ticket
           ORDER BY o.first LIMIT $5"#,
        slug,
        responder.0,
        first,
        last,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn tickets_received(
    pool: &PgPool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Vec<Ticket>> {
    // In halves, for each half has an index of its own.
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id AS "id!", t.version AS "version!", t.number AS "number!",
               t.state AS "state!: Lossy", NULL::text AS deadlines
           FROM (SELECT id, version, number, state, received_at FROM tickets
                 WHERE district = $1 AND NOT open AND received_at >= $2 AND received_at < $3
                 UNION ALL
                 SELECT id, version, number, state, received_at FROM tickets
                 WHERE district = $1 AND open AND received_at >= $2 AND received_at < $3) AS t
           ORDER BY t.received_at, t.id"#,
        &*escaped(&district.0),
        from.0,
        to.0
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn tickets_closed(
    pool: &PgPool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Vec<Ticket>> {
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!", version AS "version!", number AS "number!",
               state AS "state!: Lossy", NULL::text AS deadlines
           FROM tickets
           WHERE district = $1 AND NOT open AND closed_at >= $2 AND closed_at < $3
           ORDER BY closed_at, id"#,
        &*escaped(&district.0),
        from.0,
        to.0
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn timeline(pool: &PgPool, id: TicketId) -> Read<Vec<TimelineRow>> {
    let found = sqlx::query!("SELECT seq, body FROM events WHERE ticket = $1 ORDER BY seq", id.0)
        .fetch_all(pool)
        .await?;
    found
        .iter()
        .map(|row| {
            Ok(TimelineRow { seq: row.seq.cast_unsigned(), event: rows::document(&row.body)? })
        })
        .collect()
}

// --- Seniors, responders -----------------------------------------------------------------------

pub(crate) async fn senior(pool: &PgPool, id: SeniorId) -> Read<Option<Senior>> {
    let file = sqlx::query_scalar!("SELECT file FROM seniors WHERE id = $1", id.0)
        .fetch_optional(pool)
        .await?;
    file.as_deref().map(rows::document).transpose()
}

pub(crate) async fn senior_names(pool: &PgPool, ids: &[SeniorId]) -> Read<Vec<(SeniorId, String)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let found = sqlx::query!("SELECT id, name FROM seniors WHERE id = ANY ($1)", &ids)
        .fetch_all(pool)
        .await?;
    Ok(found.into_iter().map(|row| (SeniorId(row.id), unescaped(row.name))).collect())
}

pub(crate) async fn find_seniors(
    pool: &PgPool,
    districts: &[DistrictId],
    query: SeniorQuery,
    limit: u32,
) -> Read<Vec<Senior>> {
    if let SeniorQuery::Pinyin(letters) = &query {
        return registry::spoken(pool, districts, letters, limit).await;
    }
    let (districts, limit) = (slugs(districts), i64::from(limit));
    let files = match query {
        SeniorQuery::Pinyin(_) => Vec::new(),
        SeniorQuery::Phone(digits) => {
            // A number ends a line of `phones`.
            sqlx::query_scalar!(
                r#"SELECT file FROM seniors
                   WHERE district = ANY ($1) AND strpos(phones || chr(10), $2 || chr(10)) > 0
                   ORDER BY name COLLATE "C", id LIMIT $3"#,
                &districts,
                &*escaped(&digits),
                limit
            )
            .fetch_all(pool)
            .await?
        }
        SeniorQuery::Text(text) => {
            sqlx::query_scalar!(
                r#"SELECT file FROM seniors
                   WHERE district = ANY ($1)
                     AND (strpos(name, $2) > 0 OR strpos(village, $2) > 0 OR strpos(address, $2) > 0)
                   ORDER BY name <> $2, strpos(name, $2) <> 1, strpos(name, $2) = 0,
                       name COLLATE "C", id LIMIT $3"#,
                &districts,
                &*escaped(&text),
                limit
            )
            .fetch_all(pool)
            .await?
        }
    };
    files.iter().map(|file| rows::document(file)).collect()
}

pub(crate) async fn home_bounds(pool: &PgPool, district: &DistrictId) -> Read<Option<[f64; 4]>> {
    let row = sqlx::query!(
        "SELECT min(lat) AS south, min(lon) AS west, max(lat) AS north, max(lon) AS east
         FROM seniors WHERE district = $1",
        &*escaped(&district.0)
    )
    .fetch_one(pool)
    .await?;
    Ok(match (row.south, row.west, row.north, row.east) {
        (Some(south), Some(west), Some(north), Some(east)) => Some([south, west, north, east]),
        _ => None,
    })
}

pub(crate) async fn homes(pool: &PgPool, district: &DistrictId, now: UnixMs) -> Read<Vec<Home>> {
    let found = sqlx::query!(
        "SELECT id, name, village, lat, lon, needs FROM seniors WHERE district = $1 ORDER BY id",
        &*escaped(&district.0)
    )
    .fetch_all(pool)
    .await?;
    let homes = found.into_iter().filter_map(|row| {
        let home = readable("seniors", row.id, rows::point(row.lat, row.lon))?;
        let place = Stay::door_of(&stays_of(&unescaped(row.needs)), home, now);
        let (name, village) = (unescaped(row.name), unescaped(row.village));
        Some(Home { senior: SeniorId(row.id), name, village, place })
    });
    Ok(homes.collect())
}

pub(crate) async fn responder(pool: &PgPool, id: ResponderId) -> Read<Option<Responder>> {
    let file = sqlx::query_scalar!("SELECT file FROM responders WHERE id = $1", id.0)
        .fetch_optional(pool)
        .await?;
    file.as_deref().map(rows::document).transpose()
}

// --- Positions ---------------------------------------------------------------------------------

pub(crate) async fn positions_of(
    pool: &PgPool,
    subject: Uuid,
    from: UnixMs,
    to: UnixMs,
    every_ms: i64,
) -> Read<Vec<(UnixMs, LatLon)>> {
    let found = sqlx::query!(
        r#"SELECT at, lat, lon
           FROM (SELECT at, lat, lon, row_number() OVER (
                     PARTITION BY at / $4 ORDER BY at, received_at, lat, lon) AS nth
                 FROM positions WHERE subject = $1 AND at >= $2 AND at < $3) AS p
           WHERE nth = 1 ORDER BY at"#,
        subject,
        from.0,
        to.0,
        every_ms.max(1)
    )
    .fetch_all(pool)
    .await?;
    let position = |lat, lon| readable("positions", subject, rows::point(lat, lon));
    let found = found.into_iter();
    Ok(found.filter_map(|row| Some((UnixMs(row.at), position(row.lat, row.lon)?))).collect())
}

// --- People who log in -------------------------------------------------------------------------

struct UserRow {
    id: Uuid,
    username: String,
    display_name: String,
    password_hash: String,
    role: String,
    responder: Option<Uuid>,
    districts: Vec<String>,
}

impl UserRow {
    fn user(self) -> Read<User> {
        Ok(User {
            id: UserId(self.id),
            username: unescaped(self.username),
            display_name: unescaped(self.display_name),
            password_hash: unescaped(self.password_hash),
            role: UserRole::parse(&self.role)
                .ok_or_else(|| sqlx::Error::Decode("unknown role".into()))?,
            responder: self.responder.map(ResponderId),
            districts: self.districts.iter().map(|slug| DistrictId::new(slug)).collect(),
        })
    }
}

pub(crate) async fn user_by_name(pool: &PgPool, username: &str) -> Read<Option<User>> {
    let row = sqlx::query_as!(
        UserRow,
        r#"SELECT u.id, u.username, u.display_name, u.password_hash, u.role, u.responder,
               ARRAY(SELECT d.district FROM user_districts AS d WHERE d.user_id = u.id
                     ORDER BY d.district COLLATE "C") AS "districts!"
           FROM users AS u WHERE u.username = $1"#,
        &*escaped(username)
    )
    .fetch_optional(pool)
    .await?;
    row.map(UserRow::user).transpose()
}

pub(crate) async fn user_names(pool: &PgPool, ids: &[UserId]) -> Read<Vec<(UserId, String)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let found = sqlx::query!("SELECT id, display_name FROM users WHERE id = ANY ($1)", &ids)
        .fetch_all(pool)
        .await?;
    Ok(found.into_iter().map(|row| (UserId(row.id), unescaped(row.display_name))).collect())
}

pub(crate) async fn session(
    pool: &PgPool,
    token_sha256: &[u8; 32],
    now: UnixMs,
) -> Read<Option<Session>> {
    let row = sqlx::query!(
        r#"SELECT s.expires_at, u.id, u.username, u.display_name, u.password_hash, u.role,
               u.responder,
               ARRAY(SELECT d.district FROM user_districts AS d WHERE d.user_id = u.id
                     ORDER BY d.district COLLATE "C") AS "districts!"
           FROM sessions AS s JOIN users AS u ON u.id = s.user_id
           WHERE s.token_sha256 = $1 AND s.expires_at > $2"#,
        token_sha256.as_slice(),
        now.0
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let user = UserRow {
        id: row.id,
        username: row.username,
        display_name: row.display_name,
        password_hash: row.password_hash,
        role: row.role,
        responder: row.responder,
        districts: row.districts,
    };
    Ok(Some(Session { user: user.user()?, expires_at: UnixMs(row.expires_at) }))
}

pub(crate) async fn idempotent(
    pool: &PgPool,
    user: UserId,
    key: &str,
) -> Read<Option<Idempotency>> {
    let row = sqlx::query!(
        "SELECT fingerprint, subject, at FROM idempotency_keys WHERE user_id = $1 AND key = $2",
        user.0,
        &*escaped(key)
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Idempotency {
        user,
        key: key.to_owned(),
        fingerprint: rows::hash(&row.fingerprint)?,
        subject: rows::document(&row.subject)?,
        at: UnixMs(row.at),
    }))
}
