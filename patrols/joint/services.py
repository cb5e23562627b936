"""Joint patrols are planned, meet, and end; each step once."""

from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.rules import Permission
from geo.models import Area
from patrols.events import JointPatrolChanged
from patrols.joint import selectors
from patrols.joint.models import JointPatrol
from patrols.selectors import is_own_unit, units

LONGEST = timedelta(days=2)
CLOCK_TOLERANCE = timedelta(seconds=60)


def plan_joint_patrol(
    *,
    unit_id: int,
    section_id: int,
    partner_service: str,
    partner_country: str,
    meeting_place: str,
    meets_at: datetime,
    until: datetime,
    by: Viewer,
    meeting_point: Point | None = None,
    partner_sign: str = "",
    partner_officers: int = 2,
) -> JointPatrol:
    """Plan a joint patrol of a unit on a border section. Times are aware UTC.

    Raises NotFound, Forbidden; Invalid for a section that does not exist; Unprocessable for times that make no sense.
    """
    if not meets_at < until <= meets_at + LONGEST:
        raise Unprocessable(_("A joint patrol ends after it began, within two days."), code="times", field="until")
    with change(by=by) as c:
        unit = units(by).filter(pk=unit_id).first()
        if unit is None:
            raise NotFound
        by.require(Permission.UNIT_STATUS, unit.organisation_id)
        section = Area.objects.valid_on(meets_at.date()).filter(pk=section_id, kind=Area.Kind.SECTION).first()
        if section is None:
            raise Invalid(_("There is no such border section."), code="unknown_section", field="section")
        patrol = JointPatrol.objects.create(
            unit=unit,
            section=section,
            partner_service=partner_service,
            partner_country=partner_country.upper(),
            partner_sign=partner_sign,
            partner_officers=partner_officers,
            meeting_place=meeting_place,
            meeting_point=meeting_point,
            meets_at=meets_at,
            until=until,
            planned_by_id=by.user_id,
            recorded_at=clock.now(),
        )
        _tell(c, patrol, at=clock.now())
    return patrol


def meet_partner(*, patrol_id: int, by: Viewer, occurred_at: datetime | None = None) -> JointPatrol:
    """The two patrols have met. The crew itself may say so. Raises as `end_joint_patrol`."""
    return _step(patrol_id, by, occurred_at, field="met_at", after="planned")


def end_joint_patrol(*, patrol_id: int, by: Viewer, occurred_at: datetime | None = None, note: str = "") -> JointPatrol:
    """They parted; `note` says how it went.

    Raises NotFound, Forbidden; Conflict with the state where it stands otherwise; Unprocessable for the future or for
    before they met.
    """
    return _step(patrol_id, by, occurred_at, field="ended_at", after="under_way", note=note)


def call_off_joint_patrol(*, patrol_id: int, by: Viewer, note: str) -> JointPatrol:
    """Nothing comes of it, for a reason. Raises as `end_joint_patrol`, and Invalid without a reason."""
    if not note.strip():
        raise Invalid(_("Say why."), code="blank", field="note")
    return _step(patrol_id, by, None, field="called_off_at", after="planned", note=note)


def _step(
    patrol_id: int, by: Viewer, occurred_at: datetime | None, *, field: str, after: str, note: str = ""
) -> JointPatrol:
    """Set one of the times of a locked joint patrol that stands at `after`."""
    with change(by=by) as c:
        selectors.access_joint_patrol(by, patrol_id)
        patrol = (
            JointPatrol.objects.select_for_update(no_key=True, of=("self",))
            .select_related("unit", "section")
            .get(pk=patrol_id)
        )
        if not by.can(Permission.UNIT_STATUS, patrol.unit.organisation_id) and not is_own_unit(by, patrol.unit_id):
            raise Forbidden
        if patrol.state != after:
            raise Conflict(code="joint_patrol_state", state={"state": patrol.state})
        at = _moment(occurred_at, since=patrol.met_at)
        setattr(patrol, field, at)
        patrol.note = note or patrol.note
        patrol.save(update_fields=[field, "note"])
        _tell(c, patrol, at=at)
    return patrol


def _moment(occurred_at: datetime | None, *, since: datetime | None) -> datetime:
    now = clock.now()
    at = occurred_at or now
    if at > now + CLOCK_TOLERANCE:
        raise Unprocessable(_("This time lies in the future."), code="in_future", field="occurred_at")
    if since is not None and at < since:
        raise Unprocessable(_("This time is before they met."), code="before_meeting", field="occurred_at")
    return at


def _tell(c: Change, patrol: JointPatrol, *, at: datetime) -> None:
    c.audit(
        f"joint_patrol.{patrol.state}",
        patrol,
        organisation=patrol.unit.organisation_id,
        detail={"unit": patrol.unit_id, "section": patrol.section.code, "partner": patrol.partner_service},
    )
    c.emit(
        patrol.unit.board_id,
        JointPatrolChanged(
            at=at,
            joint_patrol=patrol.pk,
            unit=patrol.unit_id,
            call_sign=patrol.unit.call_sign,
            state=patrol.state,
            section=patrol.section.code,
            partner=patrol.partner_service,
            meeting_place=patrol.meeting_place,
        ),
    )
