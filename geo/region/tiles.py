"""Runs the builders of other people: Valhalla's tiles, tilemaker's basemap. Each in its own process, all at the source file."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stdout
from io import StringIO
from pathlib import Path

from pmtiles.convert import mbtiles_to_pmtiles

from geo.region.errors import BuildError
from geo.region.mend import mend_outlines
from geo.routing.engine import engine_config

BASEMAP = Path(__file__).resolve().parent.parent / "basemap"
TIMEOUT_S = 6 * 3600


def check_tools() -> None:
    """Raise BuildError unless all builders are installed: better before the work than in the middle of it."""
    if shutil.which("tilemaker") is None:
        raise BuildError("tilemaker is not installed.", remedy="apt-get install tilemaker, or run: make setup")


def build_routing(pbf: Path, tiles: Path) -> None:
    """Build Valhalla's tiles of `pbf` into the folder `tiles`."""
    tiles.mkdir()
    config = tiles.with_name("valhalla-build.json")
    config.write_text(json.dumps(engine_config(tiles)), encoding="utf-8")
    _run(
        [sys.executable, "-m", "valhalla", "valhalla_build_tiles", "-c", str(config), str(pbf)],
        remedy="Check that the file holds roads (highway=*): osmium fileinfo -e FILE.",
    )
    config.unlink()
    if not any(tiles.rglob("*.gph")):
        raise BuildError("Valhalla made no routing tiles.", remedy="The file holds no roads; take another extract.")


def build_basemap(pbf: Path, basemap: Path, bbox: tuple[float, float, float, float], attribution: str) -> None:
    """Build the basemap of `pbf`, zoom 0-14, into the file `basemap`; it bears its attribution."""
    mended = basemap.with_name("mended.osm.pbf")
    source = mended if mend_outlines(pbf, mended) else pbf
    tiles = basemap.with_suffix(".mbtiles")
    _run(
        [
            "tilemaker",
            *("--input", str(source), "--output", str(tiles)),
            *("--config", str(BASEMAP / "config.json"), "--process", str(BASEMAP / "process.lua")),
            *("--bbox", ",".join(map(str, bbox))),
        ],
        remedy="Check that the file is whole: osmium fileinfo -e FILE.",
    )
    with closing(sqlite3.connect(tiles)) as database, database:
        database.execute("INSERT OR REPLACE INTO metadata (name, value) VALUES ('attribution', ?)", [attribution])
    with redirect_stdout(StringIO()):
        mbtiles_to_pmtiles(str(tiles), str(basemap), 14)  # type: ignore[no-untyped-call]
    tiles.unlink()
    mended.unlink(missing_ok=True)


def _run(command: list[str], *, remedy: str) -> None:
    """Run a builder quietly; its last lines are the cause when it fails."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{Path(command[0]).name} could not run: {error}", remedy=remedy) from error
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][-5:]
        name = command[3] if "-m" in command else command[0]
        raise BuildError(f"{name} failed (exit {done.returncode}):\n  " + "\n  ".join(lines), remedy=remedy)
