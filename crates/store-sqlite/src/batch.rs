//! The rows of a folded batch: what it needs to know, and what it leaves.
//!
//! A statement costs a trip to the database's thread and back, far more than its work: so one
//! statement reads everything and one request writes everything. Many rows travel as one JSON text,
//! both ways; the statements stay fixed and are checked when this crate is compiled.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::convert::identity;

use serde::{Deserialize, Serialize};
use serde_json::json;
use silverbell_domain::{Alarm, DeadlineKind, DistrictId, TicketId, UnixMs};
use silverbell_store::{
    Advance, Asked, Batch, Context, DeviceRow, FACTS_VERSION, Fold, FoldItem, Intake, OpenRow,
    Reply, SeenRow, StoreError, UnknownCaller, readable,
};
use sqlx::sqlite::SqliteConnection;

use crate::aside;
use crate::rows::{self, Lossy, decode};

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
    let mut fold = Fold::new(context, &intake.policy, &intake.default_district)
        .with_herald(intake.herald.as_deref());
    let replies: Replies = items.iter().map(|item| fold.apply(item)).collect();
    let batch = fold.finish().map_err(decode)?;
    write_rows(connection, &batch).await?;
    Ok((replies, batch.advances))
}

// --- What a batch needs to know ----------------------------------------------------------------

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
    let asked = list(alarms.iter().map(|alarm| Asked::about(alarm, as_said)));
    let (changed, districts) = (list(changed), list(districts));
    let found = sqlx::query_file!("src/sql/context.sql", asked, changed, districts)
        .fetch_one(&mut *connection)
        .await?;
    let mut context = Context::default();
    for row in rows::document::<Vec<DeviceRow>>(&found.devices)? {
        row.put(&mut context, identity).map_err(decode)?;
    }
    for row in rows::document::<Vec<SeenRow>>(&found.seen)? {
        row.put(&mut context, identity).map_err(decode)?;
    }
    for row in rows::document::<Vec<OpenRow>>(&found.tickets.text())? {
        let (id, joins) = (row.id, row.state.is_some());
        match row.put(&mut context) {
            Err(_) if joins => aside::set_aside(connection, id).await?,
            put => put.map_err(decode)?,
        }
    }
    for row in rows::document::<Vec<CounterRow>>(&found.counters)? {
        context.counters.insert(row.id, (row.last_seq, row.last_number));
    }
    read_unknown_callers(connection, &alarms, &mut context).await?;
    Ok(context)
}

/// SQLite keeps any text.
fn as_said(text: &str) -> Cow<'_, str> {
    text.into()
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
        r#"SELECT id, version, number, chain, state AS "state!: Lossy" FROM tickets
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
        let (version, number) = (row.version, row.number);
        let (chain, state) = (hex::encode(row.chain), Some(row.state.text()));
        let row = OpenRow { id, district: None, version, number, chain, state };
        last_open = readable("tickets", id, row.put(context)).map(|()| id);
    }
    Ok(UnknownCaller { opened: u32::try_from(opened).unwrap_or(u32::MAX), last_open })
}

// --- What a batch leaves -----------------------------------------------------------------------

async fn write_rows(connection: &mut SqliteConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let tickets = list(batch.tickets.iter().filter(|ticket| ticket.found_anew));
    let touched = list(batch.tickets.iter().filter(|ticket| !ticket.found_anew));
    let offers = list(&batch.offers);
    let rescheduled = list(rescheduled(batch));
    let facts = list(&batch.facts);
    let (deadlines, signals) = (list(&batch.deadlines), list(&batch.signals));
    let (events, outbox) = (list(&batch.events), list(&batch.outbox));
    let (requests, counters) = (list(batch.request_rows()), list(batch.counter_rows()));
    sqlx::query_file!(
        "src/sql/rows.sql",
        tickets,
        touched,
        offers,
        rescheduled,
        deadlines,
        facts,
        FACTS_VERSION,
        facts,
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
