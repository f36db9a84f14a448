-- Everything a folded batch needs to know, each part one JSON list.
-- ?1: what is asked about each alarm, ?2: tickets that commits change, ?3: districts.
-- CROSS JOIN keeps SQLite from turning the loops around: few are asked, many are kept.
SELECT
    (SELECT json_group_array(json_object(
            'id', d.id, 'protocol', d.protocol, 'ident', d.ident, 'district', d.district,
            'senior', d.senior,
            'key', CASE WHEN d.key_sha256 IS NOT NULL THEN hex(d.key_sha256) END,
            'name', s.name, 'born', s.born, 'village', s.village, 'lat', s.lat, 'lon', s.lon))
        FROM jsonb_each(?1) AS w
        CROSS JOIN devices AS d
            ON d.protocol = w.value ->> 'protocol' AND d.ident = w.value ->> 'ident'
        CROSS JOIN seniors AS s ON s.district = d.district AND s.id = d.senior
    ) AS "devices!: String",
    (SELECT json_group_array(json_object(
            'id', g.id, 'protocol', g.protocol, 'ident', g.ident, 'event_id', g.event_id,
            'body', hex(g.body_sha256), 'verified', g.verified, 'received_at', g.received_at,
            'ticket', g.ticket, 'joined', g.joined))
        FROM (
            -- The same event with the same bytes: at most one.
            SELECT h.* FROM jsonb_each(?1) AS w
            CROSS JOIN signals AS h
                ON h.protocol = w.value ->> 'protocol' AND h.ident = w.value ->> 'ident'
                AND h.event_id = w.value ->> 'event_id'
                AND h.body_sha256 = unhex(w.value ->> 'body')
            WHERE h.event_id IS NOT NULL
            UNION ALL
            -- The same event with any bytes: one is enough to know that the id is reused. A device
            -- whose counter starts anew has thousands.
            SELECT h.* FROM jsonb_each(?1) AS w
            CROSS JOIN signals AS h ON h.rowid = (
                SELECT x.rowid FROM signals AS x
                WHERE x.protocol = w.value ->> 'protocol' AND x.ident = w.value ->> 'ident'
                    AND x.event_id IS NOT NULL AND x.event_id = w.value ->> 'event_id'
                LIMIT 1)
            UNION ALL
            SELECT h.* FROM jsonb_each(?1) AS w
            CROSS JOIN signals AS h
                ON h.protocol = w.value ->> 'protocol' AND h.ident = w.value ->> 'ident'
                AND h.body_sha256 = unhex(w.value ->> 'body')
            WHERE h.event_id IS NULL AND h.received_at >= w.value ->> 'since'
        ) AS g
    ) AS "seen!: String",
    (SELECT json_group_array(json_object(
            'id', t.id, 'version', t.version, 'number', t.number, 'chain', hex(t.chain),
            'state', t.state))
        FROM (
            SELECT o.id, o.version, o.number, o.chain, o.state
            FROM jsonb_each(?1) AS w
            CROSS JOIN devices AS d
                ON d.protocol = w.value ->> 'protocol' AND d.ident = w.value ->> 'ident'
            CROSS JOIN tickets AS o ON o.senior = d.senior
            WHERE o.open = 1 AND o.emergency = 1 AND o.senior IS NOT NULL
            UNION ALL
            SELECT o.id, o.version, o.number, o.chain, o.state
            FROM jsonb_each(?1) AS w
            CROSS JOIN tickets AS o ON o.unknown_ident = w.value ->> 'unknown_ident'
            WHERE o.open = 1 AND o.unknown_ident IS NOT NULL
            UNION ALL
            SELECT o.id, o.version, o.number, o.chain, NULL
            FROM jsonb_each(?2) AS w
            CROSS JOIN tickets AS o ON o.id = w.value
        ) AS t
    ) AS "tickets!: String",
    (SELECT json_group_array(json_object(
            'id', c.id, 'last_seq', c.last_seq, 'last_number', c.last_number))
        FROM districts AS c
        WHERE c.id IN (SELECT value FROM jsonb_each(?3))
            OR c.id IN (SELECT d.district FROM jsonb_each(?1) AS w
                CROSS JOIN devices AS d
                    ON d.protocol = w.value ->> 'protocol' AND d.ident = w.value ->> 'ident')
    ) AS "counters!: String"
