"""Builds a region pack: each step aside in a folder of its own, the whole renamed into place at the end. No database."""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.region.calibrate import calibrate
from geo.region.errors import BuildError
from geo.region.extract import read_extract
from geo.region.pack import MANIFEST, Pack, pack_id, region_dir
from geo.region.records import Extract
from geo.region.tiles import build_basemap, build_routing, check_tools
from geo.region.town import TOWN_ATTRIBUTION, town_file
from geo.rules.text import to_latin

OSM_ATTRIBUTION = "© OpenStreetMap contributors"
OSM_LICENCE = "ODbL 1.0"
OSM_URL = "https://www.openstreetmap.org/copyright"

type Tell = Callable[[str], None]


@contextmanager
def building(tell: Tell) -> Iterator[None]:
    """Let only one process build at a time; another waits for it, and says so."""
    home = region_dir()
    (home / "packs").mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Another process is building a region pack; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_pack(pbf: Path | None, *, tell: Tell) -> Pack:
    """The pack of `pbf`, or of the invented town where it is None; built unless it stands already.

    Raises BuildError.
    """
    check_tools()
    aside = region_dir() / f".building-{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        (region_dir() / "packs").mkdir(exist_ok=True)
        return _build(pbf, aside, tell)
    except OSError as error:
        raise BuildError(
            str(error), remedy="Is the disk full, or REGION_DIR not writable? See: df -h; ls -ld"
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _build(pbf: Path | None, aside: Path, tell: Tell) -> Pack:
    """Build in the folder `aside`, and rename it to where packs stand."""
    source = aside / "source.osm.pbf"
    if pbf is None:
        with _step(tell, "Inventing a town"):
            town_file(source)
    else:
        _take(pbf, source)
    sha256 = _sha256(source)
    pack = Pack(region_dir() / "packs" / pack_id(sha256))
    if pack.is_complete():
        tell(f"The pack {pack.id} stands already")
        return pack
    _build_into(aside, source, sha256, invented=pbf is None, named=pbf.name if pbf else "", tell=tell)
    source.unlink()
    shutil.rmtree(pack.folder, ignore_errors=True)
    aside.rename(pack.folder)
    return pack


def _take(pbf: Path, source: Path) -> None:
    """Put the file of the user under the name that the builders expect, without copying it."""
    if not pbf.is_file():
        raise BuildError(f"There is no file {pbf}.", remedy="Give the path of an .osm.pbf file with --pbf.")
    source.symlink_to(pbf.resolve())


def _build_into(aside: Path, source: Path, sha256: str, *, invented: bool, named: str, tell: Tell) -> None:
    with _step(tell, "Reading addresses, streets and places"):
        try:
            extract = read_extract(source)
        except RuntimeError as error:
            raise BuildError(
                f"The file cannot be read: {error}", remedy="Is it a whole .osm.pbf? Fetch it anew."
            ) from error
        if not extract.places:
            raise BuildError("The file holds no places.", remedy="Take an extract with streets and addresses.")
        _write_gazetteer(extract, aside / "gazetteer.jsonl.gz")
    with _step(tell, "Building the routing graph"):
        build_routing(source, aside / "valhalla")
    with _step(tell, "Measuring how fast one drives here"):
        figures = calibrate(aside / "valhalla", extract)
    with _step(tell, "Drawing the basemap"):
        attribution = TOWN_ATTRIBUTION if invented else OSM_ATTRIBUTION
        build_basemap(source, aside / "basemap.pmtiles", extract.bbox, attribution)
    manifest = _manifest(extract, sha256, source.stat().st_size, invented=invented, named=named)
    manifest["straight"] = figures
    (aside / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def _manifest(extract: Extract, sha256: str, size: int, *, invented: bool, named: str) -> dict[str, Any]:
    west, south, east, north = extract.bbox
    name = extract.name or named.removesuffix(".osm.pbf") or "?"
    return {
        "id": pack_id(sha256),
        "name": name,
        "name_latin": to_latin(name),
        "bbox": list(extract.bbox),
        "center": [round((west + east) / 2, 6), round((south + north) / 2, 6)],
        "is_invented": invented,
        "attribution": TOWN_ATTRIBUTION if invented else OSM_ATTRIBUTION,
        "attribution_url": "" if invented else OSM_URL,
        "licence": "" if invented else OSM_LICENCE,
        "source": {"file": named, "sha256": sha256, "bytes": size},
        "built_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "counts": extract.counts,
    }


def _write_gazetteer(extract: Extract, path: Path) -> None:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=5) as file:
        for place in extract.places:
            file.write(json.dumps({"place": place.as_json()}, ensure_ascii=False) + "\n")
        for area in extract.areas:
            record = {"code": area.code, "name": area.name, "geometry": area.geometry}
            file.write(json.dumps({"area": record}, ensure_ascii=False) + "\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _step(tell: Tell, text: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    tell(f"{text} …")
    started = time.monotonic()
    yield
    tell(f"{text}: {time.monotonic() - started:.1f} s")
