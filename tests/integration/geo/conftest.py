"""A region to look things up in: the invented town for most tests, a real city where its file is at hand."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction

from core.access import Viewer
from geo.models import Region
from geo.region.build import build_pack, building
from geo.region.pack import Pack, use_pack
from geo.services import load_region

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("PATRULJA_SHARED_DATA", ROOT.parent / "shared" / "data"))
NOVI_SAD = SHARED / "regions" / "novi-sad.osm.pbf"


def _built(name: str, pbf: Path | None) -> Path:
    """The folder of a pack that is built once and kept between runs; its name changes with the code that builds it."""
    folder = Path(django_settings.STATE_DIR) / "regions" / name
    kept, django_settings.REGION_DIR = django_settings.REGION_DIR, folder
    try:
        with building(print):
            use_pack(build_pack(pbf, tell=print))
    finally:
        django_settings.REGION_DIR = kept
    return folder


@pytest.fixture(scope="session")
def town_dir() -> Path:
    return _built("town", None)


@pytest.fixture(scope="session")
def novi_sad_dir() -> Path:
    if not NOVI_SAD.is_file():
        pytest.skip(f"no {NOVI_SAD}: set PATRULJA_SHARED_DATA to the folder that holds regions/novi-sad.osm.pbf")
    return _built("novi-sad", NOVI_SAD)


@pytest.fixture
def town_pack(town_dir, settings) -> Pack:
    """The files of the invented town, without its rows."""
    settings.REGION_DIR = town_dir
    return Pack((town_dir / "current").resolve())


@pytest.fixture
def town(town_pack, db) -> Region:
    """The invented town, loaded."""
    return load_region(town_pack, by=Viewer.system("tests"))


@pytest.fixture(scope="module")
def novi_sad_rows(novi_sad_dir, django_db_setup, django_db_blocker) -> Iterator[Region]:
    """The rows of Novi Sad, loaded once for a module and removed after it."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            region = load_region(Pack((novi_sad_dir / "current").resolve()), by=Viewer.system("tests"))
            transaction.get_connection().run_on_commit.clear()
        yield region
        call_command("flush", interactive=False, verbosity=0)  # its audit row, too: others start from nothing


@pytest.fixture
def novi_sad(novi_sad_dir, novi_sad_rows, settings, db) -> Region:
    settings.REGION_DIR = novi_sad_dir
    return novi_sad_rows
