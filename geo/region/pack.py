"""The region pack on disk: `REGION_DIR/packs/<id>/`, with `REGION_DIR/current` pointing at the one in use.

    manifest.json        what it is, from what, how much of what
    gazetteer.jsonl.gz   places and areas, ready to load into the database
    valhalla/            routing tiles
    basemap.pmtiles      vector tiles, zoom 0-14

A pack is never changed once it stands; another takes its place by one rename of the link.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

MANIFEST = "manifest.json"
KEPT = 2  # packs: the one in use, and the one before it, from which somebody may still be reading


@dataclass(frozen=True)
class Pack:
    """A region pack."""

    folder: Path

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the pack says of itself."""
        return json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    @property
    def id(self) -> str:
        """Changes with the source and with the code that builds packs."""
        return self.folder.name

    @property
    def tiles(self) -> Path:
        """The routing tiles."""
        return self.folder / "valhalla"

    @property
    def basemap(self) -> Path:
        """The basemap."""
        return self.folder / "basemap.pmtiles"

    @property
    def gazetteer(self) -> Path:
        """Places and areas, a JSON object a line."""
        return self.folder / "gazetteer.jsonl.gz"

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        west, south, east, north = self.manifest["bbox"]
        return (west, south, east, north)

    def is_complete(self) -> bool:
        """Whether the pack was built to its end: the manifest is written last."""
        return (self.folder / MANIFEST).is_file()


@lru_cache(maxsize=4)
def _pack_at(folder: Path) -> Pack:
    return Pack(folder)


def region_dir() -> Path:
    """Where packs lie."""
    return Path(settings.REGION_DIR)


def current_pack() -> Pack | None:
    """The pack in use, or None. Costs one look at a link."""
    try:
        target = (region_dir() / "current").readlink()
    except OSError:
        return None
    pack = _pack_at(region_dir() / target)
    return pack if pack.is_complete() else None


def use_pack(pack: Pack) -> None:
    """Put `pack` in use, at once and as a whole, and remove packs older than the one before it."""
    home = region_dir()
    fresh = home / f".current-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(pack.folder.relative_to(home))
    fresh.replace(home / "current")
    os.utime(pack.folder)
    packs = sorted((home / "packs").iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in packs[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


@lru_cache(maxsize=1)
def builder_version() -> str:
    """A digest of all code and data that decide what a pack holds: when they change, packs are built anew."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for folder in ("basemap", "region", "rules"):
        for file in sorted((root / folder).iterdir()):
            if file.is_file():
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def pack_id(source_sha256: str) -> str:
    """The id of the pack that this code builds from a source."""
    return hashlib.sha256(f"{source_sha256} {builder_version()}".encode()).hexdigest()[:16]
