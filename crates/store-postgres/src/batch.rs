//! The rows of a folded batch: the locks it takes, what it needs to know, and what it leaves.
//!
//! A statement costs a round trip, far more than its work: so one statement locks, one reads
//! everything and one writes everything. Many rows travel as one JSON text, both ways; the
//! statements stay fixed and are checked when this crate is compiled.

use std::collections::{BTreeSet, HashMap};

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
    let asked = list(alarms.iter().map(|alarm| Asked::about(alarm, escaped)))?;
    let found = sqlx::query_file!("src/sql/context.sql", asked, &changed)
        .fetch_one(&mut *transaction)
        .await?;
    let mut context = Context { counters: counters.clone(), ..Context::default() };
    let mut districts = BTreeSet::new();
    for row in rows::document::<Vec<DeviceRow>>(&found.devices)? {
        districts.insert(row.district.clone());
        row.put(&mut context, unescaped).map_err(decode)?;
    }
    for row in rows::document::<Vec<SeenRow>>(&found.seen)? {
        row.put(&mut context, unescaped).map_err(decode)?;
    }
    for row in rows::document::<Vec<OpenRow>>(&found.tickets.text())? {
        districts.extend(row.district.clone());
        let (id, joins) = (row.id, row.state.is_some());
        match row.put(&mut context) {
            Err(_) if joins => aside::set_aside(transaction, id).await?,
            put => put.map_err(decode)?,
        }
    }
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

// --- What a batch leaves -----------------------------------------------------------------------

async fn write_rows(transaction: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    if batch.tickets.is_empty() && batch.outbox.is_empty() && batch.idempotency.is_empty() {
        return Ok(());
    }
    let (tickets, offers) = (list(&batch.tickets)?, list(&batch.offers)?);
    let (deadlines, signals) = (list(&batch.deadlines)?, list(&batch.signals)?);
    let (events, outbox) = (list(&batch.events)?, list(&batch.outbox)?);
    let (requests, counters) = (list(batch.request_rows())?, list(batch.counter_rows())?);
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
