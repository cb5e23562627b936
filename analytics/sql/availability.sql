-- What units did with their time. `analytics.availability.rules` says the same in Python.

-- name: segments
-- Statuses on duty in a period, cut to it. Of several changes at one instant the last row counts.
--   units bigint[], since, until, now timestamptz
WITH changes AS (
    SELECT s.unit_id, s.status, s.assignment_id, s.occurred_at AS start_at,
           lead(s.occurred_at) OVER (PARTITION BY s.unit_id ORDER BY s.occurred_at, s.id) AS end_at
    FROM patrols_statuschange s
    WHERE s.unit_id = ANY(%(units)s) AND s.occurred_at < %(until)s
      AND s.occurred_at >= coalesce(
          (SELECT max(b.occurred_at) FROM patrols_statuschange b
           WHERE b.unit_id = s.unit_id AND b.occurred_at <= %(since)s), '-infinity')
),
cut AS (
    SELECT unit_id, status, assignment_id, greatest(start_at, %(since)s) AS start_at,
           least(coalesce(end_at, %(now)s), %(until)s, %(now)s) AS end_at
    FROM changes
)
SELECT c.unit_id, c.start_at, c.end_at, c.status, i.on_view, i.id, i.number
FROM cut c
LEFT JOIN dispatch_assignment a ON a.id = c.assignment_id
LEFT JOIN incidents_incident i ON i.id = a.incident_id
WHERE c.start_at < c.end_at AND c.status <> 'off_duty'
ORDER BY c.unit_id, c.start_at, c.end_at

-- name: split
-- Seconds by unit, local hour (the instant where it begins) and use.
--   as above, and: zone text, from_assignment text[], statuses text[], uses text[] (what each status counts as)
WITH changes AS (
    SELECT s.unit_id, s.status, s.assignment_id, s.occurred_at AS start_at,
           lead(s.occurred_at) OVER (PARTITION BY s.unit_id ORDER BY s.occurred_at, s.id) AS end_at
    FROM patrols_statuschange s
    WHERE s.unit_id = ANY(%(units)s) AND s.occurred_at < %(until)s
      AND s.occurred_at >= coalesce(
          (SELECT max(b.occurred_at) FROM patrols_statuschange b
           WHERE b.unit_id = s.unit_id AND b.occurred_at <= %(since)s), '-infinity')
),
cut AS (
    SELECT unit_id, status, assignment_id, greatest(start_at, %(since)s) AS start_at,
           least(coalesce(end_at, %(now)s), %(until)s, %(now)s) AS end_at
    FROM changes
),
used AS (
    SELECT c.unit_id, c.start_at, c.end_at,
           CASE WHEN c.status = ANY(%(from_assignment)s) AND coalesce(i.on_view, false) THEN 'self_initiated'
                ELSE u.use END AS use
    FROM cut c
    JOIN unnest(%(statuses)s::text[], %(uses)s::text[]) AS u (status, use) ON u.status = c.status
    LEFT JOIN dispatch_assignment a ON a.id = c.assignment_id
    LEFT JOIN incidents_incident i ON i.id = a.incident_id
    WHERE c.start_at < c.end_at
),
tasks AS (
    SELECT p.unit_id, range_agg(tstzrange(t.starts_at, t.ends_at)) AS times
    FROM patrols_plannedtask t JOIN patrols_plannedshift p ON p.id = t.shift_id
    WHERE p.state = 'published' AND p.unit_id = ANY(%(units)s)
      AND t.starts_at < %(until)s AND t.ends_at > %(since)s
    GROUP BY p.unit_id
),
pieces AS (
    SELECT u.unit_id, u.use, u.start_at, u.end_at FROM used u
    WHERE u.use <> 'free' OR NOT EXISTS (SELECT FROM tasks t WHERE t.unit_id = u.unit_id)
    UNION ALL
    SELECT u.unit_id, 'directed', lower(piece), upper(piece)
    FROM used u JOIN tasks t USING (unit_id),
         unnest(tstzmultirange(tstzrange(u.start_at, u.end_at)) * t.times) AS piece
    WHERE u.use = 'free'
    UNION ALL
    SELECT u.unit_id, 'free', lower(piece), upper(piece)
    FROM used u JOIN tasks t USING (unit_id),
         unnest(tstzmultirange(tstzrange(u.start_at, u.end_at)) - t.times) AS piece
    WHERE u.use = 'free'
)
SELECT p.unit_id, h.hour, p.use,
       sum(extract(epoch FROM least(p.end_at, h.hour + interval '1 hour') - greatest(p.start_at, h.hour)))
FROM pieces p,
     generate_series(date_trunc('hour', p.start_at, %(zone)s), p.end_at - interval '1 microsecond', interval '1 hour')
         AS h (hour)
GROUP BY p.unit_id, h.hour, p.use
ORDER BY p.unit_id, h.hour, p.use

-- name: stays
-- Stays of units in areas: runs of fixes inside without a silence between.
--   units bigint[], areas bigint[], since, until timestamptz, silence interval, coarsest_m float
WITH fixes AS (
    SELECT f.unit_id, a.id AS area_id, f.at, ST_Covers(a.geometry, f.point) AS inside
    FROM patrols_fix f CROSS JOIN geo_area a
    WHERE f.unit_id = ANY(%(units)s) AND a.id = ANY(%(areas)s) AND f.at >= %(since)s AND f.at < %(until)s
      AND coalesce(f.accuracy_m, 0) <= %(coarsest_m)s
),
steps AS (
    SELECT unit_id, area_id, at, inside,
           NOT coalesce(lag(inside) OVER w AND at - lag(at) OVER w <= %(silence)s, false) AS begins
    FROM fixes WINDOW w AS (PARTITION BY unit_id, area_id ORDER BY at)
),
runs AS (
    SELECT unit_id, area_id, at, count(*) FILTER (WHERE begins) OVER (PARTITION BY unit_id, area_id ORDER BY at) AS run
    FROM steps WHERE inside
)
SELECT unit_id, area_id, min(at), max(at) FROM runs GROUP BY unit_id, area_id, run ORDER BY unit_id, area_id, min(at)
