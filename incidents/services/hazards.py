"""Hazards are recorded, renewed, withdrawn; never changed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Conflict, Invalid, Unprocessable
from core.rules import Permission
from incidents.models import Hazard
from incidents.rules.hazards import hazard_times_make_sense
from incidents.selectors import access_hazard, place_of_entry
from incidents.services.entry import PlaceData


def record_hazard(
    *,
    kind: str,
    text: str,
    source: str,
    expires_at: datetime,
    by: Viewer,
    where: PlaceData | None = None,
    person: str = "",
    review_at: datetime | None = None,
    valid_from: datetime | None = None,
    organisation_id: int | None = None,
) -> Hazard:
    """Record a danger at a place or from a person, with its source, until it expires; to be reviewed by `review_at`.

    Raises Invalid without a place or a person; Unprocessable for times that make no sense; NotFound, Forbidden.
    """
    where = where or PlaceData()
    if where.location is None and not person.strip():
        raise Invalid(_("A hazard belongs to a place or to a person."), code="no_subject", field="location")
    with change(by=by) as c:
        now = clock.now()
        organisation, _board = place_of_entry(by, organisation_id=organisation_id, point=where.location, day=now.date())
        hazard = Hazard.objects.create(
            organisation=organisation,
            kind=kind,
            text=text,
            source=source,
            place=where.place,
            place_detail=where.place_detail,
            gazetteer_id=where.gazetteer_id,
            location=where.location,
            person=person,
            author_id=by.user_id,
            author_name=by.name,
            created_at=now,
            **_times(now, valid_from or now, review_at or expires_at, expires_at),
        )
        c.audit("hazard.recorded", hazard, organisation=organisation.pk)
    return hazard


def renew_hazard(*, hazard_id: int, expires_at: datetime, by: Viewer, review_at: datetime | None = None) -> Hazard:
    """Somebody looked again and it still holds: a new row, by this person, takes the place of the old one.

    Raises NotFound, Forbidden, Unprocessable; Conflict when it was renewed or withdrawn meanwhile.
    """
    with change(by=by) as c:
        old = _lock(hazard_id, by)
        now = clock.now()
        times = _times(now, now, review_at or expires_at, expires_at)
        fields = (
            "organisation_id",
            "kind",
            "text",
            "source",
            "place",
            "place_detail",
            "gazetteer_id",
            "location",
            "person",
        )
        hazard = Hazard.objects.create(
            **{name: getattr(old, name) for name in fields},
            author_id=by.user_id,
            author_name=by.name,
            created_at=now,
            renews=old,
            **times,
        )
        _withdraw(old, "renewed", now)
        c.audit("hazard.renewed", hazard, organisation=old.organisation_id, detail={"renews": old.pk})
    return hazard


def withdraw_hazard(*, hazard_id: int, reason: str, by: Viewer) -> Hazard:
    """It does not hold any more. Raises NotFound, Forbidden, Invalid; Conflict when it was withdrawn already."""
    if not reason.strip():
        raise Invalid(_("Say why."), code="blank", field="reason")
    with change(by=by) as c:
        hazard = _lock(hazard_id, by)
        _withdraw(hazard, reason, clock.now())
        c.audit("hazard.withdrawn", hazard, organisation=hazard.organisation_id)
    return hazard


def _lock(hazard_id: int, by: Viewer) -> Hazard:
    """A hazard's row, locked, that this person may change and that was not withdrawn."""
    access_hazard(by, hazard_id)
    hazard = Hazard.objects.select_for_update(no_key=True).get(pk=hazard_id)
    by.require(Permission.INCIDENT_EDIT, hazard.organisation_id)
    if hazard.withdrawn_at is not None:
        raise Conflict(
            _("This hazard was withdrawn or renewed in the meantime."),
            code="hazard_withdrawn",
            state={"withdrawn_at": hazard.withdrawn_at, "reason": hazard.withdrawn_reason},
        )
    return hazard


def _withdraw(hazard: Hazard, reason: str, now: datetime) -> None:
    hazard.withdrawn_at, hazard.withdrawn_reason = now, reason
    hazard.save(update_fields=["withdrawn_at", "withdrawn_reason"])


def _times(now: datetime, begins: datetime, review: datetime, expires: datetime) -> dict[str, datetime]:
    if not hazard_times_make_sense(now=now, begins=begins, review=review, expires=expires):
        raise Unprocessable(
            _("A hazard is reviewed before it expires, and expires within two years."), code="times", field="expires_at"
        )
    return {"valid_from": begins, "review_at": review, "expires_at": expires}
