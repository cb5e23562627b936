"""The demo's data says what it must."""

from itertools import chain

from core.rules import Role
from core.transliteration import to_latin
from simulation import demo

NODES = demo.nodes()


def test_all_27_directorates_are_there():
    seats = {to_latin(node.name).removeprefix("PU ") for node in NODES if node.kind == "directorate"}
    assert seats == {
        "Beograd", "Bor", "Čačak", "Jagodina", "Kikinda", "Kragujevac", "Kraljevo", "Kruševac", "Leskovac", "Niš",
        "Novi Pazar", "Novi Sad", "Pančevo", "Pirot", "Požarevac", "Prijepolje", "Prokuplje", "Smederevo", "Sombor",
        "Sremska Mitrovica", "Subotica", "Šabac", "Užice", "Valjevo", "Vranje", "Zaječar", "Zrenjanin",
    }  # fmt: skip


def test_all_7_border_centres_are_there():
    assert sum(node.kind == "border_centre" for node in NODES) == 7


def test_well_over_a_hundred_stations_stand_below_them():
    assert sum(len(node.stations) for node in NODES) > 100


def test_codes_are_used_once():
    assert len({node.code for node in NODES}) == len(NODES)


def test_seats_lie_in_the_country():
    places = chain.from_iterable([node.location, *(station[1:] for station in node.stations)] for node in NODES)
    assert all(18.8 < lon < 23.1 and 42.2 < lat < 46.3 for lon, lat in places)


def test_kinds_have_names_in_all_languages():
    kinds = demo.kinds()
    assert len(kinds) >= 20
    assert all(kind.names[language] for kind in kinds for language in ("en", "sr", "sl"))
    assert {kind.priority for kind in kinds} == {1, 2, 3, 4}


def test_whatever_is_called_in_has_a_story():
    assert all(kind.stories for kind in demo.kinds() if kind.weight > 0)


def test_every_priority_has_a_target_to_arrival():
    found = {goal.priority for goal in demo.goals() if (goal.start, goal.end) == ("received", "on_scene")}
    assert found == {1, 2, 3, 4}


def test_people_have_known_roles():
    city = demo.city()
    assert {account.role for account in (*city.people, *city.simulated)} <= set(Role)
    assert [account.key for account in city.people] == ["admin", "commander", "dispatcher", "dispatcher2", "patrol"]


def test_the_persons_patrol_is_in_the_fleet():
    city = demo.city()
    assert city.patrol in {patrol.call_sign for patrol in city.fleet}
    assert 18 <= len(city.fleet) <= 24
