"""The import of history."""

from contextlib import ExitStack
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Value, When

from analytics.imports.errors import ImportFailed
from analytics.imports.load import Progress, Rejections, load_feed
from analytics.imports.parse import read_mapping
from analytics.imports.reader import digest
from core.access import Viewer
from core.change import Change, change
from core.models import Board, Organisation
from core.rules import Permission
from incidents.models import ImportBatch


def import_calls(
    *,
    path: Path,
    mapping_source: str,
    organisation: Organisation,
    by: Viewer,
    rejected_path: Path | None = None,
    progress: Progress = lambda _rows, _share: None,
) -> dict[str, Any]:
    """Load a file of historical calls for service as the mapping says, and return the account of its rows.

    All or nothing: one transaction, one import at a time an organisation. Raises ImportFailed when the file or the
    mapping cannot be used; a row that cannot be used is rejected with its line and reason, and the rest stands.
    """
    by.require(Permission.IMPORT_RUN, organisation.pk)
    mapping = read_mapping(mapping_source)
    rejections = Rejections(rejected_path)
    with ExitStack() as stack, change(by=by) as c:
        if rejected_path is not None:
            rejections.write_to(stack.enter_context(_writable(rejected_path)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import_calls'), %s)", [organisation.pk])
        batch = ImportBatch.objects.create(
            organisation=organisation,
            file_name=path.name[:200],
            sha256=digest(path),
            mapping=mapping_source,
            started_at=c.now,
        )
        loaded = load_feed(
            path,
            mapping,
            organisation_id=organisation.pk,
            board_id=_any_board(organisation),
            batch_id=batch.pk,
            now=c.now,
            rejections=rejections,
            progress=progress,
        )
        summary = _summary(loaded.rows, loaded.counts, loaded.notes, rejections)
        _finish(c, batch, summary)
    return summary | {
        "file": path.name,
        "batch": batch.pk,
        "rejected_rows": sorted(rejections.listed, key=itemgetter("line")),
    }


def _summary(rows: int, counts: dict[str, int], notes: dict[str, int], rejections: Rejections) -> dict[str, Any]:
    several = counts.pop("calls_with_several_received_times")
    if several:
        notes = notes | {"calls_with_several_received_times": several}
    summary: dict[str, Any] = {
        "rows": rows,
        "imported": counts["imported"],
        "merged": counts["merged"],
        "rejected": rejections.count,
        "already_present": counts["already_present"],
        "incidents": counts["incidents"],
        "assignments": counts["assignments"],
        "units": counts["units"],
        "calls_in_file": counts["calls_in_file"],
        "reasons": dict(rejections.reasons),
        "notes": notes,
    }
    if summary["imported"] + summary["merged"] + summary["rejected"] != rows:
        raise ImportFailed(f"The account of rows does not add up; nothing was imported: {summary}", code="account")
    return summary


def _finish(c: Change, batch: ImportBatch, summary: dict[str, Any]) -> None:
    batch.summary = summary
    batch.finished_at = c.now
    batch.save(update_fields=["summary", "finished_at"])
    c.audit("calls.imported", batch, organisation=batch.organisation_id, detail=summary | {"file": batch.file_name})


def _any_board(organisation: Organisation) -> int:
    """An operations centre for units that never show on one: of the node, of a node above it, or any at all."""
    path = Organisation.objects.with_tree_fields().get(pk=organisation.pk).tree_path
    nearest = Case(
        *(When(organisation_id=node, then=Value(step)) for step, node in enumerate(path)),
        default=Value(-1),
        output_field=IntegerField(),
    )
    board = Board.objects.annotate(nearest=nearest).order_by("-nearest", "pk").values_list("pk", flat=True).first()
    if board is None:
        raise ImportFailed("There is no operations centre (board) yet; add one in the administration first.")
    return board


def _writable(path: Path) -> Any:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise ImportFailed(f"The file for rejected rows cannot be written: {error}.") from error
