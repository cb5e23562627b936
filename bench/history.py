"""History at full size, made by the database itself: seeded, the same in every run."""

from datetime import datetime

from django.db import connection

from core.models import Board
from incidents.models import IncidentType

UNITS_A_NODE = 100
_UNITS = """
INSERT INTO patrols_unit (organisation_id, board_id, call_sign, kind, sector, skills, status, status_since, on_duty,
                          external, version)
SELECT node.id, %(board)s, 'S' || u, 'car', '', '{}', 'off_duty', now(), false, true, 1
FROM unnest(%(nodes)s::bigint[]) AS node (id), generate_series(1, %(units_a_node)s) u
"""
_INCIDENTS = """
INSERT INTO incidents_incident (number, organisation_id, type_id, priority, first_priority, highest_priority,
    status, on_view, min_units, location, location_source, gazetteer_id, place, place_detail, summary, received_at,
    created_at, closed_at, disposition, outcome, source, version)
SELECT 'S' || n, node, %(kind)s, p, p, p, 'closed', random() < 0.03, 1,
       ST_SetSRID(ST_MakePoint(19 + (n %% %(count)s) * 0.12 + random() / 10, 43.5 + random()), 4326), '', '', '',
       '', '', at, at, at + interval '1 hour', '', '', 'import', 1
FROM (
    SELECT n, (%(nodes)s::bigint[])[1 + n %% %(count)s] AS node, %(start)s::timestamptz + n * %(step)s AS at,
           1 + floor(random() * 4)::int AS p
    FROM generate_series(1, %(n)s) n
) AS made
"""
_ASSIGNMENTS = """
INSERT INTO dispatch_assignment (incident_id, unit_id, status, dispatched_at, en_route_at, on_scene_at, cleared_at,
    ended_at, end_reason, arrival_source, eta_source, short_reason, previous_unit_status, source, version)
SELECT id, unit, status, at, at + rolling, CASE WHEN arrives THEN at + rolling + driving END, at + interval '50 minutes',
       at + interval '50 minutes', '', 'import', '', '', '', 'import', 1
FROM (
    SELECT i.id, %(first)s + (i.id * 7 + k) %% %(units)s AS unit,
           i.received_at + make_interval(secs => round(-90 * ln(1 - random()) * i.priority)) AS at,
           make_interval(secs => round(-60 * ln(1 - random()))) AS rolling,
           make_interval(secs => round(-400 * ln(1 - random()))) AS driving,
           random() < 0.85 AS arrives,
           CASE WHEN random() < 0.04 THEN 'cancelled' WHEN random() < 0.02 THEN 'pre_empted' ELSE 'cleared' END AS status
    FROM incidents_incident i
    CROSS JOIN LATERAL generate_series(1, 1 + (i.id %% 5 < 3)::int) k
    WHERE i.organisation_id = ANY(%(nodes)s)
) AS made
"""


def make_history(board: Board, nodes: list[int], *, incidents: int, start: datetime, end: datetime) -> int:
    """Spread `incidents` evenly over `nodes` and the period, with 1.6 assignments each. Return how many assignments."""
    kind, _ = IncidentType.objects.get_or_create(code="bench-history", defaults={"name": "Bench"})
    given = {"nodes": nodes, "count": len(nodes), "board": board.pk, "kind": kind.pk, "n": incidents}
    given |= {"start": start, "step": (end - start) / (incidents + 1), "units_a_node": UNITS_A_NODE}
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.25)")
        cursor.execute(_UNITS, given)
        cursor.execute("SELECT min(id), count(*) FROM patrols_unit WHERE organisation_id = ANY(%(nodes)s)", given)
        given["first"], given["units"] = cursor.fetchone()
        cursor.execute(_INCIDENTS, given)
        cursor.execute(_ASSIGNMENTS, given)
        return cursor.rowcount
