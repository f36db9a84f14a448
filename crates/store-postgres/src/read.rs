//! Reads, all from the pool of readers. What has to agree is read in one statement, which sees one
//! moment, or in one snapshot.

use std::collections::HashMap;

use silverbell_domain::{
    Deadline, DistrictId, OfferId, Protocol, Responder, ResponderId, Senior, SeniorId, Ticket,
    TicketId, UnixMs, UserId,
};
use silverbell_store::{
    Device, District, DistrictState, Idempotency, LastPosition, Link, SeniorQuery, Session,
    TicketPage, TimelineRow, User, UserRole, verify_chain,
};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::rows;
use crate::text::{escaped, slugs, unescaped};

type Read<T> = Result<T, sqlx::Error>;

/// Begins a transaction whose statements all see the same moment.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

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
    let seq = sqlx::query_scalar!("SELECT last_seq FROM districts WHERE id = $1", slug)
        .fetch_optional(&mut *snapshot)
        .await?
        .unwrap_or(0)
        .cast_unsigned();
    let tickets = open_tickets(&mut snapshot, slug).await?;
    let responders = sqlx::query_scalar!("SELECT file FROM responders WHERE district = $1", slug)
        .fetch_all(&mut *snapshot)
        .await?;
    let responders: Read<Vec<Responder>> =
        responders.iter().map(|file| rows::document(file)).collect();
    let positions = last_positions(&mut snapshot, slug).await?;
    snapshot.commit().await?;
    Ok(DistrictState { seq, tickets, responders: responders?, positions })
}

async fn open_tickets(snapshot: &mut PgConnection, district: &str) -> Read<Vec<Ticket>> {
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.version, t.number, t.state,
               (SELECT json_agg(json_build_object('kind', d.kind, 'at', d.at))::text
                FROM deadlines AS d WHERE d.district = t.district AND d.ticket = t.id) AS deadlines
           FROM tickets AS t WHERE t.district = $1 AND t.open"#,
        district
    )
    .fetch_all(snapshot)
    .await?;
    found.into_iter().map(TicketRow::ticket).collect()
}

async fn last_positions(snapshot: &mut PgConnection, district: &str) -> Read<Vec<LastPosition>> {
    let found = sqlx::query!(
        "SELECT responder, lat, lon, at, heard_at FROM last_positions WHERE district = $1",
        district
    )
    .fetch_all(snapshot)
    .await?;
    found
        .into_iter()
        .map(|row| {
            let position = match (row.lat, row.lon, row.at) {
                (Some(lat), Some(lon), Some(at)) => Some((rows::point(lat, lon)?, UnixMs(at))),
                _ => None,
            };
            let (responder, heard_at) = (ResponderId(row.responder), UnixMs(row.heard_at));
            Ok(LastPosition { responder, position, heard_at })
        })
        .collect()
}

// --- Tickets -----------------------------------------------------------------------------------

/// A ticket with its deadlines, which are kept in rows of their own.
struct TicketRow {
    version: i64,
    number: i64,
    state: String,
    deadlines: Option<String>,
}

impl TicketRow {
    fn ticket(self) -> Read<Ticket> {
        let mut ticket = rows::ticket(&self.state, self.version, self.number)?;
        ticket.deadlines = match &self.deadlines {
            Some(deadlines) => rows::document::<Vec<Deadline>>(deadlines)?,
            None => Vec::new(),
        };
        ticket.deadlines.sort_by_key(|deadline| deadline.kind);
        Ok(ticket)
    }
}

pub(crate) async fn ticket(pool: &PgPool, id: TicketId) -> Read<Option<Ticket>> {
    let row = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.version, t.number, t.state,
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
        r#"SELECT t.version, t.number, t.state,
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
        r#"SELECT t.version, t.number, t.state,
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
        r#"SELECT t.version, t.number, t.state,
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
    found.into_iter().map(TicketRow::ticket).collect()
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

// --- Seniors, responders, devices --------------------------------------------------------------

pub(crate) async fn senior(pool: &PgPool, id: SeniorId) -> Read<Option<Senior>> {
    let file = sqlx::query_scalar!("SELECT file FROM seniors WHERE id = $1", id.0)
        .fetch_optional(pool)
        .await?;
    file.as_deref().map(rows::document).transpose()
}

pub(crate) async fn find_seniors(
    pool: &PgPool,
    districts: &[DistrictId],
    query: SeniorQuery,
    limit: u32,
) -> Read<Vec<Senior>> {
    let (districts, limit) = (slugs(districts), i64::from(limit));
    let files = match query {
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
                   ORDER BY strpos(name, $2) = 0, name COLLATE "C", id LIMIT $3"#,
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

pub(crate) async fn responder(pool: &PgPool, id: ResponderId) -> Read<Option<Responder>> {
    let file = sqlx::query_scalar!("SELECT file FROM responders WHERE id = $1", id.0)
        .fetch_optional(pool)
        .await?;
    file.as_deref().map(rows::document).transpose()
}

struct DeviceRow {
    id: Uuid,
    protocol: String,
    ident: String,
    district: String,
    senior: Uuid,
    key_sha256: Option<Vec<u8>>,
}

impl DeviceRow {
    fn device(self) -> Read<Device> {
        Ok(Device {
            id: silverbell_domain::DeviceId(self.id),
            district: DistrictId::new(&self.district),
            senior: SeniorId(self.senior),
            protocol: rows::protocol(&self.protocol)?,
            ident: unescaped(self.ident),
            key_sha256: self.key_sha256.as_deref().map(rows::hash).transpose()?,
        })
    }
}

pub(crate) async fn device(pool: &PgPool, protocol: Protocol, ident: &str) -> Read<Option<Device>> {
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256 FROM devices
         WHERE protocol = $1 AND ident = $2",
        protocol.as_str(),
        &*escaped(ident)
    )
    .fetch_optional(pool)
    .await?;
    row.map(DeviceRow::device).transpose()
}

pub(crate) async fn device_by_key(pool: &PgPool, key_sha256: &[u8; 32]) -> Read<Option<Device>> {
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256 FROM devices
         WHERE key_sha256 IS NOT NULL AND key_sha256 = $1",
        key_sha256.as_slice()
    )
    .fetch_optional(pool)
    .await?;
    row.map(DeviceRow::device).transpose()
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

// --- Checks ------------------------------------------------------------------------------------

/// How many complaints are listed before the rest is only counted.
const MAX_COMPLAINTS: usize = 50;

/// How many tickets' histories are in memory at once.
const PAGE: i64 = 64;

/// Checks the server's promises and every ticket's history, in one snapshot: a ticket that moves
/// while this runs is not altered history.
pub(crate) async fn check(pool: &PgPool) -> Read<Vec<String>> {
    let mut snapshot = pool.begin_with(SNAPSHOT).await?;
    let mut wrong = careless(&mut snapshot).await?;
    let mut after = Uuid::nil();
    loop {
        let page = sqlx::query!(
            "SELECT id, number, chain FROM tickets WHERE id > $1 ORDER BY id LIMIT $2",
            after,
            PAGE
        )
        .fetch_all(&mut *snapshot)
        .await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let ids: Vec<Uuid> = page.iter().map(|ticket| ticket.id).collect();
        let mut chains = chains_of(&mut snapshot, &ids).await?;
        for ticket in page {
            let links = chains.remove(&ticket.id).unwrap_or_default();
            let head = rows::hash(&ticket.chain)?;
            wrong.extend(complaint(ticket.id, ticket.number, &links, &head));
        }
        if wrong.len() >= MAX_COMPLAINTS {
            wrong.truncate(MAX_COMPLAINTS);
            wrong.push("… and perhaps more".into());
            break;
        }
    }
    snapshot.commit().await?;
    Ok(wrong)
}

/// Settings of the server with which a committed row may be lost or half written.
async fn careless(snapshot: &mut PgConnection) -> Read<Vec<String>> {
    let found = sqlx::query_scalar!(
        r#"SELECT name AS "name!" FROM pg_settings
           WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
           ORDER BY name"#
    )
    .fetch_all(snapshot)
    .await?;
    Ok(found
        .into_iter()
        .map(|name| format!("database server: {name} is off; a power cut may lose what was kept"))
        .collect())
}

fn complaint(id: Uuid, number: i64, links: &[Link], head: &[u8; 32]) -> Option<String> {
    match verify_chain(links, head) {
        Ok(()) if links.is_empty() => Some(format!("ticket {number} ({id}) has no history")),
        Ok(()) => None,
        Err(0) => Some(format!("ticket {number} ({id}): the end of its history is gone")),
        Err(seq) => Some(format!("ticket {number} ({id}): event {seq} of its history was altered")),
    }
}

async fn chains_of(snapshot: &mut PgConnection, ids: &[Uuid]) -> Read<HashMap<Uuid, Vec<Link>>> {
    let found = sqlx::query!(
        "SELECT ticket, seq, body, hash FROM events WHERE ticket = ANY ($1) ORDER BY seq",
        ids
    )
    .fetch_all(snapshot)
    .await?;
    let mut chains: HashMap<Uuid, Vec<Link>> = HashMap::new();
    for row in found {
        let (seq, hash) = (row.seq.cast_unsigned(), rows::hash(&row.hash)?);
        chains.entry(row.ticket).or_default().push(Link { seq, body: row.body, hash });
    }
    Ok(chains)
}
