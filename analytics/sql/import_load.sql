-- From staged rows to calls, units, incidents and assignments. Statements are run one by one, in this order.

-- Rows of a call whose number is taken here by an incident that did not come from an import.
-- name: taken
DELETE FROM staged USING incidents_incident i
WHERE i.organisation_id = %(organisation)s AND i.number = staged.call_key AND i.source <> 'import'
RETURNING staged.line, staged.call_key;

-- Rows of a call that nobody knows when it came: no row of it says, and no earlier file did.
-- name: unreceived
DELETE FROM staged
WHERE call_key IN (SELECT call_key FROM staged GROUP BY call_key HAVING min(received) IS NULL)
  AND call_key NOT IN (SELECT number FROM incidents_incident WHERE organisation_id = %(organisation)s)
RETURNING line, '';

-- One call of each key: the earliest times of its rows, the first text that is not empty, the last disposition; the
-- first and the last priority that a row says.
-- name: calls
CREATE TEMPORARY TABLE calls ON COMMIT DROP AS
SELECT call_key,
       min(line) AS line,
       min(received) AS received, min(answered) AS answered, min(created) AS created, min(ready) AS ready,
       max(closed) AS closed,
       coalesce((array_agg(type ORDER BY line, part) FILTER (WHERE type <> ''))[1], 'unknown') AS type,
       coalesce((array_agg(place ORDER BY line, part) FILTER (WHERE place <> ''))[1], '') AS place,
       coalesce((array_agg(place_detail ORDER BY line, part) FILTER (WHERE place_detail <> ''))[1], '') AS place_detail,
       coalesce((array_agg(summary ORDER BY line, part) FILTER (WHERE summary <> ''))[1], '') AS summary,
       coalesce((array_agg(disposition ORDER BY line DESC, part DESC) FILTER (WHERE disposition <> ''))[1], '')
           AS disposition,
       coalesce((array_agg(priority_first ORDER BY line, part) FILTER (WHERE priority_first IS NOT NULL))[1],
                (array_agg(priority_final ORDER BY line, part) FILTER (WHERE priority_final IS NOT NULL))[1],
                %(unknown)s::integer) AS priority_first,
       coalesce((array_agg(priority_final ORDER BY line DESC, part DESC) FILTER (WHERE priority_final IS NOT NULL))[1],
                %(unknown)s::integer) AS priority_final,
       coalesce(CASE WHEN %(urgent_is_low)s THEN least(min(priority_first), min(priority_final))
                     ELSE greatest(max(priority_first), max(priority_final)) END, %(unknown)s::integer)
           AS priority_highest,
       bool_or(on_view) AS on_view,
       bool_and(cancelled) AS cancelled,
       (array_agg(x ORDER BY line, part) FILTER (WHERE x IS NOT NULL))[1] AS x,
       (array_agg(y ORDER BY line, part) FILTER (WHERE x IS NOT NULL))[1] AS y,
       NULL::bigint AS incident_id,
       false AS is_new
FROM staged GROUP BY call_key;

-- name: calls_key
ALTER TABLE calls ADD PRIMARY KEY (call_key);

-- name: known
UPDATE calls SET incident_id = i.id FROM incidents_incident i
WHERE i.organisation_id = %(organisation)s AND i.number = calls.call_key;

-- One assignment of each identity in a call: the first value of each time, the latest end; broken off when any row of
-- it says so (in a log, the row of that event), as the last of them says.
-- `nth` tells apart assignments of one unit to one call that were dispatched at the same instant.
-- name: jobs
CREATE TEMPORARY TABLE jobs ON COMMIT DROP AS
SELECT *, row_number() OVER (PARTITION BY call_key, unit, dispatched ORDER BY line, part) AS nth,
       NULL::bigint AS assignment_id, false AS is_new
FROM (
    SELECT call_key, unit, job, min(line) AS line, min(part) AS part,
           min(dispatched) AS dispatched, min(acknowledged) AS acknowledged, min(en_route) AS en_route,
           min(on_scene) AS on_scene, min(action_taken) AS action_taken, max(cleared) AS cleared,
           coalesce((array_agg(ended_as ORDER BY line DESC, part DESC) FILTER (WHERE ended_as <> 'cleared'))[1],
                    'cleared') AS ended_as
    FROM staged WHERE unit IS NOT NULL GROUP BY call_key, unit, job
) AS grouped;

-- name: analyze_calls
ANALYZE calls;

-- name: analyze_jobs
ANALYZE jobs;

-- name: types
INSERT INTO incidents_incidenttype (code, name, names, priority, min_units, skills, plan, is_active, external)
SELECT DISTINCT ON (code) code, type, '{}'::jsonb, 3, 1, '[]'::jsonb, '{}'::jsonb, false, true
FROM (SELECT type, CASE WHEN length(type) <= 40 THEN type ELSE left(type, 31) || '~' || left(md5(type), 8) END AS code
      FROM calls WHERE incident_id IS NULL) AS found
ORDER BY code, type
ON CONFLICT (code) DO NOTHING;

-- name: units
INSERT INTO patrols_unit (organisation_id, board_id, call_sign, kind, sector, skills, status, status_since, on_duty,
                          external, version)
SELECT DISTINCT %(organisation)s, %(board)s::bigint, unit, 'other', '', '{}'::varchar[], 'off_duty', %(now)s::timestamptz,
       false, true, 1
FROM jobs
ON CONFLICT (organisation_id, call_sign) DO NOTHING;

-- name: incidents
INSERT INTO incidents_incident (
    number, organisation_id, type_id, priority, first_priority, highest_priority, status, on_view, min_units, location,
    location_source, gazetteer_id, place, place_detail, summary, received_at, answered_at, created_at, ready_at,
    first_dispatched_at, first_en_route_at, first_on_scene_at, action_taken_at, last_cleared_at, closed_at,
    disposition, outcome, source, batch_id, version)
SELECT c.call_key, %(organisation)s, t.id, c.priority_final, c.priority_first, c.priority_highest,
       CASE WHEN c.cancelled THEN 'cancelled' ELSE 'closed' END, c.on_view, 1,
       pg_temp.to_degrees(c.x, c.y, %(epsg)s), CASE WHEN c.x IS NULL THEN '' ELSE 'import' END, '',
       c.place, c.place_detail, c.summary, c.received, c.answered, coalesce(c.created, c.received), c.ready,
       j.dispatched, j.en_route, j.on_scene, j.action_taken, j.cleared, coalesce(c.closed, j.cleared),
       c.disposition, '', 'import', %(batch)s, 1
FROM calls c
JOIN incidents_incidenttype t
  ON t.code = CASE WHEN length(c.type) <= 40 THEN c.type ELSE left(c.type, 31) || '~' || left(md5(c.type), 8) END
LEFT JOIN (
    SELECT call_key, min(dispatched) AS dispatched,
           min(en_route) FILTER (WHERE ended_as = 'cleared') AS en_route,
           min(on_scene) FILTER (WHERE ended_as = 'cleared') AS on_scene,
           min(action_taken) FILTER (WHERE ended_as = 'cleared') AS action_taken,
           max(cleared) AS cleared
    FROM jobs GROUP BY call_key
) AS j ON j.call_key = c.call_key
WHERE c.incident_id IS NULL;

-- name: added
UPDATE calls SET incident_id = i.id, is_new = true FROM incidents_incident i
WHERE calls.incident_id IS NULL AND i.organisation_id = %(organisation)s AND i.number = calls.call_key;

-- name: received
INSERT INTO incidents_call (incident_id, organisation_id, channel, phone, caller_name, text, received_at, answered_at,
                            recorded_at, source)
SELECT incident_id, %(organisation)s, 'import', '', '', '', received, answered, %(now)s, 'import'
FROM calls WHERE is_new;

-- name: priorities
INSERT INTO incidents_prioritychange (incident_id, priority, reason, occurred_at, recorded_at, source)
SELECT incident_id, priority, '', received, %(now)s, 'import'
FROM (
    SELECT incident_id, received, priority_first AS priority, 1 AS step FROM calls WHERE is_new
    UNION ALL
    SELECT incident_id, received, priority_final, 2 FROM calls WHERE is_new AND priority_final <> priority_first
) AS steps ORDER BY incident_id, step;

-- Assignments that are there already: same call, same unit, same dispatch time.
-- name: jobs_known
UPDATE jobs SET assignment_id = a.id
FROM calls c, patrols_unit u, (
    SELECT a.id, a.incident_id, a.unit_id, a.dispatched_at,
           row_number() OVER (PARTITION BY a.incident_id, a.unit_id, a.dispatched_at ORDER BY a.id) AS nth
    FROM dispatch_assignment a
    WHERE a.incident_id IN (SELECT incident_id FROM calls WHERE NOT is_new)
) AS a
WHERE c.call_key = jobs.call_key AND NOT c.is_new
  AND u.organisation_id = %(organisation)s AND u.call_sign = jobs.unit
  AND a.incident_id = c.incident_id AND a.unit_id = u.id
  AND a.dispatched_at IS NOT DISTINCT FROM jobs.dispatched AND a.nth = jobs.nth;

-- Rows of a mapping with `repeated = "merge"` (job `one`) belong to the assignment that is there, whenever it was
-- dispatched: the log of a call may go on in the next file.
-- name: jobs_continued
UPDATE jobs SET assignment_id = a.id
FROM calls c, patrols_unit u, (
    SELECT incident_id, unit_id, min(id) AS id
    FROM dispatch_assignment
    WHERE incident_id IN (SELECT incident_id FROM calls WHERE NOT is_new)
      AND id NOT IN (SELECT assignment_id FROM jobs WHERE assignment_id IS NOT NULL)
    GROUP BY incident_id, unit_id
) AS a
WHERE jobs.job = 'one' AND jobs.assignment_id IS NULL AND c.call_key = jobs.call_key AND NOT c.is_new
  AND u.organisation_id = %(organisation)s AND u.call_sign = jobs.unit
  AND a.incident_id = c.incident_id AND a.unit_id = u.id;

-- name: assignments
INSERT INTO dispatch_assignment (
    incident_id, unit_id, status, dispatched_at, acknowledged_at, en_route_at, on_scene_at, action_taken_at, cleared_at,
    ended_at, end_reason, arrival_source, eta_source, short_reason, previous_unit_status, source, version)
SELECT c.incident_id, u.id, j.ended_as, j.dispatched, j.acknowledged, j.en_route, j.on_scene, j.action_taken,
       CASE WHEN j.ended_as = 'cleared' THEN j.cleared END, j.cleared, '',
       CASE WHEN j.on_scene IS NULL THEN '' ELSE 'import' END, '', '', '', 'import', 1
FROM jobs j
JOIN calls c ON c.call_key = j.call_key
JOIN patrols_unit u ON u.organisation_id = %(organisation)s AND u.call_sign = j.unit
WHERE j.assignment_id IS NULL
ORDER BY j.line, j.part;

-- name: jobs_added
UPDATE jobs SET is_new = true WHERE assignment_id IS NULL;

-- A later file fills in what an earlier one left empty, and may tell that a unit was broken off; it never changes a time
-- that is there.
-- name: completed
UPDATE dispatch_assignment a
SET status = CASE WHEN a.status = 'cleared' THEN j.ended_as ELSE a.status END,
    dispatched_at = coalesce(a.dispatched_at, j.dispatched),
    acknowledged_at = coalesce(a.acknowledged_at, j.acknowledged), en_route_at = coalesce(a.en_route_at, j.en_route),
    on_scene_at = coalesce(a.on_scene_at, j.on_scene), action_taken_at = coalesce(a.action_taken_at, j.action_taken),
    cleared_at = CASE WHEN a.status = 'cleared' AND j.ended_as = 'cleared' THEN coalesce(a.cleared_at, j.cleared) END,
    ended_at = coalesce(a.ended_at, j.cleared),
    arrival_source = CASE WHEN a.on_scene_at IS NULL AND j.on_scene IS NOT NULL THEN 'import' ELSE a.arrival_source END,
    version = a.version + 1
FROM jobs j
WHERE a.id = j.assignment_id AND a.source = 'import'
  AND ((a.status = 'cleared' AND j.ended_as <> 'cleared') OR (a.dispatched_at IS NULL AND j.dispatched IS NOT NULL)
       OR (a.acknowledged_at IS NULL AND j.acknowledged IS NOT NULL) OR (a.en_route_at IS NULL AND j.en_route IS NOT NULL)
       OR (a.on_scene_at IS NULL AND j.on_scene IS NOT NULL)
       OR (a.action_taken_at IS NULL AND j.action_taken IS NOT NULL)
       OR (a.ended_at IS NULL AND j.cleared IS NOT NULL));

-- Incidents that were there: their first times anew, where this file brought something.
-- name: refreshed
UPDATE incidents_incident i
SET received_at = least(i.received_at, f.received), closed_at = coalesce(i.closed_at, f.closed),
    first_dispatched_at = f.dispatched, first_en_route_at = f.en_route, first_on_scene_at = f.on_scene,
    action_taken_at = f.action_taken, last_cleared_at = f.cleared, version = i.version + 1
FROM (
    SELECT c.incident_id, c.received, c.closed, min(a.dispatched_at) AS dispatched,
           min(a.en_route_at) FILTER (WHERE a.status = 'cleared') AS en_route,
           min(a.on_scene_at) FILTER (WHERE a.status = 'cleared') AS on_scene,
           min(a.action_taken_at) FILTER (WHERE a.status = 'cleared') AS action_taken,
           max(a.ended_at) AS cleared
    FROM calls c LEFT JOIN dispatch_assignment a ON a.incident_id = c.incident_id
    WHERE NOT c.is_new GROUP BY c.incident_id, c.received, c.closed
) AS f
WHERE i.id = f.incident_id
  AND (i.received_at > f.received OR (i.closed_at IS NULL AND f.closed IS NOT NULL)
       OR (i.first_dispatched_at, i.first_en_route_at, i.first_on_scene_at, i.action_taken_at, i.last_cleared_at)
          IS DISTINCT FROM (f.dispatched, f.en_route, f.on_scene, f.action_taken, f.cleared));

-- Each line once: imported when it brought a call or an assignment of its own; else merged, and where its call and all
-- its assignments had been there before this file, already present.
-- name: account
WITH lines AS (
    SELECT s.line,
           bool_or((c.is_new AND c.line = s.line) OR coalesce(j.is_new AND j.line = s.line, false)) AS imported,
           bool_and(NOT c.is_new AND NOT coalesce(j.is_new, false)) AS present
    FROM staged s
    JOIN calls c ON c.call_key = s.call_key
    LEFT JOIN jobs j ON j.call_key = s.call_key AND j.unit = s.unit AND j.job = s.job
    GROUP BY s.line
)
SELECT count(*) FILTER (WHERE imported) AS imported,
       count(*) FILTER (WHERE NOT imported) AS merged,
       count(*) FILTER (WHERE present) AS already_present,
       (SELECT count(*) FROM calls WHERE is_new) AS incidents,
       (SELECT count(*) FROM calls) AS calls_in_file,
       (SELECT count(*) FROM jobs WHERE is_new) AS assignments,
       (SELECT count(DISTINCT unit) FROM jobs) AS units,
       (SELECT count(*) FROM (SELECT call_key FROM staged GROUP BY call_key HAVING count(DISTINCT received) > 1) AS d)
           AS calls_with_several_received_times
FROM lines;
