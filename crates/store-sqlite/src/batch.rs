//! The rows of a folded batch: what it needs to know, and what it leaves.
//!
//! A statement costs a trip to the database's thread and back, far more than its work: so one
//! statement reads everything and one request writes everything. Many rows travel as one JSON text,
//! both ways; the statements stay fixed and are checked when this crate is compiled.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use silverbell_domain::{
    Alarm, DeadlineKind, DeviceId, DistrictId, KnownDevice, Protocol, SeniorId, SignalId, TicketId,
    UnixMs, Who,
};
use silverbell_store::{
    Advance, Batch, Context, Fold, FoldItem, Reply, SeenSignal, StoreError, StoredTicket,
    UnknownCaller, body_sha256,
};
use sqlx::sqlite::SqliteConnection;

use crate::Intake;
use crate::rows::{self, decode};

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
    let mut fold = Fold::new(context, &intake.policy, &intake.default_district);
    let replies: Replies = items.iter().map(|item| fold.apply(item)).collect();
    let batch = fold.finish().map_err(decode)?;
    write_rows(connection, &batch).await?;
    Ok((replies, batch.advances))
}

// --- What a batch needs to know ----------------------------------------------------------------

#[derive(Deserialize)]
struct DeviceRow {
    id: DeviceId,
    protocol: Protocol,
    ident: String,
    district: DistrictId,
    senior: SeniorId,
    key: Option<String>,
    name: String,
    born: String,
    village: String,
    lat: f64,
    lon: f64,
}

#[derive(Deserialize)]
struct SeenRow {
    id: SignalId,
    protocol: Protocol,
    ident: String,
    event_id: Option<String>,
    body: String,
    verified: u8,
    received_at: UnixMs,
    ticket: TicketId,
    joined: u8,
}

/// A ticket's row; the document only where the ticket itself is needed.
#[derive(Deserialize)]
struct TicketRow {
    id: TicketId,
    version: i64,
    number: i64,
    chain: String,
    state: Option<String>,
}

#[derive(Deserialize)]
struct CounterRow {
    id: DistrictId,
    last_seq: u64,
    last_number: u64,
}

async fn read_context(
    connection: &mut SqliteConnection,
    items: &[&FoldItem],
    intake: &Intake,
) -> Result<Context, sqlx::Error> {
    let mut alarms: Vec<&Alarm> = Vec::new();
    let mut changed: Vec<TicketId> = Vec::new();
    let mut districts = BTreeSet::from([&intake.default_district]);
    for item in items {
        match item {
            FoldItem::Alarm(alarm, _) => alarms.push(alarm),
            FoldItem::Commit(commit) => {
                changed.extend(commit.tickets.iter().map(|part| part.ticket.id));
                districts.extend(commit.tickets.iter().map(|part| &part.ticket.district));
            }
        }
    }
    let asked = list(alarms.iter().map(|alarm| asked(alarm)));
    let (changed, districts) = (list(changed), list(districts));
    let found = sqlx::query_file!("src/sql/context.sql", asked, changed, districts)
        .fetch_one(&mut *connection)
        .await?;
    let mut context = Context::default();
    for row in rows::document::<Vec<DeviceRow>>(&found.devices)? {
        context.devices.insert((row.protocol, row.ident.clone()), row.device()?);
    }
    for row in rows::document::<Vec<SeenRow>>(&found.seen)? {
        context.seen.push(row.signal()?);
    }
    for row in rows::document::<Vec<TicketRow>>(&found.tickets)? {
        row.put(&mut context)?;
    }
    for row in rows::document::<Vec<CounterRow>>(&found.counters)? {
        context.counters.insert(row.id, (row.last_seq, row.last_number));
    }
    read_unknown_callers(connection, &alarms, &mut context).await?;
    Ok(context)
}

/// What is asked about an alarm.
fn asked(alarm: &Alarm) -> serde_json::Value {
    json!({
        "protocol": alarm.protocol,
        "ident": alarm.ident,
        "unknown_ident": format!("{}/{}", alarm.protocol.as_str(), alarm.ident),
        "event_id": alarm.event_id,
        "body": hex::encode(body_sha256(&alarm.raw)),
        "since": SeenSignal::window_start(alarm.received_at),
    })
}

impl DeviceRow {
    fn device(self) -> Result<KnownDevice, sqlx::Error> {
        Ok(KnownDevice {
            id: self.id,
            district: self.district,
            senior: self.senior,
            who: Who { name: self.name, born: self.born, village: self.village },
            home: rows::point(self.lat, self.lon)?,
            key_sha256: self.key.as_deref().map(rows::hex_hash).transpose()?,
        })
    }
}

impl SeenRow {
    fn signal(self) -> Result<SeenSignal, sqlx::Error> {
        Ok(SeenSignal {
            id: self.id,
            protocol: self.protocol,
            ident: self.ident,
            event_id: self.event_id,
            body_sha256: rows::hex_hash(&self.body)?,
            verified: self.verified != 0,
            received_at: self.received_at,
            ticket: self.ticket,
            joined: self.joined != 0,
        })
    }
}

impl TicketRow {
    /// Puts the ticket into the context, and under those for whom it is the open one.
    fn put(self, context: &mut Context) -> Result<(), sqlx::Error> {
        let ticket = self
            .state
            .as_deref()
            .map(|state| rows::ticket(state, self.version, self.number))
            .transpose()?
            .map(Arc::new);
        if let Some(ticket) = &ticket {
            if let Some(senior) = ticket.senior.filter(|_| ticket.is_emergency()) {
                context.open_by_senior.insert(senior, self.id);
            }
            if let Some(ident) = &ticket.unknown_ident {
                context.open_by_ident.insert(ident.clone(), self.id);
            }
        }
        let stored = StoredTicket {
            ticket,
            version: self.version.cast_unsigned(),
            number: self.number.cast_unsigned(),
            chain: rows::hex_hash(&self.chain)?,
        };
        // The same ticket may be found with its document and without.
        let known = context.tickets.entry(self.id).or_insert_with(|| stored.clone());
        if known.ticket.is_none() {
            *known = stored;
        }
        Ok(())
    }
}

/// Reads what came lately from the addresses of devices that are unknown.
async fn read_unknown_callers(
    connection: &mut SqliteConnection,
    alarms: &[&Alarm],
    context: &mut Context,
) -> Result<(), sqlx::Error> {
    let mut sources: HashMap<&str, UnixMs> = HashMap::new();
    for alarm in alarms {
        if !context.devices.contains_key(&(alarm.protocol, alarm.ident.clone())) {
            sources.insert(&alarm.source_addr, alarm.received_at);
        }
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
    let last = sqlx::query!(
        r#"SELECT id, version, number, chain, state FROM tickets
           WHERE source_addr IS NOT NULL AND source_addr = ?1 AND open = 1
             AND unknown_ident IS NOT NULL AND senior IS NULL
           ORDER BY received_at DESC, id DESC LIMIT 1"#,
        source
    )
    .fetch_optional(&mut *connection)
    .await?;
    let mut last_open = None;
    if let Some(row) = last {
        let id = rows::id(&row.id)?;
        last_open = Some(id);
        let (version, number) = (row.version, row.number);
        let row = TicketRow {
            id,
            version,
            number,
            chain: hex::encode(row.chain),
            state: Some(row.state),
        };
        row.put(context)?;
    }
    Ok(UnknownCaller { opened: u32::try_from(opened).unwrap_or(u32::MAX), last_open })
}

// --- What a batch leaves -----------------------------------------------------------------------

async fn write_rows(connection: &mut SqliteConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let tickets = list(batch.tickets.iter().filter(|ticket| ticket.found_anew));
    let touched = list(batch.tickets.iter().filter(|ticket| !ticket.found_anew));
    let offers = list(&batch.offers);
    let rescheduled = list(rescheduled(batch));
    let (deadlines, signals) = (list(&batch.deadlines), list(&batch.signals));
    let (events, outbox) = (list(&batch.events), list(&batch.outbox));
    let requests = list(batch.idempotency.iter().map(|request| {
        json!({
            "user": request.user, "key": request.key,
            "fingerprint": hex::encode(request.fingerprint),
            "subject": json!(request.subject).to_string(), "at": request.at,
        })
    }));
    let counters = list(batch.counters.iter().map(|(district, (last_seq, last_number))| {
        json!({"id": district, "last_seq": last_seq, "last_number": last_number})
    }));
    sqlx::query_file!(
        "src/sql/rows.sql",
        tickets,
        touched,
        offers,
        rescheduled,
        deadlines,
        signals,
        events,
        outbox,
        requests,
        counters
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns, for each ticket, the kinds of deadlines it has now: every other goes.
fn rescheduled(batch: &Batch) -> impl Iterator<Item = serde_json::Value> {
    let mut kinds: HashMap<TicketId, Vec<DeadlineKind>> = HashMap::new();
    for deadline in &batch.deadlines {
        kinds.entry(deadline.ticket).or_default().push(deadline.kind);
    }
    batch.tickets.iter().map(move |ticket| {
        let kinds = kinds.get(&ticket.id).map_or(&[][..], Vec::as_slice);
        json!({"district": ticket.district, "ticket": ticket.id, "kinds": kinds})
    })
}

/// Returns a JSON list, the one argument of a wide statement.
fn list<T: Serialize>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<T> = items.into_iter().collect();
    // Our own rows have string keys only, so that writing them cannot fail.
    serde_json::to_string(&items).unwrap_or_default()
}
