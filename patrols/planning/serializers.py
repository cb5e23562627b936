"""The shapes of the shift plan over HTTP."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from patrols.planning.models import PlanRevision
from patrols.planning.rules import Rule, State, TaskKind

_KINDS = [(kind.value, kind.value) for kind in TaskKind]
_STATES = [(state.value, state.value) for state in State]
_RULES = [(rule.value, rule.value) for rule in Rule]
MOST_OFFICERS = 12
FIRST_YEAR, LAST_YEAR = 2000, 2199


def in_this_era(value: date) -> None:
    """Refuse days and times that no plan is made for: arithmetic with the first and last of the calendar fails."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise serializers.ValidationError(_("This is too far away."), code="out_of_range")


_ERA = [in_this_era]


class PlanFilter(serializers.Serializer[Any]):
    """A node with all below it, and local days, both inclusive."""

    organisation = serializers.IntegerField(min_value=1)
    last = serializers.DateField(validators=_ERA)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Days in their order."""
        return {"first": serializers.DateField(validators=_ERA), **super().get_fields()}


class TaskIn(serializers.Serializer[Any]):
    """A task of a shift."""

    kind = serializers.ChoiceField(choices=_KINDS)
    area = serializers.IntegerField(required=False, allow_null=True, default=None, source="area_id")
    place = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    starts_at = serializers.DateTimeField(validators=_ERA)
    ends_at = serializers.DateTimeField(validators=_ERA)
    minutes = serializers.IntegerField(min_value=1, max_value=72 * 60)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class PlannedShiftIn(serializers.Serializer[Any]):
    """A planned shift; the first officer of the crew leads."""

    unit = serializers.IntegerField(min_value=1, source="unit_id")
    starts_at = serializers.DateTimeField(validators=_ERA)
    ends_at = serializers.DateTimeField(validators=_ERA)
    crew = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, source="officer_ids", max_length=MOST_OFFICERS
    )
    vehicle = serializers.IntegerField(required=False, allow_null=True, source="vehicle_id")
    sector = serializers.IntegerField(required=False, allow_null=True, source="sector_id")
    skills_needed = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=20)
    equipment = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=40)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    tasks = TaskIn(many=True, required=False)


class PlanTryIn(PlannedShiftIn):
    """A shift to try; `shift` is the one that it would replace."""

    shift = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class PlannedShiftChangeIn(PlannedShiftIn):
    """What changes of a planned shift. `reason` once it is published; `override_reason` for rules that are broken."""

    unit = serializers.IntegerField(min_value=1, source="unit_id", required=False)
    starts_at = serializers.DateTimeField(required=False, validators=_ERA)
    ends_at = serializers.DateTimeField(required=False, validators=_ERA)
    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    override_reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class PlanCancelIn(serializers.Serializer[Any]):
    """A shift that is called off; with a reason once it is published."""

    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class PlanOverrideIn(serializers.Serializer[Any]):
    """Why the rules that a shift breaks may be broken."""

    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=500)


class PlanPeriodIn(serializers.Serializer[Any]):
    """A node with all below it, and local days, both inclusive."""

    organisation = serializers.IntegerField(min_value=1)
    first = serializers.DateField(validators=_ERA)
    last = serializers.DateField(validators=_ERA)


class PlanCopyIn(PlanPeriodIn):
    """Days to copy, and the day on which the copy begins."""

    to = serializers.DateField(validators=_ERA)


class PlanPatternIn(serializers.Serializer[Any]):
    """A team, and the local days on which duties may begin, both inclusive."""

    team = serializers.IntegerField(min_value=1)
    first = serializers.DateField(validators=_ERA)
    last = serializers.DateField(validators=_ERA)


class PlanDiscardIn(serializers.Serializer[Any]):
    """Drafts to take back."""

    shifts = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=2000)


class PlanImportIn(serializers.Serializer[Any]):
    """A CSV file to read, in the shape in which it is exported."""

    organisation = serializers.IntegerField(min_value=1)
    text = serializers.CharField(max_length=2_000_000, trim_whitespace=False)
    rehearse = serializers.BooleanField(default=False, help_text="Only say what would become of it.")


class PlanCalendarIn(PlanFilter):
    """An iCalendar file to read, and the local days in which events begin that are taken in."""

    text = serializers.CharField(max_length=2_000_000, trim_whitespace=False)
    rehearse = serializers.BooleanField(default=False, help_text="Only say what would become of it.")


class PlanNamedOut(serializers.Serializer[Any]):
    """Something by its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class PlannedVehicleOut(serializers.Serializer[Any]):
    """A vehicle by its plate."""

    id = serializers.IntegerField()
    plate = serializers.CharField()


class PlannedOfficerOut(PlanNamedOut):
    """An officer by name and badge."""

    badge = serializers.CharField()


class PlannedTaskOut(serializers.Serializer[Any]):
    """A task of a shift."""

    id = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=_KINDS)
    area = PlanNamedOut(allow_null=True)
    place = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    text = serializers.CharField()


class ViolationOut(serializers.Serializer[Any]):
    """What is wrong with a shift: in words, and by how much (hours). `reason` where it was let be."""

    key = serializers.CharField()
    rule = serializers.ChoiceField(choices=_RULES)
    text = serializers.CharField()
    amount = serializers.FloatField()
    limit = serializers.FloatField()
    other = serializers.IntegerField(allow_null=True)
    may_be_overridden = serializers.BooleanField()
    reason = serializers.CharField()
    reason_by = serializers.CharField()


class PlannedShiftOut(serializers.Serializer[Any]):
    """The card of a planned shift."""

    id = serializers.IntegerField()
    unit = serializers.IntegerField()
    call_sign = serializers.CharField()
    organisation = serializers.IntegerField()
    station = serializers.CharField()
    state = serializers.ChoiceField(choices=_STATES)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    vehicle = PlannedVehicleOut(allow_null=True)
    crew = PlannedOfficerOut(many=True)
    sector = PlanNamedOut(allow_null=True)
    team = PlanNamedOut(allow_null=True)
    skills_needed = serializers.ListField(child=serializers.CharField())
    equipment = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField()
    tasks = PlannedTaskOut(many=True)
    published_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    violations = ViolationOut(many=True)


class PlanUnitOut(serializers.Serializer[Any]):
    """A unit that may be planned."""

    id = serializers.IntegerField()
    call_sign = serializers.CharField()
    organisation = serializers.IntegerField()
    station = serializers.CharField()
    kind = serializers.CharField()
    sector = serializers.CharField(allow_blank=True)
    skills = serializers.ListField(child=serializers.CharField())


class PlanOfficerOut(PlannedOfficerOut):
    """An officer who may be planned."""

    skills = serializers.ListField(child=serializers.CharField())


class PlanAreaOut(PlanNamedOut):
    """An area that a shift or task may have."""

    kind = serializers.CharField()
    code = serializers.CharField()


class PlanPatternOut(PlanNamedOut):
    """A pattern of hours on and off duty in turn."""

    hours = serializers.ListField(child=serializers.IntegerField())
    starts = serializers.TimeField()


class PlanTeamOut(PlanNamedOut):
    """A team with its pattern, and the call signs of its patrols."""

    pattern = PlanPatternOut()
    anchor = serializers.DateField()
    units = serializers.ListField(child=serializers.CharField())


class PlanChoicesOut(serializers.Serializer[Any]):
    """What a plan is made of."""

    units = PlanUnitOut(many=True)
    officers = PlanOfficerOut(many=True)
    vehicles = PlannedVehicleOut(many=True)
    areas = PlanAreaOut(many=True)
    teams = PlanTeamOut(many=True)
    may_edit = serializers.BooleanField()


class PlanOut(serializers.Serializer[Any]):
    """The plan of a period: where its days begin and end (UTC), its shifts, and what is wrong."""

    organisation = serializers.IntegerField()
    time_zone = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    shifts = PlannedShiftOut(many=True)


class PlanMadeOut(serializers.Serializer[Any]):
    """Drafts that were made, and how many were left out because the patrol was planned for that time already."""

    ids = serializers.ListField(child=serializers.IntegerField())
    skipped = serializers.IntegerField()


class PlanCountOut(serializers.Serializer[Any]):
    """How many."""

    count = serializers.IntegerField()


class PlanViolationsOut(serializers.Serializer[Any]):
    """What would be wrong."""

    violations = ViolationOut(many=True)


class PlanRevisionOut(serializers.ModelSerializer[PlanRevision]):
    """What was published, or changed after that."""

    class Meta:
        model = PlanRevision
        fields = ("id", "kind", "before", "after", "reason", "at", "by_name")


class PlanNoticeOut(serializers.Serializer[Any]):
    """What an officer is told of their shifts."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    revision = PlanRevisionOut()


class OwnPlanOut(serializers.Serializer[Any]):
    """An officer's own published shifts, and what they have not read yet."""

    shifts = PlannedShiftOut(many=True)
    notices = PlanNoticeOut(many=True)


class PlanSeenIn(serializers.Serializer[Any]):
    """Notices that were read."""

    notices = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=500)


class ImportedRowOut(serializers.Serializer[Any]):
    """What became of one row of a table, or of one occurrence of an event; `warnings` are rules that the shift breaks."""

    row = serializers.IntegerField()
    title = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=["added", "changed", "unchanged", "called_off", "outside", "refused"])
    text = serializers.CharField(allow_blank=True)
    warnings = serializers.ListField(child=serializers.CharField())
    shift = serializers.IntegerField(allow_null=True)


class PlanImportOut(serializers.Serializer[Any]):
    """What became of each row."""

    rows = ImportedRowOut(many=True)
