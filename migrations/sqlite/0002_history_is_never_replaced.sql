-- `INSERT OR REPLACE` removes the row that is in the way without asking the triggers that forbid
-- removing. So a row that is in the way forbids the insert: by its key, by its event, by its rowid.
-- Our own inserts never meet one.

CREATE TRIGGER events_never_replaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE district = NEW.district AND seq = NEW.seq)
    OR (NEW.rowid > 0 AND EXISTS (SELECT 1 FROM events WHERE rowid = NEW.rowid))
BEGIN SELECT RAISE(ABORT, 'history is never replaced'); END;

CREATE TRIGGER signals_never_replaced BEFORE INSERT ON signals
WHEN EXISTS (SELECT 1 FROM signals WHERE district = NEW.district AND id = NEW.id)
    OR (NEW.event_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM signals
        WHERE protocol = NEW.protocol AND ident = NEW.ident AND event_id IS NOT NULL
            AND event_id = NEW.event_id AND body_sha256 = NEW.body_sha256))
    OR (NEW.rowid > 0 AND EXISTS (SELECT 1 FROM signals WHERE rowid = NEW.rowid))
BEGIN SELECT RAISE(ABORT, 'signals are never replaced'); END;
