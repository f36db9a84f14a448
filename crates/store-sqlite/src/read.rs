//! Reads, all from the pool of readers.

use std::collections::{HashMap, HashSet};

use silverbell_domain::{
    Answers, Deadline, DeadlineKind, DistrictId, LatLon, OfferId, Responder, ResponderId, Senior,
    SeniorId, Stay, Ticket, TicketId, UnixMs, UserId,
};
use silverbell_store::{
    AnswerCount, District, DistrictState, Home, Idempotency, LastPosition, SeniorQuery, Session,
    TicketPage, TimelineRow, User, UserRole, answers_of, first_id_of, ids_within, readable,
    stays_of, weather_of,
};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use uuid::Uuid;

use crate::registry;
use crate::rows::{self, Lossy};

type Read<T> = Result<T, sqlx::Error>;

// --- Districts ---------------------------------------------------------------------------------

pub(crate) async fn districts(pool: &SqlitePool) -> Read<Vec<District>> {
    let found = sqlx::query!("SELECT id, name, time_zone FROM districts ORDER BY id")
        .fetch_all(pool)
        .await?;
    Ok(found
        .into_iter()
        .map(|row| District {
            id: DistrictId::new(&row.id),
            name: row.name,
            time_zone: row.time_zone,
        })
        .collect())
}

/// Reads a district in one snapshot: a read transaction sees one commit and nothing half.
pub(crate) async fn district_state(
    pool: &SqlitePool,
    district: &DistrictId,
) -> Read<DistrictState> {
    let mut snapshot = pool.begin().await?;
    let slug = &*district.0;
    let row = sqlx::query!("SELECT last_seq, weather FROM districts WHERE id = ?1", slug)
        .fetch_optional(&mut *snapshot)
        .await?;
    let weather = row.as_ref().and_then(|row| weather_of(&row.weather));
    let seq = row.map_or(0, |row| row.last_seq).cast_unsigned();
    let tickets = open_tickets(&mut snapshot, slug).await?;
    let bound = bound_elsewhere(&mut snapshot, slug, &tickets).await?;
    let mut responders = responders(&mut snapshot, slug).await?;
    responders.retain(|responder| !bound.contains(&responder.id.to_string()));
    let positions = last_positions(&mut snapshot, slug).await?;
    Ok(DistrictState { seq, tickets, responders, positions, weather })
}

/// Returns how everybody answered the offers made since then.
pub(crate) async fn answers(
    pool: &SqlitePool,
    district: &DistrictId,
    since: UnixMs,
) -> Read<Vec<(ResponderId, Answers)>> {
    let (slug, first) = (&*district.0, first_id_of(since).to_string());
    let found = sqlx::query!(
        r#"SELECT responder AS "responder!: Lossy", status AS "status!: Lossy",
                  count(*) AS "count!: i64", max(id) AS "newest!: Lossy"
           FROM offers WHERE district = ?1 AND id >= ?2 GROUP BY responder, status"#,
        slug,
        first
    )
    .fetch_all(pool)
    .await?;
    let counts = found.into_iter().filter_map(|row| {
        Some(AnswerCount {
            responder: row.responder.text().parse().ok()?,
            status: row.status.text(),
            count: u32::try_from(row.count).unwrap_or(u32::MAX),
            newest: row.newest.text().parse().ok()?,
        })
    });
    Ok(answers_of(counts))
}

/// Returns the seniors with so many emergencies since then and no visit.
pub(crate) async fn pressed_often(
    pool: &SqlitePool,
    district: &DistrictId,
    since: UnixMs,
    at_least: u32,
) -> Read<Vec<(SeniorId, u32)>> {
    let (slug, first) = (&*district.0, first_id_of(since).to_string());
    let found = sqlx::query!(
        r#"SELECT t.senior AS "senior!: Lossy", count(*) AS "count!: i64"
           FROM tickets AS t
           WHERE t.district = ?1 AND t.id >= ?2 AND t.emergency = 1 AND t.senior IS NOT NULL
               AND NOT EXISTS (
                   SELECT 1 FROM tickets AS v
                   WHERE v.senior = t.senior AND v.kind = 'wellbeing'
                       AND (v.open = 1 OR v.id >= ?2))
           GROUP BY t.senior HAVING count(*) >= ?3 LIMIT 100"#,
        slug,
        first,
        at_least
    )
    .fetch_all(pool)
    .await?;
    let pressed = found.into_iter().filter_map(|row| {
        Some((row.senior.text().parse().ok()?, u32::try_from(row.count).unwrap_or(u32::MAX)))
    });
    Ok(pressed.collect())
}

/// Returns who is bound by a ticket that is not among these because it cannot be read. Nobody else
/// can have them: the database forbids it, and the planner would ask for them again and again.
async fn bound_elsewhere(
    snapshot: &mut SqliteConnection,
    district: &str,
    tickets: &[Ticket],
) -> Read<HashSet<String>> {
    let known: HashSet<String> = tickets.iter().map(|ticket| ticket.id.to_string()).collect();
    let found = sqlx::query!(
        r#"SELECT ticket AS "ticket!: Lossy", responder AS "responder!: Lossy"
           FROM offers WHERE district = ?1 AND active = 1"#,
        district
    )
    .fetch_all(snapshot)
    .await?;
    Ok(found
        .into_iter()
        .filter_map(|row| (!known.contains(&row.ticket.text())).then(|| row.responder.text()))
        .collect())
}

async fn responders(snapshot: &mut SqliteConnection, district: &str) -> Read<Vec<Responder>> {
    let found = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", file AS "file!: Lossy" FROM responders WHERE district = ?1"#,
        district
    )
    .fetch_all(snapshot)
    .await?;
    Ok(found
        .into_iter()
        .filter_map(|row| readable("responders", row.id.text(), rows::document(&row.file.text())))
        .collect())
}

async fn open_tickets(snapshot: &mut SqliteConnection, district: &str) -> Read<Vec<Ticket>> {
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!: Lossy", version, number, state AS "state!: Lossy"
           FROM tickets WHERE district = ?1 AND open = 1"#,
        district
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let tickets = found.into_iter().filter_map(TicketRow::readable).collect();
    with_deadlines(snapshot, tickets).await
}

async fn last_positions(
    snapshot: &mut SqliteConnection,
    district: &str,
) -> Read<Vec<LastPosition>> {
    let found = sqlx::query_as!(
        LastPositionRow,
        "SELECT responder, lat, lon, at, heard_at FROM last_positions WHERE district = ?1",
        district
    )
    .fetch_all(snapshot)
    .await?;
    let read = |row: &LastPositionRow| -> Read<LastPosition> {
        let position = match (row.lat, row.lon, row.at) {
            (Some(lat), Some(lon), Some(at)) => Some((rows::point(lat, lon)?, UnixMs(at))),
            _ => None,
        };
        let heard_at = UnixMs(row.heard_at);
        Ok(LastPosition { responder: rows::id(&row.responder)?, position, heard_at })
    };
    Ok(found
        .iter()
        .filter_map(|row| readable("last_positions", &row.responder, read(row)))
        .collect())
}

struct LastPositionRow {
    responder: String,
    lat: Option<f64>,
    lon: Option<f64>,
    at: Option<i64>,
    heard_at: i64,
}

// --- Tickets -----------------------------------------------------------------------------------

/// A ticket as it lies in its row, without its deadlines.
pub(crate) struct TicketRow {
    pub(crate) id: Lossy,
    pub(crate) version: i64,
    pub(crate) number: i64,
    pub(crate) state: Lossy,
}

impl TicketRow {
    fn ticket(self) -> Read<Ticket> {
        rows::ticket(&self.state.text(), self.version, self.number)
    }

    /// Among others, one that cannot be read is left out.
    pub(crate) fn readable(self) -> Option<Ticket> {
        let read = rows::ticket(&self.state.text(), self.version, self.number);
        readable("tickets", self.id.text(), read)
    }
}

/// Gives each ticket its deadlines, which are kept in rows of their own.
async fn with_deadlines(
    connection: &mut SqliteConnection,
    mut tickets: Vec<Ticket>,
) -> Read<Vec<Ticket>> {
    let ids = rows::json(&tickets.iter().map(|ticket| ticket.id).collect::<Vec<_>>())?;
    let found = sqlx::query!(
        r#"SELECT d.ticket, d.kind, d.at
           FROM json_each(?1) AS w
           CROSS JOIN tickets AS t ON t.id = w.value
           CROSS JOIN deadlines AS d ON d.district = t.district AND d.ticket = t.id"#,
        ids
    )
    .fetch_all(connection)
    .await?;
    let mut deadlines: HashMap<TicketId, Vec<Deadline>> = HashMap::new();
    for row in found {
        let kind = rows::document(&format!("\"{}\"", row.kind));
        let Some(kind) = readable("deadlines", &row.ticket, kind) else { continue };
        let deadline = Deadline { kind, at: UnixMs(row.at) };
        deadlines.entry(rows::id(&row.ticket)?).or_default().push(deadline);
    }
    for ticket in &mut tickets {
        ticket.deadlines = deadlines.remove(&ticket.id).unwrap_or_default();
        ticket.deadlines.sort_by_key(|deadline| deadline.kind);
    }
    Ok(tickets)
}

pub(crate) async fn ticket(pool: &SqlitePool, id: TicketId) -> Read<Option<Ticket>> {
    let mut snapshot = pool.begin().await?;
    let id = id.to_string();
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!: Lossy", version, number, state AS "state!: Lossy"
           FROM tickets WHERE id = ?1"#,
        id
    )
    .fetch_optional(&mut *snapshot)
    .await?;
    let Some(row) = found else { return Ok(None) };
    Ok(with_deadlines(&mut snapshot, vec![row.ticket()?]).await?.pop())
}

pub(crate) async fn ticket_of_offer(pool: &SqlitePool, id: OfferId) -> Read<Option<Ticket>> {
    let id = id.to_string();
    let found = sqlx::query_scalar!("SELECT ticket FROM offers WHERE id = ?1", id)
        .fetch_optional(pool)
        .await?;
    match found {
        Some(id) => ticket(pool, rows::id(&id)?).await,
        None => Ok(None),
    }
}

pub(crate) async fn open_emergency_of(pool: &SqlitePool, senior: SeniorId) -> Read<Option<Ticket>> {
    let senior = senior.to_string();
    let found = sqlx::query_scalar!(
        "SELECT id FROM tickets
         WHERE open = 1 AND emergency = 1 AND senior IS NOT NULL AND senior = ?1",
        senior
    )
    .fetch_optional(pool)
    .await?;
    match found {
        Some(id) => ticket(pool, rows::id(&id)?).await,
        None => Ok(None),
    }
}

pub(crate) async fn tickets(
    pool: &SqlitePool,
    districts: &[DistrictId],
    open: bool,
    page: TicketPage,
) -> Read<Vec<Ticket>> {
    let mut snapshot = pool.begin().await?;
    let districts = rows::json(&districts)?;
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!: Lossy", version, number, state AS "state!: Lossy" FROM tickets
           WHERE district IN (SELECT value FROM json_each(?1)) AND open = ?2
           ORDER BY CASE open WHEN 1 THEN urgency ELSE 0 END, received_at DESC, id DESC
           LIMIT ?3 OFFSET ?4"#,
        districts,
        open,
        page.limit,
        page.offset
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let tickets = found.into_iter().filter_map(TicketRow::readable).collect();
    with_deadlines(&mut snapshot, tickets).await
}

pub(crate) async fn tickets_due(
    pool: &SqlitePool,
    districts: &[DistrictId],
    kind: DeadlineKind,
    before: UnixMs,
    page: TicketPage,
) -> Read<Vec<Ticket>> {
    let mut snapshot = pool.begin().await?;
    let (districts, kind) = (rows::json(&districts)?, kind.as_str());
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id AS "id!: Lossy", t.version, t.number, t.state AS "state!: Lossy"
           FROM deadlines AS d CROSS JOIN tickets AS t
             ON t.district = d.district AND t.id = d.ticket
           WHERE d.kind IN ('call_back', 'archive') AND d.kind = ?2 AND d.at < ?3
             AND d.district IN (SELECT value FROM json_each(?1))
           ORDER BY d.at, d.ticket LIMIT ?4 OFFSET ?5"#,
        districts,
        kind,
        before.0,
        page.limit,
        page.offset
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let tickets = found.into_iter().filter_map(TicketRow::readable).collect();
    with_deadlines(&mut snapshot, tickets).await
}

pub(crate) async fn tickets_numbered(
    pool: &SqlitePool,
    districts: &[DistrictId],
    number: u64,
) -> Read<Vec<Ticket>> {
    let mut snapshot = pool.begin().await?;
    let (districts, number) = (rows::json(&districts)?, number.cast_signed());
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!: Lossy", version, number, state AS "state!: Lossy" FROM tickets
           WHERE district IN (SELECT value FROM json_each(?1)) AND number = ?2
           ORDER BY district"#,
        districts,
        number
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let tickets = found.into_iter().filter_map(TicketRow::readable).collect();
    with_deadlines(&mut snapshot, tickets).await
}

pub(crate) async fn tickets_of(
    pool: &SqlitePool,
    senior: SeniorId,
    limit: u32,
) -> Read<Vec<Ticket>> {
    let mut snapshot = pool.begin().await?;
    let senior = senior.to_string();
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!: Lossy", version, number, state AS "state!: Lossy" FROM tickets
           WHERE senior = ?1 ORDER BY received_at DESC, id DESC LIMIT ?2"#,
        senior,
        limit
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let tickets = found.into_iter().filter_map(TicketRow::readable).collect();
    with_deadlines(&mut snapshot, tickets).await
}

pub(crate) async fn tickets_offered_to(
    pool: &SqlitePool,
    district: &DistrictId,
    responder: ResponderId,
    span: (UnixMs, UnixMs),
    limit: u32,
) -> Read<Vec<Ticket>> {
    let (first, last) = ids_within(span);
    let (slug, responder) = (&*district.0, responder.to_string());
    let (first, last) = (first.to_string(), last.to_string());
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT t.id AS "id!: Lossy", t.version AS "version!: i64", t.number AS "number!: i64",
                  t.state AS "state!: Lossy"
           FROM (SELECT ticket, min(id) AS first FROM offers
                 WHERE district = ?1 AND responder = ?2 AND id >= ?3 AND id < ?4
                 GROUP BY ticket) AS o
           JOIN tickets AS t ON t.district = ?1 AND t.id = o.ticket
           ORDER BY o.first LIMIT ?5"#,
        slug,
        responder,
        first,
        last,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn tickets_received(
    pool: &SqlitePool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Vec<Ticket>> {
    let slug = &*district.0;
    // In halves, for each half has an index of its own.
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!: Lossy", version AS "version!: i64", number AS "number!: i64",
                  state AS "state!: Lossy"
           FROM (SELECT id, version, number, state, received_at FROM tickets
                 WHERE district = ?1 AND open = 0 AND received_at >= ?2 AND received_at < ?3
                 UNION ALL
                 SELECT id, version, number, state, received_at FROM tickets
                 WHERE district = ?1 AND open = 1 AND received_at >= ?2 AND received_at < ?3)
           ORDER BY received_at, id"#,
        slug,
        from.0,
        to.0
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn tickets_closed(
    pool: &SqlitePool,
    district: &DistrictId,
    from: UnixMs,
    to: UnixMs,
) -> Read<Vec<Ticket>> {
    let slug = &*district.0;
    let found = sqlx::query_as!(
        TicketRow,
        r#"SELECT id AS "id!: Lossy", version AS "version!: i64", number AS "number!: i64",
                  state AS "state!: Lossy"
           FROM tickets
           WHERE district = ?1 AND open = 0 AND closed_at >= ?2 AND closed_at < ?3
           ORDER BY closed_at, id"#,
        slug,
        from.0,
        to.0
    )
    .fetch_all(pool)
    .await?;
    Ok(found.into_iter().filter_map(TicketRow::readable).collect())
}

pub(crate) async fn timeline(pool: &SqlitePool, id: TicketId) -> Read<Vec<TimelineRow>> {
    let id = id.to_string();
    let found = sqlx::query!("SELECT seq, body FROM events WHERE ticket = ?1 ORDER BY seq", id)
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

pub(crate) async fn senior(pool: &SqlitePool, id: SeniorId) -> Read<Option<Senior>> {
    let id = id.to_string();
    let file = sqlx::query_scalar!("SELECT file FROM seniors WHERE id = ?1", id)
        .fetch_optional(pool)
        .await?;
    file.as_deref().map(rows::document).transpose()
}

pub(crate) async fn senior_names(
    pool: &SqlitePool,
    ids: &[SeniorId],
) -> Read<Vec<(SeniorId, String)>> {
    let ids = rows::json(&ids)?;
    let found = sqlx::query!(
        "SELECT id, name FROM seniors WHERE id IN (SELECT value FROM json_each(?1))",
        ids
    )
    .fetch_all(pool)
    .await?;
    found.into_iter().map(|row| Ok((rows::id(&row.id)?, row.name))).collect()
}

pub(crate) async fn find_seniors(
    pool: &SqlitePool,
    districts: &[DistrictId],
    query: SeniorQuery,
    limit: u32,
) -> Read<Vec<Senior>> {
    let of = districts.to_vec();
    let districts = rows::json(&districts)?;
    let files = match query {
        SeniorQuery::Pinyin(letters) => {
            return registry::spoken(pool, &of, &letters, limit).await;
        }
        SeniorQuery::Phone(digits) => {
            // A number ends a line of `phones`.
            sqlx::query_scalar!(
                "SELECT file FROM seniors
                 WHERE district IN (SELECT value FROM json_each(?1))
                   AND instr(phones || char(10), ?2 || char(10)) > 0
                 ORDER BY name, id LIMIT ?3",
                districts,
                digits,
                limit
            )
            .fetch_all(pool)
            .await?
        }
        SeniorQuery::Text(text) => {
            sqlx::query_scalar!(
                "SELECT file FROM seniors
                 WHERE district IN (SELECT value FROM json_each(?1))
                   AND (instr(name, ?2) > 0 OR instr(village, ?2) > 0 OR instr(address, ?2) > 0)
                 ORDER BY name <> ?2, instr(name, ?2) <> 1, instr(name, ?2) = 0, name, id LIMIT ?3",
                districts,
                text,
                limit
            )
            .fetch_all(pool)
            .await?
        }
    };
    files.iter().map(|file| rows::document(file)).collect()
}

pub(crate) async fn home_bounds(
    pool: &SqlitePool,
    district: &DistrictId,
) -> Read<Option<[f64; 4]>> {
    let slug = &*district.0;
    let row = sqlx::query!(
        r#"SELECT min(lat) AS "south: f64", min(lon) AS "west: f64",
                  max(lat) AS "north: f64", max(lon) AS "east: f64"
           FROM seniors WHERE district = ?1"#,
        slug
    )
    .fetch_one(pool)
    .await?;
    Ok(match (row.south, row.west, row.north, row.east) {
        (Some(south), Some(west), Some(north), Some(east)) => Some([south, west, north, east]),
        _ => None,
    })
}

pub(crate) async fn homes(
    pool: &SqlitePool,
    district: &DistrictId,
    now: UnixMs,
) -> Read<Vec<Home>> {
    let slug = &*district.0;
    let found = sqlx::query!(
        r#"SELECT id, name, village, lat AS "lat: f64", lon AS "lon: f64", needs FROM seniors
           WHERE district = ?1 ORDER BY id"#,
        slug
    )
    .fetch_all(pool)
    .await?;
    let homes = found.into_iter().filter_map(|row| {
        let read = || -> Read<(SeniorId, LatLon)> {
            Ok((rows::id(&row.id)?, rows::point(row.lat, row.lon)?))
        };
        let (senior, home) = readable("seniors", &row.id, read())?;
        let place = Stay::door_of(&stays_of(&row.needs), home, now);
        Some(Home { senior, name: row.name, village: row.village, place })
    });
    Ok(homes.collect())
}

pub(crate) async fn responder(pool: &SqlitePool, id: ResponderId) -> Read<Option<Responder>> {
    let id = id.to_string();
    let file = sqlx::query_scalar!("SELECT file FROM responders WHERE id = ?1", id)
        .fetch_optional(pool)
        .await?;
    file.as_deref().map(rows::document).transpose()
}

// --- Positions ---------------------------------------------------------------------------------

pub(crate) async fn positions_of(
    pool: &SqlitePool,
    subject: Uuid,
    from: UnixMs,
    to: UnixMs,
    every_ms: i64,
) -> Read<Vec<(UnixMs, LatLon)>> {
    let (subject, every_ms) = (subject.to_string(), every_ms.max(1));
    let found = sqlx::query!(
        r#"SELECT at AS "at!: i64", lat AS "lat!: f64", lon AS "lon!: f64"
           FROM (SELECT at, lat, lon, row_number() OVER (
                     PARTITION BY at / ?4 ORDER BY at, received_at, lat, lon) AS nth
                 FROM positions WHERE subject = ?1 AND at >= ?2 AND at < ?3)
           WHERE nth = 1 ORDER BY at"#,
        subject,
        from.0,
        to.0,
        every_ms
    )
    .fetch_all(pool)
    .await?;
    let position = |lat, lon| readable("positions", &subject, rows::point(lat, lon));
    let found = found.into_iter();
    Ok(found.filter_map(|row| Some((UnixMs(row.at), position(row.lat, row.lon)?))).collect())
}

// --- People who log in -------------------------------------------------------------------------

struct UserRow {
    id: String,
    username: String,
    display_name: String,
    password_hash: String,
    role: String,
    responder: Option<String>,
}

impl UserRow {
    async fn user(self, pool: &SqlitePool) -> Read<User> {
        let districts = sqlx::query_scalar!(
            "SELECT district FROM user_districts WHERE user_id = ?1 ORDER BY district",
            self.id
        )
        .fetch_all(pool)
        .await?;
        Ok(User {
            id: rows::id(&self.id)?,
            username: self.username,
            display_name: self.display_name,
            password_hash: self.password_hash,
            role: UserRole::parse(&self.role)
                .ok_or_else(|| sqlx::Error::Decode("unknown role".into()))?,
            responder: self.responder.as_deref().map(rows::id).transpose()?,
            districts: districts.iter().map(|slug| DistrictId::new(slug)).collect(),
        })
    }
}

pub(crate) async fn user_by_name(pool: &SqlitePool, username: &str) -> Read<Option<User>> {
    let row = sqlx::query_as!(
        UserRow,
        "SELECT id, username, display_name, password_hash, role, responder FROM users
         WHERE username = ?1",
        username
    )
    .fetch_optional(pool)
    .await?;
    match row {
        Some(row) => row.user(pool).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) async fn user_names(pool: &SqlitePool, ids: &[UserId]) -> Read<Vec<(UserId, String)>> {
    let ids = rows::json(&ids)?;
    let found = sqlx::query!(
        "SELECT id, display_name FROM users WHERE id IN (SELECT value FROM json_each(?1))",
        ids
    )
    .fetch_all(pool)
    .await?;
    found.into_iter().map(|row| Ok((rows::id(&row.id)?, row.display_name))).collect()
}

pub(crate) async fn session(
    pool: &SqlitePool,
    token_sha256: &[u8; 32],
    now: UnixMs,
) -> Read<Option<Session>> {
    let token = token_sha256.as_slice();
    let row = sqlx::query!(
        "SELECT s.expires_at, u.id, u.username, u.display_name, u.password_hash, u.role, u.responder
         FROM sessions AS s JOIN users AS u ON u.id = s.user_id
         WHERE s.token_sha256 = ?1 AND s.expires_at > ?2",
        token,
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
    };
    Ok(Some(Session { user: user.user(pool).await?, expires_at: UnixMs(row.expires_at) }))
}

pub(crate) async fn idempotent(
    pool: &SqlitePool,
    user: UserId,
    key: &str,
) -> Read<Option<Idempotency>> {
    let user_id = user.to_string();
    let row = sqlx::query!(
        "SELECT fingerprint, subject, at FROM idempotency_keys WHERE user_id = ?1 AND key = ?2",
        user_id,
        key
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
