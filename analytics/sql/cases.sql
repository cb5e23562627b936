-- One row for each incident asked for that was not merged into another, with the instants that its clocks need and the
-- seconds of each measure. `analytics.rules` says the same in Python.
--   ids  bigint[]  incidents; those that were merged into others are left out
WITH RECURSIVE
roots AS (
    SELECT i.* FROM unnest(%(ids)s::bigint[]) AS asked (id)
    JOIN incidents_incident i ON i.id = asked.id
    WHERE i.merged_into_id IS NULL
),
-- The incident itself and the duplicates that were merged into it, also over several steps (rule 6).
family AS (
    SELECT id, id AS root, action_taken_at, NULL::timestamptz AS called_at FROM roots
    UNION ALL
    SELECT d.id, f.root, d.action_taken_at, CASE WHEN NOT d.on_view THEN d.received_at END
    FROM incidents_incident d JOIN family f ON d.merged_into_id = f.id
),
-- Each with its own first reopening.
members AS (
    SELECT f.id, f.root, f.action_taken_at, f.called_at,
           (SELECT min(r.occurred_at) FROM incidents_reopening r WHERE r.incident_id = f.id) AS reopened_at
    FROM family f
),
noted AS (
    SELECT root, min(called_at) AS called_at, count(*) - 1 AS duplicates,
           min(action_taken_at) FILTER (WHERE reopened_at IS NULL OR action_taken_at < reopened_at) AS action_taken_at
    FROM members GROUP BY root
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
-- A step of an assignment that was told a second time is a correction (rule 8); the assignment bears the last telling. What
-- was taken back, and the row that took it back, tell of nothing.
corrections AS (
    SELECT root, sum(told - 1) AS corrected
    FROM (
        SELECT s.root, count(*) AS told FROM sent s
        JOIN dispatch_assignmentchange h ON h.assignment_id = s.id AND h.undoes_id IS NULL
        LEFT JOIN dispatch_assignmentchange u ON u.undoes_id = h.id
        WHERE u.id IS NULL
        GROUP BY s.root, h.assignment_id, h.status
    ) AS steps GROUP BY root
)
SELECT c.id, c.organisation_id, c.type_id,
       f.unit_id AS first_sent_unit_id, a.unit_id AS first_arrived_unit_id,
       least(c.received_at, n.called_at) AS received_at, c.answered_at, c.created_at, c.ready_at,
       f.dispatched_at AS first_dispatched_at, s.en_route_at AS first_en_route_at, a.on_scene_at AS first_on_scene_at,
       least(s.action_taken_at, n.action_taken_at) AS action_taken_at,
       CASE WHEN c.status IN ('closed', 'cancelled') THEN coalesce(c.closed_at, c.last_cleared_at, c.received_at) END
           AS ended_at,
       extract(epoch FROM a.on_scene_at - least(c.received_at, n.called_at))::double precision AS response,
       extract(epoch FROM f.dispatched_at - least(c.received_at, n.called_at))::double precision AS dispatch_delay,
       extract(epoch FROM a.en_route_at - a.dispatched_at)::double precision AS turnout,
       extract(epoch FROM a.on_scene_at - a.en_route_at)::double precision AS travel,
       extract(epoch FROM least(s.action_taken_at, n.action_taken_at) - least(c.received_at, n.called_at))
           ::double precision AS to_action,
       c.version + coalesce(s.version, 0) AS versions,
       c.priority, c.first_priority, c.highest_priority,
       coalesce(s.sent, 0) AS sent, coalesce(s.cancelled, 0) AS units_cancelled,
       coalesce(s.pre_empted, 0) AS units_pre_empted, coalesce(s.refused, 0) AS units_refused,
       n.duplicates, coalesce(k.corrected, 0) AS corrected,
       c.on_view, c.status = 'cancelled' AS is_cancelled,
       CASE WHEN a.root IS NULL THEN '' ELSE a.arrival_source END AS arrival_source
FROM roots c
JOIN noted n ON n.root = c.id
LEFT JOIN arrived a ON a.root = c.id
LEFT JOIN first_sent f ON f.root = c.id
LEFT JOIN units s ON s.root = c.id
LEFT JOIN corrections k ON k.root = c.id
