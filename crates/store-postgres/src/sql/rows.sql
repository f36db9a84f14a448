-- Everything a folded batch leaves, in one statement. Within a table the rows are written in the
-- order of their lists: who lets go comes before who takes hold.
--
-- Nothing is written unless the districts are as they were when the batch was prepared: each is
-- locked, without waiting, and only if its revision ($6) is still the same; where none is given it has
-- been locked before. The statement returns 1 if it wrote, 0 if somebody else wrote to one of the
-- districts meanwhile or is about to.
-- $1: writer whose latest batch this is and $2: its number, null where that was noted before.
WITH counters AS MATERIALIZED (
    SELECT * FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[])
        AS w (id, last_seq, last_number, revision)
), held AS MATERIALIZED (
    SELECT d.id FROM counters AS w JOIN districts AS d ON d.id = w.id
    WHERE d.xmin::text = w.revision
    ORDER BY d.id
    FOR NO KEY UPDATE OF d SKIP LOCKED
), permit AS MATERIALIZED (
    SELECT 1 AS given
    WHERE (SELECT count(*) FROM held) = (SELECT count(revision) FROM counters)
), mark AS (
    INSERT INTO writers AS w (id, batch, at)
    SELECT $1::uuid, $2::bigint, now() FROM permit WHERE $1 IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at
), new_tickets AS (
    INSERT INTO tickets (district, id, number, senior, unknown_ident, source_addr, kind, emergency,
        open, urgency, version, received_at, closed_at, chain, state)
    SELECT w.* FROM permit, unnest($7::text[], $8::uuid[], $9::bigint[], $10::uuid[], $11::text[],
        $12::text[], $13::text[], $14::boolean[], $15::boolean[], $16::smallint[], $17::bigint[],
        $18::bigint[], $19::bigint[], $20::bytea[], $21::text[]) AS w
    ON CONFLICT (district, id) DO UPDATE SET
        senior = excluded.senior, unknown_ident = excluded.unknown_ident, kind = excluded.kind,
        emergency = excluded.emergency, open = excluded.open, urgency = excluded.urgency,
        version = excluded.version, closed_at = excluded.closed_at, chain = excluded.chain,
        state = excluded.state
), new_offers AS (
    INSERT INTO offers AS o (district, id, ticket, responder, role, status, active, engaged)
    SELECT w.* FROM permit, unnest($22::text[], $23::uuid[], $24::uuid[], $25::uuid[], $26::text[],
        $27::text[], $28::boolean[], $29::boolean[]) AS w
    ON CONFLICT (district, id) DO UPDATE SET
        status = excluded.status, active = excluded.active, engaged = excluded.engaged
    WHERE (o.status, o.active, o.engaged)
        IS DISTINCT FROM (excluded.status, excluded.active, excluded.engaged)
), old_deadlines AS (
    -- What is not in the new set goes; a row is either removed here or written below, never both.
    DELETE FROM deadlines AS d
    USING permit, unnest($7::text[], $8::uuid[]) AS w (district, id)
    WHERE d.district = w.district AND d.ticket = w.id AND (d.ticket, d.kind) NOT IN (
        SELECT n.ticket, n.kind FROM unnest($31::uuid[], $32::text[]) AS n (ticket, kind))
), new_deadlines AS (
    INSERT INTO deadlines AS d (district, ticket, kind, at)
    SELECT w.* FROM permit, unnest($30::text[], $31::uuid[], $32::text[], $33::bigint[]) AS w
    ON CONFLICT (district, ticket, kind) DO UPDATE SET at = excluded.at
    WHERE d.at <> excluded.at
), old_facts AS (
    -- Of what is open again reports keep nothing.
    DELETE FROM ticket_facts AS f
    USING permit, unnest($61::text[], $62::bigint[], $63::uuid[], $64::bytea[])
        AS w (district, received_at, ticket, facts)
    WHERE w.facts IS NULL AND f.district = w.district AND f.received_at = w.received_at
      AND f.ticket = w.ticket
), new_facts AS (
    INSERT INTO ticket_facts (district, received_at, ticket, version, facts)
    SELECT w.district, w.received_at, w.ticket, $65, w.facts
    FROM permit, unnest($61::text[], $62::bigint[], $63::uuid[], $64::bytea[])
        AS w (district, received_at, ticket, facts)
    WHERE w.facts IS NOT NULL
    ON CONFLICT (district, received_at, ticket)
    DO UPDATE SET version = excluded.version, facts = excluded.facts
), new_signals AS (
    INSERT INTO signals (district, id, protocol, ident, device, kind, event_id, body_sha256,
        verified, received_at, pressed_at, ticket, joined, flags, position, battery_pct,
        source_addr, raw)
    SELECT w.* FROM permit, unnest($34::text[], $35::uuid[], $36::text[], $37::text[], $38::uuid[],
        $39::text[], $40::text[], $41::bytea[], $42::boolean[], $43::bigint[], $44::bigint[],
        $45::uuid[], $46::boolean[], $47::text[], $48::text[], $49::smallint[], $50::text[],
        $51::bytea[]) AS w
), new_events AS (
    INSERT INTO events (district, seq, ticket, at, name, body, hash)
    SELECT w.* FROM permit, unnest($52::text[], $53::bigint[], $54::uuid[], $55::bigint[],
        $56::text[], $57::text[], $58::bytea[]) AS w
), new_outbox AS (
    INSERT INTO outbox (id, district, ticket, kind, payload, urgency, due_at, expires_at)
    SELECT w.* FROM permit, json_to_recordset($59::text::json) AS w (
        id uuid, district text, ticket uuid, kind text, payload text, urgency smallint,
        due_at bigint, expires_at bigint)
), new_keys AS (
    INSERT INTO idempotency_keys (user_id, key, fingerprint, subject, at)
    SELECT w."user", w.key, decode(w.fingerprint, 'hex'), w.subject, w.at
    FROM permit, json_to_recordset($60::text::json) AS w (
        "user" uuid, key text, fingerprint text, subject text, at bigint)
), new_counters AS (
    UPDATE districts AS d SET last_seq = w.last_seq, last_number = w.last_number
    FROM permit, counters AS w
    WHERE d.id = w.id
)
SELECT count(*) AS "written!" FROM permit
