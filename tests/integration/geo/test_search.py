"""Search in the invented town: the same path as a real map."""

from datetime import date

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from geo import selectors
from geo.models import Area, Place
from geo.region.records import distance_m

pytestmark = pytest.mark.usefixtures("town")


@pytest.mark.parametrize(
    "text",
    [
        "Булевар летећих ћилима 1",
        "bulevar letećih ćilima 1",
        "bul letecih cilima 1",
        "BULEVAR LETECIH CILIMA br. 1",
        "bulevar leteicih cilima 1",
    ],
)
def test_both_scripts_and_slips_find_one_door(text):
    assert selectors.search_gazetteer(text)[0].name == "Булевар летећих ћилима 1"


def test_dj_and_d_find_a_street_with_its_own_letter():
    for text in ("Ђурђевкова 1", "Djurdjevkova 1", "Đurđevkova 1", "durdevkova 1"):
        assert selectors.search_gazetteer(text)[0].name == "Ђурђевкова 1"


def test_a_missing_number_is_placed_between_its_neighbours_and_says_so():
    door = Place.objects.get(kind="address", name="Ђурђевкова 5")
    Place.objects.filter(kind="address", name="Ђурђевкова 5").delete()
    first = selectors.search_gazetteer("Ђурђевкова 5")[0]
    assert first.id == 0
    assert first.name == "Ђурђевкова 5"
    assert "3" in first.detail
    assert "7" in first.detail
    assert first.point == pytest.approx(door.point.coords, abs=1e-5)


def test_streets_that_only_come_near_say_so():
    names = list(Place.objects.filter(kind="street", line__isnull=False).values_list("key", flat=True))
    pairs = set(Place.objects.filter(kind="crossing").values_list("street_key", "cross_key"))
    one, two = pairs.copy().pop()
    Place.objects.filter(kind="crossing", street_key=one, cross_key=two).delete()
    assert one in names
    first = selectors.search_gazetteer(f"{one} / {two}")[0]
    assert (first.kind, first.id) == ("crossing", 0)
    assert first.detail


def test_nonsense_finds_nothing_and_breaks_nothing():
    for text in (
        "",
        "   ",
        "/",
        "%%%",
        "'; drop table",
        "\\",
        "[(*",
        "xqzw",
        "&",
        "🚓",
        "a" * 500,
        "46",
        ".",
        "i",
        "ugao",
        "bb",
    ):
        assert isinstance(selectors.search_gazetteer(text), list)


def test_near_decides_among_equals():
    pharmacies = Place.objects.filter(category="amenity=cafe")
    for place in pharmacies:
        found = selectors.search_gazetteer("kafić", near=place.point.coords)
        assert found[0].category == "amenity=cafe"


def test_a_spot_is_described_by_what_is_nearest():
    door = Place.objects.filter(kind="address").first()
    lon, lat = door.point.coords
    assert door.name in [place.name for place in selectors.reverse(lon, lat)]
    corner = Place.objects.filter(kind="crossing").first()
    first = selectors.reverse(*corner.point.coords)[0]
    assert (first.kind, round(first.distance_m)) == ("crossing", 0)
    assert selectors.reverse(0.0, 0.0) == []
    assert selectors.describe(0.0, 0.0) == "0.00000, 0.00000"


def test_addresses_for_the_demo_are_the_same_for_the_same_seed():
    one, two, other = (selectors.random_addresses(20, seed) for seed in (1, 1, 2))
    assert [place.key for place in one] == [place.key for place in two]
    assert [place.key for place in one] != [place.key for place in other]


@pytest.mark.parametrize("k", [1, 2, 6])
def test_sectors_cover_the_region_without_overlap(town, k):
    sectors = selectors.make_sectors(k)
    assert len(sectors) == k
    assert len({sector.name for sector in sectors}) == k
    whole = Polygon.from_bbox(town.manifest["bbox"]).area
    assert sum(sector.geometry.area for sector in sectors) == pytest.approx(whole, rel=1e-6)
    assert all(isinstance(sector.geometry, MultiPolygon) and sector.geometry.valid for sector in sectors)


def test_the_summary_names_the_police(town):
    summary = selectors.region_summary()
    assert summary.name == town.name
    assert len(summary.police) == 3


def test_the_smallest_valid_area_answers_for_a_point(directorate):
    def square(half):
        return MultiPolygon(Polygon.from_bbox((15.5 - half, 42.7 - half, 15.5 + half, 42.7 + half)), srid=4326)

    wide = Area.objects.create(kind="sector", code="W", name="W", organisation=directorate, geometry=square(0.02))
    narrow = Area.objects.create(
        kind="sector", code="N", name="N", organisation=directorate, geometry=square(0.01), valid_to=date(2026, 1, 1)
    )
    point = (15.5, 42.7)
    assert selectors.area_of(point, on=date(2026, 1, 1), kind=Area.Kind.SECTOR) == narrow
    assert selectors.area_of(point, on=date(2026, 1, 2), kind=Area.Kind.SECTOR) == wide
    assert selectors.area_of(point, on=date(2026, 1, 2), kind=Area.Kind.SECTOR, organisations=[0]) is None
    assert selectors.area_of((0.0, 0.0), on=date(2026, 1, 2), kind=Area.Kind.SECTOR) is None


def test_a_kilometre_of_a_road_is_measured_between_its_stones():
    stones = {stone.number_value: stone for stone in Place.objects.filter(kind="road_km", street_key="99")}
    assert sorted(stones)[:2] == [12_000, 13_000]
    first = selectors.search_gazetteer("put 99 km 12+500")[0]
    assert (first.kind, first.id, first.name) == ("road_km", 0, "99 km 12+500")
    assert "12" in first.detail
    assert "13" in first.detail
    road = Place.objects.get(kind="road", street_key="99")
    assert road.line.distance(Point(*first.point)) < 1e-6
    ends = [stones[12_000].point, stones[13_000].point]
    assert all(300 < distance_m(first.point, end.coords) <= 510 for end in ends)


def test_a_stone_itself_is_found_in_either_script_and_under_its_class():
    stone = Place.objects.get(kind="road_km", street_key="99", number_value=13_000)
    for text in ("put 99 km 13", "пут 99 км 13", "M-99 km 13+000", "13. kilometar puta 99"):
        found = selectors.search_gazetteer(text)
        assert [place.id for place in found] == [stone.pk]


def test_beyond_the_last_stone_it_says_from_which_and_how_far():
    last = Place.objects.filter(kind="road_km", street_key="99").order_by("-number_value").first()
    first = selectors.search_gazetteer(f"99 km {last.number_value // 1000}+200")[0]
    assert first.name == f"99 km {last.number_value // 1000}+200"
    assert "200" in first.detail
    assert 100 < distance_m(first.point, last.point.coords) <= 210


def test_a_kilometre_far_from_every_stone_is_not_guessed():
    found = selectors.search_gazetteer("put 99 km 300")
    assert [(place.kind, place.name) for place in found] == [("road", "99 km 300")]
    assert "300" in found[0].detail


def test_a_road_without_stones_is_found_as_the_road_and_says_why():
    Place.objects.filter(kind="road_km").delete()
    found = selectors.search_gazetteer("put 99 km 12")
    assert [(place.kind, place.name) for place in found] == [("road", "99 km 12")]
    assert found[0].detail


def test_a_road_that_the_map_does_not_know_is_searched_for_as_words():
    assert all(place.kind not in ("road", "road_km") for place in selectors.search_gazetteer("put 77 km 12"))
