"""Writes of assignments: send, follow, end. Locks in this order: incidents, assignments, units (each by id), boards."""

from dispatch.services.backup import escalate_due_backups, move_backups, refuse_backup, request_backup, withdraw_backup
from dispatch.services.contact import contact_incident
from dispatch.services.correcting import correct_step
from dispatch.services.ending import cancel_incident, close_incident
from dispatch.services.following import advance_assignment, undo_assignment
from dispatch.services.on_view import report_on_view, report_outcome
from dispatch.services.sending import assign_unit, attend_incident
from dispatch.services.undoing import undo_end, undo_step

__all__ = [
    "advance_assignment",
    "assign_unit",
    "attend_incident",
    "cancel_incident",
    "close_incident",
    "contact_incident",
    "correct_step",
    "escalate_due_backups",
    "move_backups",
    "refuse_backup",
    "report_on_view",
    "report_outcome",
    "request_backup",
    "undo_assignment",
    "undo_end",
    "undo_step",
    "withdraw_backup",
]
