-- Telephone calls: a record each, replaced as the call goes on.
CREATE TABLE calls (
    id         TEXT PRIMARY KEY NOT NULL,
    district   TEXT NOT NULL,
    senior     TEXT, -- whose call it is, once that is known
    ringing_at INTEGER NOT NULL,
    record     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_by_age ON calls (district, ringing_at);
CREATE INDEX calls_by_senior ON calls (senior, ringing_at) WHERE senior IS NOT NULL;

CREATE INDEX tickets_by_senior ON tickets (senior, received_at) WHERE senior IS NOT NULL;
