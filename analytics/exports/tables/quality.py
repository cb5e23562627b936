"""What the figures rest on: data quality, which incidents, and what stands apart."""

from django.utils.translation import gettext

from analytics.exports import words
from analytics.exports.tables.base import Column, Kind, Result, Row, Table, count


def quality(result: Result) -> Table:
    """Of each measure what is counted, missing, and left out."""
    rows = [
        (
            name,
            found["n"],
            found["n_missing"],
            found["excluded"].get("negative", 0),
            found["excluded"].get("on_view", 0),
            found["n_zero"],
        )
        for key, (name, _definition) in words.measures().items()
        for found in [result["measures"][key]]
    ]
    columns = (
        Column(gettext("Measure")),
        count(),
        count(gettext("missing")),
        count(gettext("negative, left out")),
        count(gettext("on-view, left out")),
        count(gettext("zero, kept")),
    )
    definition = gettext(
        "Each incident counts once in each measure: counted, missing, or left out for the reason said. Nothing stands in "
        "for a missing time, and nothing is trimmed."
    )
    return Table("quality", gettext("What the figures rest on"), columns, rows, definition=definition)


def population_table(result: Result) -> Table:
    """How many incidents there were, of what sort, and why arrivals are missing."""
    population = result["population"]
    missing, corrected = population["missing_arrivals"], population.get("corrected", {})
    facts = [
        (gettext("Incidents"), population["incidents"]),
        (gettext("still open"), population["open"]),
        (gettext("cancelled"), population["cancelled"]),
        (gettext("found by a patrol (on-view)"), population["on_view"]),
        (gettext("duplicates merged into others"), population["merged"]),
        (gettext("regraded"), population["regraded"]),
        (gettext("with a corrected time"), corrected.get("incidents", 0)),
        (gettext("no arrival: the incident is still open"), missing["open"]),
        (gettext("no arrival: no unit was sent"), missing["no_unit_sent"]),
        (gettext("no arrival: units were sent, none recorded one"), missing["no_arrival_recorded"]),
    ]
    sources = words.sources()
    facts += [
        (gettext("arrival %(source)s") % {"source": sources.get(source, source)}, n)
        for source, n in population["arrival_sources"].items()
    ]
    rows = [(name, n) for name, n in facts if n or name == gettext("Incidents")]
    return Table("population", gettext("Which incidents"), (Column(gettext("What")), count()), rows)


def broken_off(result: Result) -> Table:
    """What never supplies a figure: assignments broken off, second responses."""
    population, reopened = result["population"], result["reopened"]
    names = {
        "cancelled": gettext("Assignments cancelled"),
        "pre_empted": gettext("Assignments pre-empted by something more urgent"),
        "refused": gettext("Assignments refused"),
    }
    rows: list[Row] = [
        (
            name,
            population["broken_off"][key],
            population.get("incidents_broken_off", {}).get(key),
            population.get("never_attended_after_break", {}).get(key),
            None,
        )
        for key, name in names.items()
    ]
    again = reopened["n"] + reopened["n_missing"]
    if again:
        rows.append((gettext("Incidents opened again: second response, median"), again, None, None, reopened["p50_s"]))
    columns = (
        Column(gettext("What")),
        count(),
        count(gettext("incidents")),
        count(gettext("of them never attended")),
        Column(gettext("median"), Kind.SECONDS),
    )
    counted = sum(population["broken_off"].values()) + again
    return Table("broken_off", gettext("Apart from these figures"), columns, rows if counted else [])
