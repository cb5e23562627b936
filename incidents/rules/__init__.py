"""States of an incident, targets, duplicates, the place of a caller. Pure: `now` is passed in."""

from incidents.rules.aml import AmlFix, NotAml, parse_aml
from incidents.rules.duplicates import DUPLICATE_AGE, DUPLICATE_RANGE_M, duplicate_score
from incidents.rules.states import (
    ATTENDED,
    ENDED,
    OPEN,
    PRIORITIES,
    PROGRESS,
    REOPENABLE,
    TRANSITIONS,
    Source,
    Status,
    may_follow,
)
from incidents.rules.targets import TargetRow, choose_target, due_at, overdue_s

__all__ = [
    "ATTENDED",
    "DUPLICATE_AGE",
    "DUPLICATE_RANGE_M",
    "ENDED",
    "OPEN",
    "PRIORITIES",
    "PROGRESS",
    "REOPENABLE",
    "TRANSITIONS",
    "AmlFix",
    "NotAml",
    "Source",
    "Status",
    "TargetRow",
    "choose_target",
    "due_at",
    "duplicate_score",
    "may_follow",
    "overdue_s",
    "parse_aml",
]
