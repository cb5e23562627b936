-- Statements from a figure to the incidents behind it. Words in braces are put in by `analytics.selectors.behind`.

-- name: count
SELECT count(*) FROM cases c {joins} WHERE {conditions}

-- name: page
SELECT c.id, c.received_at, c.priority, c.first_priority, c.highest_priority, c.is_open, c.is_cancelled, c.on_view,
       c.response, c.dispatch_delay, c.turnout, c.travel, c.to_action, c.first_on_scene_at, c.arrival_source,
       c.duplicates, c.corrected, c.organisation_id,
       extract(epoch FROM c.observed_until - c.received_at)::double precision AS waited,
       i.number, i.place, k.code AS type, k.name AS type_name, k.names AS type_names, sent_first.call_sign AS first_sent,
       arrived.call_sign AS first_arrived
FROM cases c {joins}
JOIN incidents_incident i ON i.id = c.id
JOIN incidents_incidenttype k ON k.id = c.type_id
LEFT JOIN patrols_unit sent_first ON sent_first.id = c.first_sent_unit_id
LEFT JOIN patrols_unit arrived ON arrived.id = c.first_arrived_unit_id
WHERE {conditions}
ORDER BY {order}, c.id
LIMIT %(limit)s OFFSET %(offset)s

-- What happened, one row a step: calls, units, regradings, reopenings, the end; of merged duplicates, too.
-- name: stages
WITH RECURSIVE family AS (
    SELECT id, id AS root FROM incidents_incident WHERE id = ANY(%(ids)s)
    UNION ALL
    SELECT d.id, f.root FROM incidents_incident d JOIN family f ON d.merged_into_id = f.id
)
SELECT root, at, event, unit, source FROM (
    SELECT f.root, i.received_at AS at, CASE WHEN i.on_view THEN 'on_view' ELSE 'received' END AS event, '' AS unit,
           i.source, 0 AS step
    FROM family f JOIN incidents_incident i ON i.id = f.id
    UNION ALL
    SELECT f.root, s.at, s.event, u.call_sign, CASE WHEN s.event = 'on_scene' THEN a.arrival_source ELSE a.source END,
           s.step
    FROM family f
    JOIN dispatch_assignment a ON a.incident_id = f.id
    JOIN patrols_unit u ON u.id = a.unit_id
    CROSS JOIN LATERAL (VALUES
        (a.dispatched_at, 'dispatched', 1), (a.acknowledged_at, 'acknowledged', 2), (a.en_route_at, 'en_route', 3),
        (a.on_scene_at, 'on_scene', 4), (a.action_taken_at, 'action_taken', 5), (a.cleared_at, 'cleared', 6),
        (CASE WHEN a.status IN ('cancelled', 'pre_empted', 'refused') THEN a.ended_at END, a.status, 6)
    ) AS s (at, event, step)
    UNION ALL
    SELECT f.root, p.occurred_at, 'regraded', p.priority::text, p.source, 7
    FROM family f
    JOIN incidents_prioritychange p ON p.incident_id = f.id
    WHERE EXISTS (SELECT 1 FROM incidents_prioritychange q WHERE q.incident_id = f.id AND q.id < p.id)
    UNION ALL
    SELECT f.root, r.occurred_at, 'reopened', '', '', 8
    FROM family f JOIN incidents_reopening r ON r.incident_id = f.id
    UNION ALL
    SELECT i.id, i.closed_at, CASE WHEN i.status = 'cancelled' THEN 'incident_cancelled' ELSE 'closed' END, '', '', 9
    FROM incidents_incident i WHERE i.id = ANY(%(ids)s)
) AS stages
WHERE at IS NOT NULL ORDER BY root, at, step, unit

-- The cases of one hexagon: the same rounding as in `hexagons`.
-- name: cell
SELECT id FROM (
    SELECT id, round(fq) AS rq, round(fr) AS rr, round(-fq - fr) AS rs, abs(round(fq) - fq) AS dq,
           abs(round(fr) - fr) AS dr, abs(round(-fq - fr) + fq + fr) AS ds
    FROM (
        SELECT id, ST_Y(at) * 2 / 3 / %(edge_m)s AS fr, (ST_X(at) / sqrt(3) - ST_Y(at) / 3) / %(edge_m)s AS fq
        FROM (
            SELECT p.id, ST_Transform(i.location, %(srid)s) AS at FROM cases p JOIN incidents_incident i ON i.id = p.id
            WHERE i.location IS NOT NULL AND NOT p.on_view
        ) AS placed
    ) AS axial
) AS rounded
WHERE CASE WHEN dq > dr AND dq > ds THEN -rr - rs ELSE rq END = %(q)s
  AND CASE WHEN NOT (dq > dr AND dq > ds) AND dr > ds THEN -rq - rs ELSE rr END = %(r)s
