"""One statement a kind of rule: what every rule of the kind sees of every unit that it watches.

Each writes `patrols_watchstate` only where something changed, so that a thousand units in their places cost one read.
Parameters: `rules`, `opens` (when the window of each began), `scope_rules` and `scope_nodes` (rule and node, for every
node where it holds), `now`. `since` is by the unit's own clock where a position says it.
"""

PAIRS = """
    open_rule AS (
        SELECT rule.*, opened.at AS opened_at
        FROM unnest(%(rules)s::bigint[], %(opens)s::timestamptz[]) AS opened (id, at)
        JOIN patrols_watchrule rule ON rule.id = opened.id
    ), pair AS (
        SELECT rule.id AS rule_id, rule.kind, rule.area_id, rule.after_s, rule.radius_m, rule.opened_at,
            unit.id AS unit_id, unit.sector, unit.organisation_id, unit.board_id, unit.status_since
        FROM unnest(%(scope_rules)s::bigint[], %(scope_nodes)s::bigint[]) AS scope (rule_id, node_id)
        JOIN open_rule rule ON rule.id = scope.rule_id
        JOIN patrols_unit unit ON unit.organisation_id = scope.node_id AND unit.on_duty AND NOT unit.external
        WHERE (rule.sector = '' OR unit.sector = rule.sector)
            AND (cardinality(rule.statuses) = 0 OR unit.status = ANY (rule.statuses))
            AND (
                NOT EXISTS (SELECT FROM patrols_watchrule_units only_these WHERE only_these.watchrule_id = rule.id)
                OR EXISTS (
                    SELECT FROM patrols_watchrule_units one WHERE one.watchrule_id = rule.id AND one.unit_id = unit.id
                )
            )
    )
"""

PLACES = f"""
    WITH {PAIRS}, own_sector AS MATERIALIZED (
        SELECT above.node_id, named.sector, ST_Union(area.geometry) AS geometry
        FROM (SELECT DISTINCT organisation_id, sector FROM pair WHERE kind = 'sector' AND sector <> '') AS named
        JOIN unnest(%(nodes)s::bigint[], %(above)s::bigint[]) AS above (node_id, above_id)
            ON above.node_id = named.organisation_id
        JOIN geo_area area ON area.kind = 'sector' AND area.organisation_id = above.above_id
            AND named.sector IN (area.code, area.name)
            AND (area.valid_from IS NULL OR area.valid_from <= %(now)s::date)
            AND (area.valid_to IS NULL OR area.valid_to >= %(now)s::date)
        GROUP BY above.node_id, named.sector
    ), seen AS (
        SELECT pair.rule_id, pair.unit_id, pair.kind, latest.at, CASE pair.kind
            WHEN 'enter' THEN ST_Covers(area.geometry, latest.point)
            WHEN 'leave' THEN NOT ST_Covers(area.geometry, latest.point)
            ELSE NOT ST_Covers(own.geometry, latest.point) END AS wrong
        FROM pair
        JOIN patrols_latestposition latest ON latest.unit_id = pair.unit_id
        LEFT JOIN geo_area area ON area.id = pair.area_id
        LEFT JOIN own_sector own ON own.node_id = pair.organisation_id AND own.sector = pair.sector
        WHERE (latest.accuracy_m IS NULL OR latest.accuracy_m <= %(coarsest)s)
            AND (pair.kind <> 'sector' OR own.geometry IS NOT NULL)
    )
    INSERT INTO patrols_watchstate AS state (rule_id, unit_id, wrong, armed, since)
    SELECT rule_id, unit_id, wrong, kind = 'sector' OR NOT wrong, at FROM seen
    ON CONFLICT (rule_id, unit_id) DO UPDATE
        SET wrong = EXCLUDED.wrong, since = EXCLUDED.since, armed = state.armed OR NOT EXCLUDED.wrong
        WHERE state.wrong <> EXCLUDED.wrong
"""  # noqa: S608 - nothing in it comes from outside
"""Who is inside or outside. A sector is the area of that code or name of the unit's node or one above; a unit whose sector
has none is not judged."""

STILL = f"""
    WITH {PAIRS}, seen AS (
        SELECT pair.rule_id, pair.unit_id, pair.after_s, pair.radius_m, latest.at, latest.point
        FROM pair JOIN patrols_latestposition latest ON latest.unit_id = pair.unit_id
        WHERE latest.at >= pair.status_since
    ), next AS (
        SELECT seen.*, was.id IS NULL OR ST_DistanceSphere(was.anchor, seen.point) > seen.radius_m AS moved,
            COALESCE(was.wrong, false) AS was_wrong, was.since AS was_since
        FROM seen LEFT JOIN patrols_watchstate was ON was.rule_id = seen.rule_id AND was.unit_id = seen.unit_id
    ), change AS (
        SELECT *, NOT moved AND at - was_since >= make_interval(secs => after_s) AS wrong FROM next
    )
    INSERT INTO patrols_watchstate AS state (rule_id, unit_id, wrong, armed, since, anchor)
    SELECT rule_id, unit_id, wrong, true, CASE WHEN moved THEN at ELSE was_since END, point
    FROM change WHERE moved OR wrong <> was_wrong
    ON CONFLICT (rule_id, unit_id) DO UPDATE SET wrong = EXCLUDED.wrong, since = EXCLUDED.since,
        anchor = CASE WHEN EXCLUDED.since = state.since THEN state.anchor ELSE EXCLUDED.anchor END
"""  # noqa: S608 - nothing in it comes from outside
"""Who has stayed within the radius of one spot, by positions that went on coming: silence is another matter."""

SILENT = f"""
    WITH {PAIRS}, seen AS (
        SELECT pair.rule_id, pair.unit_id, pair.after_s,
            GREATEST(latest.at, (
                SELECT max(starts_at) FROM patrols_shift shift
                WHERE shift.unit_id = pair.unit_id AND shift.ended_at IS NULL
            ), CASE WHEN latest.at IS NULL THEN pair.status_since END) AS heard_at
        FROM pair LEFT JOIN patrols_latestposition latest ON latest.unit_id = pair.unit_id
    ), change AS (
        SELECT *, %(now)s - heard_at >= make_interval(secs => after_s) AS wrong FROM seen
    )
    INSERT INTO patrols_watchstate AS state (rule_id, unit_id, wrong, armed, since)
    SELECT rule_id, unit_id, wrong, true, heard_at FROM change
    ON CONFLICT (rule_id, unit_id) DO UPDATE SET wrong = EXCLUDED.wrong, since = EXCLUDED.since
        WHERE state.wrong <> EXCLUDED.wrong
"""  # noqa: S608 - nothing in it comes from outside
"""Who has sent nothing for so long, counted from the sign-on at the earliest."""

COVERAGE = f"""
    WITH {PAIRS}, was AS (
        SELECT open_rule.id AS rule_id, open_rule.area_id, open_rule.after_s, open_rule.opened_at,
            GREATEST(state.since, open_rule.starts_anew_at) AS since,
            GREATEST(state.checked_at - interval '30 s', open_rule.starts_anew_at) AS checked_at
        FROM (
            SELECT *, CASE WHEN begins IS NOT NULL OR NOT EXISTS (
                SELECT FROM patrols_watchstate old WHERE old.rule_id = open_rule.id AND old.unit_id IS NULL
            ) THEN opened_at END AS starts_anew_at FROM open_rule
        ) AS open_rule LEFT JOIN patrols_watchstate state ON state.rule_id = open_rule.id AND state.unit_id IS NULL
    ), visit AS (
        SELECT was.rule_id, max(fix.at) AS at
        FROM was
        JOIN pair ON pair.rule_id = was.rule_id
        JOIN geo_area area ON area.id = was.area_id
        JOIN patrols_fix fix ON fix.unit_id = pair.unit_id AND fix.at > was.since
            AND fix.at >= %(now)s - interval '24 h' AND fix.at <= %(now)s + interval '60 s'
            AND fix.recorded_at >= was.checked_at
            AND ST_Covers(area.geometry, fix.point)
        GROUP BY was.rule_id
    ), change AS (
        SELECT was.rule_id, was.after_s, LEAST(GREATEST(was.since, visit.at), %(now)s) AS since
        FROM was LEFT JOIN visit USING (rule_id)
    )
    INSERT INTO patrols_watchstate AS state (rule_id, unit_id, wrong, armed, since, checked_at)
    SELECT rule_id, NULL, %(now)s - since >= make_interval(secs => after_s), true, since, %(now)s FROM change
    ON CONFLICT (rule_id, unit_id) DO UPDATE
        SET wrong = EXCLUDED.wrong, since = EXCLUDED.since, checked_at = EXCLUDED.checked_at
"""  # noqa: S608 - nothing in it comes from outside
"""Since when nobody who counts has been inside, within the window: its opening starts the time anew. Reads the history
that came in since the last look, so that a visit told late counts, too."""

GONE = f"""
    WITH {PAIRS}
    DELETE FROM patrols_watchstate state
    WHERE CASE
        WHEN state.unit_id IS NULL THEN state.rule_id <> ALL (%(rules)s::bigint[])
        ELSE (state.rule_id, state.unit_id) NOT IN (SELECT rule_id, unit_id FROM pair)
    END
    RETURNING state.alarm_id
"""  # noqa: S608 - nothing in it comes from outside
"""What is watched no more: the window closed, the rule was switched off, the unit went off duty or does something else.
`NOT IN` is asked of a hash, however many pairs there are; neither side of it is ever null."""

RIPE = """
    SELECT state.id FROM patrols_watchstate state JOIN patrols_watchrule rule ON rule.id = state.rule_id
    WHERE state.wrong AND state.armed AND state.alarm_id IS NULL
        AND (rule.kind NOT IN ('enter', 'leave', 'sector')
            OR %(now)s - state.since >= make_interval(secs => rule.after_s))
    ORDER BY state.id
"""
"""What has been wrong for long enough and has no alarm yet."""
