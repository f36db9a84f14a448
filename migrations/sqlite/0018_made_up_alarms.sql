-- What the service made up itself (自检) is nobody's history, and would be most of it in a year: of the
-- district `canary`, and of no other, events and signals may be removed. Changed they may not be either.
DROP TRIGGER events_never_go;
CREATE TRIGGER events_never_go BEFORE DELETE ON events WHEN OLD.district <> 'canary'
BEGIN SELECT RAISE(ABORT, 'history is never removed'); END;
DROP TRIGGER signals_never_go;
CREATE TRIGGER signals_never_go BEFORE DELETE ON signals WHEN OLD.district <> 'canary'
BEGIN SELECT RAISE(ABORT, 'signals are never removed'); END;

CREATE INDEX signals_made_up ON signals (ticket) WHERE district = 'canary';
