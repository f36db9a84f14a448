-- Silverbell, the first schema. Times are milliseconds since 1970 (UTC).
-- District tables have keys that start with the district; users, sessions and devices are global.
-- Documents are TEXT, never JSONB: their bytes are hashed, and shall come back as they went in.

CREATE TABLE districts (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    time_zone   TEXT NOT NULL,
    last_seq    BIGINT NOT NULL DEFAULT 0,
    last_number BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 50); -- each commit writes its row anew, in the same page

-- What each writing process committed last: where it looks when a commit's answer was lost.
CREATE TABLE writers (
    id    UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    batch BIGINT NOT NULL DEFAULT 0,
    at    TIMESTAMPTZ NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE seniors (
    district TEXT NOT NULL REFERENCES districts (id),
    id       UUID NOT NULL,
    name     TEXT NOT NULL,
    born     TEXT NOT NULL,
    village  TEXT NOT NULL,
    address  TEXT NOT NULL,
    phones   TEXT NOT NULL, -- the senior's and the contacts' numbers, digits, one a line
    lat      DOUBLE PRECISION NOT NULL,
    lon      DOUBLE PRECISION NOT NULL,
    file     TEXT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX seniors_by_id ON seniors (id);

CREATE TABLE responders (
    district TEXT NOT NULL REFERENCES districts (id),
    id       UUID NOT NULL,
    file     TEXT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX responders_by_id ON responders (id);

CREATE TABLE devices (
    id         UUID PRIMARY KEY,
    protocol   TEXT NOT NULL,
    ident      TEXT NOT NULL,
    district   TEXT NOT NULL,
    senior     UUID NOT NULL,
    key_sha256 BYTEA,
    FOREIGN KEY (district, senior) REFERENCES seniors (district, id)
);
CREATE UNIQUE INDEX devices_by_ident ON devices (protocol, ident);
CREATE UNIQUE INDEX devices_by_key ON devices (key_sha256) WHERE key_sha256 IS NOT NULL;

CREATE TABLE users (
    id            UUID PRIMARY KEY,
    username      TEXT NOT NULL,
    display_name  TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('aide', 'operator', 'supervisor', 'admin')),
    responder     UUID
);
CREATE UNIQUE INDEX users_by_name ON users (username);

CREATE TABLE user_districts (
    user_id  UUID NOT NULL REFERENCES users (id),
    district TEXT NOT NULL REFERENCES districts (id),
    PRIMARY KEY (user_id, district)
);

CREATE TABLE sessions (
    token_sha256 BYTEA PRIMARY KEY, -- the token itself is never kept
    user_id      UUID NOT NULL REFERENCES users (id),
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);

CREATE TABLE idempotency_keys (
    user_id     UUID NOT NULL,
    key         TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    subject     TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE TABLE tickets (
    district      TEXT NOT NULL REFERENCES districts (id),
    id            UUID NOT NULL,
    number        BIGINT NOT NULL,
    senior        UUID,
    unknown_ident TEXT,
    source_addr   TEXT,
    kind          TEXT NOT NULL,
    emergency     BOOLEAN NOT NULL,
    open          BOOLEAN NOT NULL,
    urgency       SMALLINT NOT NULL,
    version       BIGINT NOT NULL,
    received_at   BIGINT NOT NULL,
    closed_at     BIGINT,
    chain         BYTEA NOT NULL,
    state         TEXT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX tickets_by_id ON tickets (id);
CREATE UNIQUE INDEX tickets_by_number ON tickets (district, number);
-- Invariant 2: a senior has at most one open emergency, an unknown device at most one open ticket.
CREATE UNIQUE INDEX tickets_one_open_emergency ON tickets (senior)
    WHERE open AND emergency AND senior IS NOT NULL;
CREATE UNIQUE INDEX tickets_one_open_unknown ON tickets (unknown_ident)
    WHERE open AND unknown_ident IS NOT NULL;
CREATE INDEX tickets_open ON tickets (district, urgency, received_at) WHERE open;
CREATE INDEX tickets_closed ON tickets (district, received_at) WHERE NOT open;
CREATE INDEX tickets_by_source ON tickets (source_addr, received_at) WHERE source_addr IS NOT NULL;

CREATE TABLE offers (
    district  TEXT NOT NULL,
    id        UUID NOT NULL,
    ticket    UUID NOT NULL,
    responder UUID NOT NULL,
    role      TEXT NOT NULL,
    status    TEXT NOT NULL,
    active    BOOLEAN NOT NULL, -- the responder is bound by it, in an emergency
    engaged   BOOLEAN NOT NULL, -- the place in the team is held by it
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX offers_by_id ON offers (id);
-- Invariant 3.
CREATE UNIQUE INDEX offers_one_active ON offers (district, responder) WHERE active;
CREATE UNIQUE INDEX offers_one_holder ON offers (district, ticket, role) WHERE engaged;

CREATE TABLE signals (
    district    TEXT NOT NULL,
    id          UUID NOT NULL,
    protocol    TEXT NOT NULL,
    ident       TEXT NOT NULL,
    device      UUID,
    kind        TEXT NOT NULL,
    event_id    TEXT, -- only of devices that proved to be who they say
    body_sha256 BYTEA NOT NULL,
    verified    BOOLEAN NOT NULL,
    received_at BIGINT NOT NULL,
    pressed_at  BIGINT,
    ticket      UUID NOT NULL,
    joined      BOOLEAN NOT NULL,
    flags       TEXT NOT NULL,
    position    TEXT,
    battery_pct SMALLINT,
    source_addr TEXT NOT NULL,
    raw         BYTEA NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX signals_by_event ON signals (protocol, ident, event_id, body_sha256)
    WHERE event_id IS NOT NULL;
CREATE INDEX signals_by_bytes ON signals (protocol, ident, body_sha256) WHERE event_id IS NULL;

CREATE TABLE events (
    district TEXT NOT NULL,
    seq      BIGINT NOT NULL,
    ticket   UUID NOT NULL,
    at       BIGINT NOT NULL,
    name     TEXT NOT NULL,
    body     TEXT NOT NULL, -- the bytes that the chain hashes
    hash     BYTEA NOT NULL,
    PRIMARY KEY (district, seq)
);
CREATE INDEX events_by_ticket ON events (ticket, seq);

-- Invariant 5 and "never lost, never altered": what was said and what happened stays. Of each
-- statement, so that TRUNCATE is caught; ALWAYS, so that a restoring session is, too.
CREATE FUNCTION stays() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are never changed and never removed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION stays();
CREATE TRIGGER signals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON signals
    FOR EACH STATEMENT EXECUTE FUNCTION stays();
ALTER TABLE events ENABLE ALWAYS TRIGGER events_stay;
ALTER TABLE signals ENABLE ALWAYS TRIGGER signals_stay;

CREATE TABLE deadlines (
    district TEXT NOT NULL,
    ticket   UUID NOT NULL,
    kind     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (district, ticket, kind)
);

CREATE TABLE outbox (
    id           UUID PRIMARY KEY,
    district     TEXT NOT NULL,
    ticket       UUID,
    kind         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    due_at       BIGINT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    finished_at  BIGINT,
    failure      TEXT
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE finished_at IS NULL;

CREATE TABLE last_positions (
    district  TEXT NOT NULL,
    responder UUID NOT NULL,
    lat       DOUBLE PRECISION,
    lon       DOUBLE PRECISION,
    at        BIGINT,
    heard_at  BIGINT NOT NULL,
    PRIMARY KEY (district, responder)
) WITH (fillfactor = 50);

CREATE TABLE positions (
    district    TEXT NOT NULL,
    subject     UUID NOT NULL, -- device or responder
    at          BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    lat         DOUBLE PRECISION NOT NULL,
    lon         DOUBLE PRECISION NOT NULL,
    accuracy_m  DOUBLE PRECISION,
    source      TEXT NOT NULL
);
CREATE INDEX positions_by_subject ON positions (subject, at);
CREATE INDEX positions_by_age ON positions (received_at);
