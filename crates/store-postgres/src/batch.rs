//! A folded batch: the locks it takes, what it needs to know, and what becomes of it.
//!
//! A statement costs a round trip, far more than its work: so one statement locks, one reads
//! everything and one writes everything. Mostly the lock is left out, and with it the transaction
//! around all three: the batch is decided on what was read, and written if its districts are still as
//! they were, which only another node can have changed. What is read travels as JSON texts; the
//! statements stay fixed and are checked when this crate is compiled.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use silverbell_domain::{Alarm, DistrictId, TicketId, UnixMs};
use silverbell_store::{
    Advance, Asked, Batch, Context, DeviceRow, Fold, FoldItem, Intake, OpenRow, Reply, SeenRow,
    StoreError, UnknownCaller, Write, readable,
};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::error::Failure;
use crate::rows::{self, Lossy, decode, list};
use crate::text::{self, escaped, unescaped};
use crate::write_rows::{Unlocked, write_rows};
use crate::writer::Counters;
use crate::{admin, aside};

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
    let (replies, mut batch) = fold(items, context, intake)?;
    batch.counters.retain(|district, counter| counters.get(district) != Some(counter));
    if !is_empty(&batch) {
        write_rows(transaction, &batch, None).await?;
    }
    counters.extend(batch.counters);
    Ok((replies, batch.advances))
}

/// A batch that was decided without locks.
pub(crate) struct Prepared {
    batch: Batch,
    /// What is answered once it is written.
    pub(crate) replies: Replies,
    /// What is announced once it is written.
    pub(crate) advances: Vec<Advance>,
    /// The revision of each district it was decided on.
    revisions: BTreeMap<DistrictId, String>,
}

/// Decides on folded commands without locks. `None` when that cannot be: something stands in the way
/// that has to be changed first, or an unknown device calls, which takes more than one look.
pub(crate) async fn prepare(
    connection: &mut PgConnection,
    items: &[&FoldItem],
    intake: &Intake,
) -> Result<Option<Prepared>, Failure> {
    let found = find(connection, items).await?;
    let mut context = Context::default();
    let mut revisions = BTreeMap::new();
    for row in found.districts {
        context.counters.insert(row.id.clone(), (row.last_seq, row.last_number));
        revisions.insert(row.id, row.revision);
    }
    put_known(found.devices, found.seen, &mut context)?;
    for row in found.tickets {
        if row.put(&mut context).is_err() {
            return Ok(None);
        }
    }
    if alarms(items).any(|alarm| is_unknown(alarm, &context)) {
        return Ok(None);
    }
    let (replies, mut batch) = fold(items, context, intake)?;
    if batch.counters.keys().any(|district| !revisions.contains_key(district)) {
        return Ok(None);
    }
    let advances = std::mem::take(&mut batch.advances);
    Ok(Some(Prepared { batch, replies, advances, revisions }))
}

impl Prepared {
    /// Returns whether it changes nothing, as a repeat of what is recorded already.
    pub(crate) const fn is_empty(&self) -> bool {
        is_empty(&self.batch)
    }

    /// Writes the batch, in a transaction of its own, if its districts are as they were. Returns
    /// whether they were.
    pub(crate) async fn write(
        &self,
        connection: &mut PgConnection,
        writer: Uuid,
        batch: i64,
    ) -> Result<bool, sqlx::Error> {
        let unlocked = Unlocked { writer, batch, revisions: &self.revisions };
        write_rows(connection, &self.batch, Some(unlocked)).await
    }
}

const fn is_empty(batch: &Batch) -> bool {
    let Batch { signals, tickets, outbox, idempotency, .. } = batch;
    signals.is_empty() && tickets.is_empty() && outbox.is_empty() && idempotency.is_empty()
}

fn fold(
    items: &[&FoldItem],
    context: Context,
    intake: &Intake,
) -> Result<(Replies, Batch), sqlx::Error> {
    let mut fold = Fold::new(context, &intake.policy, &intake.default_district)
        .with_herald(intake.herald.as_deref());
    let replies = items.iter().map(|item| fold.apply(item)).collect();
    let mut batch = fold.finish().map_err(decode)?;
    text::escape(&mut batch);
    Ok((replies, batch))
}

// --- What a batch needs to know ----------------------------------------------------------------

/// What the database holds of what a batch is about.
struct Found {
    devices: Vec<DeviceRow>,
    seen: Vec<SeenRow>,
    tickets: Vec<OpenRow>,
    districts: Vec<DistrictRow>,
}

/// A district that is written to.
#[derive(Deserialize)]
struct DistrictRow {
    id: DistrictId,
    last_seq: u64,
    last_number: u64,
    revision: String,
}

fn alarms<'a>(items: &[&'a FoldItem]) -> impl Iterator<Item = &'a Alarm> {
    items.iter().filter_map(|item| match item {
        FoldItem::Alarm(alarm, _) => Some(&**alarm),
        FoldItem::Commit(_) => None,
    })
}

fn is_unknown(alarm: &Alarm, context: &Context) -> bool {
    !context.devices.contains_key(&(alarm.protocol, alarm.ident.clone()))
}

async fn find(connection: &mut PgConnection, items: &[&FoldItem]) -> Result<Found, sqlx::Error> {
    let asked = list(alarms(items).map(|alarm| Asked::about(alarm, escaped)))?;
    let mut changed: Vec<Uuid> = Vec::new();
    let mut districts = BTreeSet::new();
    for item in items {
        if let FoldItem::Commit(commit) = item {
            changed.extend(commit.tickets.iter().map(|part| part.ticket.id.0));
            districts.extend(commit.tickets.iter().map(|part| &part.ticket.district));
        }
    }
    let found = sqlx::query_file!("src/sql/context.sql", asked, &changed, &text::slugs(districts))
        .fetch_one(connection)
        .await?;
    Ok(Found {
        devices: rows::document(&found.devices)?,
        seen: rows::document(&found.seen)?,
        tickets: rows::document(&found.tickets.text())?,
        districts: rows::document(&found.districts)?,
    })
}

fn put_known(
    devices: Vec<DeviceRow>,
    seen: Vec<SeenRow>,
    context: &mut Context,
) -> Result<(), sqlx::Error> {
    for row in devices {
        row.put(context, unescaped).map_err(decode)?;
    }
    for row in seen {
        row.put(context, unescaped).map_err(decode)?;
    }
    Ok(())
}

/// Reads what a batch needs to know while its districts are locked.
async fn read_context(
    transaction: &mut PgConnection,
    items: &[&FoldItem],
    counters: &Counters,
) -> Result<Context, Failure> {
    let found = find(transaction, items).await?;
    let mut context = Context { counters: counters.clone(), ..Context::default() };
    let mut districts: BTreeSet<DistrictId> =
        found.devices.iter().map(|row| row.district.clone()).collect();
    put_known(found.devices, found.seen, &mut context)?;
    for row in found.tickets {
        districts.extend(row.district.clone());
        let (id, joins) = (row.id, row.state.is_some());
        match row.put(&mut context) {
            Err(_) if joins => aside::set_aside(transaction, id).await?,
            put => put.map_err(decode)?,
        }
    }
    let alarms: Vec<&Alarm> = alarms(items).collect();
    districts.extend(read_unknown_callers(transaction, &alarms, &mut context).await?);
    // A device may have been put in after the locks were taken, or its open ticket is elsewhere.
    districts.retain(|district| !counters.contains_key(district));
    if districts.is_empty() { Ok(context) } else { Err(Failure::Unlocked(districts)) }
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
        if is_unknown(alarm, context) {
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
            districts.insert(DistrictId::new(&district));
            let state = row.state.map(Lossy::text);
            let row = OpenRow { id, district: None, version, number, chain, state };
            last_open = readable("tickets", id, row.put(context)).map(|()| id);
        }
        let opened = u32::try_from(row.opened).unwrap_or(u32::MAX);
        let caller = UnknownCaller { opened, last_open };
        context.unknown_callers.insert((*source).to_owned(), caller);
    }
    Ok(districts)
}
