"""Devices are noted as they call; orders to erase are given, fetched and confirmed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core import clock
from core.access import Viewer
from core.change import change
from core.rules import Permission
from patrols.erasure.models import FieldDevice, FieldDeviceUse, FieldErasure

SHORTEST_KEY, LONGEST_KEY = 32, 64
"""Of a device's key, in characters: a UUID has 36."""
NOTE_AGAIN_AFTER = timedelta(seconds=60)
"""How often a device that calls every few seconds is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a device says of an order that it has carried out."""

    order: int
    left: int


def note_device(*, key: str, viewer: Viewer, agent: str = "") -> bool:
    """Note that the viewer uses the device of this key; whether an order to erase waits for them there.

    What is no key is passed over: an older page, or another program.

    Two queries, five when it was not noted within the last minute.
    """
    if viewer.user_id is None or not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        return False
    now, digest = clock.now(), digest_of(key)
    use = FieldDeviceUse.objects.filter(device__key_digest=digest, user_id=viewer.user_id).first()
    if use is None or now - use.last_seen_at > NOTE_AGAIN_AFTER:
        device, _is_new = FieldDevice.objects.update_or_create(
            key_digest=digest,
            defaults={"last_seen_at": now, "agent": agent[:200]},
            create_defaults={"first_seen_at": now, "last_seen_at": now, "agent": agent[:200]},
        )
        use, _is_new = FieldDeviceUse.objects.update_or_create(
            device=device,
            user_id=viewer.user_id,
            defaults={"last_seen_at": now},
            create_defaults={"first_seen_at": now, "last_seen_at": now},
        )
    return use.erasures.filter(erased_at__isnull=True).exists()


def order_erasure(*, use_ids: Iterable[int], with_unsent: bool, by: Viewer, reason: str = "") -> list[FieldErasure]:
    """Order that devices erase what they keep of people: all of it, or (not `with_unsent`) all but what is not sent.

    An order that waits already is not given twice; one for all takes in one for less. Raises Forbidden.
    """
    by.require_anywhere(Permission.ADMIN)
    orders = []
    with change(by=by) as c:
        for use in FieldDeviceUse.objects.select_for_update(no_key=True).filter(pk__in=list(use_ids)).order_by("pk"):
            waiting = use.erasures.filter(erased_at__isnull=True)
            if waiting.filter(with_unsent__gte=with_unsent).exists():
                continue
            order = FieldErasure.objects.create(
                use=use,
                with_unsent=with_unsent,
                reason=reason,
                ordered_at=c.now,
                ordered_by_id=by.user_id,
                ordered_by_name=by.name,
            )
            detail = {"device": str(use.device), "person": use.user_id, "with_unsent": with_unsent, "reason": reason}
            c.audit("field_device.erasure_ordered", order, detail=detail)
            orders.append(order)
    return orders


def waiting_orders(*, key: str) -> Sequence[FieldErasure]:
    """Orders that the device of this key has not carried out; none for a key that nobody knows. One query."""
    rows = FieldErasure.objects.filter(use__device__key_digest=digest_of(key), erased_at__isnull=True)
    return list(rows.select_related("use").order_by("pk"))


def confirm_erasures(*, key: str, done: Sequence[Done]) -> list[FieldErasure]:
    """Note what the device of this key says that it has erased. Another device's orders are passed over."""
    confirmed = []
    with change(by=Viewer.system("field device")) as c:
        rows = FieldErasure.objects.select_for_update(no_key=True, of=("self",)).select_related("use__device")
        for one in sorted(done, key=lambda each: each.order):
            order = rows.filter(pk=one.order, use__device__key_digest=digest_of(key), erased_at__isnull=True).first()
            if order is None:
                continue
            order.erased_at, order.left_unsent = c.now, one.left
            order.save(update_fields=["erased_at", "left_unsent"])
            detail = {"device": str(order.use.device), "person": order.use.user_id, "left": one.left}
            c.audit("field_device.erased", order, detail=detail)
            confirmed.append(order)
    return confirmed


def digest_of(key: str) -> str:
    """SHA-256 of a device's key, in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()
