"""Devices, their proofs and to whom they belong, kept for some seconds so that a message costs no query.

A device that is made inactive, or given another secret or holder, is treated so within `KEEP_S`.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core import clock
from core.models import Organisation
from patrols.models import CrewMember, Device, DeviceHolding, Shift

KEEP_S = 3.0
LOOK_BACK = timedelta(days=7)
"""How old a position may be for its device's holder at that time to be known still."""
_MIN, _MAX = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A unit that a device stood for, from `start` until before `end`."""

    start: datetime
    end: datetime
    unit_id: int


@dataclass(slots=True)
class Known:
    """One active device. `nodes` are where a gateway may speak for others."""

    pk: int
    ident: str
    proof: str
    digest: str
    organisation_id: int
    nodes: frozenset[int] = frozenset()
    periods: list[Period] = field(default_factory=list)

    def unit_at(self, at: datetime) -> int | None:
        """The unit for which the device stood at `at`, or None."""
        return next((period.unit_id for period in self.periods if period.start <= at < period.end), None)


_lock = threading.Lock()
_by_ident: dict[str, Known] = {}
_by_digest: dict[str, Known] = {}
_read_at = float("-inf")


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is random and long (`new_secret`), so a quick hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret() -> str:
    """A secret of 256 bits."""
    return secrets.token_urlsafe(32)


def by_ident(ident: str) -> Known | None:
    """The active device that calls itself so, by the last `refresh`."""
    return _by_ident.get(ident)


def by_secret(secret: str, ident: str | None = None) -> Known | None:
    """The active device with this secret (and, where given, this identifier), by the last `refresh`."""
    digest = digest_of(secret)
    if ident is None:
        return _by_digest.get(digest)
    known = _by_ident.get(ident)
    return known if known and known.digest and hmac.compare_digest(known.digest, digest) else None


def is_fresh() -> bool:
    """Tell whether `refresh` would take no query."""
    return time.monotonic() - _read_at < KEEP_S


def forget() -> None:
    """Read anew at the next `refresh`."""
    global _read_at  # noqa: PLW0603 - one copy a process
    _read_at = float("-inf")


def refresh() -> None:
    """Read all active devices and their holders, unless that was done in the last `KEEP_S`. Five queries or none."""
    global _by_ident, _by_digest, _read_at  # noqa: PLW0603 - one copy a process
    with _lock:
        if is_fresh():
            return
        since = clock.now() - LOOK_BACK
        found = {known.pk: known for known in _active()}
        for device_id, period in _periods(since):
            if device_id in found:
                found[device_id].periods.append(period)
        _by_ident = {known.ident: known for known in found.values()}
        _by_digest = {known.digest: known for known in found.values() if known.digest}
        _read_at = time.monotonic()


def _active() -> Iterator[Known]:
    for row in Device.objects.filter(active=True).order_by():
        nodes: Iterable[int] = ()
        if row.is_gateway:
            tree = Organisation.objects.descendants(row.organisation_id, include_self=True)
            nodes = tree.values_list("pk", flat=True)
        secret = row.secret_digest if row.proof == Device.Proof.SECRET else ""
        yield Known(row.pk, row.ident, row.proof, secret, row.organisation_id, frozenset(nodes))


def _periods(since: datetime) -> Iterator[tuple[int, Period]]:
    """For each device, the units for which it stood since then: its own, or those of its vehicle's or officer's tours."""
    vehicles: dict[int, list[Period]] = {}
    officers: dict[int, list[Period]] = {}
    for shift in Shift.objects.exclude(ended_at__lt=since).exclude(vehicle=None).order_by():
        tour = Period(shift.starts_at, shift.ended_at or _MAX, shift.unit_id)
        vehicles.setdefault(shift.vehicle_id or 0, []).append(tour)
    for member in CrewMember.objects.exclude(left_at__lt=since).select_related("shift").order_by():
        tour = Period(member.joined_at, member.left_at or _MAX, member.shift.unit_id)
        officers.setdefault(member.officer_id, []).append(tour)
    for row in DeviceHolding.objects.exclude(until__lt=since).order_by("since"):
        if row.unit_id is not None:
            tours = [Period(_MIN, _MAX, row.unit_id)]
        elif row.vehicle_id is not None:
            tours = vehicles.get(row.vehicle_id, [])
        else:
            tours = officers.get(row.officer_id or 0, [])
        for tour in tours:
            start, end = max(tour.start, row.since), min(tour.end, row.until or _MAX)
            if start < end:
                yield row.device_id, Period(start, end, tour.unit_id)
