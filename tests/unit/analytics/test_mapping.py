"""A mapping is read strictly: what it says wrong is named."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.imports.errors import ImportFailed
from analytics.imports.fields import read_duration, read_number
from analytics.imports.formats import parser
from analytics.imports.load import copy_line
from analytics.imports.mapping import columns_of, position_in
from analytics.imports.parse import read_mapping

ROOT = Path(__file__).parents[3]
LEAST = '[time]\nzone = "UTC"\n[call]\nkey = "id"\nreceived = "at"\n'


def refusal(source: str) -> str:
    with pytest.raises(ImportFailed) as refused:
        read_mapping(source)
    return str(refused.value.message)


def test_the_least_mapping():
    mapping = read_mapping(LEAST)
    assert (mapping.assignments, mapping.priority, mapping.location) == ((), None, None)
    assert columns_of(mapping) == ["id", "at"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("[call", "not valid TOML"),
        ("", "call: the table [call] is missing"),
        ("[call]\nkey = 'id'", "call: `received` is missing"),
        ("[call]\nkey = 'id'\nreceived = 'at'", "call.received: a zone is needed"),
        (LEAST + "recieved = 'x'", "call: unknown key `recieved`; did you mean `received`?"),
        (LEAST + "[asignment]\n", "the top level: unknown key `asignment`; did you mean `assignment`?"),
        (LEAST + "[assignment]\nunit = 'u'", "assignment: unknown key `unit`"),
        (LEAST + "[[assignment]]\n[[assignment]]\nsplit = ';'", "assignment[2].split: must be a text, and needs"),
        (LEAST + "[priority]\nfirst = 'p'", "priority: `final` is missing"),
        (LEAST + "[priority]\nfinal = 'p'\nvalues = { A = 'x' }", "priority.values.A: must be a whole number"),
        (LEAST + "[location]\nlon = 'x'", "location: give either `text`, or both"),
        (LEAST + "[location]\ntext = 'x'\norder = 'xy'", "location.order: must be one of lat_lon, lon_lat"),
        (LEAST + "[file]\ndelimiter = ',,'", "file.delimiter: must be one character"),
        (LEAST + "[file]\nencoding = 'utf-9'", "there is no encoding `utf-9`"),
        (LEAST + "on_view = 'Y'", "call.on_view: must be a table such as"),
        (LEAST + "on_view = { column = 'x' }", "call.on_view: needs exactly one of `equals`"),
        (LEAST + "on_view = { column = 'x', matches = '(' }", "call.on_view.matches: is not a pattern"),
        (LEAST + "type = { column = 'x', columns = ['y'] }", "call.type: needs exactly one of `column`"),
        (LEAST + "closed = { base = 'received' }", "call.closed: `base` needs one of"),
        (
            LEAST + "closed = { base = 'ended', add_minutes = 'm' }",
            "refers to `ended`, which the mapping does not give",
        ),
        (
            LEAST.replace("received = 'at'", "") + "created = { base = 'closed', add_minutes = 'm' }\n"
            "closed = { base = 'created', add_minutes = 'm' }",
            "refers back to itself",
        ),
        (LEAST.replace("UTC", "Europe/Beograd"), "there is no time zone `Europe/Beograd`"),
        (LEAST.replace("[call]", "formats = ['dd.mm.yyyy']\n[call]"), "`dd.mm.yyyy` is neither a strptime format nor"),
        (LEAST.replace("[call]", "not_before = '2000'\n[call]"), "time.not_before: must be a date"),
        (LEAST.replace("[call]", "not_before = 2000-01-01T00:00:00\n[call]"), "time.not_before: must be a date"),
        (LEAST.replace("[call]", "formats = [1]\n[call]"), "time.formats: must be a list of formats"),
        (LEAST.replace("[call]", "formats = []\n[call]"), "time.formats: must be a list of formats"),
        (LEAST.replace("[call]", "formats = ['%Q']\n[call]"), "time.formats: `%Q` is not a format"),
        (LEAST.replace("[call]", "formats = ['%d.%m.%Y %I:%M']\n[call]"), "%I (hours to 12) and %p (AM, PM) need"),
        (LEAST.replace("[call]", "formats = ['%d.%m.%Y %H:%M %p']\n[call]"), "%I (hours to 12) and %p (AM, PM) need"),
        (LEAST + '[file]\ndelimiter = "\\n"', "file.delimiter: must be one character"),
        (LEAST + "[file]\nquote = ','", "file.quote: must be neither the delimiter"),
    ],
)
def test_what_a_mapping_says_wrong_is_named(source, message):
    assert message in refusal(source)


def test_a_column_that_is_not_there_is_named_with_the_nearest_one():
    position = position_in(["Call No", "Received"])
    assert position("call no") == 0
    with pytest.raises(ImportFailed) as refused:
        position("Recieved")
    assert "Did you mean `Received`?" in str(refused.value.message)


@pytest.mark.parametrize("path", sorted((ROOT / "analytics" / "mappings").glob("*.toml")), ids=lambda path: path.name)
def test_shipped_mappings_are_right(path):
    assert read_mapping(path.read_text())


def documented() -> list[str]:
    text = (ROOT / "docs" / "mapping.md").read_text()
    return re.findall(r"```toml\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("block", documented())
def test_every_mapping_in_the_documentation_is_right(block):
    if "[call]" not in block:
        block += '\n[call]\nkey = "id"\nreceived = "at"\n'
    if "[time]" not in block:
        block += '\n[time]\nzone = "UTC"\n'
    assert read_mapping(block)


def test_every_key_is_in_the_documentation():
    from analytics.imports import mapping, parse  # noqa: PLC0415 - its names are what is tested

    text = (ROOT / "docs" / "mapping.md").read_text()
    source = Path(parse.__file__).read_text()
    keys = set(re.findall(r'_check\(\s*\w+, "?\w+"?, \(([^)]*)\)', source))
    names = {name for key in keys for name in re.findall(r'"(\w+)"', key)}
    names |= {*mapping.CALL_TIMES, *mapping.UNIT_TIMES, *mapping.CALL_TEXTS, *mapping.BROKEN_OFF}
    assert len(names) > 30
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:12:31", 751),
        ("12:31", 751),
        ("1.02:03:04", 93784),
        ("1 day, 2:03:04", 93784),
        ("-0:00:05", -5),
        ("0:05.5", 5.5),
        ("5", None),
        ("a:b", None),
    ],
)
def test_durations(text, seconds):
    assert read_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("-3", -3),
        ("nan", None),
        ("inf", None),
        ("x", None),
    ],
)
def test_numbers(text, number):
    assert read_number(text) == number


FORMATS = ["%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y. %H:%M", "%Y%m%d%H%M%S", "%Y %b %d %H:%M:%S%z"]
texts = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).flatmap(  # noqa: DTZ001
    lambda at: st.sampled_from([f"{at:{form}}" for form in FORMATS] + [f"{at.month}/{at.day}/{at.year} 1:02:03 pm"])
)


@given(texts | st.text("0123456789 :./apm-", max_size=22), st.sampled_from(FORMATS))
def test_compiled_formats_read_as_strptime_does(text, form):
    def read(parse):
        try:
            return parse()
        except ValueError:
            return None

    assert read(lambda: parser(form)(text)) == read(lambda: datetime.strptime(text, form))  # noqa: DTZ007


def test_copy_lines_escape_what_copy_would_misread():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    values = (1, None, "a\tb\\c\nd\re", at, True, 1.5)
    assert copy_line(values) == "1\t\\N\ta\\tb\\\\c\\nd\\re\t2026-01-01T00:00:00+00:00\tTrue\t1.5\n"
