-- Months that are closed (封月): their report as it was, with its hash. Never changed, never removed.
CREATE TABLE closed_months (
    district  TEXT NOT NULL REFERENCES districts (id),
    month     TEXT NOT NULL, -- YYYY-MM by the district's clock
    closed_at INTEGER NOT NULL,
    closed_by TEXT NOT NULL REFERENCES users (id),
    sha256    BLOB NOT NULL, -- of the report's bytes
    report    TEXT NOT NULL,
    PRIMARY KEY (district, month)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER closed_months_never_change BEFORE UPDATE ON closed_months
BEGIN SELECT RAISE(ABORT, 'a closed month is never changed'); END;
CREATE TRIGGER closed_months_never_go BEFORE DELETE ON closed_months
BEGIN SELECT RAISE(ABORT, 'a closed month is never removed'); END;
