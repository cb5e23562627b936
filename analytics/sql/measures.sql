-- Statements over the temporary table `cases`. Words in braces are put in by `analytics.measures`, never by a user.

-- All measures of each group: one pass.
-- name: summary
SELECT {columns} FROM (SELECT c.* {key_columns} FROM cases c {joins}) AS c {grouping}

-- name: overview
SELECT count(*) AS incidents,
       count(*) FILTER (WHERE on_view) AS on_view,
       count(*) FILTER (WHERE is_open) AS open,
       count(*) FILTER (WHERE is_cancelled) AS cancelled,
       count(*) FILTER (WHERE sent = 0) AS without_unit,
       count(*) FILTER (WHERE NOT on_view AND response IS NULL AND is_open) AS missing_open,
       count(*) FILTER (WHERE NOT on_view AND response IS NULL AND NOT is_open AND sent = 0) AS missing_no_unit,
       count(*) FILTER (WHERE NOT on_view AND response IS NULL AND NOT is_open AND sent > 0) AS missing_no_arrival,
       count(*) FILTER (WHERE first_sent_unit_id IS NOT NULL AND first_arrived_unit_id IS NOT NULL) AS both_known,
       count(*) FILTER (WHERE first_sent_unit_id <> first_arrived_unit_id) AS first_sent_was_not_first_to_arrive,
       count(*) FILTER (WHERE first_priority <> priority) AS regraded,
       coalesce(sum(duplicates), 0)::bigint AS merged,
       count(*) FILTER (WHERE corrected > 0) AS corrected,
       coalesce(sum(corrected), 0)::bigint AS corrections,
       coalesce(sum(units_cancelled), 0)::bigint AS units_cancelled,
       coalesce(sum(units_pre_empted), 0)::bigint AS units_pre_empted,
       coalesce(sum(units_refused), 0)::bigint AS units_refused,
       count(*) FILTER (WHERE units_cancelled > 0) AS incidents_cancelled,
       count(*) FILTER (WHERE units_pre_empted > 0) AS incidents_pre_empted,
       count(*) FILTER (WHERE units_refused > 0) AS incidents_refused,
       count(*) FILTER (WHERE units_cancelled > 0 AND first_arrived_unit_id IS NULL) AS unattended_cancelled,
       count(*) FILTER (WHERE units_pre_empted > 0 AND first_arrived_unit_id IS NULL) AS unattended_pre_empted,
       count(*) FILTER (WHERE units_refused > 0 AND first_arrived_unit_id IS NULL) AS unattended_refused,
       min(received_at) AS first_call, max(received_at) AS last_call
FROM cases

-- name: sources
SELECT coalesce(nullif(arrival_source, ''), 'unknown'), count(*)
FROM cases WHERE first_on_scene_at IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1

-- Second and later intervals: from a reopening to the first arrival after it, before the next reopening.
-- name: reopened
SELECT r.id, extract(epoch FROM min(a.on_scene_at) - r.occurred_at)::double precision
FROM (
    SELECT id, incident_id, occurred_at,
           lead(occurred_at, 1, 'infinity') OVER (PARTITION BY incident_id ORDER BY occurred_at, id) AS next_at
    FROM incidents_reopening
) AS r
JOIN cases c ON c.id = r.incident_id
LEFT JOIN dispatch_assignment a
  ON a.incident_id = r.incident_id AND a.status NOT IN ('cancelled', 'pre_empted', 'refused')
 AND coalesce(a.dispatched_at, a.en_route_at, a.on_scene_at) >= r.occurred_at
 AND coalesce(a.dispatched_at, a.en_route_at, a.on_scene_at) < r.next_at
GROUP BY r.id, r.occurred_at

-- Waiting for the first unit: reached, or censored where it stopped being observed.
-- name: survival
SELECT greatest(coalesce(response, extract(epoch FROM observed_until - received_at)::double precision), 0) AS seconds,
       count(*) FILTER (WHERE response IS NOT NULL), count(*) FILTER (WHERE response IS NULL)
FROM cases WHERE NOT on_view AND coalesce(response, 0) >= 0
GROUP BY 1 ORDER BY 1

-- name: distribution
SELECT least(floor(response / %(width_s)s), %(last)s)::int AS bin, count(*)
FROM cases WHERE NOT on_view AND response >= 0 GROUP BY 1 ORDER BY 1

-- Share within target by the final priority. Open and past the target is a breach; open and not yet past it waits.
-- name: compliance
WITH targets AS (
    SELECT * FROM unnest(%(organisations)s::bigint[], %(priorities)s::int[], %(starts)s::text[], %(ends)s::text[],
                         %(seconds)s::float8[], %(percentiles)s::int[], %(since)s::date[], %(until)s::date[])
        AS t (organisation_id, priority, start_event, end_event, seconds, percentile, since, until)
),
timed AS (
    SELECT t.priority, t.start_event, t.end_event, t.seconds, t.percentile, c.is_open, c.observed_until,
           CASE t.start_event WHEN 'received' THEN c.received_at WHEN 'answered' THEN c.answered_at
                WHEN 'created' THEN c.created_at WHEN 'ready' THEN c.ready_at WHEN 'dispatched' THEN c.first_dispatched_at
                WHEN 'en_route' THEN c.first_en_route_at WHEN 'on_scene' THEN c.first_on_scene_at
                WHEN 'action_taken' THEN c.action_taken_at END AS started,
           CASE t.end_event WHEN 'received' THEN c.received_at WHEN 'answered' THEN c.answered_at
                WHEN 'created' THEN c.created_at WHEN 'ready' THEN c.ready_at WHEN 'dispatched' THEN c.first_dispatched_at
                WHEN 'en_route' THEN c.first_en_route_at WHEN 'on_scene' THEN c.first_on_scene_at
                WHEN 'action_taken' THEN c.action_taken_at END AS ended
    FROM cases c
    JOIN targets t ON t.organisation_id = c.organisation_id AND t.priority = c.priority
     AND (c.received_at AT TIME ZONE c.time_zone)::date >= t.since
     AND (c.received_at AT TIME ZONE c.time_zone)::date < t.until
    WHERE NOT c.on_view
),
spans AS (
    SELECT *, extract(epoch FROM ended - started)::double precision AS span,
           extract(epoch FROM observed_until - started)::double precision AS waited
    FROM timed
)
SELECT priority, start_event, end_event, seconds, percentile,
       count(*) FILTER (WHERE span BETWEEN 0 AND seconds) AS met,
       count(*) FILTER (WHERE span >= 0 OR (span IS NULL AND is_open AND waited > seconds)) AS n,
       count(*) FILTER (WHERE span IS NULL AND is_open AND waited > seconds) AS open_breaches,
       count(*) FILTER (WHERE span IS NULL AND is_open AND waited <= seconds) AS pending,
       count(*) FILTER (WHERE started IS NULL OR (ended IS NULL AND NOT is_open)) AS missing,
       count(*) FILTER (WHERE span < 0) AS negative
FROM spans
GROUP BY priority, start_event, end_event, seconds, percentile
ORDER BY priority, start_event, end_event, seconds

-- Values of a measure with how often each occurs: what a bootstrap of percentiles needs.
-- name: sample
SELECT {measure}, count(*) FROM cases WHERE NOT on_view AND {measure} >= 0 GROUP BY 1 ORDER BY 1

-- The same measures by day, week (from Monday) or month of the call, on its own clock.
-- name: trend
SELECT date_trunc(%(step)s, received_at AT TIME ZONE time_zone)::date AS began,
       count(*) AS incidents,
       count(*) FILTER (WHERE NOT on_view AND response >= 0) AS n,
       count(*) FILTER (WHERE NOT on_view AND response IS NULL) AS n_missing,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY response) FILTER (WHERE NOT on_view AND response >= 0) AS p
FROM cases GROUP BY 1 ORDER BY 1

-- Hexagons of the national grid, by axial coordinates (rounded in cube coordinates): n always, percentiles beside it.
-- name: hexagons
WITH placed AS (
    SELECT c.response, ST_Transform(i.location, %(srid)s) AS at
    FROM cases c JOIN incidents_incident i ON i.id = c.id
    WHERE NOT c.on_view AND i.location IS NOT NULL
),
axial AS (
    SELECT response, ST_Y(at) * 2 / 3 / %(edge_m)s AS r,
           (ST_X(at) / sqrt(3) - ST_Y(at) / 3) / %(edge_m)s AS q
    FROM placed
),
rounded AS (
    SELECT response, round(q) AS rq, round(r) AS rr, round(-q - r) AS rs,
           abs(round(q) - q) AS dq, abs(round(r) - r) AS dr, abs(round(-q - r) + q + r) AS ds
    FROM axial
),
cells AS (
    SELECT response,
           (CASE WHEN dq > dr AND dq > ds THEN -rr - rs ELSE rq END)::int AS q,
           (CASE WHEN NOT (dq > dr AND dq > ds) AND dr > ds THEN -rq - rs ELSE rr END)::int AS r
    FROM rounded
)
SELECT q, r, count(*) AS incidents, count(*) FILTER (WHERE response >= 0) AS n,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY response) FILTER (WHERE response >= 0) AS p,
       ST_AsGeoJSON(ST_Transform(ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY(
           SELECT ST_MakePoint(%(edge_m)s * (sqrt(3) * q + sqrt(3) / 2 * r) + %(edge_m)s * cos(pi() / 180 * (60 * k + 30)),
                               %(edge_m)s * 1.5 * r + %(edge_m)s * sin(pi() / 180 * (60 * k + 30)))
           FROM generate_series(0, 6) AS k ORDER BY k))), %(srid)s), 4326), 6) AS outline
FROM cells GROUP BY q, r ORDER BY q, r

-- name: spread
SELECT min(ST_X(at)), min(ST_Y(at)), max(ST_X(at)), max(ST_Y(at)), count(*)
FROM (
    SELECT ST_Transform(i.location, %(srid)s) AS at FROM cases c JOIN incidents_incident i ON i.id = c.id
    WHERE NOT c.on_view AND i.location IS NOT NULL
) AS placed

-- A sum of hashes does not depend on the order of rows, and changes when any of them does.
-- name: fingerprint
SELECT count(*), sum(hash_record_extended(ROW(id, organisation_id, type_id, priority, first_priority, highest_priority,
       received_at, answered_at, created_at, ready_at, first_dispatched_at, first_en_route_at, first_on_scene_at,
       action_taken_at, ended_at, first_sent_unit_id, first_arrived_unit_id, sent, units_cancelled, units_pre_empted,
       units_refused, duplicates, corrected, on_view, is_cancelled, arrival_source, versions), 0))
FROM cases

-- Node and priority are packed into one number: sorting by two columns instead of three takes half the time, and the
-- sort runs in parallel, which that of `percentile_cont` does not. The interpolation is the same (type 7).
-- name: by_node_and_priority
SELECT packed / 1000 AS node, (packed % 1000)::int AS priority, n, missing,
       low_50 + (high_50 - low_50) * (0.5 * (n - 1) - floor(0.5 * (n - 1)))::double precision,
       low_90 + (high_90 - low_90) * (0.9 * (n - 1) - floor(0.9 * (n - 1)))::double precision
FROM (
    SELECT packed, n, missing,
           found[1 + floor(0.5 * (n - 1))::int] AS low_50, found[1 + ceil(0.5 * (n - 1))::int] AS high_50,
           found[1 + floor(0.9 * (n - 1))::int] AS low_90, found[1 + ceil(0.9 * (n - 1))::int] AS high_90
    FROM (
        SELECT packed, count(response) AS n, count(*) - count(response) AS missing, array_agg(response) AS found
        FROM (
            SELECT organisation_id * 1000 + priority AS packed, response FROM cases
            WHERE NOT on_view AND (response >= 0 OR response IS NULL)
            ORDER BY 1, 2
        ) AS sorted GROUP BY packed
    ) AS arrays
) AS ranks
ORDER BY 1, 2
