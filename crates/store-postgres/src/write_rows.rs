//! What a batch leaves: its rows column by column, each column one array, in one statement.

use std::collections::BTreeMap;

use silverbell_domain::DistrictId;
use silverbell_store::Batch;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::facts::VERSION;
use crate::rows::{json, list};

/// On what condition a batch is written without holding its districts' locks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unlocked<'a> {
    /// Whose latest batch it becomes.
    pub(crate) writer: Uuid,
    /// Its number.
    pub(crate) batch: i64,
    /// The revision that each district must still have.
    pub(crate) revisions: &'a BTreeMap<DistrictId, String>,
}

/// Writes everything a batch leaves; returns whether it did. It did not, and changed nothing, when it
/// holds no locks and somebody else has written to one of its districts since.
pub(crate) async fn write_rows(
    connection: &mut PgConnection,
    batch: &Batch,
    unlocked: Option<Unlocked<'_>>,
) -> Result<bool, sqlx::Error> {
    let counters: Vec<(&DistrictId, &(u64, u64))> = batch.counters.iter().collect();
    // None where the district's lock is held.
    let revision = |id| unlocked.and_then(|it| Some(it.revisions.get(id)?.as_str()));
    let (tickets, offers, deadlines) = (&batch.tickets, &batch.offers, &batch.deadlines);
    let (signals, events, facts) = (&batch.signals, &batch.events, &batch.facts);
    let flags: Vec<String> =
        signals.iter().map(|row| json(&row.flags)).collect::<Result<_, _>>()?;
    let positions: Vec<Option<String>> = signals
        .iter()
        .map(|row| row.position.as_ref().map(json).transpose())
        .collect::<Result<_, _>>()?;
    let written = sqlx::query_file_scalar!(
        "src/sql/rows.sql",
        unlocked.map(|it| it.writer),
        unlocked.map(|it| it.batch),
        &column(&counters, |(id, _)| &*id.0) as _,
        &column(&counters, |(_, (last_seq, _))| last_seq.cast_signed()),
        &column(&counters, |(_, (_, last_number))| last_number.cast_signed()),
        &column(&counters, |(id, _)| revision(*id)) as _,
        &column(tickets, |row| &*row.district.0) as _,
        &column(tickets, |row| row.id.0),
        &column(tickets, |row| row.number.cast_signed()),
        &column(tickets, |row| row.senior.map(|id| id.0)) as _,
        &column(tickets, |row| row.unknown_ident.as_deref()) as _,
        &column(tickets, |row| row.source_addr.as_deref()) as _,
        &column(tickets, |row| row.kind) as _,
        &column(tickets, |row| row.emergency),
        &column(tickets, |row| row.open),
        &column(tickets, |row| i16::from(row.urgency)),
        &column(tickets, |row| row.version.cast_signed()),
        &column(tickets, |row| row.received_at.0),
        &column(tickets, |row| row.closed_at.map(|at| at.0)) as _,
        &column(tickets, |row| &row.chain[..]) as _,
        &column(tickets, |row| &*row.state) as _,
        &column(offers, |row| &*row.district.0) as _,
        &column(offers, |row| row.id.0),
        &column(offers, |row| row.ticket.0),
        &column(offers, |row| row.responder.0),
        &column(offers, |row| row.role.as_str()) as _,
        &column(offers, |row| row.status) as _,
        &column(offers, |row| row.active),
        &column(offers, |row| row.engaged),
        &column(deadlines, |row| &*row.district.0) as _,
        &column(deadlines, |row| row.ticket.0),
        &column(deadlines, |row| row.kind.as_str()) as _,
        &column(deadlines, |row| row.at.0),
        &column(signals, |row| &*row.district.0) as _,
        &column(signals, |row| row.id.0),
        &column(signals, |row| row.protocol.as_str()) as _,
        &column(signals, |row| &*row.ident) as _,
        &column(signals, |row| row.device.map(|id| id.0)) as _,
        &column(signals, |row| row.kind.as_str()) as _,
        &column(signals, |row| row.event_id.as_deref()) as _,
        &column(signals, |row| &row.body_sha256[..]) as _,
        &column(signals, |row| row.verified),
        &column(signals, |row| row.received_at.0),
        &column(signals, |row| row.pressed_at.map(|at| at.0)) as _,
        &column(signals, |row| row.ticket.0),
        &column(signals, |row| row.joined),
        &flags,
        &positions as _,
        &column(signals, |row| row.battery_pct.map(i16::from)) as _,
        &column(signals, |row| &*row.source_addr) as _,
        &column(signals, |row| &row.raw[..]) as _,
        &column(events, |row| &*row.district.0) as _,
        &column(events, |row| row.seq.cast_signed()),
        &column(events, |row| row.ticket.0),
        &column(events, |row| row.at.0),
        &column(events, |row| row.name) as _,
        &column(events, |row| &*row.body) as _,
        &column(events, |row| &row.hash[..]) as _,
        list(&batch.outbox)?,
        list(batch.request_rows())?,
        &column(facts, |row| &*row.district.0) as _,
        &column(facts, |row| row.received_at.0),
        &column(facts, |row| row.ticket.0),
        &column(facts, |row| row.facts.as_deref()) as _,
        VERSION,
    )
    .fetch_one(connection)
    .await?;
    Ok(written == 1)
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
