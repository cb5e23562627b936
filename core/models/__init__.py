"""Rows of the ground floor."""

from core.models.audit import AuditEntry
from core.models.live import LONGEST_KEY, Board, Command, LiveEvent
from core.models.organisation import Organisation
from core.models.people import RoleAssignment, User

__all__ = ["LONGEST_KEY", "AuditEntry", "Board", "Command", "LiveEvent", "Organisation", "RoleAssignment", "User"]
