"""What clients send about calls and incidents."""

from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.fields import IdField, MomentField, NumberField, PointIn
from incidents.models import Hazard
from incidents.rules import PRIORITIES, AmlFix, NotAml, Status, parse_aml
from incidents.services import CallData, PlaceData

TEXT_LENGTH = 10_000
LOCATION_SOURCES = ("address", "crossing", "poi", "map", "manual", "aml", "coordinates", "road_km", "street", "place")
CHANNELS = ("phone", "sms", "app", "radio", "walk_in", "alarm", "ecall", "aml", "other")


def type_field(**kwargs: Any) -> serializers.CharField:
    """The code of a kind of incident."""
    return serializers.CharField(max_length=40, **kwargs)


def priority_field(**kwargs: Any) -> serializers.IntegerField:
    """A priority; 1 is urgent."""
    return serializers.IntegerField(min_value=min(PRIORITIES), max_value=max(PRIORITIES), **kwargs)


def aml_of(text: str) -> AmlFix:
    """What an AML message says."""
    try:
        return parse_aml(text)
    except NotAml as error:
        raise serializers.ValidationError(_("This is not an AML message."), code="not_aml") from error


class AmlIn(serializers.Serializer[Any]):
    """An AML message as the telephone network gives it, or as somebody pasted it."""

    message = serializers.CharField(max_length=1000)

    def validate_message(self, value: str) -> AmlFix:
        """Read it."""
        return aml_of(value)


class CallPart(serializers.Serializer[Any]):
    """What is known of a call; a place of the caller only where there is one."""

    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    caller_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    text = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True)
    channel = serializers.ChoiceField(CHANNELS, required=False)
    received_at = MomentField(required=False, allow_null=True)
    answered_at = MomentField(required=False, allow_null=True)
    location = PointIn(required=False, allow_null=True)
    location_accuracy_m = NumberField(required=False, allow_null=True, min_value=0, max_value=1_000_000)

    aml = serializers.CharField(
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="An AML message; its place is taken if none is given.",
    )

    def validate_aml(self, value: str) -> AmlFix | None:
        """Read it."""
        return aml_of(value) if value else None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The phone's own place stands in where no other is given."""
        fix = attrs.pop("aml", None)
        if fix is not None and fix.lon is not None and attrs.get("location") is None:
            attrs["location"] = Point(fix.lon, fix.lat, srid=4326)
            attrs["location_accuracy_m"] = fix.accuracy_m
        return attrs

    @staticmethod
    def data_of(given: dict[str, Any]) -> CallData:
        """As the services take it."""
        return CallData(**{name: value for name, value in given.items() if name in CallData.__dataclass_fields__})


class CallIn(CallPart):
    """A call, of its own or as one more report of `incident`."""

    incident = IdField(required=False, allow_null=True)
    entry = IdField(required=False, allow_null=True, help_text="The call being taken that it is; that ends.")
    organisation = IdField(required=False, allow_null=True)
    place = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Where the caller says it is; kept with the text."
    )


class PlacePart(serializers.Serializer[Any]):
    """Where it is."""

    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    place_detail = serializers.CharField(max_length=200, required=False, allow_blank=True)
    location = PointIn(required=False, allow_null=True)
    location_accuracy_m = NumberField(required=False, allow_null=True, min_value=0, max_value=1_000_000)
    location_source = serializers.ChoiceField(LOCATION_SOURCES, required=False, allow_blank=True)
    gazetteer_id = serializers.CharField(max_length=80, required=False, allow_blank=True, allow_null=True)

    def validate_gazetteer_id(self, value: str | None) -> str:
        """None is no place of the gazetteer."""
        return value or ""


class IncidentIn(PlacePart):
    """A new incident."""

    type = type_field()
    priority = priority_field(required=False, allow_null=True)
    summary = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True)
    min_units = serializers.IntegerField(min_value=1, max_value=99, required=False, allow_null=True)
    call = CallPart(required=False, allow_null=True)
    call_id = IdField(required=False, allow_null=True)
    received_at = MomentField(required=False, allow_null=True)
    on_view = serializers.BooleanField(required=False, default=False)
    entry = IdField(required=False, allow_null=True, help_text="The call being taken that it comes of; that ends.")
    answers = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="Answers to the questions of its kind, by code.",
    )
    unit = IdField(required=False, allow_null=True, help_text="On-view: the unit that came upon it.")
    ready = serializers.BooleanField(required=False, default=True)
    organisation = IdField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One call at most; a unit only on view."""
        if attrs.get("call") is not None and attrs.get("call_id") is not None:
            raise serializers.ValidationError({"call_id": _("Give the call or its number, not both.")})
        if attrs.get("unit") is not None and not attrs["on_view"]:
            raise serializers.ValidationError({"unit": _("A unit is named only where it came upon the incident.")})
        return attrs

    def arguments(self) -> dict[str, Any]:
        """As `create_incident` takes it."""
        given: dict[str, Any] = dict(self.validated_data)
        place = {name: given.pop(name) for name in PlaceData.__dataclass_fields__ if name in given}
        call = given.pop("call", None)
        given.pop("entry", None)
        given.pop("answers", None)
        names = {"type": "type_code", "unit": "unit_id", "organisation": "organisation_id"}
        return {
            "where": PlaceData(**place),
            "call": None if call is None else CallPart.data_of(call),
            **{names.get(name, name): value for name, value in given.items()},
        }


class IncidentChangeIn(PlacePart):
    """New values of some fields, as seen at `version`."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    type = type_field(required=False)
    summary = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True)
    min_units = serializers.IntegerField(min_value=1, max_value=99, required=False)
    ready = serializers.BooleanField(required=False)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is not known, lest an edit be lost without a word."""
        unknown = sorted(map(str, set(data) - set(self.fields))) if isinstance(data, dict) else []
        if unknown:
            message = str(_("This field cannot be changed here."))
            raise serializers.ValidationError(
                {name: serializers.ErrorDetail(message, "unknown_field") for name in unknown}
            )
        return super().to_internal_value(data)


class NoteIn(serializers.Serializer[Any]):
    """A note."""

    text = serializers.CharField(max_length=TEXT_LENGTH)
    occurred_at = MomentField(required=False, allow_null=True)


class RegradeIn(serializers.Serializer[Any]):
    """Another priority."""

    priority = priority_field()
    reason = serializers.CharField(max_length=200)


class ReasonIn(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=200)


class MergeIn(serializers.Serializer[Any]):
    """The incident that this one is the same as."""

    into = IdField()


class SplitIn(serializers.Serializer[Any]):
    """A call that is about something else, and what kind of incident that is."""

    call = IdField()
    type = type_field()


class AttachIn(serializers.Serializer[Any]):
    """A call that reports this incident, too."""

    call = IdField()


class IncidentQuery(serializers.Serializer[Any]):
    """Which incidents; all conditions hold together."""

    status = serializers.ChoiceField(("open", "ended", *[s.value for s in Status]), required=False)
    q = serializers.CharField(
        max_length=200, required=False, help_text="Words of number, place or summary, any script."
    )
    type = type_field(required=False)
    priority = priority_field(required=False)
    organisation = IdField(required=False)
    to = MomentField(required=False, help_text="Calls received before.")

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name in Python."""
        since = MomentField(required=False, source="since", help_text="Calls received at or after.")
        return {**super().get_fields(), "from": since}


class DuplicateQuery(serializers.Serializer[Any]):
    """What is being entered."""

    lon = NumberField(min_value=-180, max_value=180)
    lat = NumberField(min_value=-90, max_value=90)
    type = type_field(required=False)
    at = MomentField(required=False)
    besides = IdField(required=False, help_text="The incident being entered, if it has a number already.")

    def point(self) -> Point:
        """The place, EPSG:4326."""
        return Point(self.validated_data["lon"], self.validated_data["lat"], srid=4326)


class KnownQuery(serializers.Serializer[Any]):
    """Which address."""

    lon = NumberField(min_value=-180, max_value=180)
    lat = NumberField(min_value=-90, max_value=90)
    gazetteer_id = serializers.CharField(max_length=80, required=False)
    besides = IdField(required=False, help_text="The incident being worked on.")

    def arguments(self) -> dict[str, Any]:
        """As `known_at` takes it."""
        given = dict(self.validated_data)
        point = Point(given.pop("lon"), given.pop("lat"), srid=4326)
        return {**given, "point": point}


class HazardIn(serializers.Serializer[Any]):
    """A danger at a place or from a person."""

    kind = serializers.ChoiceField(Hazard.Kind.choices)
    text = serializers.CharField(max_length=TEXT_LENGTH)
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    place_detail = serializers.CharField(max_length=200, required=False, allow_blank=True)
    gazetteer_id = serializers.CharField(max_length=80, required=False, allow_blank=True)
    location = PointIn(required=False, allow_null=True)
    person = serializers.CharField(max_length=120, required=False, allow_blank=True)
    valid_from = MomentField(required=False, allow_null=True)
    review_at = MomentField(required=False, allow_null=True)
    expires_at = MomentField()
    organisation = IdField(required=False, allow_null=True)

    def arguments(self) -> dict[str, Any]:
        """As `record_hazard` takes it."""
        given = dict(self.validated_data)
        place = {name: given.pop(name) for name in PlaceData.__dataclass_fields__ if name in given}
        return {"organisation_id": given.pop("organisation", None), "where": PlaceData(**place), **given}


class RenewIn(serializers.Serializer[Any]):
    """Until when it holds now."""

    expires_at = MomentField()
    review_at = MomentField(required=False, allow_null=True)
