-- One row for each incident of a report, with the instants that its clocks need. `analytics.rules` says the same in Python.
--   organisations  bigint[]     whose incidents
--   since, until   timestamptz  the call, from (inclusive) and to (exclusive); NULL where open
--   now            timestamptz  where waiting that is not over is cut off
CREATE TEMPORARY TABLE cases AS
WITH RECURSIVE
-- Merged duplicates, each with the incident in which its chain ends (rule 6).
duplicates AS (
    SELECT id, merged_into_id AS root, CASE WHEN NOT on_view THEN received_at END AS received_at, action_taken_at
    FROM incidents_incident WHERE merged_into_id IS NOT NULL
    UNION
    SELECT d.id, i.merged_into_id, d.received_at, d.action_taken_at
    FROM duplicates d JOIN incidents_incident i ON i.id = d.root
    WHERE i.merged_into_id IS NOT NULL
),
earliest AS (
    SELECT root, min(received_at) AS received_at FROM duplicates GROUP BY root
),
candidates AS (
    SELECT id FROM incidents_incident
    WHERE organisation_id = ANY(%(organisations)s) AND status <> 'merged'
      AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR received_at < %(until)s)
    UNION
    SELECT root FROM earliest
),
chosen AS (
    SELECT i.id, i.number, i.organisation_id, i.type_id, i.priority, i.first_priority, i.highest_priority, i.status, i.on_view,
           least(i.received_at, e.received_at) AS received_at, i.answered_at, i.created_at, i.ready_at,
           i.action_taken_at, i.closed_at, i.last_cleared_at, i.version
    FROM incidents_incident i
    JOIN candidates c ON c.id = i.id
    LEFT JOIN earliest e ON e.root = i.id
    WHERE i.organisation_id = ANY(%(organisations)s) AND i.status <> 'merged'
      AND (%(since)s::timestamptz IS NULL OR least(i.received_at, e.received_at) >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR least(i.received_at, e.received_at) < %(until)s)
),
-- The incident itself and its duplicates, each with its own first reopening.
members AS (
    SELECT m.id, m.root, m.action_taken_at, r.reopened_at
    FROM (
        SELECT id, id AS root, action_taken_at FROM chosen
        UNION ALL
        SELECT d.id, d.root, d.action_taken_at FROM duplicates d JOIN chosen c ON c.id = d.root
    ) AS m
    LEFT JOIN (
        SELECT incident_id, min(occurred_at) AS reopened_at FROM incidents_reopening GROUP BY incident_id
    ) AS r ON r.incident_id = m.id
),
sent AS (
    SELECT m.root, a.id, a.unit_id, u.call_sign COLLATE "C" AS call_sign, a.dispatched_at, a.en_route_at, a.on_scene_at,
           a.action_taken_at, a.arrival_source, a.status, a.version,
           a.status IN ('cancelled', 'pre_empted', 'refused') AS broken_off,
           m.reopened_at IS NULL
           OR coalesce(coalesce(a.dispatched_at, a.en_route_at, a.on_scene_at, a.action_taken_at) < m.reopened_at, true)
               AS in_first_interval
    FROM members m
    JOIN dispatch_assignment a ON a.incident_id = m.id
    JOIN patrols_unit u ON u.id = a.unit_id
),
-- Rule 1: the first arrival; a tie goes to the unit sent earlier, then to the lower call sign. Rule 2: not of a broken one.
arrived AS (
    SELECT DISTINCT ON (root) root, unit_id, dispatched_at, en_route_at, on_scene_at, arrival_source
    FROM sent WHERE in_first_interval AND on_scene_at IS NOT NULL AND NOT broken_off
    ORDER BY root, on_scene_at, dispatched_at NULLS LAST, call_sign, id
),
first_sent AS (
    SELECT DISTINCT ON (root) root, unit_id, dispatched_at
    FROM sent WHERE in_first_interval AND dispatched_at IS NOT NULL
    ORDER BY root, dispatched_at, call_sign, id
),
units AS (
    SELECT root, count(*) AS sent,
           min(en_route_at) FILTER (WHERE in_first_interval AND NOT broken_off) AS en_route_at,
           min(action_taken_at) FILTER (WHERE in_first_interval AND NOT broken_off) AS action_taken_at,
           count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
           count(*) FILTER (WHERE status = 'pre_empted') AS pre_empted,
           count(*) FILTER (WHERE status = 'refused') AS refused,
           sum(version) AS version
    FROM sent GROUP BY root
),
noted AS (
    SELECT root, min(action_taken_at) AS action_taken_at
    FROM members WHERE reopened_at IS NULL OR action_taken_at < reopened_at GROUP BY root
)
SELECT c.id, c.number, c.organisation_id, c.type_id, c.priority, c.first_priority, c.highest_priority, c.status, c.on_view,
       o.time_zone, c.received_at, c.answered_at, c.created_at, c.ready_at,
       f.dispatched_at AS first_dispatched_at, f.unit_id AS first_sent_unit_id,
       s.en_route_at AS first_en_route_at,
       a.on_scene_at AS first_on_scene_at, a.unit_id AS first_arrived_unit_id, a.arrival_source,
       least(s.action_taken_at, n.action_taken_at) AS action_taken_at,
       coalesce(s.sent, 0) AS sent, coalesce(s.cancelled, 0) AS units_cancelled,
       coalesce(s.pre_empted, 0) AS units_pre_empted, coalesce(s.refused, 0) AS units_refused,
       c.version, coalesce(s.version, 0) AS versions_of_units,
       c.status NOT IN ('closed', 'cancelled', 'merged') AS is_open,
       CASE WHEN c.status NOT IN ('closed', 'cancelled', 'merged') THEN %(now)s::timestamptz
            ELSE coalesce(c.closed_at, c.last_cleared_at, c.received_at) END AS observed_until,
       extract(epoch FROM a.on_scene_at - c.received_at)::double precision AS response,
       extract(epoch FROM f.dispatched_at - c.received_at)::double precision AS dispatch_delay,
       extract(epoch FROM a.en_route_at - a.dispatched_at)::double precision AS turnout,
       extract(epoch FROM a.on_scene_at - a.en_route_at)::double precision AS travel,
       extract(epoch FROM least(s.action_taken_at, n.action_taken_at) - c.received_at)::double precision AS to_action
FROM chosen c
JOIN core_organisation o ON o.id = c.organisation_id
LEFT JOIN arrived a ON a.root = c.id
LEFT JOIN first_sent f ON f.root = c.id
LEFT JOIN units s ON s.root = c.id
LEFT JOIN noted n ON n.root = c.id
