"""Writes of calls and incidents. Every service checks access, is one change, and leaves an audit row."""

from incidents.services.editing import FIELDS, add_note, regrade_incident, update_incident
from incidents.services.ending import cancel_incident, close_incident, merge_incidents, reopen_incident
from incidents.services.entry import CallData, PlaceData, attach_call, create_incident, take_call
from incidents.services.hazards import record_hazard, renew_hazard, withdraw_hazard
from incidents.services.quiet import (
    add_timeline_quietly,
    apply_progress_quietly,
    correct_times_quietly,
    move_incident_quietly,
    need_units_quietly,
)
from incidents.services.splitting import split_incident
from incidents.services.undoing import take_back_end, undo_change, undo_merge, undo_regrade

__all__ = [
    "FIELDS",
    "CallData",
    "PlaceData",
    "add_note",
    "add_timeline_quietly",
    "apply_progress_quietly",
    "attach_call",
    "cancel_incident",
    "close_incident",
    "correct_times_quietly",
    "create_incident",
    "merge_incidents",
    "move_incident_quietly",
    "need_units_quietly",
    "record_hazard",
    "regrade_incident",
    "renew_hazard",
    "reopen_incident",
    "split_incident",
    "take_back_end",
    "take_call",
    "undo_change",
    "undo_merge",
    "undo_regrade",
    "update_incident",
    "withdraw_hazard",
]
