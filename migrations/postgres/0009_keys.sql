-- The register of keys and door codes, photos, and who looked at them. Codes and photos are sealed
-- with a data key that is not in here; `sealed_with` is its fingerprint.
CREATE TABLE keys (
    district    TEXT NOT NULL,
    id          UUID NOT NULL,
    senior      UUID NOT NULL,
    out_since   BIGINT, -- while somebody has it
    retired     BOOLEAN NOT NULL,
    version     BIGINT NOT NULL,
    entry       TEXT NOT NULL,
    sealed_with TEXT,
    sealed      BYTEA, -- of a code only
    PRIMARY KEY (district, id),
    FOREIGN KEY (district, senior) REFERENCES seniors (district, id),
    CHECK ((sealed IS NULL) = (sealed_with IS NULL))
);
CREATE UNIQUE INDEX keys_by_id ON keys (id);
CREATE INDEX keys_by_senior ON keys (senior, id);
CREATE INDEX keys_out ON keys (district, out_since) WHERE out_since IS NOT NULL;

CREATE TABLE photos (
    district    TEXT NOT NULL,
    id          UUID NOT NULL,
    ticket      UUID NOT NULL,
    at          BIGINT NOT NULL,
    sealed_with TEXT NOT NULL,
    sealed      BYTEA NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX photos_by_id ON photos (id);
CREATE INDEX photos_by_seal ON photos (sealed_with);
-- Sealed bytes do not become smaller: nobody tries.
ALTER TABLE photos ALTER COLUMN sealed SET STORAGE EXTERNAL;

CREATE TABLE access_log (
    district TEXT NOT NULL,
    id       UUID NOT NULL,
    at       BIGINT NOT NULL,
    user_id  UUID NOT NULL,
    thing    TEXT NOT NULL, -- what kind of thing
    thing_id UUID NOT NULL,
    act      TEXT NOT NULL,
    ticket   UUID,
    allowed  BOOLEAN NOT NULL,
    why      TEXT,
    PRIMARY KEY (district, id)
);
CREATE INDEX access_log_by_thing ON access_log (thing_id, at);

-- Who looked at what stays, as history does.
CREATE TRIGGER access_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION stays();
ALTER TABLE access_log ENABLE ALWAYS TRIGGER access_log_stays;
