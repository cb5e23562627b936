"""`manage.py load_demo`: the organisation, kinds of incidents, people and the city of the demo; again at will."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.access import Viewer
from simulation.services import load_demo


class Command(BaseCommand):
    """Load the demo, or what is missing of it."""

    help = "Load the demo: organisation, kinds of incidents, people, one city staffed in full. Again adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--extra-units", type=int, default=0, metavar="N", help="N more units, to try load with play_shift --units"
        )
        parser.add_argument("--days", type=int, default=30, help="how long the invented past is (%(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        started = time.monotonic()
        outcome = load_demo(
            state_dir=settings.STATE_DIR,
            by=Viewer.system("load_demo"),
            report=lambda line: self._say(f"  {time.monotonic() - started:5.1f} s  {line}"),
            extra_units=options["extra_units"],
            days=options["days"],
        )
        self._say(f"Demo loaded in {time.monotonic() - started:.1f} s: {outcome.place}. Sign in: {outcome.credentials}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
