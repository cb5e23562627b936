"""`manage.py import_calls FILE --mapping MAPPING.toml --organisation CODE`: load historical calls for service."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics import services
from core.access import Viewer
from core.errors import DomainError
from core.models import Organisation


class Command(BaseCommand):
    """Load a file of another system's history. `docs/mapping.md` tells how to write the mapping."""

    help = "Load historical calls for service as a mapping (docs/mapping.md) says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or JSON lines, gzipped or not")
        parser.add_argument("--mapping", type=Path, required=True, help="what tells the shape of the file (TOML)")
        parser.add_argument(
            "--organisation", required=True, help="code of the organisational unit that the calls are of"
        )
        parser.add_argument("--json", action="store_true", help="print the account of rows as JSON")
        parser.add_argument("--rejected", type=Path, help="write all rejected rows to this CSV: line, reason, detail")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        started = time.monotonic()
        try:
            summary = services.import_calls(
                path=options["file"],
                mapping_source=_read_text(options["mapping"]),
                organisation=_organisation(options["organisation"]),
                by=Viewer.system("import_calls"),
                rejected_path=options["rejected"],
                progress=_progress,
            )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        seconds = time.monotonic() - started
        summary |= {"seconds": round(seconds, 3), "rows_per_s": round(summary["rows"] / max(seconds, 1e-9))}
        self.stdout.write(json.dumps(summary, ensure_ascii=False, indent=2) if options["json"] else _told(summary))


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The mapping cannot be read: {error}") from error


def _organisation(code: str) -> Organisation:
    found: Organisation | None = Organisation.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Organisation.objects.order_by("code").values_list("code", flat=True)[:60])
        raise CommandError(f"There is no organisational unit {code}. Known codes: {known or 'none yet'}.")
    return found


def _progress(rows: int, share: float) -> None:
    end = "\n" if share >= 1 else "\r"
    if share >= 1 or sys.stderr.isatty():
        print(f"{rows:>12,} rows read, {share:4.0%}", end=end, file=sys.stderr, flush=True)


def _told(summary: dict[str, Any]) -> str:
    lines = [
        f"rows            {summary['rows']:>10,}",
        f"  imported      {summary['imported']:>10,}",
        f"  merged        {summary['merged']:>10,}   of them already present {summary['already_present']:,}",
        f"  rejected      {summary['rejected']:>10,}",
        f"calls added     {summary['incidents']:>10,}",
        f"assignments     {summary['assignments']:>10,}   of {summary['units']:,} units",
        f"speed           {summary['rows_per_s']:>10,} rows/s",
    ]
    lines += [f"rejected for {reason}: {count:,}" for reason, count in summary["reasons"].items()]
    lines += [f"  line {row['line']}: {row['reason']} {row['detail']}" for row in summary["rejected_rows"][:20]]
    if summary["rejected"] > 20:  # noqa: PLR2004
        lines.append("  … all of them: --rejected FILE.csv")
    lines += [f"noted {note}: {count:,}" for note, count in summary["notes"].items()]
    return "\n".join(lines)
