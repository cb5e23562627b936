"""Addresses of `patrols`."""

from django.urls import URLPattern, path

from patrols import api
from patrols.equipment import api as equipment
from patrols.erasure import api as erasure
from patrols.joint import api as joint
from patrols.messages import api as messages
from patrols.planning import api as plan
from patrols.planning import exchange, standing
from patrols.planning.views import own_plan_page, plan_page
from patrols.safety import api as safety
from patrols.skills import api as skills
from patrols.watch import api as watch
from patrols.welfare import api as welfare

api_urlpatterns: list[URLPattern] = [
    path("units/", api.UnitsView.as_view(), name="units"),
    path("units/<int:unit_id>/", api.UnitView.as_view(), name="unit"),
    path("units/<int:unit_id>/status/", api.UnitStatusView.as_view(), name="unit-status"),
    path("units/<int:unit_id>/status/undo/", api.UndoUnitStatusView.as_view(), name="undo-unit-status"),
    path("units/<int:unit_id>/positions/", api.UnitPositionsView.as_view(), name="unit-positions"),
    path("units/<int:unit_id>/equipment/", equipment.EquipmentView.as_view(), name="unit-equipment"),
    path("shifts/", api.ShiftsView.as_view(), name="shifts"),
    path("shifts/<int:shift_id>/", api.ShiftView.as_view(), name="shift"),
    path("shifts/<int:shift_id>/end/", api.ShiftEndView.as_view(), name="shift-end"),
    path("officers/", api.OfficersView.as_view(), name="officers"),
    path("skills/", skills.SkillsView.as_view(), name="skills"),
    path("vehicles/", api.VehiclesView.as_view(), name="vehicles"),
    path("field/contact/", erasure.FieldContactView.as_view(), name="field-contact"),
    path("messages/", messages.MessagesView.as_view(), name="messages"),
    path("messages/receipts/", messages.MessageReceiptsView.as_view(), name="message-receipts"),
    path("border/joint-patrols/", joint.JointPatrolsView.as_view(), name="joint-patrols"),
    path("border/joint-patrols/<int:patrol_id>/meet/", joint.JointPatrolMeetView.as_view(), name="meet-partner"),
    path("border/joint-patrols/<int:patrol_id>/end/", joint.JointPatrolEndView.as_view(), name="end-joint-patrol"),
    path(
        "border/joint-patrols/<int:patrol_id>/call-off/",
        joint.JointPatrolCallOffView.as_view(),
        name="call-off-joint-patrol",
    ),
    path("watch-alarms/", watch.WatchAlarmsView.as_view(), name="watch-alarms"),
    path("watch-alarms/<int:watch_alarm_id>/take/", watch.WatchAlarmTakeView.as_view(), name="take-watch-alarm"),
    path("alarms/", safety.AlarmsView.as_view(), name="alarms"),
    path("alarms/<int:alarm_id>/acknowledge/", safety.AlarmAcknowledgeView.as_view(), name="acknowledge-alarm"),
    path("alarms/<int:alarm_id>/resolve/", safety.AlarmResolveView.as_view(), name="resolve-alarm"),
    path("alarms/<int:alarm_id>/steps/", safety.AlarmStepsView.as_view(), name="alarm-steps"),
    path("alarms/<int:alarm_id>/shown/", safety.AlarmShownView.as_view(), name="alarm-shown"),
    path("alarms/<int:alarm_id>/withdraw/", safety.AlarmWithdrawView.as_view(), name="withdraw-alarm"),
    path("welfare/", welfare.WelfareView.as_view(), name="welfare"),
    path("welfare/<int:timer_id>/answer/", welfare.WelfareAnswerView.as_view(), name="answer-welfare"),
    path("units/<int:unit_id>/contact/", welfare.UnitContactView.as_view(), name="unit-contact"),
    path("plan/", plan.PlanView.as_view(), name="plan"),
    path("plan/choices/<int:organisation_id>/", plan.PlanChoicesView.as_view(), name="plan-choices"),
    path("plan/shifts/", plan.PlannedShiftsView.as_view(), name="planned-shifts"),
    path("plan/shifts/<int:planned_shift_id>/", plan.PlannedShiftView.as_view(), name="planned-shift"),
    path("plan/shifts/<int:planned_shift_id>/cancel/", plan.PlannedShiftCancelView.as_view(), name="cancel-planned"),
    path("plan/shifts/<int:planned_shift_id>/override/", plan.PlannedShiftOverrideView.as_view(), name="override-plan"),
    path("plan/shifts/<int:planned_shift_id>/revisions/", plan.PlannedShiftRevisionsView.as_view(), name="revisions"),
    path("plan/try/", plan.PlanTryView.as_view(), name="try-plan"),
    path("plan/pattern/", plan.PlanPatternView.as_view(), name="apply-pattern"),
    path("plan/copy/", plan.PlanCopyView.as_view(), name="copy-plan"),
    path("plan/discard/", plan.PlanDiscardView.as_view(), name="discard-drafts"),
    path("plan/publish/", plan.PlanPublishView.as_view(), name="publish-plan"),
    path("plan/own/", plan.OwnPlanView.as_view(), name="own-plan"),
    path("plan/own/calendar/", exchange.OwnCalendarView.as_view(), name="own-calendar"),
    path("plan/csv/", exchange.PlanCsvView.as_view(), name="plan-csv"),
    path("plan/calendar/", exchange.PlanCalendarView.as_view(), name="plan-calendar"),
    path("plan/absences/", standing.AbsencesView.as_view(), name="absences"),
    path("plan/absences/<int:absence_id>/", standing.AbsenceView.as_view(), name="absence"),
    path("plan/absences/<int:absence_id>/remove/", standing.AbsenceRemoveView.as_view(), name="remove-absence"),
    path("plan/teams/", standing.TeamsView.as_view(), name="teams"),
    path("plan/teams/<int:team_id>/", standing.TeamView.as_view(), name="team"),
    path("plan/orders/", exchange.PlanOrderView.as_view(), name="plan-orders"),
    path("plan/shifts/<int:planned_shift_id>/order/", exchange.PlannedShiftOrderView.as_view(), name="patrol-order"),
]
page_urlpatterns: list[URLPattern] = [
    path("plan/", plan_page, name="plan-page"),
    path("shifts/", own_plan_page, name="own-plan-page"),
]
gps_urlpatterns: list[URLPattern] = []  # positions have a door of their own: `patrols.gps.asgi`
