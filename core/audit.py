"""The audit trail: every change, consultation and export leaves a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from core import clock
from core.access import Viewer
from core.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one entry before the transaction's who and when are added."""

    action: str
    obj: models.Model | None
    organisation: int | None
    detail: Mapping[str, Any]


def record(entries: Iterable[Entry], *, by: Viewer, at: datetime) -> None:
    """Write entries. One query, none when there are none."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=at,
            actor_id=by.user_id,
            actor_name=by.name,
            action=entry.action,
            object_type=entry.obj._meta.label_lower if entry.obj else "",
            object_id=str(entry.obj.pk) if entry.obj else "",
            organisation_id=entry.organisation,
            channel=by.channel,
            address=by.address,
            request_id=by.request_id,
            detail=dict(entry.detail),
        )
        for entry in entries
    )


def record_view(
    viewer: Viewer,
    action: str,
    obj: models.Model | None = None,
    *,
    organisation: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note a consultation or an export, in the request that made it. One query."""
    record([Entry(action, obj, organisation, detail or {})], by=viewer, at=clock.now())
