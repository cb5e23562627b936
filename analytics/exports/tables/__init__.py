"""A report as tables: the same for print, workbook and CSV, in the language that is active. Pure but for words."""

from django.utils.translation import gettext

from analytics.exports.tables.base import Column, Kind, Result, Table
from analytics.exports.tables.comparison import comparison
from analytics.exports.tables.parts import group_tables, map_table, trend_table, worst
from analytics.exports.tables.quality import broken_off, population_table, quality
from analytics.exports.tables.response import compliance, finding, measures, waiting

__all__ = ["Column", "Kind", "Table", "definitions", "finding", "tables"]


def tables(result: Result) -> list[Table]:
    """All tables of a report, data quality first; those without a row are left out."""
    found = [
        quality(result),
        population_table(result),
        waiting(result),
        measures(result),
        compliance(result),
        *comparison(result),
        *group_tables(result),
        trend_table(result),
        map_table(result),
        worst(result),
        broken_off(result),
    ]
    return [table for table in found if table.rows]


def definitions(result: Result) -> list[str]:
    """What stands at the end of every report."""
    return [
        gettext(
            "The first arrival is the earliest of all units; a tie goes to the unit sent earlier, then to the lower call "
            "sign. Units that were cancelled, refused or pre-empted supply no arrival. The clearing time never stands in "
            "for a missing arrival. Of merged duplicates the earliest call counts; after a reopening the first interval "
            "counts. Negative intervals are left out and counted; zero ones are kept and counted. Nothing is trimmed."
        ),
        gettext(
            "Percentiles: %(method)s (linear interpolation, type 7), computed from the single cases. Fewer than %(least)s "
            "cases show their number alone. Fingerprint of the data: %(print)s."
        )
        % {
            "method": result["percentile_method"],
            "least": result["min_cases"],
            "print": result["data_fingerprint"][:16],
        },
    ]
