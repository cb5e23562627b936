"""`manage.py play_shift`: a shift played through the public API, as real people and devices would."""

import asyncio
import os
import signal
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from simulation.services.load import ROSTER
from simulation.shift import Options, play
from simulation.shift.play import Played, say
from simulation.shift.roster import RosterMissing


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise ArgumentTypeError("it must be above 0")
    return value


class Command(BaseCommand):
    """Play a shift until it is stopped."""

    help = "Play a shift through the public API: calls, patrols that drive, a dispatcher who waits for people first."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--url", default=f"http://127.0.0.1:{port}", help="where the service is (%(default)s)")
        parser.add_argument("--speed", type=_positive, default=1.0, help="how many times faster than the world")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same calls (%(default)s)")
        parser.add_argument("--calls-per-hour", type=float, default=40.0, help="of the shift (%(default)s); 0: none")
        parser.add_argument("--units", type=int, help="drive only so many units (all of the roster)")
        parser.add_argument("--fix-interval", type=_positive, default=5.0, help="seconds between fixes (%(default)s)")
        parser.add_argument("--duration", type=_positive, help="seconds of the world until it ends (never)")

    def handle(self, *_args: Any, **given: Any) -> None:
        options = Options(
            url=given["url"],
            roster=settings.STATE_DIR / ROSTER,
            speed=given["speed"],
            seed=given["seed"],
            calls_per_hour=given["calls_per_hour"],
            units=given["units"],
            fix_interval_s=given["fix_interval"],
            duration_s=given["duration"],
        )
        try:
            played = asyncio.run(self._play(options))
        except RosterMissing as error:
            raise CommandError(str(error)) from error
        if played is not None:
            self._say(f"the shift is over: {say(played)}")

    async def _play(self, options: Options) -> Played | None:
        task = asyncio.ensure_future(play(options, self._say))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            return await task
        except asyncio.CancelledError:
            return None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
