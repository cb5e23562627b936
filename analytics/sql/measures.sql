-- Statements over the temporary table `cases`. Words in braces are put in by `analytics.measures`, never by a user.

-- All measures, over everything and by each key: one pass.
-- name: summary
SELECT {level} AS level, {aggregates}
FROM (SELECT c.* {key_columns} FROM cases c {joins}) AS c
GROUP BY {sets}

-- name: overview
SELECT count(*) AS incidents,
       count(*) FILTER (WHERE on_view) AS on_view,
       count(*) FILTER (WHERE is_open) AS open,
       count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
       count(*) FILTER (WHERE sent = 0) AS without_unit,
       count(*) FILTER (WHERE NOT on_view AND response IS NULL AND is_open) AS missing_open,
       count(*) FILTER (WHERE NOT on_view AND response IS NULL AND NOT is_open AND sent = 0) AS missing_no_unit,
       count(*) FILTER (WHERE NOT on_view AND response IS NULL AND NOT is_open AND sent > 0) AS missing_no_arrival,
       count(*) FILTER (WHERE first_sent_unit_id IS NOT NULL AND first_arrived_unit_id IS NOT NULL) AS both_known,
       count(*) FILTER (WHERE first_sent_unit_id <> first_arrived_unit_id) AS first_sent_was_not_first_to_arrive,
       count(*) FILTER (WHERE first_priority <> priority) AS regraded,
       coalesce(sum(units_cancelled), 0)::bigint AS units_cancelled,
       coalesce(sum(units_pre_empted), 0)::bigint AS units_pre_empted,
       coalesce(sum(units_refused), 0)::bigint AS units_refused,
       min(received_at) AS first_call, max(received_at) AS last_call
FROM cases

-- name: sources
SELECT coalesce(nullif(arrival_source, ''), 'unknown'), count(*)
FROM cases WHERE first_on_scene_at IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1

-- name: merged
SELECT count(*) FROM incidents_incident i JOIN cases c ON c.id = i.merged_into_id

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

-- name: fingerprint
SELECT count(*), sum(version)::bigint, max(id), sum(sent)::bigint, sum(versions_of_units)::bigint,
       sum(extract(epoch FROM received_at))
FROM cases
