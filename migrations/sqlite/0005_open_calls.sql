-- Calls of which no end is kept, to be found after a restart without reading all.
ALTER TABLE calls ADD COLUMN open INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1));
UPDATE calls SET open = 0 WHERE record NOT LIKE '%"ended_at":null%';
CREATE INDEX calls_open ON calls (ringing_at) WHERE open = 1;
