-- The care of devices: which model each is, what it last said of itself, and what it said that was no
-- alarm.
ALTER TABLE devices ADD COLUMN model TEXT;
CREATE INDEX devices_by_district ON devices (district, id);
CREATE INDEX devices_by_senior ON devices (senior);

-- One row a device; each fact is the newest.
CREATE TABLE device_states (
    district    TEXT NOT NULL,
    device      UUID NOT NULL,
    heard_at    BIGINT NOT NULL,
    battery_pct SMALLINT,
    battery_at  BIGINT,
    position    TEXT,
    position_at BIGINT,
    pressed_at  BIGINT,
    worked_at   BIGINT, -- when it was put on an equipment ticket
    PRIMARY KEY (district, device)
);

-- Kept as long as positions.
CREATE TABLE device_reports (
    district    TEXT NOT NULL,
    device      UUID NOT NULL,
    received_at BIGINT NOT NULL,
    kinds       TEXT NOT NULL,
    battery_pct SMALLINT,
    position    TEXT,
    raw         BYTEA NOT NULL
);
CREATE INDEX device_reports_by_device ON device_reports (device, received_at);
CREATE INDEX device_reports_by_age ON device_reports (received_at);

CREATE INDEX signals_by_device ON signals (device, received_at) WHERE device IS NOT NULL;
