"""HTTP in and out of calls and incidents."""

from incidents.api.calls import CallsView
from incidents.api.incidents import (
    AttachView,
    DuplicatesView,
    IncidentsView,
    IncidentTypesView,
    IncidentView,
    MergeView,
    NotesView,
    RegradeView,
    ReopenView,
    TargetsView,
    TimelineView,
)

__all__ = [
    "AttachView",
    "CallsView",
    "DuplicatesView",
    "IncidentTypesView",
    "IncidentView",
    "IncidentsView",
    "MergeView",
    "NotesView",
    "RegradeView",
    "ReopenView",
    "TargetsView",
    "TimelineView",
]
