"""manage.py build_region: make a region pack of an .osm.pbf and put it in use."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.access import Viewer
from geo.models import Region
from geo.region.build import build_pack, building
from geo.region.errors import BuildError
from geo.region.pack import current_pack
from geo.services import load_region


class Command(BaseCommand):
    """Build the region pack."""

    help = "Builds gazetteer, routing graph and basemap from one .osm.pbf, and puts them in use. Without --pbf: the invented town."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pbf", type=Path, metavar="FILE", help="OpenStreetMap extract, such as of a city")
        parser.add_argument("--if-missing", action="store_true", help="do nothing where a region is in use already")

    def handle(self, *_args: Any, pbf: Path | None, if_missing: bool, **_options: Any) -> None:
        try:
            with building(self._tell):
                self._build(pbf, if_missing=if_missing)
        except BuildError as error:
            raise CommandError(f"{error}\nRemedy: {error.remedy}") from error

    def _build(self, pbf: Path | None, *, if_missing: bool) -> None:
        pack = current_pack() if if_missing else None
        if pack is None:
            pack = build_pack(pbf, tell=self._tell)
        loaded = Region.objects.first()
        if if_missing and loaded is not None and loaded.pack_id == pack.id == getattr(current_pack(), "id", None):
            self._tell(f"Region {loaded.name} is in use already")
            return
        self._tell("Loading the gazetteer …")
        region = load_region(pack, by=Viewer.system("build_region"))
        counts = pack.manifest["counts"]
        self._tell(
            f"Region {region.name}: {counts.get('address', 0)} addresses, {counts.get('street_names', 0)} street names, "
            f"{counts.get('crossing', 0)} crossings, {counts.get('road_km', 0)} km of road. {pack.manifest['attribution']}"
        )

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
