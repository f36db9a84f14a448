-- What the service made up itself (自检) is nobody's history, and would be most of it in a year: of the
-- district `canary`, and of no other, events and signals may be removed. Changed they may not be either.
DROP TRIGGER events_stay ON events;
CREATE TRIGGER events_stay BEFORE UPDATE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION stays();
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
    FOR EACH ROW WHEN (OLD.district <> 'canary') EXECUTE FUNCTION stays();
ALTER TABLE events ENABLE ALWAYS TRIGGER events_stay;
ALTER TABLE events ENABLE ALWAYS TRIGGER events_are_kept;

DROP TRIGGER signals_stay ON signals;
CREATE TRIGGER signals_stay BEFORE UPDATE OR TRUNCATE ON signals
    FOR EACH STATEMENT EXECUTE FUNCTION stays();
CREATE TRIGGER signals_are_kept BEFORE DELETE ON signals
    FOR EACH ROW WHEN (OLD.district <> 'canary') EXECUTE FUNCTION stays();
ALTER TABLE signals ENABLE ALWAYS TRIGGER signals_stay;
ALTER TABLE signals ENABLE ALWAYS TRIGGER signals_are_kept;

CREATE INDEX signals_made_up ON signals (ticket) WHERE district = 'canary';
