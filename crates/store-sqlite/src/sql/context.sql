-- Everything a folded batch needs to know, each part one JSON list.
-- ?1: what is asked about each alarm, ?2: tickets that commits change, ?3: districts.
-- CROSS JOIN keeps SQLite from turning the loops around: few are asked, many are kept.
WITH asked AS MATERIALIZED (
    SELECT value ->> 'protocol' AS protocol, value ->> 'ident' AS ident,
        value ->> 'unknown_ident' AS unknown_ident, value ->> 'event_id' AS event_id,
        unhex(value ->> 'body') AS body, value ->> 'since' AS since
    FROM jsonb_each(?1)
),
known AS MATERIALIZED (
    SELECT d.id, d.protocol, d.ident, d.district, d.senior, d.key_sha256
    FROM asked AS w
    CROSS JOIN devices AS d ON d.protocol = w.protocol AND d.ident = w.ident
)
SELECT
    (SELECT json_group_array(json_object(
            'id', d.id, 'protocol', d.protocol, 'ident', d.ident, 'district', d.district,
            'senior', d.senior,
            'key', CASE WHEN d.key_sha256 IS NOT NULL THEN hex(d.key_sha256) END,
            'name', s.name, 'born', s.born, 'village', s.village, 'needs', s.needs,
            'lat', s.lat, 'lon', s.lon))
        FROM known AS d
        CROSS JOIN seniors AS s ON s.district = d.district AND s.id = d.senior
    ) AS "devices!: String",
    (SELECT json_group_array(json_object(
            'id', g.id, 'protocol', g.protocol, 'ident', g.ident, 'event_id', g.event_id,
            'body', hex(g.body_sha256), 'verified', g.verified, 'received_at', g.received_at,
            'ticket', g.ticket, 'joined', g.joined))
        FROM (
            -- The same event with the same bytes: at most one.
            SELECT h.* FROM asked AS w
            CROSS JOIN signals AS h
                ON h.protocol = w.protocol AND h.ident = w.ident
                AND h.event_id = w.event_id AND h.body_sha256 = w.body
            WHERE h.event_id IS NOT NULL
            UNION ALL
            -- The same event with any bytes: one is enough to know that the id is reused. A device
            -- whose counter starts anew has thousands.
            SELECT h.* FROM asked AS w
            CROSS JOIN signals AS h ON h.rowid = (
                SELECT x.rowid FROM signals AS x
                WHERE x.protocol = w.protocol AND x.ident = w.ident
                    AND x.event_id IS NOT NULL AND x.event_id = w.event_id
                LIMIT 1)
            UNION ALL
            SELECT h.* FROM asked AS w
            CROSS JOIN signals AS h
                ON h.protocol = w.protocol AND h.ident = w.ident AND h.body_sha256 = w.body
            WHERE h.event_id IS NULL AND h.received_at >= w.since
        ) AS g
    ) AS "seen!: String",
    (SELECT json_group_array(json_object(
            'id', t.id, 'version', t.version, 'number', t.number, 'chain', hex(t.chain),
            'state', t.state))
        FROM (
            SELECT o.id, o.version, o.number, o.chain, o.state
            FROM known AS d
            CROSS JOIN tickets AS o ON o.senior = d.senior
            WHERE o.open = 1 AND o.emergency = 1 AND o.senior IS NOT NULL
            UNION ALL
            SELECT o.id, o.version, o.number, o.chain, o.state
            FROM asked AS w
            CROSS JOIN tickets AS o ON o.unknown_ident = w.unknown_ident
            WHERE o.open = 1 AND o.unknown_ident IS NOT NULL
            UNION ALL
            SELECT o.id, o.version, o.number, o.chain, NULL
            FROM jsonb_each(?2) AS w
            CROSS JOIN tickets AS o ON o.id = w.value
        ) AS t
    ) AS "tickets!: Lossy",
    (SELECT json_group_array(json_object(
            'id', c.id, 'last_seq', c.last_seq, 'last_number', c.last_number))
        FROM districts AS c
        WHERE c.id IN (SELECT value FROM jsonb_each(?3))
            OR c.id IN (SELECT district FROM known)
    ) AS "counters!: String"
