"""`manage.py response_times --json`: what the report computes, through the same code."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from analytics import selectors
from analytics.measures import KEYS
from analytics.rules import MIN_CASES
from core.access import Viewer
from core.errors import DomainError
from core.models import Organisation


class Command(BaseCommand):
    """Print response times over the incidents in the database. `docs/definitions.md` says what each figure is."""

    help = "Print response times, dispatch delay, turnout, travel and time to action."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", help="code of the organisational unit; it and all below it count")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first local day of the calls")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="last local day of the calls")
        parser.add_argument("--by", choices=sorted(KEYS), help="also in groups")
        parser.add_argument("--then", choices=sorted(KEYS), help="and within those in groups by this")
        parser.add_argument("--shift", metavar="HH:MM-HH:MM", help="only this shift, of the one day --from")
        for name, what in (("--compare-from", "first"), ("--compare-to", "last")):
            parser.add_argument(name, type=date.fromisoformat, help=f"{what} local day of a period to compare with")
        parser.add_argument("--min-cases", type=int, default=MIN_CASES, help="below so many cases only n is shown")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        organisation = None
        if options["organisation"]:
            organisation = Organisation.objects.filter(code=options["organisation"]).first()
            if organisation is None:
                raise CommandError(f"There is no organisational unit {options['organisation']}.")
        try:
            question = selectors.Question(
                organisation_id=organisation and organisation.pk,
                since=options["since"],
                until=options["since"] if options["shift"] else options["until"],
                by=options["by"],
                then=options["then"],
                shift=options["shift"],
                other_since=options["compare_from"],
                other_until=options["compare_to"],
                min_cases=options["min_cases"],
            )
            result = selectors.response_times(Viewer.system("response_times"), question)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        if options["json"]:
            self.stdout.write(json.dumps(result, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_table(result))


def _table(result: dict[str, Any]) -> str:
    head = f"{'':24}{'n':>9}{'missing':>9}{'zero':>7}{'excluded':>10}{'median s':>12}{'P90 s':>12}{'mean s':>12}"
    lines = [head, *(_line(name, found) for name, found in result["measures"].items())]
    lines += [_line(f"{result['by']} {group['key']}", group["measures"]["response"]) for group in result["groups"]]
    return "\n".join(lines)


def _line(name: str, found: dict[str, Any]) -> str:
    figures = "".join(
        f"{'–' if found[key] is None else f'{found[key]:.2f}':>12}" for key in ("p50_s", "p90_s", "mean_s")
    )
    return f"{name:24}{found['n']:>9}{found['n_missing']:>9}{found['n_zero']:>7}{sum(found['excluded'].values()):>10}{figures}"
