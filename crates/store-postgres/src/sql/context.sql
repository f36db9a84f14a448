-- Everything a folded batch needs to know, each part one JSON list.
-- $1: what is asked about each alarm, $2: tickets that commits change, $3: districts that commits
-- write to.
--
-- A district's revision is the transaction that wrote its row last (PostgreSQL's xmin). Every writing
-- transaction writes the rows of its districts, so an unchanged revision says that nothing which was
-- read here has changed since.
--
-- Each lookup is LATERAL with a LIMIT, so that it is one descent into an index for each caller. As a
-- plain join the server may read a whole index instead, as long as its statistics are those of an
-- empty table: twenty milliseconds a batch on a first storm night.
WITH asked AS MATERIALIZED (
    SELECT DISTINCT w.protocol, w.ident, w.unknown_ident, w.event_id,
        decode(w.body, 'hex') AS body, w.since
    FROM json_to_recordset($1::text::json) AS w (
        protocol text, ident text, unknown_ident text, event_id text, body text, since bigint)
), callers AS MATERIALIZED (
    SELECT d.id, d.protocol, d.ident, d.district, d.senior, d.key_sha256
    FROM (SELECT DISTINCT protocol, ident FROM asked) AS w
    CROSS JOIN LATERAL (
        SELECT x.* FROM devices AS x WHERE x.protocol = w.protocol AND x.ident = w.ident
        LIMIT 1) AS d
), joined AS MATERIALIZED (
    SELECT o.id, o.district, o.version, o.number, o.chain, o.state
    FROM (SELECT DISTINCT senior FROM callers) AS d
    CROSS JOIN LATERAL (
        SELECT x.id, x.district, x.version, x.number, x.chain, x.state FROM tickets AS x
        WHERE x.senior = d.senior AND x.open AND x.emergency AND x.senior IS NOT NULL
        LIMIT 1) AS o
    UNION ALL
    SELECT o.id, o.district, o.version, o.number, o.chain, o.state
    FROM (SELECT DISTINCT unknown_ident FROM asked) AS w
    CROSS JOIN LATERAL (
        SELECT x.id, x.district, x.version, x.number, x.chain, x.state FROM tickets AS x
        WHERE x.unknown_ident = w.unknown_ident AND x.open AND x.unknown_ident IS NOT NULL
        LIMIT 1) AS o
    UNION ALL
    SELECT o.id, o.district, o.version, o.number, o.chain, NULL
    FROM tickets AS o
    WHERE o.id = ANY ($2::uuid[])
)
SELECT
    (SELECT coalesce(json_agg(json_build_object(
            'id', d.id, 'protocol', d.protocol, 'ident', d.ident, 'district', d.district,
            'senior', d.senior, 'key', encode(d.key_sha256, 'hex'),
            'name', s.name, 'born', s.born, 'village', s.village, 'needs', s.needs,
            'lat', s.lat, 'lon', s.lon)),
            '[]')::text
        FROM callers AS d
        CROSS JOIN LATERAL (
            SELECT x.name, x.born, x.village, x.needs, x.lat, x.lon FROM seniors AS x
            WHERE x.district = d.district AND x.id = d.senior
            LIMIT 1) AS s
    ) AS "devices!",
    (SELECT coalesce(json_agg(json_build_object(
            'id', g.id, 'protocol', g.protocol, 'ident', g.ident, 'event_id', g.event_id,
            'body', encode(g.body_sha256, 'hex'), 'verified', g.verified,
            'received_at', g.received_at, 'ticket', g.ticket, 'joined', g.joined)), '[]')::text
        FROM (
            -- The same event with the same bytes: at most one.
            SELECT h.id, h.protocol, h.ident, h.event_id, h.body_sha256, h.verified, h.received_at,
                h.ticket, h.joined
            FROM asked AS w
            CROSS JOIN LATERAL (
                SELECT x.id, x.protocol, x.ident, x.event_id, x.body_sha256, x.verified,
                    x.received_at, x.ticket, x.joined
                FROM signals AS x
                WHERE x.protocol = w.protocol AND x.ident = w.ident AND x.event_id IS NOT NULL
                    AND x.event_id = w.event_id AND x.body_sha256 = w.body
                LIMIT 1) AS h
            UNION ALL
            -- The same event with any bytes: one is enough to know that the id is reused. A device
            -- whose counter starts anew has thousands.
            SELECT h.id, h.protocol, h.ident, h.event_id, h.body_sha256, h.verified, h.received_at,
                h.ticket, h.joined
            FROM asked AS w
            CROSS JOIN LATERAL (
                SELECT x.id, x.protocol, x.ident, x.event_id, x.body_sha256, x.verified,
                    x.received_at, x.ticket, x.joined
                FROM signals AS x
                WHERE x.protocol = w.protocol AND x.ident = w.ident
                    AND x.event_id IS NOT NULL AND x.event_id = w.event_id
                LIMIT 1) AS h
            UNION ALL
            SELECT h.id, h.protocol, h.ident, h.event_id, h.body_sha256, h.verified, h.received_at,
                h.ticket, h.joined
            FROM asked AS w
            CROSS JOIN LATERAL (
                SELECT x.id, x.protocol, x.ident, x.event_id, x.body_sha256, x.verified,
                    x.received_at, x.ticket, x.joined
                FROM signals AS x
                WHERE x.protocol = w.protocol AND x.ident = w.ident AND x.event_id IS NULL
                    AND x.body_sha256 = w.body AND x.received_at >= w.since
                OFFSET 0) AS h
        ) AS g
    ) AS "seen!",
    (SELECT coalesce(json_agg(json_build_object(
            'id', t.id, 'district', t.district, 'version', t.version, 'number', t.number,
            'chain', encode(t.chain, 'hex'), 'state', t.state)), '[]')::text
        FROM joined AS t
    ) AS "tickets!: Lossy",
    (SELECT coalesce(json_agg(json_build_object(
            'id', x.id, 'last_seq', x.last_seq, 'last_number', x.last_number,
            'revision', x.xmin::text)), '[]')::text
        FROM districts AS x
        WHERE x.id = ANY ($3::text[] || ARRAY(
            SELECT d.district FROM callers AS d UNION SELECT t.district FROM joined AS t))
    ) AS "districts!"
