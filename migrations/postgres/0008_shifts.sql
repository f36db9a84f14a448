-- The roster: who is to be on duty when.
CREATE TABLE shifts (
    district  TEXT NOT NULL,
    id        UUID NOT NULL,
    responder UUID NOT NULL,
    from_at   BIGINT NOT NULL,
    to_at     BIGINT NOT NULL,
    PRIMARY KEY (district, id),
    FOREIGN KEY (district, responder) REFERENCES responders (district, id),
    -- A day at most: what runs at a moment began within the day before it.
    CHECK (to_at > from_at AND to_at - from_at <= 86400000)
);
CREATE INDEX shifts_by_time ON shifts (district, from_at);
CREATE INDEX shifts_by_responder ON shifts (district, responder, from_at);

-- Nobody is in two places at once. The responder's row is locked first, so that of two who write at
-- the same time the second sees what the first has written. (An exclusion constraint would want an
-- extension, which not every user may create.)
CREATE FUNCTION refuse_two_shifts_at_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM responders WHERE district = NEW.district AND id = NEW.responder
        FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM shifts WHERE district = NEW.district AND responder = NEW.responder
            AND from_at < NEW.to_at AND from_at > NEW.from_at - 86400000 AND to_at > NEW.from_at)
    THEN
        RAISE EXCEPTION 'a responder has one shift at a time'
            USING ERRCODE = 'exclusion_violation', TABLE = 'shifts',
                CONSTRAINT = 'shifts_one_at_a_time';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shifts_one_at_a_time BEFORE INSERT ON shifts
    FOR EACH ROW EXECUTE FUNCTION refuse_two_shifts_at_once();

CREATE FUNCTION refuse_changed_shifts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a shift is removed and put in again';
END $$;
CREATE TRIGGER shifts_stay BEFORE UPDATE ON shifts
    FOR EACH ROW EXECUTE FUNCTION refuse_changed_shifts();
