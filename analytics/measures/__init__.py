"""How figures are computed from the kept cases. `rules` says what they are."""

from analytics.measures.course import differences, differences_of_shares, samples, step_of, trend
from analytics.measures.figures import (
    TargetSpan,
    compliance,
    distribution,
    fingerprint,
    groups,
    overview,
    reopened,
    response_by_node_and_priority,
    summaries,
    survival,
)
from analytics.measures.hexagons import response_map
from analytics.measures.keys import ALSO, KEYS, Numbers, Starts, shift_names
from analytics.measures.population import Population, cases, snapshot

__all__ = [
    "ALSO",
    "KEYS",
    "Numbers",
    "Population",
    "Starts",
    "TargetSpan",
    "cases",
    "compliance",
    "differences",
    "differences_of_shares",
    "distribution",
    "fingerprint",
    "groups",
    "overview",
    "reopened",
    "response_by_node_and_priority",
    "response_map",
    "samples",
    "shift_names",
    "snapshot",
    "step_of",
    "summaries",
    "survival",
    "trend",
]
