"""Writes of the shift plan. They go one after the other: whoever writes holds the plan's lock until commit.

A plan is changed a few times a minute at most; what is checked against all other shifts must not change meanwhile.
"""

from patrols.planning.services.editing import (
    ShiftData,
    TaskData,
    cancel_planned_shift,
    change_planned_shift,
    create_planned_shift,
    override_violations,
    try_shift,
)
from patrols.planning.services.making import Made, apply_pattern, copy_plan, discard_drafts
from patrols.planning.services.publishing import mark_notices_seen, publish_plan

__all__ = [
    "Made",
    "ShiftData",
    "TaskData",
    "apply_pattern",
    "cancel_planned_shift",
    "change_planned_shift",
    "copy_plan",
    "create_planned_shift",
    "discard_drafts",
    "mark_notices_seen",
    "override_violations",
    "publish_plan",
    "try_shift",
]
