"""How much memory an import takes: of a small file, and of one ten times as large. It must not grow with the file.

`BENCH_IMPORT_ROWS` (300,000; `1_000_000` for the whole) rows in the large file. Each import is a process of its own,
`manage.py import_calls`, as people run it; the operating system says how much it held at its peak.
"""

import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from django.conf import settings

from bench.bench_analytics import HEADER, MAPPING, made_rows
from core.models import Board, Organisation

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "300_000"))


def run(emit: Callable[..., None]) -> None:
    """Measure and print."""
    node = Organisation.objects.create(code="BENCH-M", name="BENCH-M", kind=Organisation.Kind.DIRECTORATE)
    Board.objects.create(organisation=node, name="BENCH-M")
    small, _ = _imported(ROWS // 10, node.code)
    large, seconds = _imported(ROWS, node.code)
    note = f"{ROWS} rows; bare: {ROWS // 10} rows"
    emit(name="memory of an import at its peak", value=large, unit="MB", bare=small, note=note)
    emit(
        name="import of a large file",
        value=ROWS / seconds,
        unit="rows/s",
        note=f"{ROWS} rows, the program's start included",
    )


def _imported(count: int, code: str) -> tuple[float, float]:
    """Import so many rows in another process; its memory at the peak (MB), and the seconds that it took."""
    with tempfile.TemporaryDirectory() as folder:
        feed, mapping = Path(folder) / "feed.csv", Path(folder) / "feed.toml"
        mapping.write_text(MAPPING)
        with feed.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            writer.writerows(islice(made_rows(count), count))
        url, _, query = os.environ["DATABASE_URL"].partition("?")
        url = f"{url.rpartition('/')[0]}/{settings.DATABASES['default']['NAME']}" + (query and f"?{query}")
        arguments = [
            sys.executable,
            "manage.py",
            "import_calls",
            str(feed),
            "--mapping",
            str(mapping),
            "--organisation",
            code,
        ]
        started = time.perf_counter()
        silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        pid = os.posix_spawn(sys.executable, arguments, os.environ | {"DATABASE_URL": url}, file_actions=silent)
        peak, status = _watched(pid)
        assert status == 0, "the import failed"  # noqa: S101 - a bench of something else is worthless
        return peak, time.perf_counter() - started


def _watched(pid: int) -> tuple[float, int]:
    """The most memory (MB) that a process holds until it ends, and how it ends. `wait4` would tell ours where it is more."""
    peak = 0.0
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return peak, status
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                peak = int(line.split()[1]) / 1024
        time.sleep(0.05)
