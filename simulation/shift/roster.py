"""The file that says who the shift's people are and what each unit patrols; `load_demo` writes it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.rules.route import LonLat


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and a password."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Member:
    """A unit that the simulation drives; those without a login of their own report through the gateway."""

    id: int
    call_sign: str
    kind: str
    beat: LonLat
    radius_m: float
    has_login: bool

    @property
    def key(self) -> str:
        """Whose login it uses."""
        return self.call_sign if self.has_login else "gateway"


class RosterMissing(Exception):
    """There is no such file, or it is broken; the demo has not been loaded."""


class Roster:
    """The file; logins are read anew each time, for loading the demo again may change them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RosterMissing(f"{self._path} cannot be read ({error}); run manage.py load_demo") from error
        if not isinstance(found, dict):
            raise RosterMissing(f"{self._path} is not a roster; run manage.py load_demo")
        return found

    def members(self, limit: int | None = None) -> list[Member]:
        """The units to drive, the first `limit` of them."""
        return [
            Member(
                id=unit["id"],
                call_sign=unit["call_sign"],
                kind=unit["kind"],
                beat=(unit["beat"][0], unit["beat"][1]),
                radius_m=unit["radius_m"],
                has_login="username" in unit,
            )
            for unit in self._read()["units"][:limit]
        ]

    def login(self, key: str) -> Login:
        """The login of `call_taker`, `dispatcher`, `gateway`, or of the unit with this call sign."""
        file = self._read()
        given = file.get(key) or next(
            (unit for unit in file.get("units", []) if unit.get("call_sign") == key and "username" in unit), None
        )
        if given is None:
            raise RosterMissing(f"{self._path} knows nobody called {key}; run manage.py load_demo")
        return Login(given["username"], given["password"])
