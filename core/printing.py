"""What is printed: a Typst template from `templates/print/` and data in, a PDF out.

Templates read their data from `sys.inputs.data` (JSON) through `page.typ`, which also sets what all prints share. Nothing
that people wrote is ever read as markup: data are values. Fonts are the wheel's own (Libertinus Serif, DejaVu Sans Mono),
so that a print looks the same on every machine; charts are handed over as SVG text, with these fonts named in them.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

FOLDER = settings.BASE_DIR / "templates" / "print"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def to_pdf(template: str, data: Mapping[str, Any], *, language: str, at: datetime) -> bytes:
    """Set `data` in the print `template` (such as `patrol_order.typ`): a tagged PDF (PDF/UA-1) that readers can read out.

    `language` is a code of ours, such as `sr-latn`; `at` (aware) is the moment that the file says it was made. Some tens
    of milliseconds; more for long tables. Raises `typst.TypstError` for a faulty template, never for what people wrote.
    """
    return bytes(_compiled(template, data, language=language, at=at, form="pdf")[0])


def to_pictures(template: str, data: Mapping[str, Any], *, language: str, at: datetime) -> list[bytes]:
    """The same pages as PNG, 144 dots an inch: for whoever wants to look at them without a reader of PDF."""
    return _compiled(template, data, language=language, at=at, form="png")


def _compiled(template: str, data: Mapping[str, Any], *, language: str, at: datetime, form: Any) -> list[bytes]:
    written = json.dumps({**data, "language": language}, cls=DjangoJSONEncoder, ensure_ascii=False)
    made = typst.Compiler(
        FOLDER / template, root=FOLDER, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"data": written}
    ).compile(format=form, timestamp=int(at.timestamp()), pdf_standards=["ua-1"] if form == "pdf" else [])
    if made is None:
        return []
    return made if isinstance(made, list) else [made]
