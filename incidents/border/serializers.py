"""What clients send and get of events at the border."""

from typing import Any

from rest_framework import serializers

from core.fields import IdField, MomentField, PointIn
from geo.models import Area
from incidents.api.inputs import type_field
from incidents.border.models import BorderAssessment, BorderCount, BorderEvent
from incidents.border.rules import Confidence, Direction, Impact, Kind, Means, Persons
from incidents.services.entry import PlaceData

MOST_PERSONS = 100_000


def _codes(words: type[Kind | Means | Direction | Impact | Confidence]) -> list[str]:
    return [word.value for word in words]


def _number() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_PERSONS, required=False, default=0)


class PersonsIn(serializers.Serializer[Any]):
    """How many persons; each has one outcome at most, so the outcomes together are not more than were detected."""

    detected = _number()
    apprehended = _number()
    turned_back = _number()
    asylum = _number()

    @staticmethod
    def persons(given: dict[str, Any]) -> Persons:
        """As the services take it."""
        return Persons(**{name: given.get(name, 0) for name in Persons.__dataclass_fields__})


class CountIn(PersonsIn):
    """A count that supersedes the one before, and why."""

    reason = serializers.CharField(max_length=200)


class AssessmentIn(serializers.Serializer[Any]):
    """A judgement that supersedes the one before, and why."""

    impact = serializers.ChoiceField(_codes(Impact))
    confidence = serializers.ChoiceField(_codes(Confidence))
    reason = serializers.CharField(max_length=200)


class BorderEventIn(serializers.Serializer[Any]):
    """An event: of an `incident` that there is, or with the place of a new one."""

    incident = IdField(required=False, allow_null=True)
    type = type_field(required=False)
    summary = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    location = PointIn(required=False, allow_null=True)
    section = IdField(required=False, allow_null=True, help_text="Empty: the one that covers the place.")
    kind = serializers.ChoiceField(_codes(Kind))
    means = serializers.ChoiceField(_codes(Means))
    direction = serializers.ChoiceField(_codes(Direction), required=False)
    crossing_point = serializers.CharField(max_length=120, required=False, allow_blank=True)
    goods = serializers.CharField(max_length=200, required=False, allow_blank=True)
    detected_at = MomentField(required=False, allow_null=True)
    persons = PersonsIn(required=False)
    impact = serializers.ChoiceField(_codes(Impact), required=False)
    confidence = serializers.ChoiceField(_codes(Confidence), required=False)

    def arguments(self) -> dict[str, Any]:
        """As `record_border_event` takes it."""
        given = dict(self.validated_data)
        point = given.pop("location", None)
        where = PlaceData(place=given.pop("place", ""), location=point, location_source="map" if point else "")
        if "type" in given:
            given["type_code"] = given.pop("type")
        return {
            "incident_id": given.pop("incident", None),
            "section_id": given.pop("section", None),
            "persons": PersonsIn.persons(given.pop("persons", {})),
            "where": where,
            **given,
        }


class BorderQuery(serializers.Serializer[Any]):
    """Which events; `from` inclusive, `to` exclusive."""

    section = IdField(required=False)
    kind = serializers.ChoiceField(_codes(Kind), required=False)
    to = MomentField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name in Python."""
        return {**super().get_fields(), "from": MomentField(required=False, source="since")}


class SectionOut(serializers.ModelSerializer[Area]):
    """A border section, with its outline as GeoJSON."""

    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    organisation_name = serializers.CharField(source="organisation.name", default="")
    outline = serializers.SerializerMethodField()

    class Meta:
        model = Area
        fields = ("id", "code", "name", "organisation", "organisation_name", "outline")

    def get_outline(self, area: Area) -> list[Any]:
        """Coordinates of a MultiPolygon, EPSG:4326."""
        return list(area.geometry.coords)


class CountOut(serializers.ModelSerializer[BorderCount]):
    """A count of persons."""

    at = serializers.DateTimeField(source="occurred_at")
    by = serializers.CharField(source="by_name")

    class Meta:
        model = BorderCount
        fields = ("detected", "apprehended", "turned_back", "asylum", "reason", "at", "by")


class AssessmentOut(serializers.ModelSerializer[BorderAssessment]):
    """A judgement."""

    at = serializers.DateTimeField(source="occurred_at")
    by = serializers.CharField(source="by_name")

    class Meta:
        model = BorderAssessment
        fields = ("impact", "confidence", "reason", "at", "by")


class BorderEventOut(serializers.ModelSerializer[BorderEvent]):
    """An event with all its counts and judgements, the newest first."""

    incident = serializers.IntegerField(source="incident_id")
    number = serializers.CharField(source="incident.number")
    status = serializers.CharField(source="incident.status")
    place = serializers.CharField(source="incident.place")
    location = serializers.SerializerMethodField()
    section = serializers.IntegerField(source="section_id")
    section_code = serializers.CharField(source="section.code")
    section_name = serializers.CharField(source="section.name")
    counts = CountOut(many=True)
    assessments = AssessmentOut(many=True)

    class Meta:
        model = BorderEvent
        fields = (
            "id", "incident", "number", "status", "place", "location", "section", "section_code", "section_name", "kind",
            "means", "direction", "crossing_point", "goods", "detected_at", "recorded_at", "counts", "assessments",
        )  # fmt: skip

    def get_location(self, event: BorderEvent) -> list[float] | None:
        """[lon, lat] or null."""
        point = event.incident.location
        return [point.x, point.y] if point else None
