"""Messages of devices: what each protocol says of place, time, speed, and what is no position."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrols.gps.lip import decode_lip, parse_report
from patrols.gps.osmand import decode_osmand
from patrols.gps.owntracks import decode_owntracks
from patrols.gps.reading import Aside, Message, Reading, Unread, Unreadable
from patrols.gps.traccar import decode_traccar
from patrols.rules import Refusal

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DECODERS = (decode_osmand, decode_owntracks, decode_traccar, decode_lip)


def query(text: str) -> Message:
    return Message(now=NOW, query=dict(parse_qsl(text, keep_blank_values=True)))


def sent(body, **headers) -> Message:
    return Message(now=NOW, headers=headers, body=json.dumps(body).encode())


# --- OsmAnd -----------------------------------------------------------------------------------------------------------


def test_osmand_query():
    (reading,) = decode_osmand(
        query("id=abc&lat=45.25&lon=19.84&timestamp=1793620800&speed=10&bearing=90&altitude=80&accuracy=5&batt=71")
    )
    assert reading == Reading(
        device="abc",
        lon=19.84,
        lat=45.25,
        at=datetime(2026, 11, 2, 12, 0, tzinfo=UTC),
        accuracy_m=5,
        heading_deg=90,
        speed_mps=pytest.approx(5.1444, abs=1e-3),
    )


@pytest.mark.parametrize(
    "stamp",
    [
        "1793620800",
        "1793620800.0",
        "1793620800000",
        "2026-11-02T12:00:00Z",
        "2026-11-02T13:00:00%2B01:00",
        "2026-11-02T13:00:00+01:00",
        "2026-11-02T12:00:00.000Z",
        "2026-11-02T12:00:00",
        "2026-11-02 12:00:00",
        "",
    ],
)
def test_osmand_times(stamp):
    (reading,) = decode_osmand(query(f"id=a&lat=1&lon=2&timestamp={stamp}"))
    assert reading.at == NOW


def test_osmand_other_names():
    (reading,) = decode_osmand(query("deviceid=7&location=45.25,19.84&heading=180&speed=-1&bearing_accuracy=3"))
    assert (reading.device, reading.lon, reading.lat, reading.heading_deg) == ("7", 19.84, 45.25, 180)
    assert (reading.at, reading.speed_mps, reading.accuracy_m) == (NOW, None, None)


def test_osmand_form_and_sos():
    (reading,) = decode_osmand(Message(now=NOW, body=b"id=abc&lat=45.25&lon=19.84&alarm=sos"))
    assert (reading.device, reading.emergency) == ("abc", True)


@pytest.mark.parametrize("text", ["id=a", "id=a&batt=5", "id=a&lat=45", "id=a&lat=1&lon=2&valid=false"])
def test_osmand_without_a_place_is_no_position(text):
    assert decode_osmand(query(text)) == []


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("lat=1&lon=2", "id"),
        ("id=&lat=1&lon=2", "id"),
        ("id=a&lat=x&lon=2", "lat"),
        ("id=a&location=1", "lon"),
        ("id=a&lat=1&lon=nan", "lon"),
        ("id=a&lat=1&lon=2&timestamp=soon", "timestamp"),
        ("id=a&lat=1&lon=2&timestamp=1e300", "timestamp"),
        ("id=a&lat=1&lon=2&timestamp=nan", "timestamp"),
        ("id=a&lat=1&lon=2&speed=fast", "speed"),
        ("id=a&lat=&lon=2", "lat"),
    ],
)
def test_osmand_malformed(text, field):
    with pytest.raises(Unreadable) as refusal:
        decode_osmand(query(text))
    assert refusal.value.field == field


def test_traccar_client_json():
    coords = {"latitude": 45.25, "longitude": 19.84, "accuracy": 4.7, "speed": 12.5, "heading": -1, "altitude": 80}
    location = {"timestamp": "2026-11-02T12:00:00.000Z", "coords": coords, "is_moving": True, "event": "motionchange"}
    (reading,) = decode_osmand(sent({"device_id": "abc", "location": location, "battery": {"level": 0.7}}))
    assert reading == Reading(device="abc", lon=19.84, lat=45.25, at=NOW, accuracy_m=4.7, speed_mps=12.5)
    assert decode_osmand(sent({"device_id": "abc"})) == []


@pytest.mark.parametrize("body", [{}, {"device_id": "a", "location": 1}, {"device_id": "a", "location": {}}, 1])
def test_traccar_client_json_malformed(body):
    with pytest.raises(Unreadable):
        decode_osmand(sent(body))


def test_traccar_client_json_in_batches_with_sos_and_one_that_cannot_be_read():
    coords = {"latitude": 45.25, "longitude": 19.84, "accuracy": -1, "speed": -1, "heading": 270.5}
    good = {"timestamp": 1793620800000, "coords": coords, "extras": {"alarm": "sos"}, "is_moving": False}
    first, second = decode_osmand(sent({"device_id": 48241179, "location": [good, {"coords": None}]}))
    assert (first.device, first.at, first.accuracy_m, first.speed_mps) == ("48241179", NOW, None, None)
    assert (first.heading_deg, first.emergency) == (270.5, True)
    assert second == Unread("location")


def test_osmand_of_its_own_app_in_metres_a_second():
    (reading,) = decode_osmand(
        query("id=a&lat=45.25&lon=19.84&timestamp=1793620800123&hdop=4.0&speed_mps=5.5&bearing=90")
    )
    assert (reading.speed_mps, reading.at.microsecond) == (5.5, 123_000)


def test_osmand_with_its_device_in_the_address():
    (reading,) = decode_osmand(Message(now=NOW, query={"lat": "45.25", "lon": "19.84"}, ident="from-the-address"))
    assert (reading.device, reading.at) == ("from-the-address", NOW)


@pytest.mark.parametrize("lat", ["4_5", "٤٥", "0x2d", "45,25", "1e999"])
def test_numbers_that_only_a_programmer_would_read_are_none(lat):
    with pytest.raises(Unreadable):
        decode_osmand(query(f"id=a&lat={lat}&lon=2"))


# --- OwnTracks --------------------------------------------------------------------------------------------------------

LOCATION = {"_type": "location", "lat": 45.25, "lon": 19.84, "tst": 1793620800, "acc": 9, "vel": 36, "cog": 270}


def test_owntracks_location():
    (reading,) = decode_owntracks(sent(LOCATION, **{"x-limit-u": "p214", "x-limit-d": "phone"}))
    assert reading == Reading(
        device="p214/phone", lon=19.84, lat=45.25, at=NOW, accuracy_m=9, heading_deg=270, speed_mps=pytest.approx(10)
    )


def test_owntracks_names_its_device_by_its_topic_too():
    (reading,) = decode_owntracks(sent(LOCATION | {"topic": "owntracks/p214/phone", "vel": -1}))
    assert (reading.device, reading.speed_mps) == ("p214/phone", None)


def test_owntracks_names_its_device_by_its_tracker_where_nothing_else_does():
    (reading,) = decode_owntracks(
        sent({"_type": "location", "lat": 45.25, "lon": 19.84, "tst": 1793620800, "tid": "JJ"})
    )
    assert reading.device == "JJ"


def test_owntracks_of_a_recorder_in_a_batch_keeps_what_can_be_read():
    ios = LOCATION | {
        "topic": "owntracks/p214/iphone",
        "vel": -1,
        "cog": -1,
        "vac": 4,
        "batt": 55,
        "conn": "m",
        "BSSID": "x",
    }
    readings = decode_owntracks(sent([ios, {"_type": "lwt", "tst": 1}, {"_type": "location"}, 7]))
    assert (readings[0].device, readings[0].speed_mps, readings[0].heading_deg) == ("p214/iphone", None, None)
    assert readings[1] == Aside("lwt")
    assert [one.field for one in readings[2:]] == ["lon", "_type"]


@pytest.mark.parametrize(
    ("kind", "said"), [("transition", "transition"), ("lwt", "lwt"), ("x" * 300, "other"), ("", "other")]
)
def test_owntracks_other_types_say_only_what_they_are(kind, said):
    assert decode_owntracks(sent({"_type": kind, "lat": 1, "lon": 2, "tst": 3})) == [Aside(said)]


def test_owntracks_encrypted_is_refused_as_that_with_its_device():
    refused = [Unread("_type", Refusal.ENCRYPTED, "p214/phone")]
    assert decode_owntracks(sent({"_type": "encrypted", "data": "x", "topic": "owntracks/p214/phone"})) == refused
    assert decode_owntracks(sent([{"_type": "encrypted", "data": "x", "topic": "owntracks/p214/phone"}])) == refused


@pytest.mark.parametrize(
    "body", [{}, 1, {"_type": 1}, {"_type": "location"}, LOCATION | {"tst": "x"}, LOCATION | {"tst": 1e30}]
)
def test_owntracks_malformed(body):
    with pytest.raises(Unreadable):
        decode_owntracks(sent(body))


# --- Traccar ----------------------------------------------------------------------------------------------------------

FORWARD = {
    "position": {
        "id": 1,
        "deviceId": 5,
        "protocol": "teltonika",
        "serverTime": "2026-11-02T12:00:02.000+00:00",
        "deviceTime": "2026-11-02T12:00:00.000+00:00",
        "fixTime": "2026-11-02T12:00:00.000+00:00",
        "outdated": False,
        "valid": True,
        "latitude": 45.25,
        "longitude": 19.84,
        "altitude": 80.0,
        "speed": 10.0,
        "course": 45.0,
        "accuracy": 0.0,
        "attributes": {"ignition": True, "alarm": "sos"},
    },
    "device": {"id": 5, "name": "Patrol 214", "uniqueId": "352093081429150", "status": "online"},
}


def test_traccar_forward():
    (reading,) = decode_traccar(sent(FORWARD))
    assert (reading.device, reading.lon, reading.lat, reading.at) == ("352093081429150", 19.84, 45.25, NOW)
    assert (reading.accuracy_m, reading.heading_deg, reading.emergency) == (None, 45, True)
    assert reading.speed_mps == pytest.approx(5.1444, abs=1e-3)


def test_traccar_by_its_url_template():
    """`forward.type=url`: the same names in a query, the time in milliseconds."""
    asked = (
        "uniqueId=352093081429150&latitude=45.25&longitude=19.84&fixTime=1793620800000&speed=10&course=45&valid=true"
    )
    (reading,) = decode_traccar(query(asked + '&attributes={"alarm":"sos"}'))
    assert (reading.device, reading.at, reading.heading_deg, reading.emergency) == ("352093081429150", NOW, 45, True)
    assert reading.speed_mps == pytest.approx(5.1444, abs=1e-3)
    assert decode_traccar(query(asked.replace("valid=true", "valid=false"))) == []


@pytest.mark.parametrize("at", ["2026-11-02T12:00:00.000+0000", "2026-11-02T12:00:00Z", 1793620800000])
def test_traccar_of_older_and_newer_servers(at):
    (reading,) = decode_traccar(sent(FORWARD | {"position": FORWARD["position"] | {"fixTime": at}}))
    assert reading.at == NOW


def test_traccar_in_a_list_keeps_what_can_be_read():
    first, second = decode_traccar(sent([FORWARD, {"position": {}, "device": {"uniqueId": "1"}}]))
    assert (first.device, second) == ("352093081429150", Unread("longitude"))


def test_traccar_without_a_valid_fix_or_of_an_event_alone_tells_nothing_but_a_call_for_help():
    lost = FORWARD["position"] | {"valid": False}
    assert decode_traccar(sent(FORWARD | {"position": lost | {"attributes": {}}})) == []
    (call,) = decode_traccar(sent(FORWARD | {"position": lost}))
    assert (call.emergency, call.has_fix) == (True, False)
    assert decode_traccar(sent({"event": {"type": "deviceOnline"}, "device": FORWARD["device"]})) == [Aside("event")]


@pytest.mark.parametrize("body", [{}, 1, {"position": {}}, FORWARD | {"device": {}}, {**FORWARD, "position": {}}])
def test_traccar_malformed(body):
    with pytest.raises(Unreadable):
        decode_traccar(sent(body))


# --- TETRA LIP --------------------------------------------------------------------------------------------------------


def short_report(*, elapsed=0, lon=19.84, lat=45.25, error=1, speed=20, direction=4, is_user_data=0, data=3, kind=0):
    """The hex digits of a report, put together by the standard's table."""
    fields = (
        (kind, 2),
        (elapsed, 2),
        (round(lon * 2**25 / 360) % 2**25, 25),
        (round(lat * 2**24 / 180) % 2**24, 24),
        (error, 3),
        (speed, 7),
        (direction, 4),
        (is_user_data, 1),
        (data, 8),
    )
    bits = "".join(f"{value:0{width}b}" for value, width in fields)
    assert len(bits) == 76
    return f"{int(bits, 2):019X}"


def test_lip_short_report():
    report = parse_report(short_report())
    assert (report.lon, report.lat) == (pytest.approx(19.84, abs=1e-5), pytest.approx(45.25, abs=1e-5))
    assert (report.elapsed_s, report.accuracy_m, report.heading_deg, report.reason) == (0, 20, 90, 3)
    assert report.speed_mps == pytest.approx(20 / 3.6)


def test_lip_by_hand():
    """1 degree is 93,206.76 steps of both scales: 0000 + longitude 1 (25 bits) + latitude -1 (24 bits) + zeros."""
    bits = "0000" + f"{93207:025b}" + f"{2**24 - 93207:024b}" + "000" + "0000000" + "0000" + "0" + "00000010"
    report = parse_report(f"{int(bits, 2):019X}")
    assert (report.lon, report.lat) == (pytest.approx(1, abs=1e-5), pytest.approx(-1, abs=1e-5))
    assert (report.accuracy_m, report.speed_mps, report.reason) == (2, 0, 2)


def spaced(digits: str) -> str:
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2)).lower()


def test_lip_of_another_kind_is_said_to_be_that():
    for digits in (short_report(kind=2), "44" + "0" * 30, "0A" + "7" * 25, "4CB" + "0" * 30):
        with pytest.raises(Unreadable) as refusal:
            parse_report(digits)
        assert refusal.value.reason is Refusal.UNSUPPORTED


@pytest.mark.parametrize("digits", ["", "0", short_report() + "00000", short_report()[:-1], "0A", "0xZZ"])
def test_lip_of_another_length_is_malformed(digits):
    with pytest.raises(Unreadable) as refusal:
        parse_report(digits)
    assert refusal.value.reason is Refusal.MALFORMED


def test_lip_as_a_bare_list():
    (reading,) = decode_lip(sent([{"issi": "1", "pdu": spaced(short_report())}]))
    assert reading.device == "1"


@pytest.mark.parametrize(
    "dress", [spaced, lambda s: "0x" + s, str.lower, lambda s: s + "0", lambda s: "0A" + s, lambda s: "0A" + s + "0"]
)
def test_lip_in_other_dress(dress):
    assert parse_report(dress(short_report())) == parse_report(short_report())


@settings(deadline=None)
@given(lon=st.floats(-180, 179.9999), lat=st.floats(-90, 89.9999))
def test_lip_places_come_back(lon, lat):
    report = parse_report(short_report(lon=lon, lat=lat))
    assert (report.lon, report.lat) == (pytest.approx(lon, abs=1.1e-5), pytest.approx(lat, abs=1.1e-5))


@pytest.mark.parametrize(("code", "kmh"), [(0, 0), (28, 28), (29, 29.06), (50, 63.5), (126, 1082), (127, None)])
def test_lip_speed_is_linear_then_geometric(code, kmh):
    speed = parse_report(short_report(speed=code)).speed_mps
    assert speed is None if kmh is None else speed * 3.6 == pytest.approx(kmh, rel=0.005)


def test_lip_batch_with_emergency_age_and_what_cannot_be_read():
    body = {
        "reports": [
            {"issi": 2140001, "pdu": short_report(data=2)},
            {"issi": "2140002", "pdu": short_report(elapsed=1, is_user_data=1, data=2)},
            {"issi": "2140003", "pdu": short_report(kind=1)},
            {"issi": "2140004", "pdu": "zz"},
            {"pdu": short_report()},
            {"issi": "2140005", "pdu": short_report(), "received_at": "2026-11-02T11:00:00Z"},
        ]
    }
    first, second, *unread, last = decode_lip(sent(body))
    assert (first.device, first.emergency, first.at) == ("2140001", True, NOW)
    assert (second.emergency, second.at) == (False, NOW - timedelta(seconds=300))
    assert unread == [Unread("pdu", Refusal.UNSUPPORTED), Unread("pdu"), Unread("issi")]
    assert last.at == NOW - timedelta(hours=1)


def test_lip_single():
    (reading,) = decode_lip(sent({"issi": "1", "pdu": short_report()}))
    assert reading.device == "1"


# --- all --------------------------------------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
names = st.sampled_from(
    "id lat lon timestamp location coords latitude longitude device_id _type tst acc position device uniqueId fixTime "
    "issi pdu reports received_at speed event attributes valid".split()
)
junk = st.recursive(
    scalars | st.just("location") | st.just(NOW.isoformat()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=15,
)


@settings(max_examples=500, deadline=None)
@given(
    body=st.binary(max_size=60) | junk.map(lambda value: json.dumps(value).encode()),
    asked=st.dictionaries(names, st.text(max_size=20)),
    decode=st.sampled_from(DECODERS),
)
def test_whatever_comes_it_is_read_or_refused(body, asked, decode):
    try:
        readings = decode(Message(now=NOW, query=asked, body=body))
    except Unreadable:
        return
    assert all(isinstance(reading, Reading | Unread | Aside) for reading in readings)
