"""A real city: the figures that are known of it, and addresses as people type them. Skips where its file is missing."""

import time
from statistics import quantiles

import pytest

from geo import routing, selectors
from geo.models import Area, Place
from geo.routing.straight import great_circle_m

DOOR = (19.8322933, 45.2577975)  # Булевар ослобођења 46
CENTRE = (19.84, 45.25)

pytestmark = pytest.mark.usefixtures("novi_sad")


def test_the_figures_are_those_of_the_file(novi_sad):
    counts = novi_sad.manifest["counts"]
    assert round(counts["road_km"]) == 865
    assert counts["street_names"] == 1_111
    assert counts["address"] == Place.objects.filter(kind="address").count() == 34_142
    assert counts["police"] == Place.objects.filter(category="amenity=police").count() == 15
    assert counts["areas"] == Area.objects.filter(from_pack=True).count() == 24


@pytest.mark.parametrize(
    "text",
    [
        "Булевар ослобођења 46", "bulevar oslobodjenja 46", "bulevar oslobođenja 46", "BULEVAR OSLOBODENJA 46",
        "bul. oslobođenja br. 46", "bul osl 46", "bulevra oslobodjenja 46", "Bulevar oslobođenja 46, stan 12",
        "Bulevar oslobođenja 46, Novi Sad", "Novi Sad, bulevar oslobodjenja 46", "ул. Булевар ослобођења бр. 46",
        "oslobođenja bulevar 46", "bulevar oslobodenja46".replace("a46", "a 46"),
    ],
)  # fmt: skip
def test_however_it_is_written_the_same_door_comes_first(text):
    first = selectors.search_gazetteer(text)[0]
    assert (first.kind, first.name) == ("address", "Булевар ослобођења 46")
    assert first.point == pytest.approx(DOOR)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Futoška / Hajduk Veljkova", "crossing", "Футошка / Хајдук Вељкова"),
        ("Футошка и Хајдук Вељкова", "crossing", "Футошка / Хајдук Вељкова"),
        ("ugao Futoške i Hajduk Veljkove", "crossing", "Футошка / Хајдук Вељкова"),
        ("futoska & hajduk veljkova", "crossing", "Футошка / Хајдук Вељкова"),
        ("futoska hajduk veljkova", "crossing", "Футошка / Хајдук Вељкова"),
        ("Futoška 2", "address", "Футошка 2"),
        ("Ћирила и Методија 5", "address", "Ћирила и Методија 5"),
        ("1300 kaplara 5", "address", "1300 каплара 5"),
        ("Laze Teleckog 9", "address", "Лазе Телечког 9"),
        ("fut", "street", "Футошка"),
        ("Liman 3", "place", "Лиман 3"),
        ("policijska stanica detelinara", "poi", "Полицијска станица Детелинара"),
    ],
)
def test_what_people_say_is_found_first(text, kind, name):
    first = selectors.search_gazetteer(text, near=CENTRE)[0]
    assert (first.kind, first.name) == (kind, name)


def test_police_are_found_by_their_kind():
    found = selectors.search_gazetteer("policija", near=CENTRE, limit=20)
    assert sum(place.category == "amenity=police" for place in found) >= 10


def test_coordinates_the_wrong_way_round_are_turned():
    for text in ("45.2554, 19.8451", "19.8451, 45.2554"):
        assert selectors.search_gazetteer(text)[0].point == (19.8451, 45.2554)


def test_searches_are_quick():
    texts = (
        "Булевар ослобођења 46",
        "bul osl 46",
        "bulevra oslobodjenja 46",
        "Futoška / Hajduk Veljkova",
        "policija",
        "fut",
    )
    for text in texts:
        selectors.search_gazetteer(text, near=CENTRE)
    spent = []
    for text in texts * 5:
        started = time.process_time(), time.perf_counter()
        selectors.search_gazetteer(text, near=CENTRE)
        spent.append(time.perf_counter() - started[1])
    assert quantiles(spent, n=20)[9] < 0.05


def test_the_nearest_by_road_is_found_among_a_thousand_without_asking_about_all():
    doors = selectors.random_addresses(1_006, seed=5)
    units = [routing.Candidate(at, door.point) for at, door in enumerate(doors[:1_000])]
    for target in (door.point for door in doors[1_000:]):
        near = sorted(units, key=lambda unit: great_circle_m(unit.point, target))[:150]
        best = min(leg.duration_s for leg in routing.eta_matrix([unit.point for unit in near], target))
        first = routing.nearest_by_eta(target, units)[0]
        assert first[1].source == "route"
        assert first[1].duration_s == best
