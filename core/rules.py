"""Roles and what they may do. Pure; data about who holds a role where is in `core.models`."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a person may be allowed to do at a node of the organisation and below it."""

    INCIDENT_VIEW = "incident.view"
    INCIDENT_EDIT = "incident.edit"
    CALL_VIEW = "call.view"
    ASSIGN = "dispatch.assign"
    UNIT_VIEW = "unit.view"
    UNIT_STATUS = "unit.status"
    OWN_UNIT_STATUS = "own_unit.status"
    ALARM_HANDLE = "alarm.handle"
    ALARM_DRILL = "alarm.drill"
    REPORT_VIEW = "report.view"
    PLAN_VIEW = "plan.view"
    PLAN_EDIT = "plan.edit"
    IMPORT_RUN = "import.run"
    AUDIT_VIEW = "audit.view"
    ADMIN = "admin.manage"


class Role(StrEnum):
    """What a person is, at a node of the organisation and below it."""

    CALL_TAKER = "call_taker"
    DISPATCHER = "dispatcher"
    SHIFT_COMMANDER = "shift_commander"
    PATROL = "patrol"
    ADMINISTRATOR = "administrator"
    READ_ONLY = "read_only"


_LOOK = frozenset({Permission.INCIDENT_VIEW, Permission.UNIT_VIEW})
_DESK = _LOOK | {Permission.CALL_VIEW, Permission.INCIDENT_EDIT}
_DISPATCH = _DESK | {Permission.ASSIGN, Permission.UNIT_STATUS, Permission.ALARM_HANDLE, Permission.PLAN_VIEW}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CALL_TAKER: _DESK,
    Role.DISPATCHER: _DISPATCH,
    Role.SHIFT_COMMANDER: _DISPATCH
    | {Permission.ALARM_DRILL, Permission.REPORT_VIEW, Permission.AUDIT_VIEW, Permission.PLAN_EDIT},
    Role.PATROL: frozenset({Permission.OWN_UNIT_STATUS}),
    Role.ADMINISTRATOR: _LOOK
    | {Permission.ADMIN, Permission.IMPORT_RUN, Permission.REPORT_VIEW, Permission.AUDIT_VIEW, Permission.PLAN_VIEW},
    Role.READ_ONLY: _LOOK,
}
"""What each role may do. A patrol sees only its own unit, its own jobs and its colleagues on them."""
