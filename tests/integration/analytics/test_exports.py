"""Reports as files: in every language, with real dates and numbers, for those who may, with an audit row."""

import csv
import io
import json
import re
import zlib
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest

from analytics import exports, selectors, services
from analytics.models import Report
from core.access import Viewer
from core.models import AuditEntry
from core.rules import Role
from tests import factories
from tests.conftest import person
from tests.integration.analytics.conftest import CALL

pytestmark = pytest.mark.django_db

LANGUAGES = ("sr", "sr-latn", "sl", "en")


@pytest.fixture
def commander(directorate):
    return person(Role.SHIFT_COMMANDER, directorate)


@pytest.fixture
def client(client_of, commander):
    return client_of(commander)


def done(sign, dispatched, on_scene):
    return (sign, "cleared", {"dispatched": dispatched, "en_route": dispatched + 5, "on_scene": on_scene})


@pytest.fixture
def report(tell, directorate, commander):
    """A report with something in every part: groups, targets, a comparison, a map, a trend, the worst cases."""
    factories.TargetFactory(organisation=directorate, priority=2, seconds=600, valid_from=date(2026, 1, 1))
    for day in range(4):
        for index in range(6):
            at = CALL - timedelta(days=day, minutes=index)
            tell.incident(done("А-1", 10, 100 + 97 * index + 20 * day), received=at, place="=1+1")
    tell.incident(("B", "refused", {"dispatched": 20}))
    question = selectors.Question(
        directorate.pk,
        since=date(2026, 5, 31),
        until=date(2026, 6, 1),
        by="type",
        other_since=date(2026, 5, 29),
        other_until=date(2026, 5, 30),
    )
    made = services.request_report(question=question, by=Viewer.of(commander), enqueue=lambda _pk: None)
    services.run_report(report_id=made.pk)
    made.refresh_from_db()
    return made


def fetch(client, report, form, language="en"):
    answer = client.get(f"/api/v1/reports/{report.pk}/export/", {"form": form, "language": language})
    assert answer.status_code == 200, answer.content
    return answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_made_in_every_language_and_says_which(client, report, language):
    answer = fetch(client, report, "pdf", language)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Language"] == language
    assert f"/Lang({language.partition('-')[0]})".encode() in _inflated(answer.content).replace(b" ", b"")


def _inflated(pdf: bytes) -> bytes:
    """A PDF with its streams opened, as far as they are deflated."""
    found = [pdf]
    for match in re.finditer(rb"stream\r?\n", pdf):
        try:
            found.append(zlib.decompressobj().decompress(pdf[match.end() :]))
        except zlib.error:
            continue
    return b"".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_real_dates_numbers_and_durations(client, report, language):
    book = openpyxl.load_workbook(io.BytesIO(fetch(client, report, "xlsx", language).content))
    cells = {sheet.title: list(sheet.iter_rows()) for sheet in book}
    values = [cell for rows in cells.values() for row in rows[1:] for cell in row if cell.value is not None]
    kinds = {type(cell.value) for cell in values}
    assert {datetime, int, str} <= kinds
    durations = [cell.value for cell in values if cell.number_format == "[h]:mm:ss"]
    expected = report.result["measures"]["response"]["p50_s"]
    assert any(one == timedelta(seconds=expected) for one in durations)


def test_what_people_wrote_is_never_a_formula(client, report):
    book = openpyxl.load_workbook(io.BytesIO(fetch(client, report, "xlsx").content))
    written = [cell for sheet in book for row in sheet.iter_rows() for cell in row if "=1+1" in str(cell.value)]
    assert written
    assert {cell.data_type for cell in written} == {"s"}
    rows = csv.reader(io.StringIO(fetch(client, report, "csv").content.decode("utf-8-sig")))
    assert {row[4] for row in rows if "1+1" in row[4]} == {"'=1+1"}


def test_the_time_of_a_call_stands_on_the_local_clock(client, report):
    book = openpyxl.load_workbook(io.BytesIO(fetch(client, report, "xlsx").content))
    moments = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.is_date}
    assert datetime(2026, 6, 1, 9, 57) in moments  # noqa: DTZ001 - workbooks know no zones


def test_csv_has_a_line_a_figure_and_the_same_numbers(client, report):
    text = fetch(client, report, "csv", "sr").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    waited = [row for row in rows if row["table"] == "measures" and row["kind"] == "seconds"]
    assert float(waited[0]["value"]) == report.result["measures"]["response"]["p50_s"]
    assert {"quality", "population", "comparison", "by_type", "trend", "map", "worst"} <= {row["table"] for row in rows}


def test_json_is_the_result_with_what_was_asked(client, report):
    found = json.loads(fetch(client, report, "json").content)
    assert found["result"] == report.result
    assert (found["parameters"], found["data_fingerprint"]) == (report.parameters, report.data_fingerprint)


def test_an_export_leaves_an_audit_row_with_form_and_language(client, report, commander):
    fetch(client, report, "pdf", "sl")
    row = AuditEntry.objects.get(action="report.exported")
    assert (row.actor_id, row.organisation_id) == (commander.pk, report.organisation_id)
    assert (row.detail["form"], row.detail["language"]) == ("pdf", "sl")


def test_a_report_that_is_not_done_is_not_exported(client, report):
    Report.objects.filter(pk=report.pk).update(state="running")
    answer = client.get(f"/api/v1/reports/{report.pk}/export/")
    assert (answer.status_code, answer.json()["code"]) == (409, "report_unfinished")


@pytest.mark.parametrize("asked", [{"form": "exe"}, {"language": "xx"}])
def test_an_unknown_form_or_language_is_refused(client, report, asked):
    assert client.get(f"/api/v1/reports/{report.pk}/export/", asked).status_code == 400


def test_an_empty_report_is_exported_too(client, directorate, commander):
    made = services.request_report(
        question=selectors.Question(directorate.pk, by="priority"), by=Viewer.of(commander), enqueue=lambda _pk: None
    )
    services.run_report(report_id=made.pk)
    for form in exports.FORMS:
        assert fetch(client, made, form).content


def test_the_name_of_the_file_is_plain(report):
    assert exports.file_name(report, "pdf") == f"response-times-NS-2026-05-31-2026-06-01-{report.pk}.pdf"


def test_times_are_told_in_the_clock_of_the_organisation_in_utc_storage(report):
    assert datetime.fromisoformat(report.result["period"]["from_utc"]) == datetime(2026, 5, 30, 22, tzinfo=UTC)


def test_groups_within_groups_stand_in_the_files_and_few_cases_show_their_number_alone(
    tell, directorate, commander, client
):
    for index in range(4):
        tell.incident(done("А-1", 10, 100 + index), received=CALL)
    question = selectors.Question(directorate.pk, by="priority", then="hour", min_cases=4)
    made = services.request_report(question=question, by=Viewer.of(commander), enqueue=lambda _pk: None)
    tell.incident(done("А-1", 10, 500), received=CALL + timedelta(hours=1))
    services.run_report(report_id=made.pk)
    made.refresh_from_db()
    table = next(one for one in exports.tables.tables(made.result) if one.key == "by_priority")
    assert [row[2] for row in table.rows] == [4, 1]
    assert [row[3] is None for row in table.rows] == [False, True]
    assert len(table.columns) == len(table.rows[0])
    book = openpyxl.load_workbook(io.BytesIO(fetch(client, made, "xlsx").content))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert table.columns[1].title in cells
    assert fetch(client, made, "pdf").content.startswith(b"%PDF-")
