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
        "34T E 409381 N 5011971",
        "34TDR0938111971",
        "34T DR 09381 11971",
        "mgrs 34t dr 09381 11971",
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


# Reckoned with GEOTRANS (the package mgrs 1.6.0), each in another zone, band or hemisphere.
@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("34TEN7263496840", (21.895803, 43.320897)),
        ("33TWH4095127622", (15.499995, 42.700001)),
        ("33TVM6177200488", (14.505804, 46.056903)),
        ("56HLH3490052288", (151.215299, -33.856802)),
        ("32VKN9747700830", (5.324153, 60.392994)),
        ("17NQA7826555318", (-78.500002, 0.500004)),
        ("35WMU5605496799", (25.780013, 71.169997)),
        ("19GDL2118416563", (-70.000002, -44.999998)),
    ],
)
def test_mgrs_means_what_others_reckon(text, point):
    assert parse_coordinates(text) == pytest.approx(point, abs=1.5e-5)


def test_a_coarse_mgrs_square_means_its_middle():
    lon, lat = parse_coordinates("34T DR 093 119")
    assert (lon, lat) == pytest.approx(parse_coordinates("34T DR 09350 11950"), abs=1e-6)


@pytest.mark.parametrize(
    "text",
    ["34T", "34T DR", "34T DR 1", "34T DR 093 11", "34T AR 093 119", "34T IR 09 11", "61T DR 09 11", "00T DR 09 11"],
)
def test_what_names_no_square_is_not_coordinates(text):
    assert parse_coordinates(text) is None
