-- What was finished long ago is removed, and the false alarms of a day or a week are counted, without
-- reading everything. Neither index costs anything while a ticket is open or a message waits.
CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX tickets_closed_at ON tickets (district, closed_at) WHERE NOT open;
