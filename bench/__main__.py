"""`make bench`: run every `bench_*.py` (or those named), print one JSON line a figure.

Each module has `run(emit)`; `emit(name=…, value=…, unit=…, bare=…, note=…)` prints a line with the ratio of the value to
the bare limit beside it. Everything runs on a database of its own, made for the run and dropped after it.
"""

import argparse
import contextlib
import importlib
import json
import pkgutil
import sys
import traceback
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

import bench


def emit(*, name: str, value: float, unit: str, bare: float | None = None, note: str = "", **more: Any) -> None:
    """Print one figure. `bare` is what the same machine does in the same run without us, in the same unit."""
    ratio = None if not bare else round(value / bare, 4)
    line = {"name": name, "value": round(value, 3), "unit": unit, "bare": bare and round(bare, 3), "ratio": ratio}
    print(json.dumps(line | ({"note": note} if note else {}) | more, ensure_ascii=False), flush=True)


def main(arguments: list[str]) -> int:
    """Run the benches; the status tells whether any failed to run."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("names", nargs="*", help="which benches; all but the long ones where none is named")
    parser.add_argument(
        "--minutes",
        type=float,
        default=bench.minutes,
        help="how long moving units are watched, and positions are sent on end",
    )
    given = parser.parse_args(arguments)
    bench.minutes, wanted = given.minutes, given.names
    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: PLC0415

    settings.DATABASES["default"]["TEST"]["NAME"] = "bench_patrulja"
    setup_test_environment(debug=False)
    made = setup_databases(verbosity=0, interactive=False)
    failed = 0
    try:
        with contextlib.redirect_stdout(sys.stderr):
            call_command("build_region", if_missing=True)  # a router, and streets to drive on
        names = [m.name.removeprefix("bench_") for m in pkgutil.iter_modules(bench.__path__) if m.name[:6] == "bench_"]
        for name in sorted(names):
            if name not in wanted if wanted else name in bench.LONG:
                continue
            try:
                importlib.import_module(f"bench.bench_{name}").run(emit)
            except Exception:  # noqa: BLE001 - one bench that fails must not hide the others
                traceback.print_exc()
                failed += 1
    finally:
        _send_others_away()
        teardown_databases(made, verbosity=0)
    return 1 if failed else 0


def _send_others_away() -> None:
    """End the sessions of servers that are still going down, so that the database can be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
