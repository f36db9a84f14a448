-- Everything a folded batch leaves, in one statement; each $ is one JSON list. Within a table the
-- rows are written in the order of their list: who lets go comes before who takes hold.
WITH new_tickets AS (
    INSERT INTO tickets (district, id, number, senior, unknown_ident, source_addr, kind, emergency,
        open, urgency, version, received_at, closed_at, chain, state)
    SELECT w.district, w.id, w.number, w.senior, w.unknown_ident, w.source_addr, w.kind,
        w.emergency, w.open, w.urgency, w.version, w.received_at, w.closed_at,
        decode(w.chain, 'hex'), w.state
    FROM json_to_recordset($1::text::json) AS w (
        district text, id uuid, number bigint, senior uuid, unknown_ident text, source_addr text,
        kind text, emergency boolean, open boolean, urgency smallint, version bigint,
        received_at bigint, closed_at bigint, chain text, state text)
    ON CONFLICT (district, id) DO UPDATE SET
        senior = excluded.senior, unknown_ident = excluded.unknown_ident, kind = excluded.kind,
        emergency = excluded.emergency, open = excluded.open, urgency = excluded.urgency,
        version = excluded.version, closed_at = excluded.closed_at, chain = excluded.chain,
        state = excluded.state
), new_offers AS (
    INSERT INTO offers AS o (district, id, ticket, responder, role, status, active, engaged)
    SELECT w.district, w.id, w.ticket, w.responder, w.role, w.status, w.active, w.engaged
    FROM json_to_recordset($2::text::json) AS w (
        district text, id uuid, ticket uuid, responder uuid, role text, status text,
        active boolean, engaged boolean)
    ON CONFLICT (district, id) DO UPDATE SET
        status = excluded.status, active = excluded.active, engaged = excluded.engaged
    WHERE (o.status, o.active, o.engaged)
        IS DISTINCT FROM (excluded.status, excluded.active, excluded.engaged)
), old_deadlines AS (
    -- What is not in the new set goes; a row is either removed here or written below, never both.
    DELETE FROM deadlines AS d
    USING json_to_recordset($1::text::json) AS w (district text, id uuid)
    WHERE d.district = w.district AND d.ticket = w.id AND (d.ticket, d.kind) NOT IN (
        SELECT n.ticket, n.kind FROM json_to_recordset($3::text::json) AS n (ticket uuid, kind text))
), new_deadlines AS (
    INSERT INTO deadlines AS d (district, ticket, kind, at)
    SELECT w.district, w.ticket, w.kind, w.at
    FROM json_to_recordset($3::text::json) AS w (district text, ticket uuid, kind text, at bigint)
    ON CONFLICT (district, ticket, kind) DO UPDATE SET at = excluded.at
    WHERE d.at <> excluded.at
), new_signals AS (
    INSERT INTO signals (district, id, protocol, ident, device, kind, event_id, body_sha256,
        verified, received_at, pressed_at, ticket, joined, flags, position, battery_pct,
        source_addr, raw)
    SELECT w.district, w.id, w.protocol, w.ident, w.device, w.kind, w.event_id,
        decode(w.body_sha256, 'hex'), w.verified, w.received_at, w.pressed_at, w.ticket, w.joined,
        w.flags, w.position, w.battery_pct, w.source_addr, decode(w.raw, 'hex')
    FROM json_to_recordset($4::text::json) AS w (
        district text, id uuid, protocol text, ident text, device uuid, kind text, event_id text,
        body_sha256 text, verified boolean, received_at bigint, pressed_at bigint, ticket uuid,
        joined boolean, flags text, position text, battery_pct smallint, source_addr text,
        raw text)
), new_events AS (
    INSERT INTO events (district, seq, ticket, at, name, body, hash)
    SELECT w.district, w.seq, w.ticket, w.at, w.name, w.body, decode(w.hash, 'hex')
    FROM json_to_recordset($5::text::json) AS w (
        district text, seq bigint, ticket uuid, at bigint, name text, body text, hash text)
), new_outbox AS (
    INSERT INTO outbox (id, district, ticket, kind, payload, due_at)
    SELECT w.id, w.district, w.ticket, w.kind, w.payload, w.due_at
    FROM json_to_recordset($6::text::json) AS w (
        id uuid, district text, ticket uuid, kind text, payload text, due_at bigint)
), new_keys AS (
    INSERT INTO idempotency_keys (user_id, key, fingerprint, subject, at)
    SELECT w."user", w.key, decode(w.fingerprint, 'hex'), w.subject, w.at
    FROM json_to_recordset($7::text::json) AS w (
        "user" uuid, key text, fingerprint text, subject text, at bigint)
)
UPDATE districts AS d SET last_seq = w.last_seq, last_number = w.last_number
FROM json_to_recordset($8::text::json) AS w (id text, last_seq bigint, last_number bigint)
WHERE d.id = w.id
