"""Addresses of `dispatch`."""

from django.urls import URLPattern, path

from dispatch import api, backups, chains, views
from dispatch.handover import api as handover
from dispatch.log import api as log
from dispatch.reminders import api as reminders
from dispatch.replay import api as replay

api_urlpatterns: list[URLPattern] = [
    path("me/", api.MeView.as_view(), name="me"),
    path("field/state/", api.FieldStateView.as_view(), name="field-state"),
    path("field/incidents/", api.FieldIncidentsView.as_view(), name="field-incidents"),
    path("boards/", api.BoardsView.as_view(), name="boards"),
    path("boards/<int:board_id>/snapshot/", api.SnapshotView.as_view(), name="snapshot"),
    path("boards/<int:board_id>/replay/", replay.ReplayView.as_view(), name="replay"),
    path("boards/<int:board_id>/replay/positions/", replay.ReplayPositionsView.as_view(), name="replay-positions"),
    path("boards/<int:board_id>/areas/", api.AreasView.as_view(), name="board-areas"),
    path("boards/<int:board_id>/coverage/", api.CoverageView.as_view(), name="board-coverage"),
    path("boards/<int:board_id>/log/", log.LogView.as_view(), name="board-log"),
    path("boards/<int:board_id>/log.csv", log.LogFileView.as_view(), name="board-log-file"),
    path("console/layout/", api.LayoutView.as_view(), name="console-layout"),
    path("boards/<int:board_id>/events/", api.EventsView.as_view(), name="events"),
    path(
        "incidents/<int:incident_id>/assignments/",
        api.IncidentAssignmentsView.as_view(),
        name="incident-assignments",
    ),
    path("incidents/<int:incident_id>/recommendations/", api.RecommendationsView.as_view(), name="recommendations"),
    path("incidents/<int:incident_id>/close/", api.CloseIncidentView.as_view(), name="close-incident"),
    path("incidents/<int:incident_id>/contact/", api.ContactIncidentView.as_view(), name="contact-incident"),
    path("incidents/<int:incident_id>/cancel/", api.CancelIncidentView.as_view(), name="cancel-incident"),
    path("incidents/<int:incident_id>/undo/", api.UndoIncidentView.as_view(), name="undo-incident"),
    path("units/<int:unit_id>/backup/", backups.UnitBackupView.as_view(), name="unit-backup"),
    path("alarm-chains/", chains.ChainsView.as_view(), name="alarm-chains"),
    path("alarm-chains/<int:alarm_id>/", chains.ChainView.as_view(), name="alarm-chain"),
    path("backups/", backups.BackupsView.as_view(), name="backups"),
    path("backups/<int:backup_id>/refuse/", backups.RefuseBackupView.as_view(), name="refuse-backup"),
    path("backups/<int:backup_id>/withdraw/", backups.WithdrawBackupView.as_view(), name="withdraw-backup"),
    path("assignments/<int:assignment_id>/", api.AssignmentView.as_view(), name="assignment"),
    path("assignments/<int:assignment_id>/outcome/", api.AssignmentOutcomeView.as_view(), name="assignment-outcome"),
    path("assignments/<int:assignment_id>/correct/", api.CorrectAssignmentView.as_view(), name="correct-assignment"),
    path("assignments/<int:assignment_id>/undo/", api.UndoAssignmentView.as_view(), name="undo-assignment"),
    path("reminders/", reminders.RemindersView.as_view(), name="reminders"),
    path("reminders/<int:reminder_id>/snooze/", reminders.SnoozeReminderView.as_view(), name="snooze-reminder"),
    path("reminders/<int:reminder_id>/done/", reminders.DoneReminderView.as_view(), name="done-reminder"),
    path("centres/", handover.CentresView.as_view(), name="centres"),
    path(
        "incidents/<int:incident_id>/handovers/",
        handover.IncidentHandoversView.as_view(),
        name="incident-handovers",
    ),
    path("handovers/<int:handover_id>/accept/", handover.AcceptHandoverView.as_view(), name="accept-handover"),
    path("handovers/<int:handover_id>/refuse/", handover.RefuseHandoverView.as_view(), name="refuse-handover"),
    path("handovers/<int:handover_id>/withdraw/", handover.WithdrawHandoverView.as_view(), name="withdraw-handover"),
    path("handovers/<int:handover_id>/note/", handover.NoteHandoverView.as_view(), name="note-handover"),
]
page_urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("console/", views.console, name="console"),
    path("replay/", views.replay, name="replay-page"),
    path("log/", views.log, name="log-page"),
    path("drills/", views.drills, name="drills"),
    path("field/", views.field, name="field"),
    path("field/worker.js", views.field_worker, name="field-worker"),
    path("field/map-worker.js", views.field_map_worker, name="field-map-worker"),
]
