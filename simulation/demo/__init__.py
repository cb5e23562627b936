"""The demo as data: TOML files beside this one, read into plain records. To change the demo, change them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
BACKUP_KIND = "officer_needs_help"
"""What is entered for a patrol without a job that asks for back-up."""


@dataclass(frozen=True, slots=True)
class Node:
    """A directorate or border centre with the stations below it: (name, longitude, latitude)."""

    code: str
    name: str
    kind: str
    location: tuple[float, float]
    stations: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of incident, and how the simulated shift meets it."""

    code: str
    names: Mapping[str, str]
    priority: int
    min_units: int
    skills: tuple[str, ...]
    weight: float
    on_scene_min: float
    stories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """A target: `end` within `seconds` of `start` in `percentile` per cent of cases."""

    priority: int
    start: str
    end: str
    seconds: int
    percentile: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class Watch:
    """A welfare timer: seconds until the patrol is asked, from there to the dispatcher, from there to the commander."""

    status: str
    kind: str
    due_after_s: int
    dispatcher_after_s: int
    commander_after_s: int


@dataclass(frozen=True, slots=True)
class Patrol:
    """A unit of the city: `station` is an index into the city's stations."""

    call_sign: str
    kind: str
    station: int
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in; `at` is `root` or `city`, `key` the name in the file of credentials."""

    key: str
    username: str
    given: str
    family: str
    role: str
    at: str = "city"
    superuser: bool = False


@dataclass(frozen=True, slots=True)
class City:
    """The city staffed in full."""

    default_directorate: str
    seat_within_m: float
    sectors: int
    stations: tuple[tuple[str, str], ...]
    fleet: tuple[Patrol, ...]
    patrol: str
    patrol_status: str
    people: tuple[Account, ...]
    simulated: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """A task that every so-many-th planned shift has: hours after its start, for how long, how many minutes of it."""

    kind: str
    every: int
    night: bool
    after_h: int
    hours: int
    minutes: int
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The shift plan: the pattern's columns, teams, limits, who stays home at night, minimums, tasks."""

    pattern: Mapping[str, Any]
    teams: tuple[str, ...]
    limits: Mapping[str, Any]
    stays_home: frozenset[str]
    missing_tonight: int
    minimums: tuple[Mapping[str, Any], ...]
    tasks: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """What invented people are called and say."""

    given: Sequence[str]
    family: Sequence[str]
    callers: Sequence[str]
    notes_on_scene: Sequence[str]
    notes_at_desk: Sequence[str]
    reasons_for_backup: Sequence[str]
    backup_refused: str
    dispositions: Sequence[str]


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def service() -> Node:
    """The root of the tree."""
    given = _read("organisations")["service"]
    return Node(given["code"], given["name"], "service", tuple(given["location"]))


def nodes() -> list[Node]:
    """Directorates, then border centres."""
    file = _read("organisations")
    return [
        Node(
            given["code"],
            given["name"],
            kind,
            tuple(given["location"]),
            tuple((name, lon, lat) for name, lon, lat in given["stations"]),
        )
        for kind in ("directorate", "border_centre")
        for given in file[kind]
    ]


def kinds() -> list[Kind]:
    """Kinds of incidents, with the stories that callers tell of them."""
    stories = _read("stories")["stories"]
    return [
        Kind(
            code=given["code"],
            names={language: given[language] for language in ("en", "sr", "sl")},
            priority=given["priority"],
            min_units=given["min_units"],
            skills=tuple(given["skills"]),
            weight=given["weight"],
            on_scene_min=given["on_scene_min"],
            stories=tuple(stories.get(given["code"], ())),
        )
        for given in _read("incident_types")["type"]
    ]


def questions() -> dict[str, Any]:
    """What kinds of incidents bring: `plan`, `question`, `disposition`, each a list of tables."""
    return _read("questions")


def goals() -> list[Goal]:
    """Targets, valid for the whole service."""
    return [Goal(*given) for given in _read("targets")["targets"]]


def watches() -> list[Watch]:
    """Welfare timers, valid for the whole service."""
    return [Watch(*given) for given in _read("welfare")["rules"]]


def equipment() -> list[str]:
    """What patrols check when they sign on, in order."""
    return list(_read("equipment")["items"])


def skills() -> list[dict[str, str]]:
    """What the codes of skills are called, by language."""
    return list(_read("skills")["skill"])


def city() -> City:
    """The city staffed in full."""
    file = _read("city")
    return City(
        default_directorate=file["city"]["default_directorate"],
        seat_within_m=file["city"]["seat_within_km"] * 1000,
        sectors=file["city"]["sectors"],
        stations=tuple((given["suffix"], given["name"]) for given in file["station"]),
        fleet=tuple(
            Patrol(sign, kind, station, tuple(skills)) for sign, kind, station, skills in file["fleet"]["units"]
        ),
        patrol=file["fleet"]["patrol"],
        patrol_status=file["fleet"]["patrol_status"],
        people=tuple(Account(key=given["username"], **given) for given in file["account"]),
        simulated=tuple(Account(**given) for given in file["simulated"]),
    )


def talk() -> Talk:
    """What invented people are called and say."""
    file = _read("stories")
    return Talk(
        given=file["people"]["given"],
        family=file["people"]["family"],
        callers=file["people"]["callers"],
        notes_on_scene=file["notes"]["on_scene"],
        notes_at_desk=file["notes"]["desk"],
        reasons_for_backup=file["backup"]["reasons"],
        backup_refused=file["backup"]["refused"],
        dispositions=file["disposition"]["codes"],
    )


def plan() -> Plan:
    """The shift plan of the city."""
    file = _read("plan")
    pattern = dict(file["pattern"])
    return Plan(
        teams=tuple(pattern.pop("teams")),
        pattern=pattern,
        limits=file["limits"],
        stays_home=frozenset(file["night"]["stays_home"]),
        missing_tonight=file["night"]["missing_tonight"],
        minimums=tuple(file["minimum"]),
        tasks=tuple(Duty(**given) for given in file["task"]),
    )
