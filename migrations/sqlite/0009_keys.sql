-- The register of keys and door codes, photos, and who looked at them. Codes and photos are sealed
-- with a data key that is not in here; `sealed_with` is its fingerprint.
CREATE TABLE keys (
    district    TEXT NOT NULL,
    id          TEXT NOT NULL,
    senior      TEXT NOT NULL,
    out_since   INTEGER, -- while somebody has it
    retired     INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    entry       TEXT NOT NULL,
    sealed_with TEXT,
    sealed      BLOB, -- of a code only
    PRIMARY KEY (district, id),
    FOREIGN KEY (district, senior) REFERENCES seniors (district, id),
    CHECK ((sealed IS NULL) = (sealed_with IS NULL))
) STRICT;
CREATE UNIQUE INDEX keys_by_id ON keys (id);
CREATE INDEX keys_by_senior ON keys (senior, id);
CREATE INDEX keys_out ON keys (district, out_since) WHERE out_since IS NOT NULL;

CREATE TABLE photos (
    district    TEXT NOT NULL,
    id          TEXT NOT NULL,
    ticket      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    sealed_with TEXT NOT NULL,
    sealed      BLOB NOT NULL,
    PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX photos_by_id ON photos (id);
CREATE INDEX photos_by_seal ON photos (sealed_with);

CREATE TABLE access_log (
    district TEXT NOT NULL,
    id       TEXT NOT NULL,
    at       INTEGER NOT NULL,
    user_id  TEXT NOT NULL,
    thing    TEXT NOT NULL, -- what kind of thing
    thing_id TEXT NOT NULL,
    act      TEXT NOT NULL,
    ticket   TEXT,
    allowed  INTEGER NOT NULL,
    why      TEXT,
    PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX access_log_by_thing ON access_log (thing_id, at);

-- Who looked at what stays, as history does.
CREATE TRIGGER access_log_never_changes BEFORE UPDATE ON access_log
BEGIN SELECT RAISE(ABORT, 'the access log is never changed'); END;
CREATE TRIGGER access_log_never_goes BEFORE DELETE ON access_log
BEGIN SELECT RAISE(ABORT, 'the access log is never removed'); END;
CREATE TRIGGER access_log_never_replaced BEFORE INSERT ON access_log
WHEN EXISTS (SELECT 1 FROM access_log WHERE district = NEW.district AND id = NEW.id)
    OR (NEW.rowid > 0 AND EXISTS (SELECT 1 FROM access_log WHERE rowid = NEW.rowid))
BEGIN SELECT RAISE(ABORT, 'the access log is never replaced'); END;
