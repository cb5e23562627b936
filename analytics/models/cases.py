"""What is kept of each incident for reports: one narrow row, derived, made anew whenever the incident changes."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Case(models.Model):
    """One incident as reports see it: the result of `sql/cases.sql`, kept. Derived; never written by hand.

    `id` is that of the incident. Times are UTC, measures seconds; `ended_at` is null while the incident is open. Ids of
    other rows are plain numbers: a foreign key would cost a look-up a row when millions are made.
    """

    id = models.BigIntegerField(primary_key=True)
    organisation_id = models.BigIntegerField()
    type_id = models.BigIntegerField()
    first_sent_unit_id = models.BigIntegerField(null=True)
    first_arrived_unit_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    first_dispatched_at = models.DateTimeField(null=True)
    first_en_route_at = models.DateTimeField(null=True)
    first_on_scene_at = models.DateTimeField(null=True)
    action_taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    response = models.FloatField(null=True)
    dispatch_delay = models.FloatField(null=True)
    turnout = models.FloatField(null=True)
    travel = models.FloatField(null=True)
    to_action = models.FloatField(null=True)
    versions = models.BigIntegerField()
    priority = models.SmallIntegerField()
    first_priority = models.SmallIntegerField()
    highest_priority = models.SmallIntegerField()
    sent = models.SmallIntegerField()
    units_cancelled = models.SmallIntegerField()
    units_pre_empted = models.SmallIntegerField()
    units_refused = models.SmallIntegerField()
    duplicates = models.SmallIntegerField()
    corrected = models.SmallIntegerField()
    on_view = models.BooleanField()
    is_cancelled = models.BooleanField()
    arrival_source = models.CharField(max_length=20)

    class Meta:
        indexes = (
            models.Index(
                fields=("organisation_id", "received_at"),
                include=("priority", "response", "on_view"),
                name="cases_of_node_by_time",
            ),
            BrinIndex(fields=("received_at",), name="cases_by_time", pages_per_range=32, autosummarize=True),
        )

    def __str__(self) -> str:
        return f"{self.pk}"


class StaleCase(models.Model):
    """An incident whose case must be made anew: added by triggers, in the transaction of the change; may stand twice."""

    incident_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.incident_id}"
