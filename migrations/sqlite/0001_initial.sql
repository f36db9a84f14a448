-- Silverbell, the first schema. Times are milliseconds since 1970 (UTC), ids are UUIDs as text.
-- District tables have keys that start with the district; users, sessions and devices are global.
-- Tables with large rows keep a rowid: in one without, each such row costs a chain of pages.

CREATE TABLE districts (
    id          TEXT PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    time_zone   TEXT NOT NULL,
    last_seq    INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE seniors (
    district TEXT NOT NULL REFERENCES districts (id),
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    born     TEXT NOT NULL,
    village  TEXT NOT NULL,
    address  TEXT NOT NULL,
    phones   TEXT NOT NULL, -- the senior's and the contacts' numbers, digits, one a line
    lat      REAL NOT NULL,
    lon      REAL NOT NULL,
    file     TEXT NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX seniors_by_id ON seniors (id);

CREATE TABLE responders (
    district TEXT NOT NULL REFERENCES districts (id),
    id       TEXT NOT NULL,
    file     TEXT NOT NULL,
    PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX responders_by_id ON responders (id);

CREATE TABLE devices (
    id         TEXT PRIMARY KEY NOT NULL,
    protocol   TEXT NOT NULL,
    ident      TEXT NOT NULL,
    district   TEXT NOT NULL,
    senior     TEXT NOT NULL,
    key_sha256 BLOB,
    FOREIGN KEY (district, senior) REFERENCES seniors (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX devices_by_ident ON devices (protocol, ident);
CREATE UNIQUE INDEX devices_by_key ON devices (key_sha256) WHERE key_sha256 IS NOT NULL;

CREATE TABLE users (
    id            TEXT PRIMARY KEY NOT NULL,
    username      TEXT NOT NULL,
    display_name  TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('aide', 'operator', 'supervisor', 'admin')),
    responder     TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_name ON users (username);

CREATE TABLE user_districts (
    user_id  TEXT NOT NULL REFERENCES users (id),
    district TEXT NOT NULL REFERENCES districts (id),
    PRIMARY KEY (user_id, district)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_sha256 BLOB PRIMARY KEY NOT NULL, -- the token itself is never kept
    user_id      TEXT NOT NULL REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    user_id     TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    subject     TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE tickets (
    district      TEXT NOT NULL REFERENCES districts (id),
    id            TEXT NOT NULL,
    number        INTEGER NOT NULL,
    senior        TEXT,
    unknown_ident TEXT,
    source_addr   TEXT,
    kind          TEXT NOT NULL,
    emergency     INTEGER NOT NULL,
    open          INTEGER NOT NULL,
    urgency       INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    received_at   INTEGER NOT NULL,
    closed_at     INTEGER,
    chain         BLOB NOT NULL,
    state         TEXT NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX tickets_by_id ON tickets (id);
CREATE UNIQUE INDEX tickets_by_number ON tickets (district, number);
-- Invariant 2: a senior has at most one open emergency, an unknown device at most one open ticket.
CREATE UNIQUE INDEX tickets_one_open_emergency ON tickets (senior)
    WHERE open = 1 AND emergency = 1 AND senior IS NOT NULL;
CREATE UNIQUE INDEX tickets_one_open_unknown ON tickets (unknown_ident)
    WHERE open = 1 AND unknown_ident IS NOT NULL;
CREATE INDEX tickets_open ON tickets (district, urgency, received_at) WHERE open = 1;
CREATE INDEX tickets_closed ON tickets (district, received_at) WHERE open = 0;
CREATE INDEX tickets_by_source ON tickets (source_addr, received_at) WHERE source_addr IS NOT NULL;

CREATE TABLE offers (
    district  TEXT NOT NULL,
    id        TEXT NOT NULL,
    ticket    TEXT NOT NULL,
    responder TEXT NOT NULL,
    role      TEXT NOT NULL,
    status    TEXT NOT NULL,
    active    INTEGER NOT NULL, -- the responder is bound by it, in an emergency
    engaged   INTEGER NOT NULL, -- the place in the team is held by it
    PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX offers_by_id ON offers (id);
-- Invariant 3.
CREATE UNIQUE INDEX offers_one_active ON offers (district, responder) WHERE active = 1;
CREATE UNIQUE INDEX offers_one_holder ON offers (district, ticket, role) WHERE engaged = 1;

CREATE TABLE signals (
    district    TEXT NOT NULL,
    id          TEXT NOT NULL,
    protocol    TEXT NOT NULL,
    ident       TEXT NOT NULL,
    device      TEXT,
    kind        TEXT NOT NULL,
    event_id    TEXT, -- only of devices that proved to be who they say
    body_sha256 BLOB NOT NULL,
    verified    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    pressed_at  INTEGER,
    ticket      TEXT NOT NULL,
    joined      INTEGER NOT NULL,
    flags       TEXT NOT NULL,
    position    TEXT,
    battery_pct INTEGER,
    source_addr TEXT NOT NULL,
    raw         BLOB NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX signals_by_event ON signals (protocol, ident, event_id, body_sha256)
    WHERE event_id IS NOT NULL;
CREATE INDEX signals_by_bytes ON signals (protocol, ident, body_sha256) WHERE event_id IS NULL;

CREATE TABLE events (
    district TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    ticket   TEXT NOT NULL,
    at       INTEGER NOT NULL,
    name     TEXT NOT NULL,
    body     TEXT NOT NULL, -- the bytes that the chain hashes
    hash     BLOB NOT NULL,
    PRIMARY KEY (district, seq)
) STRICT;
CREATE INDEX events_by_ticket ON events (ticket, seq);

-- Invariant 5 and "never lost, never altered": what was said and what happened stays.
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'history is never removed'); END;
CREATE TRIGGER signals_never_change BEFORE UPDATE ON signals
BEGIN SELECT RAISE(ABORT, 'signals are never changed'); END;
CREATE TRIGGER signals_never_go BEFORE DELETE ON signals
BEGIN SELECT RAISE(ABORT, 'signals are never removed'); END;

CREATE TABLE deadlines (
    district TEXT NOT NULL,
    ticket   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (district, ticket, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id           TEXT PRIMARY KEY NOT NULL,
    district     TEXT NOT NULL,
    ticket       TEXT,
    kind         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    due_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    leased_until INTEGER NOT NULL DEFAULT 0,
    finished_at  INTEGER,
    failure      TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (due_at) WHERE finished_at IS NULL;

CREATE TABLE last_positions (
    district  TEXT NOT NULL,
    responder TEXT NOT NULL,
    lat       REAL,
    lon       REAL,
    at        INTEGER,
    heard_at  INTEGER NOT NULL,
    PRIMARY KEY (district, responder)
) STRICT, WITHOUT ROWID;

CREATE TABLE positions (
    district    TEXT NOT NULL,
    subject     TEXT NOT NULL, -- device or responder
    at          INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    lat         REAL NOT NULL,
    lon         REAL NOT NULL,
    accuracy_m  REAL,
    source      TEXT NOT NULL
) STRICT;
CREATE INDEX positions_by_subject ON positions (subject, at);
CREATE INDEX positions_by_age ON positions (received_at);
