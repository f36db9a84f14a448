-- Who sits at a desk of the call centre, and what one shift tells the next.
CREATE TABLE desks (
    user_id        TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    state          TEXT NOT NULL,
    since          INTEGER NOT NULL,
    seen_at        INTEGER NOT NULL, -- the page's last sign of life
    sound_heard_at INTEGER           -- when the person last heard the alarm of this desk
) STRICT, WITHOUT ROWID;

CREATE TABLE shift_notes (
    district TEXT NOT NULL REFERENCES districts (id),
    id       TEXT NOT NULL,
    user_id  TEXT NOT NULL REFERENCES users (id),
    at       INTEGER NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX shift_notes_by_id ON shift_notes (id);
CREATE INDEX shift_notes_by_time ON shift_notes (district, at);

CREATE TABLE shift_note_reads (
    district TEXT NOT NULL,
    note     TEXT NOT NULL,
    user_id  TEXT NOT NULL REFERENCES users (id),
    at       INTEGER NOT NULL,
    PRIMARY KEY (district, note, user_id),
    FOREIGN KEY (district, note) REFERENCES shift_notes (district, id)
) STRICT, WITHOUT ROWID;
