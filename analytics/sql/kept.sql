-- name: roots
WITH RECURSIVE up AS (
    SELECT id, merged_into_id FROM incidents_incident WHERE id = ANY(%(ids)s)
    UNION
    SELECT i.id, i.merged_into_id FROM incidents_incident i JOIN up ON i.id = up.merged_into_id
)
SELECT id FROM up
