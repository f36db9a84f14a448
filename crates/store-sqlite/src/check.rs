//! The check of the embedded database: reads everything in one snapshot, a ticket that moves while
//! this runs is not altered history. Texts are read whatever their bytes.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use silverbell_store::StoreError;
use silverbell_store::check::{
    Beside, CallColumns, DistrictColumns, EventColumns, Findings, KeptTicket, MAX_COMPLAINTS,
    MessageColumns, NamedSignal, NamedTicket, OfferColumns, SaidColumns, SeniorColumns,
    ShiftColumns, SignalColumns, TicketColumns, behind,
};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::rows::{self, Lossy, decode};

type Read<T> = Result<T, sqlx::Error>;

/// How many tickets are in memory at once, with their histories.
const PAGE: i64 = 64;

/// One more than is listed of a kind, so that it shows that there is more.
const LISTED: i64 = MAX_COMPLAINTS as i64 + 1;

/// Returns what is wrong, in words.
pub(crate) async fn check(pool: &SqlitePool) -> Read<Vec<String>> {
    let mut snapshot = pool.begin().await?;
    let mut findings = Findings::default();
    database(&mut snapshot, &mut findings).await?;
    districts(&mut snapshot, &mut findings).await?;
    tickets(&mut snapshot, &mut findings).await?;
    strays(&mut snapshot, &mut findings).await?;
    signals(&mut snapshot, &mut findings).await?;
    people(&mut snapshot, &mut findings).await?;
    outbox(&mut snapshot, &mut findings).await?;
    said(&mut snapshot, &mut findings).await?;
    calls(&mut snapshot, &mut findings).await?;
    crate::keys::check(&mut snapshot, &mut findings).await?;
    Ok(findings.in_words())
}

/// Fails in words when a district's counters are behind its history: the next SOS would collide.
pub(crate) async fn counters_behind(connection: &mut SqliteConnection) -> Read<()> {
    let found = sqlx::query_scalar!(
        "SELECT id FROM districts AS d
         WHERE d.last_seq < (SELECT max(seq) FROM events WHERE district = d.id)
             OR d.last_number < (SELECT max(number) FROM tickets WHERE district = d.id)
         LIMIT 1"
    )
    .fetch_optional(connection)
    .await?;
    match found {
        Some(district) => Err(decode(StoreError::Unavailable(behind(&district)))),
        None => Ok(()),
    }
}

/// The file itself. A pragma has no types that could be checked when this is compiled.
async fn database(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let lines: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *snapshot).await?;
    for line in lines.iter().filter(|line| *line != "ok") {
        findings.add("the file", format!("database file: {line}"));
    }
    let mut dangling = sqlx::query_as::<_, (String, Option<i64>, String)>(
        r#"SELECT "table", rowid, parent FROM pragma_foreign_key_check"#,
    )
    .fetch(snapshot);
    while let Some((table, row, parent)) = dangling.try_next().await? {
        let row = row.map_or_else(String::new, |row| format!(" (row {row})"));
        findings
            .add("references", format!("{table}{row} refers to something that is not in {parent}"));
    }
    Ok(())
}

async fn districts(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let mut found = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", last_seq, last_number,
               (SELECT count(*) FROM events WHERE district = d.id) AS "events!: i64",
               (SELECT coalesce(max(seq), 0) FROM events WHERE district = d.id)
                   AS "newest_event!: i64",
               (SELECT coalesce(max(number), 0) FROM tickets WHERE district = d.id)
                   AS "newest_ticket!: i64"
           FROM districts AS d"#
    )
    .fetch(snapshot);
    while let Some(row) = found.try_next().await? {
        findings.district(&DistrictColumns {
            id: row.id.text(),
            last_seq: row.last_seq,
            last_number: row.last_number,
            events: row.events,
            newest_event: row.newest_event,
            newest_ticket: row.newest_ticket,
        });
    }
    Ok(())
}

// --- Tickets -----------------------------------------------------------------------------------

async fn tickets(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let mut after = i64::MIN;
    loop {
        let (page, last) = tickets_after(snapshot, after).await?;
        let Some(last) = last else { return Ok(()) };
        after = last;
        let page: Vec<KeptTicket> =
            page.into_iter().map(|row| KeptTicket::new(row, findings)).collect();
        let mut beside = beside(snapshot, &page).await?;
        let mut named = Vec::new();
        for ticket in &page {
            let beside = beside.remove(ticket.id()).unwrap_or_default();
            named.extend(ticket.judge(&beside, findings));
        }
        signals_gone(snapshot, &named, findings).await?;
    }
}

/// Returns a page of tickets, and where it ends.
async fn tickets_after(
    snapshot: &mut SqliteConnection,
    after: i64,
) -> Read<(Vec<TicketColumns>, Option<i64>)> {
    let found = sqlx::query!(
        r#"SELECT rowid AS "rowid!: i64", district AS "district!: Lossy", id AS "id!: Lossy",
               number, senior AS "senior: Lossy", unknown_ident AS "unknown_ident: Lossy",
               source_addr AS "source_addr: Lossy", kind AS "kind!: Lossy",
               emergency AS "emergency!: bool", open AS "open!: bool", urgency, version,
               received_at, closed_at, chain, state AS "state!: Vec<u8>"
           FROM tickets WHERE rowid > ?1 ORDER BY rowid LIMIT ?2"#,
        after,
        PAGE
    )
    .fetch_all(snapshot)
    .await?;
    let last = found.last().map(|row| row.rowid);
    let columns = found.into_iter().map(|row| TicketColumns {
        district: row.district.text(),
        id: row.id.text(),
        number: row.number,
        senior: row.senior.map(Lossy::text),
        unknown_ident: row.unknown_ident.map(Lossy::text),
        source_addr: row.source_addr.map(Lossy::text),
        kind: row.kind.text(),
        emergency: row.emergency,
        open: row.open,
        urgency: row.urgency,
        version: row.version,
        received_at: row.received_at,
        closed_at: row.closed_at,
        chain: row.chain,
        state: row.state,
    });
    Ok((columns.collect(), last))
}

/// Reads what lies beside these tickets, by ticket.
async fn beside(
    snapshot: &mut SqliteConnection,
    page: &[KeptTicket],
) -> Read<HashMap<String, Beside>> {
    let mut beside: HashMap<String, Beside> = HashMap::new();
    let tickets = rows::json(&page.iter().map(KeptTicket::id).collect::<Vec<_>>())?;
    let events = sqlx::query!(
        r#"SELECT e.ticket AS "ticket!: Lossy", e.district AS "district!: Lossy", e.seq AS "seq!", e.at,
               e.name AS "name!: Lossy", e.body AS "body!: Vec<u8>", e.hash
           FROM json_each(?1) AS w CROSS JOIN events AS e ON e.ticket = w.value
           ORDER BY e.ticket, e.seq"#,
        tickets
    )
    .fetch_all(&mut *snapshot)
    .await?;
    for row in events {
        beside.entry(row.ticket.text()).or_default().events.push(EventColumns {
            district: row.district.text(),
            seq: row.seq,
            at: row.at,
            name: row.name.text(),
            body: row.body,
            hash: row.hash,
        });
    }
    let deadlines = sqlx::query!(
        r#"SELECT d.ticket AS "ticket!: Lossy", d.kind AS "kind!: Lossy"
           FROM json_each(?1) AS w
           CROSS JOIN tickets AS t ON t.id = w.value
           CROSS JOIN deadlines AS d ON d.district = t.district AND d.ticket = t.id"#,
        tickets
    )
    .fetch_all(&mut *snapshot)
    .await?;
    for row in deadlines {
        beside.entry(row.ticket.text()).or_default().deadlines.push(row.kind.text());
    }
    for (ticket, offers) in offers(snapshot, page).await? {
        beside.entry(ticket).or_default().offers = offers;
    }
    Ok(beside)
}

/// Reads the rows of the offers that the tickets' documents name, by the ticket that names them.
async fn offers(
    snapshot: &mut SqliteConnection,
    page: &[KeptTicket],
) -> Read<HashMap<String, Vec<OfferColumns>>> {
    let named: HashMap<String, &str> = page
        .iter()
        .flat_map(|ticket| ticket.offers().map(|offer| (offer.to_string(), ticket.id())))
        .collect();
    let ids = rows::json(&named.keys().collect::<Vec<_>>())?;
    let found = sqlx::query!(
        r#"SELECT o.district AS "district!: Lossy", o.id AS "id!: Lossy",
               o.ticket AS "ticket!: Lossy", o.responder AS "responder!: Lossy",
               o.role AS "role!: Lossy", o.status AS "status!: Lossy",
               o.active AS "active!: bool", o.engaged AS "engaged!: bool"
           FROM json_each(?1) AS w CROSS JOIN offers AS o ON o.id = w.value"#,
        ids
    )
    .fetch_all(snapshot)
    .await?;
    let mut offers: HashMap<String, Vec<OfferColumns>> = HashMap::new();
    for row in found {
        let id = row.id.text();
        let Some(ticket) = named.get(&id) else { continue };
        offers.entry((*ticket).to_owned()).or_default().push(OfferColumns {
            district: row.district.text(),
            id,
            ticket: row.ticket.text(),
            responder: row.responder.text(),
            role: row.role.text(),
            status: row.status.text(),
            active: row.active,
            engaged: row.engaged,
        });
    }
    Ok(offers)
}

async fn signals_gone(
    snapshot: &mut SqliteConnection,
    named: &[NamedSignal],
    findings: &mut Findings,
) -> Read<()> {
    let named = rows::json(&named)?;
    let gone = sqlx::query!(
        r#"SELECT w.value ->> 'ticket' AS "ticket!: String", w.value ->> 'signal' AS "signal!: String"
           FROM json_each(?1) AS w
           WHERE NOT EXISTS (SELECT 1 FROM signals AS s
               WHERE s.district = w.value ->> 'district' AND s.id = w.value ->> 'signal')"#,
        named
    )
    .fetch_all(snapshot)
    .await?;
    for row in gone {
        findings.signal_gone(&row.ticket, &row.signal);
    }
    Ok(())
}

/// Rows that belong to no ticket.
async fn strays(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let offers = sqlx::query_scalar!(
        r#"SELECT o.id AS "id!: Lossy" FROM offers AS o
           LEFT JOIN tickets AS t ON t.id = o.ticket
           WHERE t.id IS NULL OR instr(t.state, o.id) = 0 LIMIT ?1"#,
        LISTED
    )
    .fetch_all(&mut *snapshot)
    .await?;
    for offer in offers {
        findings.offer_of_nobody(&offer.text());
    }
    let events = sqlx::query!(
        r#"SELECT e.district AS "district!: Lossy", e.seq FROM events AS e
           LEFT JOIN tickets AS t ON t.id = e.ticket WHERE t.id IS NULL LIMIT ?1"#,
        LISTED
    )
    .fetch_all(&mut *snapshot)
    .await?;
    for row in events {
        findings.event_of_nothing(&row.district.text(), row.seq);
    }
    let deadlines = sqlx::query_scalar!(
        r#"SELECT d.ticket AS "ticket!: Lossy" FROM deadlines AS d
           LEFT JOIN tickets AS t ON t.district = d.district AND t.id = d.ticket
           WHERE t.id IS NULL LIMIT ?1"#,
        LISTED
    )
    .fetch_all(snapshot)
    .await?;
    for ticket in deadlines {
        findings.deadline_of_nothing(&ticket.text());
    }
    Ok(())
}

// --- What stands for itself --------------------------------------------------------------------

async fn signals(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let mut found = sqlx::query!(
        r#"SELECT s.district AS "district!: Lossy", s.id AS "id!: Lossy",
               s.protocol AS "protocol!: Lossy", s.device AS "device: Lossy",
               s.kind AS "kind!: Lossy", s.body_sha256, s.ticket AS "ticket!: Lossy",
               s.flags AS "flags!: Vec<u8>", s.position AS "position: Vec<u8>", s.battery_pct,
               s.raw, t.district AS "ticket_district?: Lossy"
           FROM signals AS s LEFT JOIN tickets AS t ON t.id = s.ticket"#
    )
    .fetch(snapshot);
    while let Some(row) = found.try_next().await? {
        findings.signal(&SignalColumns {
            district: row.district.text(),
            id: row.id.text(),
            protocol: row.protocol.text(),
            device: row.device.map(Lossy::text),
            kind: row.kind.text(),
            body_sha256: row.body_sha256,
            ticket: row.ticket.text(),
            flags: row.flags,
            position: row.position,
            battery_pct: row.battery_pct,
            raw: row.raw,
            ticket_district: row.ticket_district.map(Lossy::text),
        });
    }
    Ok(())
}

async fn people(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let mut seniors = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id AS "id!: Lossy", name AS "name!: Lossy",
               born AS "born!: Lossy", village AS "village!: Lossy", address AS "address!: Lossy",
               phones AS "phones!: Lossy", lat, lon, needs AS "needs!: Lossy", file AS "file!: Vec<u8>"
           FROM seniors"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = seniors.try_next().await? {
        findings.senior(&SeniorColumns {
            district: row.district.text(),
            id: row.id.text(),
            name: row.name.text(),
            born: row.born.text(),
            village: row.village.text(),
            address: row.address.text(),
            phones: row.phones.text(),
            lat: row.lat,
            lon: row.lon,
            needs: row.needs.text(),
            file: row.file,
        });
    }
    drop(seniors);
    let mut responders = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id AS "id!: Lossy", file AS "file!: Vec<u8>"
           FROM responders"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = responders.try_next().await? {
        findings.responder(&row.district.text(), &row.id.text(), &row.file);
    }
    drop(responders);
    let mut shifts = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", responder AS "responder!: Lossy", from_at, to_at,
               lag(to_at) OVER (PARTITION BY district, responder ORDER BY from_at) AS before
           FROM shifts"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = shifts.try_next().await? {
        let (id, responder) = (row.id.text(), row.responder.text());
        let columns = ShiftColumns { id, responder, from_at: row.from_at, to_at: row.to_at };
        findings.shift(&columns, row.before);
    }
    drop(shifts);
    let mut devices = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", protocol AS "protocol!: Lossy", key_sha256 FROM devices"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = devices.try_next().await? {
        findings.device(&row.id.text(), &row.protocol.text(), row.key_sha256.as_deref());
    }
    drop(devices);
    let mut users = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", role AS "role!: Lossy", responder AS "responder: Lossy"
           FROM users"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = users.try_next().await? {
        let responder = row.responder.map(Lossy::text);
        findings.user(&row.id.text(), &row.role.text(), responder.as_deref());
    }
    drop(users);
    let mut positions =
        sqlx::query!(r#"SELECT responder AS "responder!: Lossy", lat, lon FROM last_positions"#)
            .fetch(snapshot);
    while let Some(row) = positions.try_next().await? {
        findings.last_position(&row.responder.text(), (row.lat, row.lon));
    }
    Ok(())
}

async fn outbox(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let mut requests = sqlx::query!(
        r#"SELECT user_id AS "user_id!: Lossy", fingerprint, subject AS "subject!: Vec<u8>"
           FROM idempotency_keys"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = requests.try_next().await? {
        findings.request(&row.user_id.text(), &row.fingerprint, &row.subject);
    }
    drop(requests);
    let mut messages = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", ticket AS "ticket: Lossy", payload AS "payload!: Vec<u8>",
               attempts, urgency, failures
           FROM outbox"#
    )
    .fetch(snapshot);
    while let Some(row) = messages.try_next().await? {
        let columns = MessageColumns {
            ticket: row.ticket.map(Lossy::text),
            payload: row.payload,
            attempts: row.attempts,
            urgency: row.urgency,
            failures: row.failures,
        };
        findings.message(&row.id.text(), &columns);
    }
    Ok(())
}

async fn said(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let mut states = sqlx::query!(
        r#"SELECT s.district AS "district!: Lossy", s.device AS "device!: Lossy", s.battery_pct,
               s.position AS "position: Vec<u8>", d.district AS "device_district?: Lossy"
           FROM device_states AS s LEFT JOIN devices AS d ON d.id = s.device"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = states.try_next().await? {
        let columns = SaidColumns {
            district: row.district.text(),
            device: row.device.text(),
            kinds: None,
            battery_pct: row.battery_pct,
            position: row.position,
            device_district: row.device_district.map(Lossy::text),
        };
        findings.said("device_states", &columns);
    }
    drop(states);
    let mut reports = sqlx::query!(
        r#"SELECT r.district AS "district!: Lossy", r.device AS "device!: Lossy",
               r.kinds AS "kinds!: Vec<u8>", r.battery_pct, r.position AS "position: Vec<u8>",
               d.district AS "device_district?: Lossy"
           FROM device_reports AS r LEFT JOIN devices AS d ON d.id = r.device"#
    )
    .fetch(snapshot);
    while let Some(row) = reports.try_next().await? {
        let columns = SaidColumns {
            district: row.district.text(),
            device: row.device.text(),
            kinds: Some(row.kinds),
            battery_pct: row.battery_pct,
            position: row.position,
            device_district: row.device_district.map(Lossy::text),
        };
        findings.said("device_reports", &columns);
    }
    Ok(())
}

async fn calls(snapshot: &mut SqliteConnection, findings: &mut Findings) -> Read<()> {
    let mut after = String::new();
    loop {
        let page = calls_after(snapshot, &after).await?;
        match page.last() {
            // An id that is no text may come again, and nothing after it.
            Some(last) if last.id != after => after.clone_from(&last.id),
            Some(_) | None => return Ok(()),
        }
        let named = page.iter().filter_map(|row| findings.call(row)).collect::<Vec<_>>();
        tickets_gone(snapshot, &named, findings).await?;
    }
}

async fn calls_after(snapshot: &mut SqliteConnection, after: &str) -> Read<Vec<CallColumns>> {
    let page = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id AS "id!: Lossy", senior AS "senior: Lossy",
               ringing_at, record AS "record!: Vec<u8>"
           FROM calls WHERE id > ?1 ORDER BY id LIMIT ?2"#,
        after,
        PAGE
    )
    .fetch_all(snapshot)
    .await?;
    let columns = page.into_iter().map(|row| CallColumns {
        district: row.district.text(),
        id: row.id.text(),
        senior: row.senior.map(Lossy::text),
        ringing_at: row.ringing_at,
        record: row.record,
    });
    Ok(columns.collect())
}

async fn tickets_gone(
    snapshot: &mut SqliteConnection,
    named: &[NamedTicket],
    findings: &mut Findings,
) -> Read<()> {
    let named = rows::json(&named)?;
    let gone = sqlx::query!(
        r#"SELECT w.value ->> 'call' AS "call!: String", w.value ->> 'ticket' AS "ticket!: String"
           FROM json_each(?1) AS w
           WHERE NOT EXISTS (SELECT 1 FROM tickets AS t
               WHERE t.id = w.value ->> 'ticket' AND t.district = w.value ->> 'district')"#,
        named
    )
    .fetch_all(snapshot)
    .await?;
    for row in gone {
        findings.ticket_gone(&row.call, &row.ticket);
    }
    Ok(())
}
