//! The rows of a folded batch: the locks it takes, what it needs to know, and what it leaves.
//!
//! A statement costs a round trip, far more than its work: so one statement locks, one reads
//! everything and one writes everything. Many rows travel as one JSON text, both ways; the
//! statements stay fixed and are checked when this crate is compiled.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;
use silverbell_domain::{
    Alarm, DeviceId, DistrictId, KnownDevice, Protocol, SeniorId, SignalId, TicketId, UnixMs, Who,
};
use silverbell_store::{
    Advance, Batch, Context, Fold, FoldItem, Reply, SeenSignal, StoreError, StoredTicket,
    UnknownCaller, body_sha256,
};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::Intake;
use crate::admin;
use crate::error::Failure;
use crate::rows::{self, decode, list};
use crate::text::{self, escaped, unescaped};
use crate::writer::{Counters, Write};

type Replies = Vec<Result<Reply, StoreError>>;

// --- Locks -------------------------------------------------------------------------------------

/// Whose batch locks, and what it has to lock beside what its writes name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lock<'a> {
    pub(crate) writer: Uuid,
    pub(crate) batch: i64,
    pub(crate) elsewhere: &'a BTreeSet<DistrictId>,
}

/// Marks the batch as the writer's latest, and locks the districts it writes to.
pub(crate) async fn lock(
    transaction: &mut PgConnection,
    lock: Lock<'_>,
    writes: &[Write],
    intake: &Intake,
) -> Result<Counters, sqlx::Error> {
    let mut districts: BTreeSet<&DistrictId> = lock.elsewhere.iter().collect();
    let mut callers: BTreeSet<(&str, &str)> = BTreeSet::new();
    for write in writes {
        match write {
            Write::Fold(FoldItem::Alarm(alarm, _)) => {
                callers.insert((alarm.protocol.as_str(), &alarm.ident));
            }
            Write::Fold(FoldItem::Commit(commit)) => {
                districts.extend(commit.tickets.iter().map(|part| &part.ticket.district));
            }
            Write::Admin(write) => districts.extend(admin::district(write, intake)),
        }
    }
    let (protocols, idents): (Vec<String>, Vec<String>) = callers
        .into_iter()
        .map(|(protocol, ident)| (protocol.to_owned(), escaped(ident).into_owned()))
        .unzip();
    let locked = sqlx::query_file!(
        "src/sql/lock.sql",
        lock.writer,
        lock.batch,
        &text::slugs(districts),
        &protocols,
        &idents,
        &*escaped(&intake.default_district.0)
    )
    .fetch_all(transaction)
    .await?;
    Ok(locked
        .into_iter()
        .map(|row| {
            let counters = (row.last_seq.cast_unsigned(), row.last_number.cast_unsigned());
            (DistrictId::new(&row.id), counters)
        })
        .collect())
}

/// Applies folded commands inside the open transaction; the counters follow when all went well.
pub(crate) async fn apply(
    transaction: &mut PgConnection,
    items: &[&FoldItem],
    counters: &mut Counters,
    intake: &Intake,
) -> Result<(Replies, Vec<Advance>), Failure> {
    if items.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let context = read_context(transaction, items, counters).await?;
    let mut fold = Fold::new(context, &intake.policy, &intake.default_district);
    let replies: Replies = items.iter().map(|item| fold.apply(item)).collect();
    let mut batch = fold.finish().map_err(decode)?;
    batch.counters.retain(|district, counter| counters.get(district) != Some(counter));
    text::escape(&mut batch);
    write_rows(transaction, &batch).await?;
    counters.extend(batch.counters);
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
    verified: bool,
    received_at: UnixMs,
    ticket: TicketId,
    joined: bool,
}

/// A ticket's row; the document only where the ticket itself is needed.
#[derive(Deserialize)]
struct TicketRow {
    id: TicketId,
    district: DistrictId,
    version: i64,
    number: i64,
    chain: String,
    state: Option<String>,
}

async fn read_context(
    transaction: &mut PgConnection,
    items: &[&FoldItem],
    counters: &Counters,
) -> Result<Context, Failure> {
    let mut alarms: Vec<&Alarm> = Vec::new();
    let mut changed: Vec<Uuid> = Vec::new();
    for item in items {
        match item {
            FoldItem::Alarm(alarm, _) => alarms.push(alarm),
            FoldItem::Commit(commit) => {
                changed.extend(commit.tickets.iter().map(|part| part.ticket.id.0));
            }
        }
    }
    let asked = list(alarms.iter().map(|alarm| asked(alarm)))?;
    let found = sqlx::query_file!("src/sql/context.sql", asked, &changed)
        .fetch_one(&mut *transaction)
        .await?;
    let mut context = Context { counters: counters.clone(), ..Context::default() };
    let mut districts = BTreeSet::new();
    for row in rows::document::<Vec<DeviceRow>>(&found.devices)? {
        let (protocol, device) = (row.protocol, row.ident.clone());
        districts.insert(row.district.clone());
        context.devices.insert((protocol, unescaped(device)), row.device()?);
    }
    for row in rows::document::<Vec<SeenRow>>(&found.seen)? {
        context.seen.push(row.signal()?);
    }
    for row in rows::document::<Vec<TicketRow>>(&found.tickets)? {
        districts.insert(row.district.clone());
        row.put(&mut context)?;
    }
    districts.extend(read_unknown_callers(transaction, &alarms, &mut context).await?);
    // A device may have been put in after the locks were taken, or its open ticket is elsewhere.
    districts.retain(|district| !counters.contains_key(district));
    if districts.is_empty() { Ok(context) } else { Err(Failure::Unlocked(districts)) }
}

/// What is asked about an alarm.
fn asked(alarm: &Alarm) -> serde_json::Value {
    let protocol = alarm.protocol.as_str();
    json!({
        "protocol": protocol,
        "ident": escaped(&alarm.ident),
        "unknown_ident": escaped(&format!("{protocol}/{}", alarm.ident)),
        "event_id": alarm.event_id.as_deref().map(escaped),
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
            who: Who {
                name: unescaped(self.name),
                born: unescaped(self.born),
                village: unescaped(self.village),
            },
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
            ident: unescaped(self.ident),
            event_id: self.event_id.map(unescaped),
            body_sha256: rows::hex_hash(&self.body)?,
            verified: self.verified,
            received_at: self.received_at,
            ticket: self.ticket,
            joined: self.joined,
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

/// Reads what came lately from the addresses of devices that are unknown; returns the districts of
/// the tickets that were found.
async fn read_unknown_callers(
    transaction: &mut PgConnection,
    alarms: &[&Alarm],
    context: &mut Context,
) -> Result<BTreeSet<DistrictId>, sqlx::Error> {
    let mut sources: HashMap<String, (&str, UnixMs)> = HashMap::new();
    for alarm in alarms {
        if !context.devices.contains_key(&(alarm.protocol, alarm.ident.clone())) {
            let kept = escaped(&alarm.source_addr).into_owned();
            sources.insert(kept, (&alarm.source_addr, alarm.received_at));
        }
    }
    let mut districts = BTreeSet::new();
    if sources.is_empty() {
        return Ok(districts);
    }
    let (kept, since): (Vec<String>, Vec<i64>) = sources
        .iter()
        .map(|(kept, (_, now))| (kept.clone(), UnknownCaller::window_start(*now).0))
        .unzip();
    let found = sqlx::query_file!("src/sql/unknown_callers.sql", &kept, &since)
        .fetch_all(transaction)
        .await?;
    for row in found {
        let Some((source, _)) = sources.get(&row.source) else { continue };
        let mut last_open = None;
        if let (Some(id), Some(district), Some(version), Some(number), Some(chain)) =
            (row.id, row.district, row.version, row.number, row.chain)
        {
            let (id, chain) = (TicketId(id), hex::encode(chain));
            let district = DistrictId::new(&district);
            last_open = Some(id);
            districts.insert(district.clone());
            TicketRow { id, district, version, number, chain, state: row.state }.put(context)?;
        }
        let opened = u32::try_from(row.opened).unwrap_or(u32::MAX);
        let caller = UnknownCaller { opened, last_open };
        context.unknown_callers.insert((*source).to_owned(), caller);
    }
    Ok(districts)
}

// --- What a batch leaves -----------------------------------------------------------------------

async fn write_rows(transaction: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    if batch.tickets.is_empty() && batch.outbox.is_empty() && batch.idempotency.is_empty() {
        return Ok(());
    }
    let (tickets, offers) = (list(&batch.tickets)?, list(&batch.offers)?);
    let (deadlines, signals) = (list(&batch.deadlines)?, list(&batch.signals)?);
    let (events, outbox) = (list(&batch.events)?, list(&batch.outbox)?);
    let requests = list(batch.idempotency.iter().map(|request| {
        json!({
            "user": request.user, "key": request.key,
            "fingerprint": hex::encode(request.fingerprint),
            "subject": json!(request.subject).to_string(), "at": request.at,
        })
    }))?;
    let counters = list(batch.counters.iter().map(|(district, (last_seq, last_number))| {
        json!({"id": district, "last_seq": last_seq, "last_number": last_number})
    }))?;
    sqlx::query_file!(
        "src/sql/rows.sql",
        tickets,
        offers,
        deadlines,
        signals,
        events,
        outbox,
        requests,
        counters
    )
    .execute(transaction)
    .await?;
    Ok(())
}
