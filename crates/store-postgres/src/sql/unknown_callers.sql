-- What came lately from the addresses of devices that are unknown, and the last of their tickets
-- that is still open. $1: addresses, $2: since when.
SELECT w.source AS "source!",
    (SELECT count(*) FROM tickets AS t
        WHERE t.source_addr IS NOT NULL AND t.source_addr = w.source
            AND t.received_at >= w.since) AS "opened!",
    l.id AS "id?", l.district AS "district?", l.version AS "version?", l.number AS "number?",
    l.chain AS "chain?", l.state AS "state?: Lossy"
FROM unnest($1::text[], $2::bigint[]) AS w (source, since)
LEFT JOIN LATERAL (
    SELECT t.id, t.district, t.version, t.number, t.chain, t.state
    FROM tickets AS t
    WHERE t.source_addr IS NOT NULL AND t.source_addr = w.source AND t.open
        AND t.unknown_ident IS NOT NULL AND t.senior IS NULL
    ORDER BY t.received_at DESC, t.id DESC LIMIT 1) AS l ON true
