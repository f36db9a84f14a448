-- Telephone calls: a record each, replaced as the call goes on.
CREATE TABLE calls (
    id         UUID PRIMARY KEY,
    district   TEXT NOT NULL,
    senior     UUID, -- whose call it is, once that is known
    ringing_at BIGINT NOT NULL,
    record     TEXT NOT NULL
);
CREATE INDEX calls_by_age ON calls (district, ringing_at);
CREATE INDEX calls_by_senior ON calls (senior, ringing_at) WHERE senior IS NOT NULL;

CREATE INDEX tickets_by_senior ON tickets (senior, received_at) WHERE senior IS NOT NULL;
