"""What clients get of calls and incidents."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core import clock
from core.access import Viewer
from core.rules import Permission
from incidents import selectors
from incidents.cards import incident_cards
from incidents.models import Call, Hazard, Incident, IncidentType, Target, TimelineEntry
from incidents.questions.api import AnswerOut
from incidents.questions.models import Question
from incidents.questions.selectors import answer_out


class PersonOut(serializers.Serializer[Any]):
    """Somebody, or (without `id`) the system under some name."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class TypeOut(serializers.Serializer[Any]):
    """A kind of incident; the whole of it is in `incident-types/`."""

    code = serializers.CharField()
    name = serializers.CharField()


class TargetClockOut(serializers.Serializer[Any]):
    """A target with its clock: met if `stopped_at` is not after `due_at`, passed once `due_at` is."""

    measure = serializers.CharField()
    seconds = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)


class IncidentCardOut(serializers.Serializer[Any]):
    """An incident as boards and lists show it."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    type = TypeOut()
    priority = serializers.IntegerField()
    first_priority = serializers.IntegerField()
    status = serializers.CharField()
    received_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    place = serializers.CharField()
    place_detail = serializers.CharField()
    location = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, min_length=2, max_length=2, help_text="[lon, lat], EPSG:4326"
    )
    location_accuracy_m = serializers.FloatField(allow_null=True)
    summary = serializers.CharField()
    min_units = serializers.IntegerField()
    target = TargetClockOut(allow_null=True)
    on_view = serializers.BooleanField()
    organisation = serializers.IntegerField()
    version = serializers.IntegerField()
    callers = serializers.IntegerField()
    first_dispatched_at = serializers.DateTimeField(allow_null=True)
    first_on_scene_at = serializers.DateTimeField(allow_null=True)
    opened_by = PersonOut(allow_null=True)


class CallOut(serializers.ModelSerializer[Call]):
    """A call with its caller's data."""

    incident = serializers.IntegerField(source="incident_id", allow_null=True)
    organisation = serializers.IntegerField(source="organisation_id")
    location = serializers.SerializerMethodField()
    taken_by = serializers.SerializerMethodField()

    class Meta:
        model = Call
        fields = (
            "id", "incident", "organisation", "channel", "phone", "caller_name", "text", "location",
            "location_accuracy_m", "received_at", "answered_at", "recorded_at", "taken_by", "source",
        )  # fmt: skip

    def get_location(self, call: Call) -> list[float] | None:
        """[lon, lat] of the caller, or null: nowhere is never 0, 0."""
        return [call.location.x, call.location.y] if call.location else None

    def get_taken_by(self, call: Call) -> str | None:
        """The name of who took it."""
        return call.taken_by.display_name if call.taken_by else None


class TimelineOut(serializers.ModelSerializer[TimelineEntry]):
    """One line of a timeline. `text` is what somebody wrote; `data` says the rest in any language."""

    by = serializers.SerializerMethodField()
    at = serializers.DateTimeField(source="occurred_at")

    class Meta:
        model = TimelineEntry
        fields = ("id", "kind", "at", "recorded_at", "source", "by", "text", "data")

    @extend_schema_field(PersonOut(allow_null=True))
    def get_by(self, entry: TimelineEntry) -> dict[str, Any] | None:
        """Who."""
        return {"id": entry.by_id, "name": entry.by_name} if entry.by_name else None


class ReopeningOut(serializers.Serializer[Any]):
    """It had ended, and went on."""

    ended_at = serializers.DateTimeField()
    at = serializers.DateTimeField(source="occurred_at")
    reason = serializers.CharField()


class IncidentOut(IncidentCardOut):
    """Everything about an incident. `calls` are empty for whoever may not see callers' data."""

    board = serializers.IntegerField(allow_null=True)
    highest_priority = serializers.IntegerField()
    location_source = serializers.CharField()
    gazetteer_id = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    ready_at = serializers.DateTimeField(allow_null=True)
    first_en_route_at = serializers.DateTimeField(allow_null=True)
    action_taken_at = serializers.DateTimeField(allow_null=True)
    last_cleared_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    disposition = serializers.CharField()
    outcome = serializers.CharField()
    merged_into = serializers.IntegerField(allow_null=True)
    merged = serializers.ListField(child=serializers.IntegerField(), help_text="Incidents that went up in this one.")
    source = serializers.CharField()  # type: ignore[assignment]
    calls = CallOut(many=True)
    notes = TimelineOut(many=True)
    reopenings = ReopeningOut(many=True)
    answers = AnswerOut(many=True)
    jurisdiction = serializers.IntegerField(
        allow_null=True, help_text="The node whose jurisdiction covers the place, where it is another one."
    )
    actions = serializers.ListField(child=serializers.CharField(), help_text="What you may do as it stands.")


_PLAIN = (
    "highest_priority", "location_source", "gazetteer_id", "answered_at", "ready_at", "first_en_route_at",
    "action_taken_at", "last_cleared_at", "closed_at", "disposition", "outcome", "source",
)  # fmt: skip


def incident_out(viewer: Viewer, incident: Incident) -> dict[str, Any]:
    """The body of an incident, as much of it as this viewer may see. Nine queries."""
    calls = []
    if viewer.can(Permission.CALL_VIEW, incident.organisation_id):
        calls = list(incident.calls.select_related("taken_by").order_by("received_at", "id"))
    covering = None
    if incident.location is not None:
        covering = selectors.organisation_at(incident.location, incident.received_at.date())
    return {
        **incident_cards([incident.pk])[0],
        **{name: getattr(incident, name) for name in _PLAIN},
        "board": incident.board_id,
        "merged_into": incident.merged_into_id,
        "merged": list(incident.merged.order_by("pk").values_list("pk", flat=True)),
        "calls": CallOut(calls, many=True).data,
        "notes": TimelineOut(selectors.timeline(incident).filter(kind="note"), many=True).data,
        "answers": [answer_out(row) for row in incident.answers.select_related("question").order_by("question__order")],
        "reopenings": ReopeningOut(incident.reopenings.all(), many=True).data,
        "jurisdiction": covering if covering != incident.organisation_id else None,
        "actions": selectors.next_actions(viewer, incident),
    }


class QuestionOut(serializers.ModelSerializer[Question]):
    """A question of a kind, with its texts by language (else `text`, English)."""

    texts = serializers.DictField(child=serializers.CharField())
    choices = serializers.ListField(child=serializers.DictField())
    raises = serializers.DictField(child=serializers.IntegerField())

    class Meta:
        model = Question
        fields = ("code", "kind", "text", "texts", "choices", "raises")


class IncidentTypeOut(serializers.ModelSerializer[IncidentType]):
    """A kind of incident with what it brings; `names` by language, else `name` (English)."""

    names = serializers.DictField(child=serializers.CharField())
    skills = serializers.ListField(child=serializers.CharField())
    plan = serializers.DictField(child=serializers.CharField(), help_text="What to send and do, in words, by language.")
    questions = serializers.SerializerMethodField()

    class Meta:
        model = IncidentType
        fields = ("code", "name", "names", "priority", "min_units", "skills", "plan", "questions")

    @extend_schema_field(QuestionOut(many=True))
    def get_questions(self, kind: IncidentType) -> list[dict[str, Any]]:
        """Those in use, in order."""
        rows = sorted((row for row in kind.questions.all() if row.is_active), key=lambda row: (row.order, row.pk))
        return list(QuestionOut(rows, many=True).data)


class TargetOut(serializers.ModelSerializer[Target]):
    """A target as data."""

    organisation = serializers.IntegerField(source="organisation_id")

    class Meta:
        model = Target
        fields = ("id", "organisation", "priority", "start", "end", "seconds", "percentile", "valid_from")


class DuplicateOut(serializers.Serializer[Any]):
    """An open incident that may be the same thing."""

    incident = IncidentCardOut(source="card")
    distance_m = serializers.FloatField()
    age_s = serializers.FloatField()
    same_type = serializers.BooleanField()
    score = serializers.FloatField(help_text="0–1")


class AmlOut(serializers.Serializer[Any]):
    """What an AML message says; no location is null, never 0, 0."""

    location = serializers.ListField(child=serializers.FloatField(), allow_null=True, help_text="[lon, lat], EPSG:4326")
    accuracy_m = serializers.FloatField(allow_null=True)
    confidence = serializers.IntegerField(allow_null=True)
    method = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class HazardOut(serializers.ModelSerializer[Hazard]):
    """A hazard without what it says: that is opened one at a time."""

    organisation = serializers.IntegerField(source="organisation_id")
    location = serializers.SerializerMethodField()
    author = serializers.CharField(source="author_name")
    due_for_review = serializers.SerializerMethodField()

    class Meta:
        model = Hazard
        fields = (
            "id", "organisation", "kind", "place", "place_detail", "gazetteer_id", "location", "author", "source",
            "created_at", "valid_from", "review_at", "expires_at", "due_for_review",
        )  # fmt: skip

    def get_location(self, hazard: Hazard) -> list[float] | None:
        """[lon, lat] or null."""
        return [hazard.location.x, hazard.location.y] if hazard.location else None

    def get_due_for_review(self, hazard: Hazard) -> bool:
        """Whether somebody should look again."""
        return hazard.review_at <= clock.now()


class OpenedHazardOut(HazardOut):
    """All of a hazard. `current` is false once it expired or was withdrawn: then it must not be acted on."""

    current = serializers.SerializerMethodField()

    class Meta(HazardOut.Meta):
        fields = (*HazardOut.Meta.fields, "text", "person", "withdrawn_at", "withdrawn_reason", "current")  # type: ignore[assignment]

    def get_current(self, hazard: Hazard) -> bool:
        """Whether it holds now."""
        return hazard.withdrawn_at is None and hazard.valid_from <= clock.now() < hazard.expires_at


class KnownOut(serializers.Serializer[Any]):
    """What is known of an address."""

    incidents = IncidentCardOut(many=True)
    hazards = HazardOut(many=True)
