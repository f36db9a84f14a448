-- Calls of which no end is kept, to be found after a restart without reading all.
ALTER TABLE calls ADD COLUMN open BOOLEAN NOT NULL DEFAULT true;
UPDATE calls SET open = false WHERE record NOT LIKE '%"ended_at":null%';
CREATE INDEX calls_open ON calls (ringing_at) WHERE open;
