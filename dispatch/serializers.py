"""The shapes of assignments, boards and recommendations over HTTP."""

from typing import Any

from rest_framework import serializers

from dispatch.models import Assignment
from dispatch.rules import STEPS, Status

_STATUSES = [status.value for status in Status]


class AssignmentIn(serializers.Serializer[Any]):
    """Send a unit. `is_all`: no more will be sent; fewer than the minimum then need a `reason`."""

    unit = serializers.IntegerField()
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    pre_empt = serializers.BooleanField(required=False, default=False)
    is_all = serializers.BooleanField(required=False, default=False)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class CorrectionIn(serializers.Serializer[Any]):
    """Which step, when it was really taken, and why this is said."""

    status = serializers.ChoiceField(choices=[(step.value, step.value) for step in STEPS])
    occurred_at = serializers.DateTimeField()
    reason = serializers.CharField(max_length=200)


class StepIn(serializers.Serializer[Any]):
    """A step of an assignment: what it is now, when that happened, and what it was when one looked."""

    status = serializers.CharField(max_length=20)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    expected = serializers.CharField(max_length=20, required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class UndoStepIn(serializers.Serializer[Any]):
    """Which step is taken back: the one that you saw last. An end is a step, too."""

    status = serializers.CharField(max_length=20, required=False, default="dispatched")


class UndoIncidentIn(serializers.Serializer[Any]):
    """What is taken back."""

    what = serializers.ChoiceField(choices=["regrade", "change", "end", "merge"])


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    """An assignment."""

    incident = serializers.IntegerField(source="incident_id")
    incident_number = serializers.CharField(source="incident.number")
    unit = serializers.IntegerField(source="unit_id")
    call_sign = serializers.CharField(source="unit.call_sign")

    class Meta:
        model = Assignment
        fields = (
            "id",
            "incident",
            "incident_number",
            "unit",
            "call_sign",
            "status",
            "dispatched_at",
            "acknowledged_at",
            "en_route_at",
            "on_scene_at",
            "action_taken_at",
            "cleared_at",
            "ended_at",
            "end_reason",
            "arrival_source",
            "eta_s",
            "eta_source",
            "short_reason",
            "source",
            "version",
        )
        read_only_fields = fields


class CloseIn(serializers.Serializer[Any]):
    """How an incident ended."""

    disposition = serializers.CharField(max_length=40)
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=10_000)


class CancelIn(serializers.Serializer[Any]):
    """Why an incident is not needed any more."""

    reason = serializers.CharField(max_length=200)


class BoardOut(serializers.Serializer[Any]):
    """The screen of an operations centre."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField()
    organisation = serializers.IntegerField()
    center = serializers.ListField(child=serializers.FloatField(), allow_null=True, help_text="[longitude, latitude]")
    zoom = serializers.FloatField()
    bounds = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class SnapshotOut(serializers.Serializer[Any]):
    """All that stands on a board, true of the event `seq`. Each collection: cards by id."""

    board = BoardOut()
    seq = serializers.IntegerField()
    now = serializers.DateTimeField()
    incidents = serializers.DictField(child=serializers.DictField())
    assignments = serializers.DictField(child=serializers.DictField())
    units = serializers.DictField(child=serializers.DictField())
    positions = serializers.DictField(child=serializers.DictField())
    alarms = serializers.DictField(child=serializers.DictField())
    watch_alarms = serializers.DictField(child=serializers.DictField())
    backups = serializers.DictField(child=serializers.DictField())
    handovers = serializers.DictField(child=serializers.DictField())
    entries = serializers.DictField(child=serializers.DictField())
    reminders = serializers.DictField(child=serializers.DictField())


class ByOut(serializers.Serializer[Any]):
    """Who did it."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class EventOut(serializers.Serializer[Any]):
    """One thing that happened on a board. Apply `upserts` (whole cards), then `removes` (ids)."""

    type = serializers.CharField()
    board = serializers.IntegerField()
    seq = serializers.IntegerField()
    kind = serializers.CharField()
    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    by = ByOut(allow_null=True)
    data = serializers.DictField()  # type: ignore[assignment]  # the name that goes over the wire
    upserts = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))
    removes = serializers.DictField(child=serializers.ListField(child=serializers.IntegerField()))


class EventsOut(serializers.Serializer[Any]):
    """A page of events; `complete` when they reach up to the `head`."""

    head = serializers.IntegerField()
    events = EventOut(many=True)
    complete = serializers.BooleanField()


class EventsFilter(serializers.Serializer[Any]):
    """After which number."""

    after = serializers.IntegerField(min_value=0, max_value=2**62)
    limit = serializers.IntegerField(min_value=1, max_value=1000, required=False, default=500)


class ReasonOut(serializers.Serializer[Any]):
    """Something that speaks for or against a unit."""

    code = serializers.CharField()
    text = serializers.CharField()


class BreaksOffOut(serializers.Serializer[Any]):
    """What a unit would leave."""

    assignment = serializers.IntegerField()
    incident = serializers.IntegerField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_null=True)
    priority = serializers.IntegerField()
    status = serializers.CharField()


class LeavesOut(serializers.Serializer[Any]):
    """The sector that a unit would leave, and how many free units would stay there."""

    sector = serializers.CharField()
    free_left = serializers.IntegerField()


class CombinationOut(serializers.Serializer[Any]):
    """The best set of what is still lacking: who, when the first and the last are there, and what stays lacking."""

    units = serializers.ListField(child=serializers.IntegerField(), help_text="The first to arrive first")
    first_eta_s = serializers.IntegerField(allow_null=True)
    last_eta_s = serializers.IntegerField(allow_null=True)
    lacking = serializers.IntegerField(help_text="Units that nobody can be found for")
    missing_skills = serializers.ListField(child=serializers.CharField())


class CandidateOut(serializers.Serializer[Any]):
    """A unit that could go; those of the best combination are recommended."""

    unit = serializers.IntegerField()
    call_sign = serializers.CharField()
    rank = serializers.IntegerField()
    recommended = serializers.BooleanField()
    conditional = serializers.BooleanField()
    breaks_off = BreaksOffOut(allow_null=True)
    leaves = LeavesOut(allow_null=True)
    eta_s = serializers.IntegerField(allow_null=True)
    distance_m = serializers.IntegerField(allow_null=True)
    eta_source = serializers.CharField(allow_null=True)
    fix_age_s = serializers.IntegerField(allow_null=True)
    reasons = ReasonOut(many=True)


class LeftOutOut(serializers.Serializer[Any]):
    """A unit that should not go, and why."""

    unit = serializers.IntegerField()
    call_sign = serializers.CharField()
    eta_s = serializers.IntegerField(allow_null=True)
    eta_source = serializers.CharField(allow_null=True)
    fix_age_s = serializers.IntegerField(allow_null=True)
    reasons = ReasonOut(many=True)


class RecommendationOut(serializers.Serializer[Any]):
    """Whom to send, best first; and whom not."""

    incident = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    routing = serializers.ChoiceField(choices=["route", "straight", "none"])
    min_units = serializers.IntegerField()
    combination = CombinationOut()
    units = CandidateOut(many=True)
    left_out = LeftOutOut(many=True)


class HeldRoleOut(serializers.Serializer[Any]):
    """A role held at a node."""

    role = serializers.CharField()
    organisation = serializers.IntegerField()
    organisation_name = serializers.CharField()


class NamedOut(serializers.Serializer[Any]):
    """An id with its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class OwnUnitOut(serializers.Serializer[Any]):
    """The unit that one rides on."""

    id = serializers.IntegerField()
    call_sign = serializers.CharField()
    board = serializers.IntegerField()


class MeOut(serializers.Serializer[Any]):
    """Who one is, and what one may do."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    theme = serializers.CharField()
    roles = HeldRoleOut(many=True)
    permissions = serializers.ListField(child=serializers.CharField())
    boards = NamedOut(many=True)
    unit = OwnUnitOut(allow_null=True)
    officer = NamedOut(allow_null=True)
