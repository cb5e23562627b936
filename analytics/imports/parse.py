"""From the TOML of a mapping to `Mapping`, strictly: whatever it says wrong is named, with the nearest right word."""

import re
import tomllib
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from analytics.imports.errors import ImportFailed
from analytics.imports.fields import Condition, Text
from analytics.imports.mapping import (
    BROKEN_OFF,
    CALL_TEXTS,
    CALL_TIMES,
    MAX_PRIORITY,
    UNIT_TIMES,
    UNKNOWN_PRIORITY,
    AssignmentShape,
    FileShape,
    Location,
    Mapping,
    Priority,
)
from analytics.imports.times import Ambiguous, Nonexistent, Reading, Step, Time

type Table = dict[str, Any]


def read_mapping(source: str) -> Mapping:
    """Read and check a mapping. Raises ImportFailed that names the key and, where it can, the remedy."""
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise ImportFailed(f"The mapping is not valid TOML: {error}") from error
    return _Reader(table, source).read()


def _fail(path: str, problem: str) -> ImportFailed:
    return ImportFailed(f"Mapping, {path}: {problem}", field=path)


class _Reader:
    """Walks the tables of one mapping; `self.empty` and `self.reading` are what all fields inherit."""

    def __init__(self, table: Table, source: str) -> None:
        self.table = table
        self.source = source
        self.empty: frozenset[str] = frozenset({""})
        self.reading = Reading(formats=("iso",), zone=None)
        self.decimal = ""

    def read(self) -> Mapping:
        allowed = ("file", "rows", "time", "call", "assignment", "priority", "location")
        self._check(self.table, "the top level", allowed)
        file = self._file(self._section("file", optional=True))
        self.reading = self._reading(self._section("time", optional=True), "time", self.reading)
        call = self._section("call")
        self._check(call, "call", ("key", *CALL_TIMES, *CALL_TEXTS, "on_view", "cancelled"))
        for required in ("key", "received"):
            if required not in call:
                raise _fail("call", f"`{required}` is missing.")
        times = {name: self._time(call[name], f"call.{name}", name) for name in CALL_TIMES if name in call}
        rows = self._section("rows", optional=True)
        self._check(rows, "rows", ("keep", "skip"))
        mapping = Mapping(
            source=self.source,
            file=file,
            keep=self._conditions(rows, "keep", "rows"),
            skip=self._conditions(rows, "skip", "rows"),
            key=self._text(call["key"], "call.key", join="/"),
            times=times,
            texts={name: self._text(call[name], f"call.{name}") for name in CALL_TEXTS if name in call},
            on_view=self._conditions(call, "on_view", "call"),
            cancelled=self._conditions(call, "cancelled", "call"),
            assignments=self._assignments(),
            priority=self._priority(),
            location=self._location(),
        )
        self._check_bases(mapping)
        return mapping

    # --- tables ---------------------------------------------------------------------------------------------------

    def _section(self, name: str, *, optional: bool = False) -> Table:
        value = self.table.get(name)
        if value is None and optional:
            return {}
        if not isinstance(value, dict):
            raise _fail(name, f"the table [{name}] is missing." if value is None else "must be a table.")
        return value

    def _check(self, table: Table, path: str, allowed: tuple[str, ...]) -> None:
        for key in table:
            if key not in allowed:
                near = get_close_matches(key, allowed, n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"allowed are {', '.join(allowed)}."
                raise _fail(path, f"unknown key `{key}`; {hint}")

    _FILE = (
        "format",
        "encoding",
        "delimiter",
        "quote",
        "escape",
        "skip_lines",
        "columns",
        "empty",
        "short_rows",
        "decimal",
    )

    def _file(self, table: Table) -> FileShape:
        self._check(table, "file", self._FILE)
        self.empty = frozenset({"", *self._empties(table, "file")})
        delimiter = {"tab": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}.get(
            table.get("delimiter", ","), table.get("delimiter", ",")
        )
        if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in "\r\n":
            raise _fail("file.delimiter", "must be one character, or tab, semicolon, comma, pipe.")
        for key in ("quote", "escape"):
            if not isinstance(table.get(key, ""), str) or len(table.get(key, "")) > 1:
                raise _fail(f"file.{key}", "must be one character, or empty for none.")
            if table.get(key, "") in (delimiter, "\r", "\n"):
                raise _fail(f"file.{key}", "must be neither the delimiter nor the end of a line.")
        self.decimal = self._choice(table, "decimal", "file", ("", ".", ","))
        encoding = self._word(table, "encoding", "file", "utf-8")
        try:
            "".encode(encoding)
        except LookupError as error:
            raise _fail("file.encoding", f"there is no encoding `{encoding}`.") from error
        skip = table.get("skip_lines", 0)
        if not isinstance(skip, int) or skip < 0:
            raise _fail("file.skip_lines", "must be a number of lines, 0 or more.")
        return FileShape(
            format=self._choice(table, "format", "file", ("csv", "jsonl")),
            encoding=encoding,
            delimiter=delimiter,
            quote=table.get("quote", '"'),
            escape=table.get("escape", ""),
            skip_lines=skip,
            columns=self._names(table.get("columns", []), "file.columns") if "columns" in table else (),
            short_rows=self._choice(table, "short_rows", "file", ("reject", "fill")),
            decimal=self.decimal,  # type: ignore[arg-type]
        )

    def _assignments(self) -> tuple[AssignmentShape, ...]:
        value = self.table.get("assignment", [])
        tables = value if isinstance(value, list) else [value]
        paths = ["assignment"] if isinstance(value, dict) else [f"assignment[{n}]" for n in range(1, len(tables) + 1)]
        return tuple(self._assignment(table, path) for table, path in zip(tables, paths, strict=True))

    def _assignment(self, table: Table, path: str) -> AssignmentShape:
        if not isinstance(table, dict):
            raise _fail(path, "must be a table.")
        self._check(
            table, path, ("when", "key", "call_sign", "split", "times_of", "repeated", *UNIT_TIMES, *BROKEN_OFF)
        )
        split = table.get("split", "")
        if not isinstance(split, str) or (split and "call_sign" not in table):
            raise _fail(f"{path}.split", "must be a text, and needs `call_sign`.")
        return AssignmentShape(
            times={name: self._time(table[name], f"{path}.{name}", name) for name in UNIT_TIMES if name in table},
            broken_off={name: self._conditions(table, name, path) for name in BROKEN_OFF if name in table},
            when=self._conditions(table, "when", path),
            key=self._text(table["key"], f"{path}.key", join="/") if "key" in table else None,
            call_sign=self._text(table["call_sign"], f"{path}.call_sign") if "call_sign" in table else None,
            split=split,
            times_of=self._choice(table, "times_of", path, ("first", "all")),
            repeated=self._choice(table, "repeated", path, ("separate", "merge")),
        )

    def _priority(self) -> Priority | None:
        if "priority" not in self.table:
            return None
        table = self._section("priority")
        self._check(table, "priority", ("final", "first", "values", "unknown", "most_urgent"))
        if "final" not in table:
            raise _fail("priority", "`final` is missing.")
        values = table.get("values", {})
        if not isinstance(values, dict):
            raise _fail("priority.values", "must be a table of value = number.")
        urgent = self._choice(table, "most_urgent", "priority", ("lowest", "highest"))
        unknown = table.get("unknown", UNKNOWN_PRIORITY[urgent])
        for key, number in [*values.items(), ("unknown", unknown)]:
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MAX_PRIORITY:
                raise _fail(f"priority.values.{key}", f"must be a whole number from 0 to {MAX_PRIORITY}.")
        return Priority(
            final=self._text(table["final"], "priority.final"),
            first=self._text(table["first"], "priority.first") if "first" in table else None,
            values={key.strip().casefold(): number for key, number in values.items()},
            unknown=unknown,
            urgent_is_low=urgent == "lowest",
        )

    def _location(self) -> Location | None:
        if "location" not in self.table:
            return None
        table = self._section("location")
        self._check(table, "location", ("lon", "lat", "text", "order", "epsg"))
        if ("text" in table) == ("lon" in table or "lat" in table) or ("lon" in table) != ("lat" in table):
            raise _fail("location", "give either `text`, or both `lon` and `lat`.")
        epsg = table.get("epsg", 4326)
        if not isinstance(epsg, int) or epsg <= 0:
            raise _fail("location.epsg", "must be the number of a reference system, such as 4326.")
        return Location(
            lon=self._text(table["lon"], "location.lon") if "lon" in table else None,
            lat=self._text(table["lat"], "location.lat") if "lat" in table else None,
            text=self._text(table["text"], "location.text") if "text" in table else None,
            order=self._choice(table, "order", "location", ("lat_lon", "lon_lat")),
            epsg=epsg,
        )

    # --- values ---------------------------------------------------------------------------------------------------

    _TEXT = ("column", "columns", "join", "first_of", "value", "extract", "map", "default", "empty")

    def _text(self, value: Any, path: str, *, join: str = " ", extra: tuple[str, ...] = ()) -> Text:
        if isinstance(value, str):
            return Text(columns=(value,), empty=self.empty)
        if isinstance(value, list):
            return Text(columns=self._names(value, path), join=join, empty=self.empty)
        if not isinstance(value, dict):
            raise _fail(path, "must be a column, a list of columns, or a table.")
        self._check(value, path, (*self._TEXT, *extra))
        ways = [key for key in ("column", "columns", "first_of", "value") if key in value]
        if len(ways) != 1:
            raise _fail(path, "needs exactly one of `column`, `columns`, `first_of`, `value`.")
        given = value[ways[0]]
        constant = str(given) if ways[0] == "value" else None
        columns = () if constant is not None else self._names([given] if ways[0] == "column" else given, path)
        mapped = value.get("map", {})
        if not isinstance(mapped, dict):
            raise _fail(f"{path}.map", "must be a table of value = value.")
        return Text(
            columns=columns,
            join=str(value.get("join", join)),
            first_of=ways[0] == "first_of",
            constant=constant,
            extract=self._pattern(value["extract"], f"{path}.extract") if "extract" in value else None,
            map={str(key).strip().casefold(): str(new) for key, new in mapped.items()},
            default=str(value.get("default", "")),
            empty=self.empty | self._empties(value, path),
        )

    def _conditions(self, table: Table, key: str, path: str) -> tuple[Condition, ...]:
        if key not in table:
            return ()
        value, path = table[key], f"{path}.{key}"
        return tuple(self._condition(one, path) for one in (value if isinstance(value, list) else [value]))

    def _condition(self, value: Any, path: str) -> Condition:
        tests = ("equals", "differs", "matches", "present")
        if not isinstance(value, dict):
            raise _fail(path, 'must be a table such as { column = "…", equals = ["…"] }.')
        text = self._text({k: v for k, v in value.items() if k not in tests}, path, extra=tests)
        given = [key for key in tests if key in value]
        if len(given) != 1:
            raise _fail(path, "needs exactly one of `equals`, `differs`, `matches`, `present`.")
        test = value[given[0]]
        match given[0]:
            case "matches":
                return Condition(text, matches=self._pattern(test, f"{path}.matches"))
            case "present":
                if not isinstance(test, bool):
                    raise _fail(f"{path}.present", "must be true or false.")
                return Condition(text, present=test)
            case "equals":
                return Condition(text, equals=self._values(test))
            case _:
                return Condition(text, differs=self._values(test))

    _READING = (
        "formats",
        "zone",
        "unreadable",
        "ambiguous",
        "nonexistent",
        "not_before",
        "not_after",
        "midnight_is_missing",
        "date_only",
    )

    def _reading(self, table: Table, path: str, base: Reading, extra: tuple[str, ...] = ()) -> Reading:
        self._check(table, path, (*self._READING, *extra))
        formats = table.get("formats", list(base.formats))
        if isinstance(formats, str):
            formats = [formats]
        if not isinstance(formats, list) or not formats or not all(isinstance(form, str) for form in formats):
            raise _fail(f"{path}.formats", 'must be a list of formats such as ["%d.%m.%Y %H:%M"].')
        for form in formats:
            if form not in ("iso", "epoch_s", "epoch_ms", "excel") and "%" not in form:
                raise _fail(
                    f"{path}.formats", f"`{form}` is neither a strptime format nor iso, epoch_s, epoch_ms, excel."
                )
            self._check_directives(form, f"{path}.formats")
        for key in ("not_before", "not_after"):
            if not isinstance(table.get(key, date.min), date) or isinstance(table.get(key), datetime):
                raise _fail(f"{path}.{key}", "must be a date such as 2000-01-01, without quotes.")
        for key in ("midnight_is_missing",):
            if not isinstance(table.get(key, False), bool):
                raise _fail(f"{path}.{key}", "must be true or false.")
        return Reading(
            formats=tuple(formats),
            zone=self._zone(table["zone"], f"{path}.zone") if "zone" in table else base.zone,
            ambiguous=cast(
                "Ambiguous", self._choice(table, "ambiguous", path, ("order", "first", "second"), base.ambiguous)
            ),
            nonexistent=cast(
                "Nonexistent", self._choice(table, "nonexistent", path, ("shift", "reject"), base.nonexistent)
            ),
            unreadable=self._choice(table, "unreadable", path, ("reject", "missing"), base.unreadable),
            not_before=table.get("not_before", base.not_before),
            not_after=table.get("not_after", base.not_after),
            midnight_is_missing=table.get("midnight_is_missing", base.midnight_is_missing),
            date_only=self._choice(table, "date_only", path, ("missing", "midnight"), base.date_only),
        )

    def _check_directives(self, form: str, path: str) -> None:
        try:
            datetime.strptime("", form)  # noqa: DTZ007 - only whether the format is one
        except ValueError as error:
            if "does not match" not in str(error):
                raise _fail(path, f"`{form}` is not a format: {error}.") from error
        if ("%I" in form) is not ("%p" in form):  # each alone is read, and half a day wrong
            raise _fail(path, f"`{form}`: %I (hours to 12) and %p (AM, PM) need each other; hours to 23 are %H.")

    def _time(self, value: Any, path: str, name: str) -> Time:
        if isinstance(value, dict) and "base" in value:
            return self._relative(value, path, name)
        extra = (*self._READING, "next_day_after", "when")
        text = self._text(
            {k: v for k, v in value.items() if k not in extra} if isinstance(value, dict) else value, path, extra=extra
        )
        reading, after = self.reading, ""
        if isinstance(value, dict):
            own = {key: value[key] for key in self._READING if key in value}
            reading = self._reading(own, path, self.reading)
            after = self._word(value, "next_day_after", path, "")
        if reading.zone is None and not all("%z" in form or form.startswith("epoch") for form in reading.formats):
            raise _fail(path, 'a zone is needed: set `zone` in [time], such as zone = "Europe/Belgrade".')
        return Time(name=name, reading=reading, text=text, next_day_after=after, when=self._when(value, path))

    def _when(self, value: Any, path: str) -> tuple[Condition, ...]:
        return self._conditions(value, "when", path) if isinstance(value, dict) else ()

    def _relative(self, value: Table, path: str, name: str) -> Time:
        units = ("seconds", "minutes", "hours", "duration")
        ways = {f"{verb}_{unit}": (unit, sign) for unit in units for verb, sign in (("add", 1), ("subtract", -1))}
        self._check(value, path, ("base", "empty", "when", *ways))
        steps = []
        for key, (unit, sign) in ways.items():
            given = value.get(key, [])
            for column in given if isinstance(given, list) else [given]:
                text = self._text(column, f"{path}.{key}")
                steps.append(Step(_with_empty(text, self._empties(value, path)), unit, sign, self.decimal))
        if not steps:
            raise _fail(path, f"`base` needs one of {', '.join(ways)}.")
        return Time(
            name=name,
            reading=self.reading,
            base=self._word(value, "base", path, ""),
            steps=tuple(steps),
            when=self._when(value, path),
        )

    def _check_bases(self, mapping: Mapping) -> None:
        """Refuse a base that is not there, or that leads back to itself."""
        for shape in mapping.assignments or (None,):
            times = mapping.times | (shape.times if shape else {})
            for name in times:
                seen, step = {name}, name
                while step := times[step].base or times[step].next_day_after:
                    if step not in times:
                        raise _fail(name, f"refers to `{step}`, which the mapping does not give.")
                    if step in seen:
                        raise _fail(name, f"refers back to itself through `{step}`.")
                    seen.add(step)

    # --- small things ---------------------------------------------------------------------------------------------

    def _names(self, value: Any, path: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(name, str) and name for name in value):
            raise _fail(path, "must be a column or a list of columns (texts that are not empty).")
        return tuple(name.strip() for name in value)

    def _values(self, value: Any) -> frozenset[str]:
        values = value if isinstance(value, list) else [value]
        return frozenset(_as_text(one).strip().casefold() for one in values)

    def _empties(self, table: Table, path: str) -> frozenset[str]:
        value = table.get("empty", [])
        if not isinstance(value, list):
            raise _fail(f"{path}.empty", 'must be a list such as ["NULL", "1900-01-01"].')
        return self._values(value)

    def _word(self, table: Table, key: str, path: str, default: str) -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            raise _fail(f"{path}.{key}", "must be a text.")
        return value

    def _choice(self, table: Table, key: str, path: str, allowed: tuple[str, ...], default: str | None = None) -> Any:
        value = table.get(key, default or allowed[0])
        if value not in allowed:
            raise _fail(f"{path}.{key}", f"must be one of {', '.join(allowed)}.")
        return value

    def _pattern(self, value: Any, path: str) -> re.Pattern[str]:
        try:
            return re.compile(value, re.IGNORECASE)
        except (re.error, TypeError) as error:
            raise _fail(path, f"is not a pattern: {error}.") from error

    def _zone(self, value: Any, path: str) -> ZoneInfo:
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, TypeError) as error:
            raise _fail(path, f"there is no time zone `{value}`; write such as Europe/Belgrade.") from error


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _with_empty(text: Text, more: frozenset[str]) -> Text:
    return Text(
        columns=text.columns,
        join=text.join,
        first_of=text.first_of,
        constant=text.constant,
        extract=text.extract,
        map=text.map,
        default=text.default,
        empty=text.empty | more,
    )
