"""Reads of answers and dispositions."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Unprocessable
from incidents.models import Incident
from incidents.questions.models import Answer, Disposition


def require_disposition(incident: Incident, code: str) -> None:
    """Raise Unprocessable for a disposition that is not of this kind. Where no rows are set up, any code will do."""
    rows = Disposition.objects.filter(is_active=True)
    if not rows.exists():
        return
    row = rows.filter(code=code).first()
    if row is None or (row.types.exists() and not row.types.filter(pk=incident.type_id).exists()):
        raise Unprocessable(
            _("This is no way in which an incident of this kind ends."), code="unknown_disposition", field="disposition"
        )


def answer_out(row: Answer) -> dict[str, Any]:
    """An answer as clients get it."""
    return {
        "question": row.question.code,
        "value": row.value,
        "version": row.version,
        "by": row.answered_by_name,
        "at": row.answered_at,
    }
