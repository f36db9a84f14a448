-- Who sits at a desk of the call centre, and what one shift tells the next.
CREATE TABLE desks (
    user_id        UUID PRIMARY KEY NOT NULL REFERENCES users (id),
    state          TEXT NOT NULL,
    since          BIGINT NOT NULL,
    seen_at        BIGINT NOT NULL, -- the page's last sign of life
    sound_heard_at BIGINT           -- when the person last heard the alarm of this desk
);

CREATE TABLE shift_notes (
    district TEXT NOT NULL REFERENCES districts (id),
    id       UUID NOT NULL,
    user_id  UUID NOT NULL REFERENCES users (id),
    at       BIGINT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX shift_notes_by_id ON shift_notes (id);
CREATE INDEX shift_notes_by_time ON shift_notes (district, at);

CREATE TABLE shift_note_reads (
    district TEXT NOT NULL,
    note     UUID NOT NULL,
    user_id  UUID NOT NULL REFERENCES users (id),
    at       BIGINT NOT NULL,
    PRIMARY KEY (district, note, user_id),
    FOREIGN KEY (district, note) REFERENCES shift_notes (district, id)
);
