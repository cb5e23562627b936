"""A region pack is built, loaded and switched as a whole, or not at all."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.access import Viewer
from core.models import AuditEntry
from geo.models import Area, Place, Region
from geo.region.build import build_pack
from geo.region.errors import BuildError
from geo.region.pack import current_pack
from geo.region.town import town_file
from geo.services import load_region


def test_a_pack_says_what_it_is_and_from_what(town_pack):
    manifest = town_pack.manifest
    assert manifest["name"] == "Измишљево"
    assert manifest["is_invented"]
    assert manifest["counts"]["address"] > 2_000
    assert len(manifest["source"]["sha256"]) == 64
    west, south, east, north = manifest["bbox"]
    assert west < manifest["center"][0] < east
    assert south < manifest["center"][1] < north
    assert 1 < manifest["straight"]["detour"] < 3
    assert town_pack.basemap.read_bytes()[:7] == b"PMTiles"


def test_a_real_map_is_attributed(tmp_path, settings):
    settings.REGION_DIR = tmp_path / "region"
    town_file(tmp_path / "some.osm.pbf")
    pack = build_pack(tmp_path / "some.osm.pbf", tell=lambda _: None)
    assert pack.manifest["attribution"] == "© OpenStreetMap contributors"
    assert pack.manifest["licence"] == "ODbL 1.0"
    assert pack.manifest["source"]["file"] == "some.osm.pbf"


def test_loading_replaces_the_old_region_and_keeps_drawn_areas(town, town_pack):
    mine = Area.objects.filter(from_pack=True).first()
    Area.objects.create(kind="sector", code="A", name="A", geometry=mine.geometry)
    places = Place.objects.count()
    audited = AuditEntry.objects.filter(action="region.loaded").count()

    load_region(town_pack, by=Viewer.system("tests"))

    assert Place.objects.count() == places
    assert Region.objects.count() == 1
    assert Area.objects.filter(from_pack=False).count() == 1
    assert Area.objects.filter(from_pack=True).count() == 5
    assert AuditEntry.objects.filter(action="region.loaded").count() == audited + 1


@pytest.mark.django_db(transaction=True)
def test_the_command_builds_loads_and_switches_and_the_second_time_does_nothing(town_dir, settings, tmp_path):
    settings.REGION_DIR = town_dir
    first, second = StringIO(), StringIO()
    call_command("build_region", stdout=first)
    call_command("build_region", "--if-missing", stdout=second)
    assert "Измишљево" in first.getvalue()
    assert "in use already" in second.getvalue()
    assert current_pack().id == Region.objects.get().pack_id
    Place.objects.all().delete()
    Region.objects.all().delete()
    call_command("build_region", "--if-missing", stdout=StringIO())
    assert Place.objects.filter(kind="address").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "cause"), [(None, "no file"), (b"not a map", "cannot be read")])
def test_a_bad_file_is_refused_with_cause_and_remedy_and_changes_nothing(town, settings, tmp_path, content, cause):
    before = current_pack().id
    bad = tmp_path / "bad.osm.pbf"
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(CommandError, match=f"(?s){cause}.*Remedy:"):
        call_command("build_region", "--pbf", str(bad), stdout=StringIO())
    assert current_pack().id == before
    assert Region.objects.get().pack_id == town.pack_id
    assert not list(Path(settings.REGION_DIR).glob(".building*"))


def test_a_missing_builder_is_named_before_any_work(tmp_path, settings, monkeypatch):
    settings.REGION_DIR = tmp_path / "region"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="tilemaker is not installed") as caught:
        build_pack(None, tell=lambda _: None)
    assert "tilemaker" in caught.value.remedy
    assert not (tmp_path / "region").exists()
