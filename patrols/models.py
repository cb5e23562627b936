"""Units, vehicles, officers, crews, shifts, status with its history, positions, alarms."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Board, Organisation, User
from patrols.equipment.models import EquipmentFinding, EquipmentItem  # noqa: F401 - as below
from patrols.erasure.models import FieldDevice, FieldDeviceUse, FieldErasure  # noqa: F401 - as below
from patrols.joint.models import JointPatrol
from patrols.messages.models import Message, MessageReceipt, MessageRecipient  # noqa: F401 - Django looks here
from patrols.planning.models import (  # noqa: F401 - Django looks for models here
    Absence,
    Override,
    PlanLimits,
    PlannedCrew,
    PlannedShift,
    PlannedTask,
    PlanNotice,
    PlanRevision,
    ShiftPattern,
    Team,
    TeamPost,
)
from patrols.rules import (
    AVAILABILITY,
    BACKUP_ROUTINE_AFTER_S,
    BACKUP_URGENT_AFTER_S,
    ESCALATE_AFTER_S,
    Availability,
    Status,
)
from patrols.safety.models import AlarmReceipt, AlarmStep
from patrols.skills.models import Skill  # noqa: F401 - as below
from patrols.watch.models import WatchAlarm, WatchRule, WatchState  # noqa: F401 - as below
from patrols.welfare.models import WelfareContact, WelfareRule, WelfareTimer

__all__ = [
    "Alarm",
    "AlarmReceipt",
    "AlarmStep",
    "CrewMember",
    "Device",
    "DeviceHolding",
    "JointPatrol",
    "LatestPosition",
    "Officer",
    "PastPosition",
    "RefusedDevice",
    "SafetySetting",
    "Shift",
    "StatusChange",
    "Unit",
    "Vehicle",
    "WelfareContact",
    "WelfareRule",
    "WelfareTimer",
]


class Vehicle(models.Model):
    """A vehicle of the service."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    plate = models.CharField(_("plate"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    in_service = models.BooleanField(_("in service"), default=True)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ("plate",)

    def __str__(self) -> str:
        return self.plate


class Officer(models.Model):
    """A police officer; `user` where the officer signs in."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    user = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="officer", verbose_name=_("person")
    )
    badge = models.CharField(_("badge"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    skills = ArrayField(models.CharField(max_length=40), verbose_name=_("skills"), default=list, blank=True)

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.badge} {self.name}"


class Unit(models.Model):
    """A patrol with a call sign. Its status is changed by `patrols.services` alone; `version` grows with each change.

    `external` marks a unit that came with imported history: it counts in reports and never shows on a board.
    """

    class Kind(models.TextChoices):
        """How it moves."""

        CAR = "car", _("Car")
        FOOT = "foot", _("On foot")
        MOTORCYCLE = "motorcycle", _("Motorcycle")
        BICYCLE = "bicycle", _("Bicycle")
        BOAT = "boat", _("Boat")
        OTHER = "other", _("Other")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="units", verbose_name=_("organisational unit")
    )
    board = models.ForeignKey(
        Board, on_delete=models.PROTECT, related_name="units", verbose_name=_("operations centre")
    )
    call_sign = models.CharField(_("call sign"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CAR)
    sector = models.CharField(_("sector"), max_length=80, blank=True)
    skills = ArrayField(models.CharField(max_length=40), verbose_name=_("skills"), default=list, blank=True)
    status = models.CharField(
        _("status"), max_length=20, choices=[(s.value, s.value) for s in Status], default=Status.OFF_DUTY
    )
    status_since = models.DateTimeField(_("in this status since"))
    on_duty = models.BooleanField(_("on duty"), default=False)
    external = models.BooleanField(_("from imported history"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("call_sign",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "call_sign"), name="one_call_sign_an_organisation"),
            models.CheckConstraint(
                name="off_duty_and_status_agree",
                condition=Q(on_duty=False, status=Status.OFF_DUTY) | (Q(on_duty=True) & ~Q(status=Status.OFF_DUTY)),
            ),
        )
        indexes = (models.Index(fields=("board",), condition=Q(on_duty=True), name="units_on_duty"),)

    def __str__(self) -> str:
        return self.call_sign

    @property
    def availability(self) -> Availability:
        """Whether it can be sent, by its status."""
        return AVAILABILITY[Status(self.status)]


class Shift(models.Model):
    """One tour of duty of one unit. `ended_at` is null while it lasts."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("unit"))
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vehicle")
    )
    starts_at = models.DateTimeField(_("start"))
    planned_end_at = models.DateTimeField(_("planned end"), null=True, blank=True)
    ended_at = models.DateTimeField(_("end"), null=True, blank=True)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ("-starts_at",)
        constraints = (
            models.UniqueConstraint(fields=("unit",), condition=Q(ended_at__isnull=True), name="one_open_shift_a_unit"),
            models.UniqueConstraint(
                fields=("vehicle",), condition=Q(ended_at__isnull=True), name="one_open_shift_a_vehicle"
            ),
            models.CheckConstraint(
                name="shift_ends_after_start", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("starts_at"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.starts_at:%Y-%m-%d %H:%M}"


class CrewMember(models.Model):
    """An officer on a unit for a shift, from `joined_at` until `left_at`."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="crew", verbose_name=_("shift"))
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="tours", verbose_name=_("officer"))
    leads = models.BooleanField(_("leads the patrol"), default=False)
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        verbose_name = _("crew member")
        verbose_name_plural = _("crew")
        constraints = (
            models.UniqueConstraint(
                fields=("officer",), condition=Q(left_at__isnull=True), name="one_patrol_at_a_time_an_officer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.officer} @ {self.shift}"


class StatusChange(models.Model):
    """One status of one unit, from `occurred_at` until the next row. Only ever added.

    `assignment_id` is the job that gave the status; a plain number, for `dispatch` stands above this app. A row that
    `undoes` another begins when that one did: a slip lasted no time.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="status_changes", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=20, choices=[(s.value, s.value) for s in Status])
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=20)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    assignment_id = models.BigIntegerField(_("assignment"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    undoes = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("takes back"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ("-occurred_at", "-id")
        indexes = (models.Index(fields=("unit", "-occurred_at"), name="status_changes_of_unit"),)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.status} {self.occurred_at:%H:%M:%S}"


class LatestPosition(models.Model):
    """Where a unit was last seen; only a newer fix moves it. The history is the partitioned table `patrols_fix`."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, primary_key=True, related_name="position")
    point = models.PointField(srid=4326)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_index=True)
    accuracy_m = models.FloatField(null=True)
    heading_deg = models.FloatField(null=True)
    speed_mps = models.FloatField(null=True)

    class Meta:
        verbose_name = _("latest position")
        verbose_name_plural = _("latest positions")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.at:%H:%M:%S}"


class PastPosition(models.Model):
    """Where a unit was at one time: a row of `patrols_fix`, which is partitioned by day (UTC) and only ever added to.

    Written by `patrols.gps.store` alone. `unit_id` is a plain number: a foreign key would cost a look-up a row.
    """

    pk = models.CompositePrimaryKey("unit_id", "at")
    unit_id = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    point = models.PointField(srid=4326)
    accuracy_m = models.FloatField(null=True)
    heading_deg = models.FloatField(null=True)
    speed_mps = models.FloatField(null=True)
    source = models.CharField(max_length=20)

    class Meta:
        managed = False
        db_table = "patrols_fix"
        verbose_name = _("position")
        verbose_name_plural = _("positions")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.at:%Y-%m-%d %H:%M:%S}"


class Device(models.Model):
    """Something that sends positions: a phone, a tracker, a radio, or a gateway that speaks for others.

    `ident` is what it calls itself. Only the SHA-256 of its secret is kept; the secret is random, so that suffices.
    """

    class Proof(models.TextChoices):
        """By what a message is known to be this device's."""

        IDENT = "ident", _("Its identifier, which nobody can guess")
        SECRET = "secret", _("A token or password")
        GATEWAY = "gateway", _("The gateway that speaks for it")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    ident = models.CharField(_("identifier"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    proof = models.CharField(_("proof"), max_length=20, choices=Proof)
    is_gateway = models.BooleanField(
        _("gateway"), default=False, help_text=_("Speaks for the devices of its organisational unit and below.")
    )
    active = models.BooleanField(_("active"), default=True, help_text=_("Off: refused within seconds."))
    secret_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ("ident",)
        constraints = (
            models.CheckConstraint(
                name="ident_as_proof_is_long",
                condition=~Q(proof="ident") | Q(ident__regex="^.{16,}$"),
                violation_error_message=_("An identifier that is the only proof needs at least 16 characters."),
            ),
            models.CheckConstraint(
                name="gateway_has_a_secret",
                condition=Q(is_gateway=False) | Q(proof="secret"),
                violation_error_message=_("A gateway proves itself by a token or password."),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.ident


class DeviceHolding(models.Model):
    """To whom a device belongs from `since` until `until`: one unit, or the unit that has the vehicle or the officer."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="holdings", verbose_name=_("device"))
    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("vehicle")
    )
    officer = models.ForeignKey(
        Officer, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("officer")
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("holder")
        verbose_name_plural = _("holders")
        ordering = ("-since",)
        constraints = (
            models.UniqueConstraint(
                fields=("device",), condition=Q(until__isnull=True), name="one_present_holder_a_device"
            ),
            models.CheckConstraint(
                name="one_holder_a_holding",
                condition=Q(unit__isnull=False, vehicle__isnull=True, officer__isnull=True)
                | Q(unit__isnull=True, vehicle__isnull=False, officer__isnull=True)
                | Q(unit__isnull=True, vehicle__isnull=True, officer__isnull=False),
                violation_error_message=_("Name one unit, one vehicle or one officer."),
            ),
            models.CheckConstraint(
                name="holding_ends_after_start", condition=Q(until__isnull=True) | Q(until__gt=F("since"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.device} @ {self.unit or self.vehicle or self.officer}"


class RefusedDevice(models.Model):
    """A device that was refused, for an administrator to adopt it or to ask whose it is. A thousand at most."""

    class Reason(models.TextChoices):
        """Why."""

        UNKNOWN = "unknown_device", _("Not known, or without its proof")
        UNHELD = "unheld_device", _("Belongs to nobody at that time")
        ENCRYPTED = "encrypted", _("Encrypts its messages; nobody here has the key")

    ident = models.CharField(_("identifier"), max_length=120, unique=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    protocol = models.CharField(_("protocol"), max_length=20)
    address = models.GenericIPAddressField(_("address"), null=True)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("refused device")
        verbose_name_plural = _("refused devices")
        ordering = ("-last_seen_at",)

    def __str__(self) -> str:
        return self.ident


class IntakeCount(models.Model):
    """How many positions came to what in one hour (UTC), by way in. Added to by `patrols.gps.counts`; kept a month."""

    hour = models.DateTimeField(_("hour"))
    protocol = models.CharField(_("protocol"), max_length=20)
    outcome = models.CharField(_("outcome"), max_length=20)
    count = models.BigIntegerField(_("count"))

    class Meta:
        verbose_name = _("count of positions")
        verbose_name_plural = _("counts of positions")
        ordering = ("-hour", "protocol", "outcome")
        constraints = (models.UniqueConstraint(fields=("hour", "protocol", "outcome"), name="one_count_an_outcome"),)

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}:00 {self.protocol} {self.outcome}"


class SafetySetting(models.Model):
    """How a node of the organisation, and all below it without a row of their own, wants alarms handled."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisational unit")
    )
    escalate_after_s = models.PositiveIntegerField(
        _("escalate after (s)"),
        default=ESCALATE_AFTER_S,
        help_text=_("An alarm that nobody has acknowledged by then goes to the shift commander."),
    )
    backup_urgent_after_s = models.PositiveIntegerField(
        _("urgent back-up: escalate after (s)"),
        default=BACKUP_URGENT_AFTER_S,
        help_text=_("An urgent request for back-up that nobody has answered by then goes to the shift commander."),
    )
    backup_routine_after_s = models.PositiveIntegerField(
        _("other back-up: escalate after (s)"),
        default=BACKUP_ROUTINE_AFTER_S,
        help_text=_("Any other request for back-up that nobody has answered by then goes to the shift commander."),
    )
    backup_kind = models.CharField(
        _("kind of incident for back-up"),
        max_length=40,
        blank=True,
        help_text=_("Its code: what is entered for a patrol that asks for back-up without a job. Empty: it cannot."),
    )

    class Meta:
        verbose_name = _("officer safety")
        verbose_name_plural = _("officer safety")
        constraints = (
            models.CheckConstraint(
                name="escalation_within_ten_minutes", condition=Q(escalate_after_s__gte=5, escalate_after_s__lte=600)
            ),
            models.CheckConstraint(
                name="backup_escalates_within_an_hour",
                condition=Q(backup_urgent_after_s__gte=5, backup_urgent_after_s__lte=3600)
                & Q(backup_routine_after_s__gte=5, backup_routine_after_s__lte=3600),
                violation_error_message=_("Between 5 seconds and an hour."),
            ),
        )

    def __str__(self) -> str:
        return str(self.organisation)


class Alarm(models.Model):
    """An officer's call for help: latched until a named person acknowledges it, closed by a separate record.

    `point`, `position_at` and `accuracy_m` are where the unit was as far as known at the newest press; null is no fix.
    `raised_at` is when the button was pressed, `recorded_at` when we learned of it. `previous_status` is what the unit
    did before. `crew_names` are copied: they mean the same after the shift. A drill is an alarm in everything but this,
    that the unit keeps its status.
    """

    class Kind(models.TextChoices):
        """What for."""

        EMERGENCY = "emergency", _("Emergency")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("unit"))
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("operations centre"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.EMERGENCY)
    is_drill = models.BooleanField(_("drill"), default=False)
    source = models.CharField(_("source"), max_length=20)
    raised_at = models.DateTimeField(_("raised"))
    recorded_at = models.DateTimeField(_("recorded"))
    raised_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("raised by")
    )
    crew_names = ArrayField(models.CharField(max_length=120), verbose_name=_("crew"), default=list)
    point = models.PointField(_("position"), srid=4326, null=True)
    position_at = models.DateTimeField(_("time of the position"), null=True)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True)
    previous_status = models.CharField(_("status before"), max_length=20, blank=True)
    presses = models.PositiveIntegerField(_("presses"), default=1)
    pressed_at = models.DateTimeField(_("last pressed"))
    escalate_at = models.DateTimeField(_("escalates"))
    escalated_at = models.DateTimeField(_("escalated"), null=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("acknowledged by")
    )
    acknowledged_by_name = models.CharField(_("acknowledged by"), max_length=150, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    resolved_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("resolved by")
    )
    resolution = models.TextField(_("resolution"), blank=True)
    withdrawn = models.BooleanField(_("withdrawn at once"), default=False)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "kind", "is_drill"),
                condition=Q(resolved_at__isnull=True),
                name="one_open_alarm_a_unit",
            ),
            models.CheckConstraint(
                name="alarm_position_has_its_time",
                condition=Q(point__isnull=True, position_at__isnull=True)
                | Q(point__isnull=False, position_at__isnull=False),
            ),
            models.CheckConstraint(
                name="alarm_acknowledged_by_a_name",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by_name="")
                | (Q(acknowledged_at__isnull=False) & ~Q(acknowledged_by_name="")),
            ),
            models.CheckConstraint(
                name="alarm_resolved_with_words",
                condition=Q(resolved_at__isnull=True, resolution="", withdrawn=False)
                | (Q(resolved_at__isnull=False) & (~Q(resolution="") | Q(withdrawn=True))),
            ),
        )
        indexes = (
            models.Index(fields=("board",), condition=Q(resolved_at__isnull=True), name="open_alarms"),
            models.Index(
                fields=("escalate_at",),
                condition=Q(resolved_at__isnull=True, acknowledged_at__isnull=True, escalated_at__isnull=True),
                name="alarms_to_escalate",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.raised_at:%Y-%m-%d %H:%M:%S}"
