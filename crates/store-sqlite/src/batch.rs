//! The rows of a folded batch: what it needs to know, and what it leaves, in few and wide
//! statements. Many rows travel as one JSON argument, so that the statements stay fixed and are
//! checked when this crate is compiled.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use serde_json::json;
use silverbell_domain::{Alarm, DistrictId, Ticket, TicketId, UnixMs};
use silverbell_store::{
    Advance, Batch, Commit, Context, Fold, FoldItem, Reply, SeenSignal, StoreError, StoredTicket,
    UnknownCaller, body_sha256,
};
use sqlx::sqlite::SqliteConnection;

use crate::Intake;
use crate::rows::{self, Row, decode};

type Replies = Vec<Result<Reply, StoreError>>;

/// Applies folded commands inside the open transaction.
pub(crate) async fn apply(
    connection: &mut SqliteConnection,
    items: &[&FoldItem],
    intake: &Intake,
) -> Result<(Replies, Vec<Advance>), sqlx::Error> {
    if items.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let context = read_context(connection, items, intake).await?;
    let known: BTreeSet<TicketId> = context.tickets.keys().copied().collect();
    let mut fold = Fold::new(context, &intake.policy, &intake.default_district);
    let replies: Replies = items.iter().map(|item| fold.apply(item)).collect();
    let batch = fold.finish().map_err(decode)?;
    write_rows(connection, &batch, &known).await?;
    Ok((replies, batch.advances))
}

// --- What a batch needs to know ----------------------------------------------------------------

async fn read_context(
    connection: &mut SqliteConnection,
    items: &[&FoldItem],
    intake: &Intake,
) -> Result<Context, sqlx::Error> {
    let mut context = Context::default();
    let mut alarms: Vec<&Alarm> = Vec::new();
    let mut commits: Vec<&Commit> = Vec::new();
    for item in items {
        match item {
            FoldItem::Alarm(alarm, _) => alarms.push(alarm),
            FoldItem::Commit(commit) => commits.push(commit),
        }
    }
    let mut districts: BTreeSet<DistrictId> = BTreeSet::new();
    if !alarms.is_empty() {
        read_devices(connection, &alarms, &mut context).await?;
        read_seen(connection, &alarms, &mut context).await?;
        read_open_emergencies(connection, &mut context).await?;
        read_unknown(connection, &alarms, &mut context).await?;
        districts.insert(intake.default_district.clone());
        districts.extend(context.devices.values().map(|device| device.district.clone()));
    }
    if !commits.is_empty() {
        read_versions(connection, &commits, &mut context).await?;
        let parts = commits.iter().flat_map(|commit| &commit.tickets);
        districts.extend(parts.map(|part| part.ticket.district.clone()));
    }
    read_counters(connection, &districts, &mut context).await?;
    Ok(context)
}

async fn read_devices(
    connection: &mut SqliteConnection,
    alarms: &[&Alarm],
    context: &mut Context,
) -> Result<(), sqlx::Error> {
    let wanted = list(alarms.iter().map(|a| json!({"protocol": a.protocol, "ident": a.ident})));
    let found = sqlx::query!(
        r#"SELECT d.id, d.protocol, d.ident, d.district, d.senior, d.key_sha256,
                  s.name, s.born, s.village, s.lat, s.lon
           FROM json_each(?1) AS w
           CROSS JOIN devices AS d
               ON d.protocol = w.value ->> 'protocol' AND d.ident = w.value ->> 'ident'
           CROSS JOIN seniors AS s ON s.district = d.district AND s.id = d.senior"#,
        wanted
    )
    .fetch_all(connection)
    .await?;
    for row in found {
        let device = silverbell_domain::KnownDevice {
            id: rows::id(&row.id)?,
            district: DistrictId::new(&row.district),
            senior: rows::id(&row.senior)?,
            who: silverbell_domain::Who { name: row.name, born: row.born, village: row.village },
            home: rows::point(row.lat, row.lon)?,
            key_sha256: row.key_sha256.as_deref().map(rows::hash).transpose()?,
        };
        context.devices.insert((rows::protocol(&row.protocol)?, row.ident), device);
    }
    Ok(())
}

async fn read_seen(
    connection: &mut SqliteConnection,
    alarms: &[&Alarm],
    context: &mut Context,
) -> Result<(), sqlx::Error> {
    let wanted = list(alarms.iter().map(|alarm| {
        json!({
            "protocol": alarm.protocol,
            "ident": alarm.ident,
            "event_id": alarm.event_id,
            "body": hex::encode(body_sha256(&alarm.raw)),
            "since": SeenSignal::window_start(alarm.received_at),
        })
    }));
    let found = sqlx::query!(
        r#"SELECT g.id AS "id!", g.protocol AS "protocol!", g.ident AS "ident!", g.event_id,
                  g.body_sha256 AS "body_sha256!", g.verified AS "verified!: bool",
                  g.received_at AS "received_at!", g.ticket AS "ticket!",
                  g.joined AS "joined!: bool"
           FROM json_each(?1) AS w
           CROSS JOIN signals AS g
               ON g.protocol = w.value ->> 'protocol' AND g.ident = w.value ->> 'ident'
               AND g.event_id = w.value ->> 'event_id'
           WHERE g.event_id IS NOT NULL
           UNION ALL
           SELECT g.id, g.protocol, g.ident, g.event_id, g.body_sha256, g.verified,
                  g.received_at, g.ticket, g.joined
           FROM json_each(?1) AS w
           CROSS JOIN signals AS g
               ON g.protocol = w.value ->> 'protocol' AND g.ident = w.value ->> 'ident'
               AND g.body_sha256 = unhex(w.value ->> 'body')
           WHERE g.event_id IS NULL AND g.received_at >= w.value ->> 'since'"#,
        wanted
    )
    .fetch_all(connection)
    .await?;
    for row in found {
        context.seen.push(SeenSignal {
            id: rows::id(&row.id)?,
            protocol: rows::protocol(&row.protocol)?,
            ident: row.ident,
            event_id: row.event_id,
            body_sha256: rows::hash(&row.body_sha256)?,
            verified: row.verified,
            received_at: UnixMs(row.received_at),
            ticket: rows::id(&row.ticket)?,
            joined: row.joined,
        });
    }
    Ok(())
}

/// Reads the open emergencies of the seniors whose devices speak.
async fn read_open_emergencies(
    connection: &mut SqliteConnection,
    context: &mut Context,
) -> Result<(), sqlx::Error> {
    let seniors = list(context.devices.values().map(|device| device.senior));
    let found = sqlx::query_as!(
        Row,
        r#"SELECT version, number, chain, state FROM tickets
           WHERE open = 1 AND emergency = 1 AND senior IS NOT NULL
             AND senior IN (SELECT value FROM json_each(?1))"#,
        seniors
    )
    .fetch_all(connection)
    .await?;
    for row in found {
        let (ticket, stored) = row.stored()?;
        if let Some(senior) = ticket.senior {
            context.open_by_senior.insert(senior, ticket.id);
        }
        context.tickets.insert(ticket.id, stored);
    }
    Ok(())
}

/// Reads the open tickets of unknown devices that speak again, and what came from their addresses.
async fn read_unknown(
    connection: &mut SqliteConnection,
    alarms: &[&Alarm],
    context: &mut Context,
) -> Result<(), sqlx::Error> {
    let unknown: Vec<&&Alarm> = alarms
        .iter()
        .filter(|a| !context.devices.contains_key(&(a.protocol, a.ident.clone())))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let idents = list(unknown.iter().map(|a| format!("{}/{}", a.protocol.as_str(), a.ident)));
    let own = sqlx::query_as!(
        Row,
        r#"SELECT version, number, chain, state FROM tickets
           WHERE open = 1 AND unknown_ident IS NOT NULL
             AND unknown_ident IN (SELECT value FROM json_each(?1))"#,
        idents
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in own {
        let (ticket, stored) = row.stored()?;
        if let Some(ident) = ticket.unknown_ident {
            context.open_by_ident.insert(ident, ticket.id);
        }
        context.tickets.insert(ticket.id, stored);
    }
    let mut sources: HashMap<&str, UnixMs> = HashMap::new();
    for alarm in unknown {
        sources.insert(&alarm.source_addr, alarm.received_at);
    }
    for (source, now) in sources {
        let caller = read_unknown_caller(connection, source, now, context).await?;
        context.unknown_callers.insert(source.to_owned(), caller);
    }
    Ok(())
}

async fn read_unknown_caller(
    connection: &mut SqliteConnection,
    source: &str,
    now: UnixMs,
    context: &mut Context,
) -> Result<UnknownCaller, sqlx::Error> {
    let since = UnknownCaller::window_start(now).0;
    let opened = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!: i64" FROM tickets
           WHERE source_addr IS NOT NULL AND source_addr = ?1 AND received_at >= ?2"#,
        source,
        since
    )
    .fetch_one(&mut *connection)
    .await?;
    let last = sqlx::query_as!(
        Row,
        r#"SELECT version, number, chain, state FROM tickets
           WHERE source_addr IS NOT NULL AND source_addr = ?1 AND open = 1
             AND unknown_ident IS NOT NULL AND senior IS NULL
           ORDER BY received_at DESC, id DESC LIMIT 1"#,
        source
    )
    .fetch_optional(&mut *connection)
    .await?;
    let mut last_open = None;
    if let Some(row) = last {
        let (ticket, stored) = row.stored()?;
        last_open = Some(ticket.id);
        context.tickets.entry(ticket.id).or_insert(stored);
    }
    Ok(UnknownCaller { opened: u32::try_from(opened).unwrap_or(u32::MAX), last_open })
}

async fn read_versions(
    connection: &mut SqliteConnection,
    commits: &[&Commit],
    context: &mut Context,
) -> Result<(), sqlx::Error> {
    let wanted = list(commits.iter().flat_map(|c| &c.tickets).map(|part| part.ticket.id));
    let found = sqlx::query!(
        r#"SELECT id, version, number, chain FROM tickets
           WHERE id IN (SELECT value FROM json_each(?1))"#,
        wanted
    )
    .fetch_all(connection)
    .await?;
    for row in found {
        let stored = StoredTicket {
            ticket: None,
            version: row.version.cast_unsigned(),
            number: row.number.cast_unsigned(),
            chain: rows::hash(&row.chain)?,
        };
        context.tickets.entry(rows::id(&row.id)?).or_insert(stored);
    }
    Ok(())
}

async fn read_counters(
    connection: &mut SqliteConnection,
    districts: &BTreeSet<DistrictId>,
    context: &mut Context,
) -> Result<(), sqlx::Error> {
    let wanted = list(districts);
    let found = sqlx::query!(
        r#"SELECT id, last_seq, last_number FROM districts
           WHERE id IN (SELECT value FROM json_each(?1))"#,
        wanted
    )
    .fetch_all(connection)
    .await?;
    for row in found {
        let counters = (row.last_seq.cast_unsigned(), row.last_number.cast_unsigned());
        context.counters.insert(DistrictId::new(&row.id), counters);
    }
    Ok(())
}

// --- What a batch leaves -----------------------------------------------------------------------

async fn write_rows(
    connection: &mut SqliteConnection,
    batch: &Batch,
    known: &BTreeSet<TicketId>,
) -> Result<(), sqlx::Error> {
    write_tickets(connection, batch).await?;
    write_offers(connection, batch).await?;
    write_deadlines(connection, batch, known).await?;
    write_signals(connection, batch).await?;
    write_events(connection, batch).await?;
    write_outbox(connection, batch).await?;
    write_idempotency(connection, batch).await?;
    write_counters(connection, batch).await
}

async fn write_tickets(
    connection: &mut SqliteConnection,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    if batch.tickets.is_empty() {
        return Ok(());
    }
    let rows = list(&batch.tickets);
    sqlx::query!(
        r#"INSERT INTO tickets (district, id, number, senior, unknown_ident, source_addr, kind,
               emergency, open, urgency, version, received_at, closed_at, chain, state)
           SELECT value ->> 'district', value ->> 'id', value ->> 'number', value ->> 'senior',
               value ->> 'unknown_ident', value ->> 'source_addr', value ->> 'kind',
               value ->> 'emergency', value ->> 'open', value ->> 'urgency', value ->> 'version',
               value ->> 'received_at', value ->> 'closed_at', unhex(value ->> 'chain'),
               value ->> 'state'
           FROM json_each(?1) WHERE true
           ON CONFLICT (district, id) DO UPDATE SET
               senior = excluded.senior, unknown_ident = excluded.unknown_ident,
               kind = excluded.kind, emergency = excluded.emergency, open = excluded.open,
               urgency = excluded.urgency, version = excluded.version,
               closed_at = excluded.closed_at, chain = excluded.chain, state = excluded.state"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_offers(connection: &mut SqliteConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    if batch.offers.is_empty() {
        return Ok(());
    }
    let rows = list(&batch.offers);
    sqlx::query!(
        r#"INSERT INTO offers (district, id, ticket, responder, role, status, active, engaged)
           SELECT value ->> 'district', value ->> 'id', value ->> 'ticket',
               value ->> 'responder', value ->> 'role', value ->> 'status',
               value ->> 'active', value ->> 'engaged'
           FROM json_each(?1) WHERE true
           ON CONFLICT (district, id) DO UPDATE SET
               status = excluded.status, active = excluded.active, engaged = excluded.engaged"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_deadlines(
    connection: &mut SqliteConnection,
    batch: &Batch,
    known: &BTreeSet<TicketId>,
) -> Result<(), sqlx::Error> {
    let replaced = batch.tickets.iter().map(|row| row.id).filter(|id| known.contains(id));
    let replaced: Vec<TicketId> = replaced.collect();
    if !replaced.is_empty() {
        let tickets = list(&replaced);
        sqlx::query!(
            r#"DELETE FROM deadlines WHERE (district, ticket) IN (
                   SELECT t.district, t.id FROM json_each(?1) AS w
                   CROSS JOIN tickets AS t ON t.id = w.value)"#,
            tickets
        )
        .execute(&mut *connection)
        .await?;
    }
    if batch.deadlines.is_empty() {
        return Ok(());
    }
    let rows = list(&batch.deadlines);
    sqlx::query!(
        r#"INSERT INTO deadlines (district, ticket, kind, at)
           SELECT value ->> 'district', value ->> 'ticket', value ->> 'kind', value ->> 'at'
           FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_signals(
    connection: &mut SqliteConnection,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    if batch.signals.is_empty() {
        return Ok(());
    }
    let rows = list(&batch.signals);
    sqlx::query!(
        r#"INSERT INTO signals (district, id, protocol, ident, device, kind, event_id, body_sha256,
               verified, received_at, pressed_at, ticket, joined, flags, position, battery_pct,
               source_addr, raw)
           SELECT value ->> 'district', value ->> 'id', value ->> 'protocol', value ->> 'ident',
               value ->> 'device', value ->> 'kind', value ->> 'event_id',
               unhex(value ->> 'body_sha256'), value ->> 'verified', value ->> 'received_at',
               value ->> 'pressed_at', value ->> 'ticket', value ->> 'joined',
               value ->> 'flags', value ->> 'position', value ->> 'battery_pct',
               value ->> 'source_addr', unhex(value ->> 'raw')
           FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_events(connection: &mut SqliteConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    if batch.events.is_empty() {
        return Ok(());
    }
    let rows = list(&batch.events);
    sqlx::query!(
        r#"INSERT INTO events (district, seq, ticket, at, name, body, hash)
           SELECT value ->> 'district', value ->> 'seq', value ->> 'ticket', value ->> 'at',
               value ->> 'name', value ->> 'body', unhex(value ->> 'hash')
           FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_outbox(connection: &mut SqliteConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    if batch.outbox.is_empty() {
        return Ok(());
    }
    let rows = list(&batch.outbox);
    sqlx::query!(
        r#"INSERT INTO outbox (id, district, ticket, kind, payload, due_at)
           SELECT value ->> 'id', value ->> 'district', value ->> 'ticket', value ->> 'kind',
               value ->> 'payload', value ->> 'due_at'
           FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_idempotency(
    connection: &mut SqliteConnection,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    for request in &batch.idempotency {
        let user = request.user.to_string();
        let fingerprint = request.fingerprint.as_slice();
        let subject = rows::json(&request.subject)?;
        sqlx::query!(
            "INSERT INTO idempotency_keys (user_id, key, fingerprint, subject, at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            user,
            request.key,
            fingerprint,
            subject,
            request.at.0
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn write_counters(
    connection: &mut SqliteConnection,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    if batch.events.is_empty() {
        return Ok(());
    }
    let counters = list(batch.counters.iter().map(|(district, (last_seq, last_number))| {
        json!({"id": district, "last_seq": last_seq, "last_number": last_number})
    }));
    sqlx::query!(
        r#"UPDATE districts SET last_seq = w.value ->> 'last_seq',
               last_number = w.value ->> 'last_number'
           FROM json_each(?1) AS w WHERE districts.id = w.value ->> 'id'"#,
        counters
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns a JSON list, the one argument of a wide statement.
fn list<T: Serialize>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<T> = items.into_iter().collect();
    // Our own rows have string keys only, so that writing them cannot fail.
    serde_json::to_string(&items).unwrap_or_default()
}

impl Row {
    fn stored(self) -> Result<(Ticket, StoredTicket), sqlx::Error> {
        let ticket = rows::ticket(&self.state, self.version, self.number)?;
        let stored = StoredTicket {
            ticket: Some(ticket.clone()),
            version: ticket.version,
            number: ticket.number,
            chain: rows::hash(&self.chain)?,
        };
        Ok((ticket, stored))
    }
}
