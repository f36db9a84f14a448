-- What reports know of a closed ticket, packed: one row for each, written with the commit that closes the
-- ticket or changes a closed one, removed when it is opened again. The documents stay the truth: what is not
-- here, or of another version, is read from them.
CREATE TABLE ticket_facts (
    district    TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    ticket      UUID NOT NULL,
    version     INTEGER NOT NULL, -- of the layout
    facts       BYTEA NOT NULL,   -- empty where the ticket's document cannot be read
    PRIMARY KEY (district, received_at, ticket)
);
