-- The roster: who is to be on duty when.
CREATE TABLE shifts (
    district  TEXT NOT NULL,
    id        TEXT NOT NULL,
    responder TEXT NOT NULL,
    from_at   INTEGER NOT NULL,
    to_at     INTEGER NOT NULL,
    PRIMARY KEY (district, id),
    FOREIGN KEY (district, responder) REFERENCES responders (district, id),
    -- A day at most: what runs at a moment began within the day before it.
    CHECK (to_at > from_at AND to_at - from_at <= 86400000)
) STRICT, WITHOUT ROWID;
CREATE INDEX shifts_by_time ON shifts (district, from_at);
CREATE INDEX shifts_by_responder ON shifts (district, responder, from_at);

-- Nobody is in two places at once. There is one writer: no other can come in between.
CREATE TRIGGER shifts_one_at_a_time BEFORE INSERT ON shifts
WHEN EXISTS (
    SELECT 1 FROM shifts WHERE district = NEW.district AND responder = NEW.responder
        AND from_at < NEW.to_at AND from_at > NEW.from_at - 86400000 AND to_at > NEW.from_at)
BEGIN SELECT RAISE(ABORT, 'shifts_one_at_a_time'); END;

CREATE TRIGGER shifts_stay BEFORE UPDATE ON shifts
BEGIN SELECT RAISE(ABORT, 'a shift is removed and put in again'); END;
