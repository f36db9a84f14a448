-- What follows closed tickets: who has to be called back, and what is filed away, soonest first.
CREATE INDEX deadlines_of_closed ON deadlines (kind, at) WHERE kind IN ('call_back', 'archive');
-- What the weather forbids in a district: JSON, '' for nothing.
ALTER TABLE districts ADD COLUMN weather TEXT NOT NULL DEFAULT '';
