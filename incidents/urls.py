"""Addresses of `incidents`. Closing, cancelling and all that units do to an incident are `dispatch`'s."""

from django.urls import URLPattern, path

from incidents import api
from incidents.api import ended
from incidents.border import api as border
from incidents.entering import api as entering
from incidents.questions import api as questions

api_urlpatterns: list[URLPattern] = [
    path("calls/", api.CallsView.as_view(), name="calls"),
    path("entries/", entering.EntriesView.as_view(), name="entries"),
    path("entries/<int:entry_id>/", entering.EntryView.as_view(), name="entry"),
    path("entries/<int:entry_id>/drop/", entering.DropEntryView.as_view(), name="drop-entry"),
    path("incidents/", api.IncidentsView.as_view(), name="incidents"),
    path("boards/<int:board_id>/ended/", ended.EndedView.as_view(), name="board-ended"),
    path("incidents/duplicates/", api.DuplicatesView.as_view(), name="incident-duplicates"),
    path("incidents/<int:pk>/", api.IncidentView.as_view(), name="incident"),
    path("incidents/<int:pk>/notes/", api.NotesView.as_view(), name="incident-notes"),
    path("incidents/<int:pk>/timeline/", api.TimelineView.as_view(), name="incident-timeline"),
    path("incidents/<int:pk>/regrade/", api.RegradeView.as_view(), name="incident-regrade"),
    path("incidents/<int:pk>/reopen/", api.ReopenView.as_view(), name="incident-reopen"),
    path("incidents/<int:pk>/merge/", api.MergeView.as_view(), name="incident-merge"),
    path("incidents/<int:pk>/calls/", api.AttachView.as_view(), name="incident-calls"),
    path("incidents/<int:pk>/known/", api.IncidentKnownView.as_view(), name="incident-known"),
    path("addresses/known/", api.KnownView.as_view(), name="address-known"),
    path("hazards/", api.HazardsView.as_view(), name="hazards"),
    path("hazards/<int:pk>/", api.HazardView.as_view(), name="hazard"),
    path("hazards/<int:pk>/renew/", api.RenewHazardView.as_view(), name="hazard-renew"),
    path("hazards/<int:pk>/withdraw/", api.WithdrawHazardView.as_view(), name="hazard-withdraw"),
    path("border/sections/", border.BorderSectionsView.as_view(), name="border-sections"),
    path("border/events/", border.BorderEventsView.as_view(), name="border-events"),
    path("border/events/<int:event_id>/", border.BorderEventView.as_view(), name="border-event"),
    path("border/events/<int:event_id>/counts/", border.BorderCountView.as_view(), name="border-event-counts"),
    path(
        "border/events/<int:event_id>/assessments/",
        border.BorderAssessmentView.as_view(),
        name="border-event-assessments",
    ),
    path("incidents/<int:pk>/answers/", questions.AnswersView.as_view(), name="incident-answers"),
    path("incidents/<int:pk>/split/", api.SplitView.as_view(), name="incident-split"),
    path("dispositions/", questions.DispositionsView.as_view(), name="dispositions"),
    path("aml/", api.AmlView.as_view(), name="aml"),
    path("incident-types/", api.IncidentTypesView.as_view(), name="incident-types"),
    path("targets/", api.TargetsView.as_view(), name="targets"),
]
page_urlpatterns: list[URLPattern] = []
