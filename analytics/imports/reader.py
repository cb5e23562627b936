"""From a file to rows: gzip as it is, any delimiter and encoding, JSON lines; each row with the line where it starts."""

import codecs
import csv
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from analytics.imports.errors import ImportFailed, RowRejected
from analytics.imports.mapping import FileShape

GZIP_MAGIC = b"\x1f\x8b"
MAX_PLACE_DIGITS = 7
csv.field_size_limit(1 << 20)


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An open feed: its header, its rows as (line, values), and how many of its bytes were read so far.

    A row that cannot be read as values at all comes as the reason why.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str] | RowRejected]]
    bytes_read: Callable[[], int]
    size: int


@contextmanager
def open_feed(path: Path, shape: FileShape, needed: list[str]) -> Iterator[OpenFile]:
    """Open a feed. Raises ImportFailed for whatever makes the file unusable, also while its rows are read.

    `needed` are the columns of the mapping; JSON lines have no header, and are read as exactly these.
    """
    try:
        with path.open("rb") as raw:
            text = _decoded(raw, shape)
            if shape.format == "jsonl":
                header, rows = needed, _json_rows(text, shape, needed)
            else:
                header, rows = _csv_rows(text, shape)
            yield OpenFile(header, _guarded(rows), raw.tell, path.stat().st_size)
    except OSError as error:
        raise ImportFailed(f"The file cannot be read: {error}.") from error


def digest(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    try:
        with path.open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError as error:
        raise ImportFailed(f"The file cannot be read: {error}.") from error


def _decoded(raw: BinaryIO, shape: FileShape) -> io.TextIOWrapper:
    packed = raw.read(2) == GZIP_MAGIC
    raw.seek(0)
    stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
    return io.TextIOWrapper(stream, encoding=shape.encoding, errors="strict", newline="")


def _lines_of(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines without a byte-order mark before the first; one of UTF-8 is skipped in an encoding of single bytes, too."""
    as_bytes = codecs.BOM_UTF8.decode(text.encoding, "ignore")
    for first in text:
        bare = first.removeprefix("\ufeff")
        yield bare.removeprefix(as_bytes) if len(as_bytes) == len(codecs.BOM_UTF8) else bare
        break
    yield from text


def _guarded[T](rows: Iterator[T]) -> Iterator[T]:
    """Turn every way in which a file can be broken into ImportFailed."""
    try:
        yield from rows
    except UnicodeDecodeError as error:
        bad = error.object[error.start : error.start + 1].hex()
        raise ImportFailed(
            f"The file is not {error.encoding}: byte 0x{bad} cannot be read. Set `encoding` in [file]."
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportFailed(f"The gzip file is truncated or damaged: {error}.") from error
    except csv.Error as error:
        raise ImportFailed(
            f"The file cannot be read as CSV: {error}. Check `delimiter` and `quote` in [file]."
        ) from error
    except OSError as error:
        raise ImportFailed(f"The file cannot be read: {error}.") from error


def _csv_rows(text: io.TextIOWrapper, shape: FileShape) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    lines = _Lines(_guarded(_lines_of(text)))
    for _ in range(shape.skip_lines):
        next(lines, None)
    reader = csv.reader(
        lines,
        delimiter=shape.delimiter,
        quotechar=shape.quote or None,
        quoting=csv.QUOTE_MINIMAL if shape.quote else csv.QUOTE_NONE,
        escapechar=shape.escape or None,
    )
    if shape.columns:
        return list(shape.columns), _numbered(reader, lines, shape.skip_lines)
    try:
        header = [name.strip() for name in next(reader)]
    except StopIteration as error:
        raise ImportFailed("The file is empty: it has no header.") from error
    except csv.Error as error:
        raise ImportFailed(f"The header cannot be read: {error}.") from error
    return header, _numbered(reader, lines, shape.skip_lines)


class _Lines(Iterator[str]):
    """Lines of a file, and whether there are no more."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.are_over = False

    def __next__(self) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            self.are_over = True
            raise


def _numbered(reader: Any, lines: _Lines, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line where it starts; lines that are wholly empty are no rows.

    Raises ImportFailed where the file ends within quotation marks: the row would have swallowed all that follow it.
    """
    start = reader.line_num + 1
    for row in reader:
        if lines.are_over:
            raise ImportFailed(
                f"The file ends within a quotation mark; the row that starts at line {start + skipped} never closes it."
                " Check `quote` in [file], and whether the file is whole."
            )
        if row:
            yield start + skipped, row
        start = reader.line_num + 1


def _json_rows(
    text: io.TextIOWrapper, shape: FileShape, needed: list[str]
) -> Iterator[tuple[int, list[str] | RowRejected]]:
    """Objects, one a line; `a.b` names the key b inside a, `a.0` the first item of the list a."""
    for number, line in enumerate(_lines_of(text), start=1):
        if number <= shape.skip_lines or not line.strip():
            continue
        try:
            found = json.loads(line)
        except json.JSONDecodeError as error:
            where = f"{error.msg}, character {error.pos + 1}"
            yield number, RowRejected("no_json_object", f"not JSON ({where}): {_shown(line)}")
        except (ValueError, RecursionError):  # a number of thousands of digits, lists within lists without end
            yield number, RowRejected("no_json_object", f"not JSON that can be read: {_shown(line)}")
        else:
            if isinstance(found, dict):
                yield number, [_reach(found, name) for name in needed]
            else:
                yield number, RowRejected("no_json_object", f"{_JSON_KINDS[type(found)]}: {_shown(line)}")


def _shown(line: str) -> str:
    """The beginning of a line as a rejection shows it: without what a database or a terminal takes amiss."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line.strip()[:80])


_JSON_KINDS = {
    list: "a list",
    str: "a text",
    bool: "true or false",
    type(None): "null",
    int: "a number",
    float: "a number",
}


def _reach(value: Any, name: str) -> str:
    if isinstance(value, dict) and name in value:
        value = value[name]
    else:
        for part in name.split("."):
            value = _inside(value, part)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()  # half a surrogate pair
    return json.dumps(value, ensure_ascii=False)


def _inside(value: Any, part: str) -> Any:
    """What stands in an object under a key, or in a list at a place counted from 0; None where nothing does."""
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and part.isdecimal() and len(part) < MAX_PLACE_DIGITS and int(part) < len(value):
        return value[int(part)]
    return None
