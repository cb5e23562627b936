"""The router in this process: a few Valhalla actors over the present region pack."""

import json
import logging
import queue
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import Any

import valhalla
from django.conf import settings

from geo.region.pack import Pack, current_pack

log = logging.getLogger(__name__)

ACTORS = 2  # at once in a process: an actor answers one request at a time, and lets go of the GIL meanwhile
WAIT_S = 5.0  # for a free actor, before the caller does without the router
MARGIN = 0.05  # degrees around the region
NO_ROAD = frozenset({171, 442})  # Valhalla: no suitable edges near the location; no path could be found


class RoutingDownError(Exception):
    """The router cannot be asked: no pack, a broken one, or all actors busy for too long."""


class NoRoadError(Exception):
    """The router answers, and there is no way between these points."""


@lru_cache(maxsize=4)
def profile() -> Mapping[str, Any]:
    """How patrols drive: `ROUTING_PROFILE` of the settings, or `profile.toml` beside this file. Read once a process."""
    path = getattr(settings, "ROUTING_PROFILE", None) or Path(__file__).with_name("profile.toml")
    with Path(path).open("rb") as file:
        return tomllib.load(file)


def costing() -> dict[str, Any]:
    """The part of a request that says how a patrol drives."""
    data = profile()["costing"]
    return {"costing": data["name"], "costing_options": {data["name"]: data.get("options", {})}}


def engine_config(tiles: Path) -> dict[str, Any]:
    """Valhalla's configuration over the tiles in `tiles`.

    Times come from `costmatrix`: `timedistancematrix` is quicker for many far sources, but in Valhalla 3.9 its search
    backwards from a single target takes wrong edges (issue 4971; measured here: one time in twenty wrong by 40 % or more).
    """
    # A deep copy: `get_config` gives the same inner dictionaries to everybody.
    config: dict[str, Any] = deepcopy(valhalla.get_config(tile_extract="", tile_dir=str(tiles)))
    config["mjolnir"] |= {"traffic_extract": "", "admin": "", "timezone": "", "landmarks": ""}
    config["mjolnir"]["max_cache_size"] = 200_000_000
    config["thor"]["source_to_target_algorithm"] = "costmatrix"
    config["thor"]["costmatrix"]["max_reserved_locations"] = 100
    config["loki"]["service_defaults"] |= {"search_cutoff": 1_000, "minimum_reachability": 20}
    for service in config["service_limits"].values():
        if isinstance(service, dict) and "max_matrix_location_pairs" in service:
            service["max_matrix_location_pairs"] = 20_000
    return config


class Engine:
    """Actors over one pack, made when first needed. Safe to use from many threads."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._config = engine_config(pack.tiles)
        self._free: queue.LifoQueue[valhalla.Actor] = queue.LifoQueue()
        self._made = 0
        self._lock = Lock()

    def covers(self, point: tuple[float, float]) -> bool:
        """Whether a point (longitude, latitude) lies in the region or just outside it; further off are no roads."""
        west, south, east, north = self.pack.bbox
        return west - MARGIN <= point[0] <= east + MARGIN and south - MARGIN <= point[1] <= north + MARGIN

    def ask(self, action: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Valhalla's answer to `action` ("route", "matrix", "isochrone", "locate").

        Raises NoRoadError and RoutingDownError.
        """
        with self._actor() as actor:
            try:
                answer = getattr(actor, action)(json.dumps(request))
            except valhalla.ValhallaError as error:
                if error.code in NO_ROAD:
                    raise NoRoadError(str(error)) from error
                raise RoutingDownError(str(error)) from error
        return json.loads(answer)  # type: ignore[no-any-return]

    @contextmanager
    def _actor(self) -> Iterator[valhalla.Actor]:
        """Lend a free actor; a new one while there are fewer than ACTORS."""
        actor = self._take()
        try:
            yield actor
        finally:
            self._free.put(actor)

    def _take(self) -> valhalla.Actor:
        try:
            return self._free.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            may_make = self._made < ACTORS
            self._made += may_make
        if may_make:
            try:
                return self._new_actor()
            except Exception as error:
                with self._lock:
                    self._made -= 1
                raise RoutingDownError(str(error)) from error
        try:
            return self._free.get(timeout=WAIT_S)
        except queue.Empty as error:
            raise RoutingDownError("all routing actors are busy") from error

    def _new_actor(self) -> valhalla.Actor:
        """An actor; it reads its configuration from a file, once."""
        with NamedTemporaryFile("w", suffix=".json", prefix="valhalla-", encoding="utf-8") as file:
            json.dump(self._config, file)
            file.flush()
            return valhalla.Actor(file.name)


_engines: dict[Path, Engine] = {}
_engines_lock = Lock()


def engine() -> Engine:
    """The engine of the present pack; a new one once another pack has been swapped in. Raises RoutingDownError."""
    pack = current_pack()
    if pack is None:
        raise RoutingDownError("there is no region pack; run `manage.py build_region`")
    with _engines_lock:
        found = _engines.get(pack.folder)
        if found is None:
            _engines.clear()
            found = _engines[pack.folder] = Engine(pack)
            log.info("Routing uses the region pack %s", pack.id)
        return found
