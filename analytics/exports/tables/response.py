"""How long people waited, and whether the targets were kept."""

from django.utils.translation import gettext, ngettext

from analytics.exports import words
from analytics.exports.tables.base import Column, Kind, Result, Row, Table, count, figures, summary

WITHIN_MIN = (5, 8, 10, 15, 20, 30, 60)


def finding(result: Result) -> str:
    """What the report comes to, in a sentence or two."""
    response, population = result["measures"]["response"], result["population"]
    if response["p50_s"] is None:
        return gettext("Fewer than %(least)s cases: only their number is shown (%(n)s).") % {
            "least": result["min_cases"],
            "n": words.number(response["n"]),
        }
    said = [
        gettext("Half of %(n)s calls had a unit on the scene within %(p50)s, nine in ten within %(p90)s.")
        % {
            "n": words.number(response["n"]),
            "p50": words.spoken(response["p50_s"]),
            "p90": words.spoken(response["p90_s"]),
        }
    ]
    if response["n_missing"]:
        said.append(_censored(response["n_missing"], result["kaplan_meier"]))
    both = population["first_sent_and_first_to_arrive"]
    if both["differ"]:
        said.append(
            gettext("In %(differ)s of %(n)s the first unit sent was not the first to arrive.")
            % {"differ": words.number(both["differ"]), "n": words.number(both["n"])}
        )
    return " ".join(said)


def _censored(missing: int, survival: Result) -> str:
    reached = {
        name: gettext("not reached") if survival[name] is None else words.spoken(survival[name])
        for name in ("p50_s", "p90_s")
    }
    return gettext(
        "%(n)s have no recorded arrival; with their waiting counted as far as it is known, the median is %(p50)s and the "
        "90th percentile %(p90)s (Kaplan–Meier)."
    ) % {"n": words.number(missing), "p50": reached["p50_s"], "p90": reached["p90_s"]}


def waiting(result: Result) -> Table:
    """Calls by whole minutes of waiting."""
    counts = result["distribution"]["counts"]
    total = sum(counts)
    rows: list[Row] = [
        (gettext("%(m)s min") % {"m": minutes}, within, within / total)
        for minutes in WITHIN_MIN
        if total
        for within in [sum(counts[:minutes])]
    ]
    if total:
        rows.append((gettext("all"), total, 1.0))
    columns = (Column(gettext("in less than")), count(), Column(gettext("share"), Kind.SHARE))
    definition = gettext("Calls by whole minutes from the call to the first unit on the scene.")
    return Table("waiting", gettext("How long people waited"), columns, rows, finding(result), definition)


def measures(result: Result) -> Table:
    """Every measure with its definition."""
    rows = [
        (name, definition, *summary(result["measures"][key])) for key, (name, definition) in words.measures().items()
    ]
    columns = (Column(gettext("Measure")), Column(gettext("definition")), *figures())
    return Table("measures", gettext("From the call to action"), columns, rows)


def compliance(result: Result) -> Table:
    """Every target with its share and interval."""
    yes_no = {True: gettext("yes"), False: gettext("no"), None: words.DASH}
    rows = [
        (
            words.target(row),
            f"{words.moments()[row['start']]} → {words.moments()[row['end']]}",
            row["n"],
            row["share"],
            row["low"],
            row["high"],
            row["n_missing"],
            row["open_breaches"],
            yes_no[row["kept"]],
        )
        for row in result["compliance"]
    ]
    missed = sum(row["kept"] is False for row in result["compliance"])
    said = gettext("All targets with cases were kept.")
    if missed:
        said = ngettext("%(n)s target of %(all)s was missed.", "%(n)s targets of %(all)s were missed.", missed) % {
            "n": missed,
            "all": len(rows),
        }
    columns = (
        Column(gettext("Target")),
        Column(gettext("clock")),
        count(),
        Column(gettext("within target"), Kind.SHARE),
        Column(gettext("from (95 %)"), Kind.SHARE),
        Column(gettext("to (95 %)"), Kind.SHARE),
        count(gettext("missing")),
        count(gettext("open and past it")),
        Column(gettext("kept")),
    )
    definition = gettext(
        "By the final priority. An incident that is still open and past its target is a breach; one still within it is "
        "not counted yet. Interval: Wilson."
    )
    return Table("compliance", gettext("Against the targets"), columns, rows, said, definition)
