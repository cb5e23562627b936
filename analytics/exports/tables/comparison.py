"""A period beside another: differences with their uncertainty."""

from collections.abc import Iterator

from django.utils.translation import gettext

from analytics.exports import words
from analytics.exports.tables.base import Column, Kind, Result, Row, Table


def comparison(result: Result) -> Iterator[Table]:
    """Differences of percentiles, then of shares; nothing where no other period was asked for."""
    compared = result.get("comparison")
    if not compared:
        return
    title = gettext("Compared with %(period)s") % {"period": words.period(compared["period"])}
    rows: list[Row] = []
    for key, (name, _definition) in words.measures().items():
        for figure, label in (("p50_s", gettext("median")), ("p90_s", "P90")):
            row = compared["differences"][key][figure]
            if row:
                rows.append((f"{name}, {label}", row["here"], row["there"], *_sure(row)))
    columns = (
        Column(gettext("Measure")),
        Column(gettext("this period"), Kind.SECONDS),
        Column(gettext("the other"), Kind.SECONDS),
        Column(gettext("difference"), Kind.DIFFERENCE),
        Column(gettext("from (95 %)"), Kind.DIFFERENCE),
        Column(gettext("to (95 %)"), Kind.DIFFERENCE),
        Column(gettext("more than chance")),
    )
    definition = gettext(
        "This period minus the other. Interval: bootstrap, percentile method, 2,000 resamples of the single cases, the "
        "same in every run. Where it holds zero, chance alone may have made the difference."
    )
    yield Table("comparison", title, columns, rows, comparison_finding(compared), definition)
    shares: list[Row] = [
        (words.target(row), row["here"], row["there"], *_sure(row))
        for row in compared["compliance"]
        if row["difference"] is not None
    ]
    kinds = (Kind.TEXT, Kind.SHARE, Kind.SHARE, Kind.POINTS, Kind.POINTS, Kind.POINTS, Kind.TEXT)
    titles = (gettext("Target"), *(column.title for column in columns[1:]))
    compared_columns = [Column(title, kind) for title, kind in zip(titles, kinds, strict=True)]
    definition = gettext("Shares within target, in percentage points. Interval: Newcombe's, of two Wilson intervals.")
    yield Table("comparison_shares", gettext("Targets, compared"), compared_columns, shares, definition=definition)


def _sure(row: Result) -> Row:
    return row["difference"], row["low"], row["high"], gettext("yes") if row["is_sure"] else gettext("no")


def comparison_finding(compared: Result) -> str:
    """Whether people waited longer than in the other period, and whether that is more than chance."""
    row = compared["differences"]["response"]["p50_s"]
    if row is None:
        return gettext("Too few cases to compare.")
    size, rest = (
        words.spoken(abs(row["difference"])),
        {"low": words.signed(row["low"]), "high": words.signed(row["high"])},
    )
    if not row["is_sure"]:
        return gettext(
            "The median response time differs by %(size)s; that may be chance (95 %% interval %(low)s to %(high)s)."
        ) % {"size": size, **rest}
    text = (
        gettext("The median response time was %(size)s longer (95 %% interval %(low)s to %(high)s).")
        if row["difference"] > 0
        else gettext("The median response time was %(size)s shorter (95 %% interval %(low)s to %(high)s).")
    )
    return text % {"size": size, **rest}
