"""HTTP in and out of calls and incidents."""

from incidents.api.calls import AmlView, CallsView
from incidents.api.hazards import (
    HazardsView,
    HazardView,
    IncidentKnownView,
    KnownView,
    RenewHazardView,
    WithdrawHazardView,
)
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
    SplitView,
    TargetsView,
    TimelineView,
)

__all__ = [
    "AmlView",
    "AttachView",
    "CallsView",
    "DuplicatesView",
    "HazardView",
    "HazardsView",
    "IncidentKnownView",
    "IncidentTypesView",
    "IncidentView",
    "IncidentsView",
    "KnownView",
    "MergeView",
    "NotesView",
    "RegradeView",
    "RenewHazardView",
    "ReopenView",
    "SplitView",
    "TargetsView",
    "TimelineView",
    "WithdrawHazardView",
]
