"""Coordinates in the notations that people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.rules.coordinates import parse_coordinates

PLACE = (19.8451, 45.2554)


@pytest.mark.parametrize(
    "text",
    [
        "45.2554, 19.8451",
        "45.2554 19.8451",
        "45.2554,19.8451",
        "45,2554 19,8451",
        "45,2554; 19,8451",
        "45.2554N, 19.8451E",
        "N45.2554 E19.8451",
        "E19.8451 N45.2554",
        "19.8451° E, 45.2554° N",
        "geo:45.2554,19.8451",
        "45°15'19.44\"N 19°50'42.36\"E",
        "45° 15′ 19.44″ N, 19° 50′ 42.36″ E",
        "45 15.324 N 19 50.706 E",
        "45°15.324' 19°50.706'",
        "45 15 19.44 19 50 42.36",
        "34T 409381.6 5011971.4",
        "UTM 34T 409381.6 5011971.4",
    ],
)
def test_usual_notations_mean_the_same_place(text):
    lon, lat = parse_coordinates(text)
    assert lon == pytest.approx(PLACE[0], abs=2e-5)
    assert lat == pytest.approx(PLACE[1], abs=2e-5)


def test_south_and_west_are_negative():
    assert parse_coordinates("33.9S 70.5W") == (-70.5, -33.9)
    assert parse_coordinates("-33.9, -70.5") == (-70.5, -33.9)


@pytest.mark.parametrize(
    "text",
    [
        "", "46", "45.25", "27. marta 5", "1300 kaplara", "46, 12", "Futoška 46/3", "5 3 2 1", "45.2 19.8 3.1",
        "99.5, 19.8", "45.2N 19.8N", "45°75'00\"N 19°50'42\"E", "45.25 N", "Bulevar 45.25, 19.84", "1-2", "N E",
    ],
)  # fmt: skip
def test_anything_else_is_not_coordinates(text):
    assert parse_coordinates(text) is None


@given(st.floats(-179.9, 179.9), st.floats(-89.9, 89.9))
def test_what_is_printed_is_read_back(lon, lat):
    found = parse_coordinates(f"{lat:.6f}, {lon:.6f}")
    assert found == pytest.approx((lon, lat), abs=1e-6)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    found = parse_coordinates(text)
    assert found is None or (abs(found[0]) <= 180 and abs(found[1]) <= 90)
