-- Messages to people outside: the most urgent first, not after their time, and how often they were
-- tried in vain while their way out worked. The index takes the place of `outbox_due`, which no
-- query uses any more.
ALTER TABLE outbox ADD COLUMN urgency SMALLINT NOT NULL DEFAULT 3 CHECK (urgency BETWEEN 1 AND 4);
ALTER TABLE outbox ADD COLUMN expires_at BIGINT;
ALTER TABLE outbox ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_next ON outbox (kind, urgency, due_at, id) WHERE finished_at IS NULL;
DROP INDEX outbox_due;
