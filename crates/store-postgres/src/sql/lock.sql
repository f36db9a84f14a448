-- Marks the batch as this writer's latest, and locks the districts that it writes to, always in the
-- same order, so that no two nodes wait for each other. Whatever is read afterwards was committed
-- by whoever held the locks before. References to a district need not wait for this lock.
-- $1: writer, $2: batch, $3: districts, $4: protocols and $5: idents of those who call, $6: the
-- district of those who are unknown.
WITH mark AS (
    INSERT INTO writers AS w (id, batch, at) VALUES ($1, $2, now())
    ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at
), held AS MATERIALIZED (
    SELECT id FROM districts
    WHERE id = ANY ($3::text[] || ARRAY(
        SELECT coalesce((
            SELECT d.district FROM devices AS d WHERE d.protocol = w.protocol AND d.ident = w.ident
            LIMIT 1), $6::text)
        FROM unnest($4::text[], $5::text[]) AS w (protocol, ident)))
    ORDER BY id
    FOR NO KEY UPDATE
)
-- Whoever read without a lock sees by the new revision that he has to read again.
UPDATE districts AS d SET last_seq = d.last_seq FROM held
WHERE d.id = held.id
RETURNING d.id, d.last_seq, d.last_number
