//! The check of a PostgreSQL database: reads everything in one snapshot, on a connection of its own
//! that nobody's patience ends. Texts are read whatever their bytes.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use silverbell_store::StoreError;
use silverbell_store::check::{
    Beside, CallColumns, DistrictColumns, EventColumns, Findings, KeptTicket, MAX_COMPLAINTS,
    MessageColumns, NamedSignal, NamedTicket, OfferColumns, SaidColumns, SeniorColumns,
    ShiftColumns, SignalColumns, TicketColumns, behind,
};
use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::connect::{self, SNAPSHOT};
use crate::rows::{Lossy, decode};
use crate::text::{escaped, unescaped};

type Read<T> = Result<T, sqlx::Error>;

/// How many tickets are in memory at once, with their histories.
const PAGE: i64 = 64;

/// One more than is listed of a kind, so that it shows that there is more.
const LISTED: i64 = MAX_COMPLAINTS as i64 + 1;

/// Returns what is wrong, in words.
pub(crate) async fn check(readers: &PgPool) -> Read<Vec<String>> {
    let mut connection = connect::connect(&connect::checking(readers)).await?;
    let mut snapshot = connection.begin_with(SNAPSHOT).await?;
    let mut findings = Findings::default();
    careless(&mut snapshot, &mut findings).await?;
    districts(&mut snapshot, &mut findings).await?;
    tickets(&mut snapshot, &mut findings).await?;
    strays(&mut snapshot, &mut findings).await?;
    signals(&mut snapshot, &mut findings).await?;
    people(&mut snapshot, &mut findings).await?;
    outbox(&mut snapshot, &mut findings).await?;
    said(&mut snapshot, &mut findings).await?;
    calls(&mut snapshot, &mut findings).await?;
    crate::keys::check(&mut snapshot, &mut findings).await?;
    snapshot.commit().await?;
    connection.close().await?;
    Ok(findings.in_words())
}

/// Fails in words when a district's counters are behind its history: the next SOS would collide.
pub(crate) async fn counters_behind(connection: &mut PgConnection) -> Read<()> {
    let found = sqlx::query_scalar!(
        "SELECT id FROM districts AS d
         WHERE d.last_seq < (SELECT max(seq) FROM events WHERE district = d.id)
             OR d.last_number < (SELECT max(number) FROM tickets WHERE district = d.id)
         LIMIT 1"
    )
    .fetch_optional(connection)
    .await?;
    match found {
        Some(district) => Err(decode(StoreError::Unavailable(behind(&unescaped(district))))),
        None => Ok(()),
    }
}

/// Settings of the server with which a committed row may be lost or half written.
async fn careless(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let found = sqlx::query_scalar!(
        r#"SELECT name AS "name!" FROM pg_settings
           WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
           ORDER BY name"#
    )
    .fetch_all(snapshot)
    .await?;
    for name in found {
        findings.add(
            "the server",
            format!("database server: {name} is off; a power cut may lose what was kept"),
        );
    }
    Ok(())
}

async fn districts(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let mut found = sqlx::query!(
        r#"SELECT id AS "id!: Lossy", last_seq, last_number,
               (SELECT count(*) FROM events WHERE district = d.id) AS "events!",
               (SELECT coalesce(max(seq), 0) FROM events WHERE district = d.id)
                   AS "newest_event!",
               (SELECT coalesce(max(number), 0) FROM tickets WHERE district = d.id)
                   AS "newest_ticket!"
           FROM districts AS d"#
    )
    .fetch(snapshot);
    while let Some(row) = found.try_next().await? {
        findings.district(&DistrictColumns {
            id: row.id.said(),
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

async fn tickets(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let mut after = Uuid::nil();
    loop {
        let (page, ids) = tickets_after(snapshot, after).await?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = *last;
        let page: Vec<KeptTicket> =
            page.into_iter().map(|row| KeptTicket::new(row, findings)).collect();
        let mut beside = beside(snapshot, &page, &ids).await?;
        let mut named = Vec::new();
        for ticket in &page {
            let beside = beside.remove(ticket.id()).unwrap_or_default();
            named.extend(ticket.judge(&beside, findings));
        }
        signals_gone(snapshot, &named, findings).await?;
    }
}

/// Returns a page of tickets and their identities.
async fn tickets_after(
    snapshot: &mut PgConnection,
    after: Uuid,
) -> Read<(Vec<TicketColumns>, Vec<Uuid>)> {
    let found = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id, number, senior,
               unknown_ident AS "unknown_ident: Lossy", source_addr AS "source_addr: Lossy",
               kind AS "kind!: Lossy", emergency, open, urgency, version, received_at, closed_at,
               chain, state AS "state!: Vec<u8>"
           FROM tickets WHERE id > $1 ORDER BY id LIMIT $2"#,
        after,
        PAGE
    )
    .fetch_all(snapshot)
    .await?;
    let ids = found.iter().map(|row| row.id).collect();
    let columns = found.into_iter().map(|row| TicketColumns {
        district: row.district.said(),
        id: row.id.to_string(),
        number: row.number,
        senior: row.senior.map(|id| id.to_string()),
        unknown_ident: row.unknown_ident.map(Lossy::said),
        source_addr: row.source_addr.map(Lossy::said),
        kind: row.kind.text(),
        emergency: row.emergency,
        open: row.open,
        urgency: row.urgency.into(),
        version: row.version,
        received_at: row.received_at,
        closed_at: row.closed_at,
        chain: row.chain,
        state: row.state,
    });
    Ok((columns.collect(), ids))
}

/// Reads what lies beside these tickets, by ticket.
async fn beside(
    snapshot: &mut PgConnection,
    page: &[KeptTicket],
    ids: &[Uuid],
) -> Read<HashMap<String, Beside>> {
    let mut beside: HashMap<String, Beside> = HashMap::new();
    let events = sqlx::query!(
        r#"SELECT ticket, district AS "district!: Lossy", seq, at, name AS "name!: Lossy",
               body AS "body!: Vec<u8>", hash
           FROM events WHERE ticket = ANY ($1) ORDER BY ticket, seq"#,
        ids
    )
    .fetch_all(&mut *snapshot)
    .await?;
    for row in events {
        beside.entry(row.ticket.to_string()).or_default().events.push(EventColumns {
            district: row.district.said(),
            seq: row.seq,
            at: row.at,
            name: row.name.text(),
            body: row.body,
            hash: row.hash,
        });
    }
    let deadlines = sqlx::query!(
        r#"SELECT d.ticket, d.kind AS "kind!: Lossy"
           FROM tickets AS t JOIN deadlines AS d ON d.district = t.district AND d.ticket = t.id
           WHERE t.id = ANY ($1)"#,
        ids
    )
    .fetch_all(&mut *snapshot)
    .await?;
    for row in deadlines {
        beside.entry(row.ticket.to_string()).or_default().deadlines.push(row.kind.text());
    }
    for (ticket, offers) in offers(snapshot, page).await? {
        beside.entry(ticket).or_default().offers = offers;
    }
    Ok(beside)
}

/// Reads the rows of the offers that the tickets' documents name, by the ticket that names them.
async fn offers(
    snapshot: &mut PgConnection,
    page: &[KeptTicket],
) -> Read<HashMap<String, Vec<OfferColumns>>> {
    let named: HashMap<Uuid, &str> = page
        .iter()
        .flat_map(|ticket| ticket.offers().map(|offer| (offer.0, ticket.id())))
        .collect();
    let found = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id, ticket, responder, role AS "role!: Lossy",
               status AS "status!: Lossy", active, engaged
           FROM offers WHERE id = ANY ($1)"#,
        &named.keys().copied().collect::<Vec<Uuid>>()
    )
    .fetch_all(snapshot)
    .await?;
    let mut offers: HashMap<String, Vec<OfferColumns>> = HashMap::new();
    for row in found {
        let Some(ticket) = named.get(&row.id) else { continue };
        offers.entry((*ticket).to_owned()).or_default().push(OfferColumns {
            district: row.district.said(),
            id: row.id.to_string(),
            ticket: row.ticket.to_string(),
            responder: row.responder.to_string(),
            role: row.role.text(),
            status: row.status.text(),
            active: row.active,
            engaged: row.engaged,
        });
    }
    Ok(offers)
}

async fn signals_gone(
    snapshot: &mut PgConnection,
    named: &[NamedSignal],
    findings: &mut Findings,
) -> Read<()> {
    let districts: Vec<String> =
        named.iter().map(|named| escaped(&named.district).into_owned()).collect();
    let signals: Vec<Uuid> = named.iter().map(|named| named.signal.0).collect();
    let tickets: Vec<String> = named.iter().map(|named| named.ticket.clone()).collect();
    let gone = sqlx::query!(
        r#"SELECT w.ticket AS "ticket!", w.signal AS "signal!"
           FROM unnest($1::text[], $2::uuid[], $3::text[]) AS w (district, signal, ticket)
           WHERE NOT EXISTS (SELECT FROM signals AS s
               WHERE s.district = w.district AND s.id = w.signal)"#,
        &districts,
        &signals,
        &tickets
    )
    .fetch_all(snapshot)
    .await?;
    for row in gone {
        findings.signal_gone(&row.ticket, &row.signal.to_string());
    }
    Ok(())
}

/// Rows that belong to no ticket.
async fn strays(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let offers = sqlx::query_scalar!(
        "SELECT o.id FROM offers AS o LEFT JOIN tickets AS t ON t.id = o.ticket
         WHERE t.id IS NULL OR strpos(t.state, o.id::text) = 0 LIMIT $1",
        LISTED
    )
    .fetch_all(&mut *snapshot)
    .await?;
    for offer in offers {
        findings.offer_of_nobody(&offer.to_string());
    }
    let events = sqlx::query!(
        r#"SELECT e.district AS "district!: Lossy", e.seq FROM events AS e
           LEFT JOIN tickets AS t ON t.id = e.ticket WHERE t.id IS NULL LIMIT $1"#,
        LISTED
    )
    .fetch_all(&mut *snapshot)
    .await?;
    for row in events {
        findings.event_of_nothing(&row.district.said(), row.seq);
    }
    let deadlines = sqlx::query_scalar!(
        "SELECT d.ticket FROM deadlines AS d
         LEFT JOIN tickets AS t ON t.district = d.district AND t.id = d.ticket
         WHERE t.id IS NULL LIMIT $1",
        LISTED
    )
    .fetch_all(snapshot)
    .await?;
    for ticket in deadlines {
        findings.deadline_of_nothing(&ticket.to_string());
    }
    Ok(())
}

// --- What stands for itself --------------------------------------------------------------------

async fn signals(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let mut found = sqlx::query!(
        r#"SELECT s.district AS "district!: Lossy", s.id, s.protocol AS "protocol!: Lossy",
               s.device, s.kind AS "kind!: Lossy", s.body_sha256, s.ticket,
               s.flags AS "flags!: Vec<u8>", s.position AS "position: Vec<u8>", s.battery_pct, s.raw,
               t.district AS "ticket_district?: Lossy"
           FROM signals AS s LEFT JOIN tickets AS t ON t.id = s.ticket"#
    )
    .fetch(snapshot);
    while let Some(row) = found.try_next().await? {
        findings.signal(&SignalColumns {
            district: row.district.said(),
            id: row.id.to_string(),
            protocol: row.protocol.text(),
            device: row.device.map(|id| id.to_string()),
            kind: row.kind.text(),
            body_sha256: row.body_sha256,
            ticket: row.ticket.to_string(),
            flags: row.flags,
            position: row.position,
            battery_pct: row.battery_pct.map(i64::from),
            raw: row.raw,
            ticket_district: row.ticket_district.map(Lossy::said),
        });
    }
    Ok(())
}

async fn people(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let mut seniors = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id, name AS "name!: Lossy",
               born AS "born!: Lossy", village AS "village!: Lossy", address AS "address!: Lossy",
               phones AS "phones!: Lossy", lat, lon, needs AS "needs!: Lossy", file AS "file!: Vec<u8>"
           FROM seniors"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = seniors.try_next().await? {
        findings.senior(&SeniorColumns {
            district: row.district.said(),
            id: row.id.to_string(),
            name: row.name.said(),
            born: row.born.said(),
            village: row.village.said(),
            address: row.address.said(),
            phones: row.phones.said(),
            lat: row.lat,
            lon: row.lon,
            needs: row.needs.said(),
            file: row.file,
        });
    }
    drop(seniors);
    let mut responders = sqlx::query!(
        r#"SELECT district AS "district!: Lossy", id, file AS "file!: Vec<u8>" FROM responders"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = responders.try_next().await? {
        findings.responder(&row.district.said(), &row.id.to_string(), &row.file);
    }
    drop(responders);
    let mut shifts = sqlx::query!(
        "SELECT id, responder, from_at, to_at,
             lag(to_at) OVER (PARTITION BY district, responder ORDER BY from_at) AS before
         FROM shifts"
    )
    .fetch(&mut *snapshot);
    while let Some(row) = shifts.try_next().await? {
        let (id, responder) = (row.id.to_string(), row.responder.to_string());
        let columns = ShiftColumns { id, responder, from_at: row.from_at, to_at: row.to_at };
        findings.shift(&columns, row.before);
    }
    drop(shifts);
    let mut devices =
        sqlx::query!(r#"SELECT id, protocol AS "protocol!: Lossy", key_sha256 FROM devices"#)
            .fetch(&mut *snapshot);
    while let Some(row) = devices.try_next().await? {
        findings.device(&row.id.to_string(), &row.protocol.text(), row.key_sha256.as_deref());
    }
    drop(devices);
    let mut users =
        sqlx::query!(r#"SELECT id, role AS "role!: Lossy" FROM users"#).fetch(&mut *snapshot);
    while let Some(row) = users.try_next().await? {
        findings.user(&row.id.to_string(), &row.role.text(), None);
    }
    drop(users);
    let mut positions =
        sqlx::query!("SELECT responder, lat, lon FROM last_positions").fetch(snapshot);
    while let Some(row) = positions.try_next().await? {
        findings.last_position(&row.responder.to_string(), (row.lat, row.lon));
    }
    Ok(())
}

async fn outbox(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let mut requests = sqlx::query!(
        r#"SELECT user_id, fingerprint, subject AS "subject!: Vec<u8>" FROM idempotency_keys"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = requests.try_next().await? {
        findings.request(&row.user_id.to_string(), &row.fingerprint, &row.subject);
    }
    drop(requests);
    let mut messages = sqlx::query!(
        r#"SELECT id, payload AS "payload!: Vec<u8>", attempts, urgency, failures FROM outbox"#
    )
    .fetch(snapshot);
    while let Some(row) = messages.try_next().await? {
        let columns = MessageColumns {
            ticket: None,
            payload: row.payload,
            attempts: row.attempts.into(),
            urgency: row.urgency.into(),
            failures: row.failures.into(),
        };
        findings.message(&row.id.to_string(), &columns);
    }
    Ok(())
}

async fn said(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let mut states = sqlx::query!(
        r#"SELECT s.district AS "district!: Lossy", s.device, s.battery_pct,
               s.position AS "position: Vec<u8>", d.district AS "device_district?: Lossy"
           FROM device_states AS s LEFT JOIN devices AS d ON d.id = s.device"#
    )
    .fetch(&mut *snapshot);
    while let Some(row) = states.try_next().await? {
        let columns = SaidColumns {
            district: row.district.said(),
            device: row.device.to_string(),
            kinds: None,
            battery_pct: row.battery_pct.map(i64::from),
            position: row.position,
            device_district: row.device_district.map(Lossy::said),
        };
        findings.said("device_states", &columns);
    }
    drop(states);
    let mut reports = sqlx::query!(
        r#"SELECT r.district AS "district!: Lossy", r.device, r.kinds AS "kinds!: Vec<u8>",
               r.battery_pct, r.position AS "position: Vec<u8>",
               d.district AS "device_district?: Lossy"
           FROM device_reports AS r LEFT JOIN devices AS d ON d.id = r.device"#
    )
    .fetch(snapshot);
    while let Some(row) = reports.try_next().await? {
        let columns = SaidColumns {
            district: row.district.said(),
            device: row.device.to_string(),
            kinds: Some(row.kinds),
            battery_pct: row.battery_pct.map(i64::from),
            position: row.position,
            device_district: row.device_district.map(Lossy::said),
        };
        findings.said("device_reports", &columns);
    }
    Ok(())
}

async fn calls(snapshot: &mut PgConnection, findings: &mut Findings) -> Read<()> {
    let mut after = Uuid::nil();
    loop {
        let page = sqlx::query!(
            r#"SELECT district AS "district!: Lossy", id, senior, ringing_at,
                   record AS "record!: Vec<u8>"
               FROM calls WHERE id > $1 ORDER BY id LIMIT $2"#,
            after,
            PAGE
        )
        .fetch_all(&mut *snapshot)
        .await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        let mut named = Vec::new();
        for row in page {
            named.extend(findings.call(&CallColumns {
                district: row.district.said(),
                id: row.id.to_string(),
                senior: row.senior.map(|id| id.to_string()),
                ringing_at: row.ringing_at,
                record: row.record,
            }));
        }
        tickets_gone(snapshot, &named, findings).await?;
    }
}

async fn tickets_gone(
    snapshot: &mut PgConnection,
    named: &[NamedTicket],
    findings: &mut Findings,
) -> Read<()> {
    let tickets: Vec<Uuid> = named.iter().map(|it| it.ticket.0).collect();
    let districts: Vec<String> =
        named.iter().map(|it| escaped(&it.district).into_owned()).collect();
    let there = sqlx::query_scalar!(
        "SELECT t.id FROM tickets AS t
         JOIN unnest($1::uuid[], $2::text[]) AS w (ticket, district)
             ON t.id = w.ticket AND t.district = w.district",
        &tickets,
        &districts
    )
    .fetch_all(snapshot)
    .await?;
    for gone in named.iter().filter(|it| !there.contains(&it.ticket.0)) {
        findings.ticket_gone(&gone.call, &gone.ticket.to_string());
    }
    Ok(())
}
