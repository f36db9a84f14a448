-- Everything a folded batch leaves, in one request; each ? is one JSON list.
INSERT INTO tickets (district, id, number, senior, unknown_ident, source_addr, kind, emergency,
    open, urgency, version, received_at, closed_at, chain, state)
SELECT value ->> 'district', value ->> 'id', value ->> 'number', value ->> 'senior',
    value ->> 'unknown_ident', value ->> 'source_addr', value ->> 'kind', value ->> 'emergency',
    value ->> 'open', value ->> 'urgency', value ->> 'version', value ->> 'received_at',
    value ->> 'closed_at', unhex(value ->> 'chain'), value ->> 'state'
FROM jsonb_each(?) WHERE true
ON CONFLICT (district, id) DO UPDATE SET
    senior = excluded.senior, unknown_ident = excluded.unknown_ident, kind = excluded.kind,
    emergency = excluded.emergency, open = excluded.open, urgency = excluded.urgency,
    version = excluded.version, closed_at = excluded.closed_at, chain = excluded.chain,
    state = excluded.state;

-- Tickets that are found by the same things as before: their indexes are left alone.
UPDATE tickets SET version = w.value ->> 'version', chain = unhex(w.value ->> 'chain'),
    state = w.value ->> 'state'
FROM jsonb_each(?) AS w
WHERE tickets.district = w.value ->> 'district' AND tickets.id = w.value ->> 'id';

INSERT INTO offers (district, id, ticket, responder, role, status, active, engaged)
SELECT value ->> 'district', value ->> 'id', value ->> 'ticket', value ->> 'responder',
    value ->> 'role', value ->> 'status', value ->> 'active', value ->> 'engaged'
FROM jsonb_each(?) WHERE true
ON CONFLICT (district, id) DO UPDATE SET
    status = excluded.status, active = excluded.active, engaged = excluded.engaged;

-- What is kept is a ticket's whole set of deadlines; most of it stays as it was.
DELETE FROM deadlines WHERE (district, ticket, kind) IN (
    SELECT d.district, d.ticket, d.kind FROM jsonb_each(?) AS w
    CROSS JOIN deadlines AS d
        ON d.district = w.value ->> 'district' AND d.ticket = w.value ->> 'ticket'
    WHERE d.kind NOT IN (SELECT kept.value FROM json_each(w.value -> 'kinds') AS kept));

INSERT INTO deadlines (district, ticket, kind, at)
SELECT value ->> 'district', value ->> 'ticket', value ->> 'kind', value ->> 'at'
FROM jsonb_each(?) WHERE true
ON CONFLICT (district, ticket, kind) DO UPDATE SET at = excluded.at WHERE at <> excluded.at;

-- What reports know of closed tickets; of one that is open again nothing is kept.
DELETE FROM ticket_facts WHERE (district, received_at, ticket) IN (
    SELECT value ->> 'district', value ->> 'received_at', value ->> 'ticket'
    FROM jsonb_each(?) WHERE value ->> 'facts' IS NULL);

INSERT INTO ticket_facts (district, received_at, ticket, version, facts)
SELECT value ->> 'district', value ->> 'received_at', value ->> 'ticket', ?,
    unhex(value ->> 'facts')
FROM jsonb_each(?) WHERE value ->> 'facts' IS NOT NULL
ON CONFLICT (district, received_at, ticket) DO UPDATE SET
    version = excluded.version, facts = excluded.facts;

INSERT INTO signals (district, id, protocol, ident, device, kind, event_id, body_sha256, verified,
    received_at, pressed_at, ticket, joined, flags, position, battery_pct, source_addr, raw)
SELECT value ->> 'district', value ->> 'id', value ->> 'protocol', value ->> 'ident',
    value ->> 'device', value ->> 'kind', value ->> 'event_id', unhex(value ->> 'body_sha256'),
    value ->> 'verified', value ->> 'received_at', value ->> 'pressed_at', value ->> 'ticket',
    value ->> 'joined', value ->> 'flags', value ->> 'position', value ->> 'battery_pct',
    value ->> 'source_addr', unhex(value ->> 'raw')
FROM jsonb_each(?);

INSERT INTO events (district, seq, ticket, at, name, body, hash)
SELECT value ->> 'district', value ->> 'seq', value ->> 'ticket', value ->> 'at',
    value ->> 'name', value ->> 'body', unhex(value ->> 'hash')
FROM jsonb_each(?);

INSERT INTO outbox (id, district, ticket, kind, payload, urgency, due_at, expires_at)
SELECT value ->> 'id', value ->> 'district', value ->> 'ticket', value ->> 'kind',
    value ->> 'payload', value ->> 'urgency', value ->> 'due_at', value ->> 'expires_at'
FROM jsonb_each(?);

INSERT INTO idempotency_keys (user_id, key, fingerprint, subject, at)
SELECT value ->> 'user', value ->> 'key', unhex(value ->> 'fingerprint'), value ->> 'subject',
    value ->> 'at'
FROM jsonb_each(?);

UPDATE districts SET last_seq = w.value ->> 'last_seq', last_number = w.value ->> 'last_number'
FROM jsonb_each(?) AS w WHERE districts.id = w.value ->> 'id';
