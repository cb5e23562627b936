"""A finished report as a file: PDF, workbook, CSV, JSON; in every language."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from analytics.exports.comma import to_csv
from analytics.exports.paper import to_pdf
from analytics.exports.workbook import to_xlsx
from analytics.models import Report


@dataclass(frozen=True, slots=True)
class Form:
    """A form that reports are exported in."""

    content_type: str
    make: Callable[[Report], bytes]


def to_json(report: Report) -> bytes:
    """The result as it was computed, with what was asked and by which code."""
    body = {
        "report": report.pk,
        "parameters": report.parameters,
        "code_version": report.code_version,
        "data_fingerprint": report.data_fingerprint,
        "result": report.result,
    }
    return json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


FORMS: dict[str, Form] = {
    "pdf": Form("application/pdf", to_pdf),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
    "csv": Form("text/csv; charset=utf-8", to_csv),
    "json": Form("application/json", to_json),
}


def export(report: Report, form: str, language: str) -> bytes:
    """The file. Raises KeyError for a form that there is not."""
    with translation.override(language):
        return FORMS[form].make(report)


def file_name(report: Report, form: str) -> str:
    """What the file is called: plain letters, the period in it."""
    given = report.parameters
    words = [report.organisation.code, given.get("from"), given.get("to"), given.get("shift"), str(report.pk)]
    plain = re.sub(r"[^A-Za-z0-9-]+", "", "_".join(dict.fromkeys(filter(None, words))).replace("_", "-"))
    return f"response-times-{plain}.{form}"
