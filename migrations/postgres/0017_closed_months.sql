-- Months that are closed (封月): their report as it was, with its hash. Never changed, never removed.
CREATE TABLE closed_months (
    district  TEXT NOT NULL REFERENCES districts (id),
    month     TEXT COLLATE "C" NOT NULL, -- YYYY-MM by the district's clock; a copy reads it by the key's order
    closed_at BIGINT NOT NULL,
    closed_by UUID NOT NULL REFERENCES users (id),
    sha256    BYTEA NOT NULL, -- of the report's bytes
    report    TEXT NOT NULL,
    PRIMARY KEY (district, month)
);
CREATE TRIGGER closed_months_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON closed_months
    FOR EACH STATEMENT EXECUTE FUNCTION stays();
ALTER TABLE closed_months ENABLE ALWAYS TRIGGER closed_months_stay;
