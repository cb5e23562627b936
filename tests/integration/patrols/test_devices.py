"""Devices of other makers: their proofs, their holders, and those that are refused."""

import base64
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError
from knox.models import AuthToken

from patrols.gps import counts
from patrols.gps.devices import digest_of
from patrols.models import Device, DeviceHolding, IntakeCount, PastPosition, RefusedDevice
from tests import factories
from tests.factories import NOON
from tests.integration.patrols.conftest import client, post
from tests.unit.patrols.test_device_messages import MESSAGES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("gps")]

IDENT = "k3Jd92-unguessable-7Qz"
LOCATION = {"_type": "location", "lat": 45.25, "lon": 19.84, "tst": NOON.timestamp(), "acc": 9}
PDU = "00E1BC3202D83128803"  # 45.25, 19.84


@pytest.fixture
def unit(board):
    return factories.UnitFactory(board=board)


def make(node, ident=IDENT, proof="ident", secret="", **holder) -> Device:
    """A device, and whose it is since yesterday."""
    gateway = holder.pop("is_gateway", False)
    device = Device.objects.create(
        organisation=node,
        ident=ident,
        proof=proof,
        is_gateway=gateway,
        secret_digest=digest_of(secret) if secret else "",
    )
    if holder:
        DeviceHolding.objects.create(device=device, since=NOON - timedelta(days=1), **holder)
    return device


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


async def osmand(ident=IDENT, seconds=0, place="lat=45.25&lon=19.84", **headers):
    at = int((NOON + timedelta(seconds=seconds)).timestamp())
    async with client() as http:
        return await http.get(f"/gps/osmand/?id={ident}&{place}&timestamp={at}", headers=headers)


async def rows():
    return [(row.unit_id, row.at, row.source) async for row in PastPosition.objects.order_by("at")]


def forwarded(ident, seconds=0):
    at = (NOON + timedelta(seconds=seconds)).isoformat()
    return {"position": {"fixTime": at, "latitude": 45.2, "longitude": 19.8}, "device": {"uniqueId": ident}}


async def test_a_device_by_its_unguessable_identifier(unit, directorate):
    await sync_to_async(make)(directorate, unit=unit)
    answer = await osmand()
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert (await osmand()).json()["duplicate"] == 1
    assert await rows() == [(unit.pk, NOON, "osmand")]


def test_an_identifier_that_can_be_guessed_is_no_proof(directorate):
    with pytest.raises(IntegrityError):
        make(directorate, ident="352093081429150")


async def test_a_device_without_its_proof_is_refused_and_listed(unit, directorate):
    await sync_to_async(make)(directorate, ident="by-secret-only-device", proof="secret", secret="s", unit=unit)
    for ident in ("nobody-knows-this-one", "by-secret-only-device"):
        answer = await osmand(ident)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_device")
    listed = [(row.ident, row.reason, row.protocol) async for row in RefusedDevice.objects.order_by("ident")]
    assert listed == [
        ("by-secret-only-device", "unknown_device", "osmand"),
        ("nobody-knows-this-one", "unknown_device", "osmand"),
    ]
    assert await rows() == []


async def test_a_device_by_its_password_or_token(unit, directorate):
    await sync_to_async(make)(directorate, ident="phone", proof="secret", secret="long and random", unit=unit)
    answer = await post("/gps/owntracks/", LOCATION, **basic("phone", "long and random"))
    assert (answer.status_code, answer.json()) == (200, [])
    assert (await osmand("x", 1, Authorization="Bearer long and random")).status_code == 200
    fix = {"lon": 19.84, "lat": 45.25, "at": (NOON + timedelta(seconds=2)).isoformat()}
    assert (await post("/gps/fixes/", fix, Authorization="Token long and random")).json()["accepted"] == 1
    assert [(u, source) for u, _, source in await rows()] == [
        (unit.pk, "owntracks"),
        (unit.pk, "osmand"),
        (unit.pk, "api"),
    ]
    for bad in (basic("phone", "wrong"), basic("nobody", "x"), {"Authorization": "Basic %%"}, {"Authorization": "X y"}):
        assert (await post("/gps/owntracks/", LOCATION, **bad)).status_code == 401


async def test_an_encrypted_message_is_refused_counted_and_its_phone_listed(unit, directorate):
    await sync_to_async(make)(directorate, ident="p214/phone", proof="secret", secret="long and random", unit=unit)
    headers = basic("p214/phone", "long and random") | {"Accept-Language": "en"}
    answer = await post("/gps/owntracks/", {"_type": "encrypted", "data": "x"}, **headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "encrypted")
    assert "take the key out" in answer.json()["message"]
    listed = await RefusedDevice.objects.aget()
    assert (listed.ident, listed.reason, listed.protocol) == ("p214/phone", "encrypted", "owntracks")
    unknown = await post("/gps/owntracks/", {"_type": "encrypted", "data": "x", "topic": "owntracks/x/y"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_device")
    await sync_to_async(counts.flush)()
    assert {row.outcome: row.count async for row in IntakeCount.objects.all()} == {"encrypted": 1, "unknown_device": 1}


async def test_what_tells_no_place_is_taken_and_counted_by_its_kind():
    for kind in ("lwt", "waypoints", "configuration", "steps", "made-up"):
        answer = await post("/gps/owntracks/", {"_type": kind})
        assert (answer.status_code, answer.json()) == (200, [])
    await sync_to_async(counts.flush)()
    assert {row.outcome async for row in IntakeCount.objects.all()} == {
        "kind_lwt", "kind_waypoints", "kind_configuration", "kind_steps", "kind_other",
    }  # fmt: skip


async def test_no_message_of_a_real_device_is_refused_for_what_it_is(unit, directorate):
    await sync_to_async(make)(directorate, "gateway", "secret", "its token", is_gateway=True)
    for ident in {reading["device"] for case in MESSAGES for reading in case.get("readings", ())}:
        device = await sync_to_async(make)(directorate, ident, "gateway")
        await DeviceHolding.objects.acreate(device=device, unit=unit, since=NOON - timedelta(days=9000), until=NOON)
        await DeviceHolding.objects.acreate(device=device, unit=unit, since=NOON)
    for case in MESSAGES:
        headers = case.get("headers", {}) | {"authorization": "Token its token"}
        async with client() as http:
            address, method = f"/gps/{case['door']}/?{case.get('query', '')}", "POST" if "body" in case else "GET"
            answer = await http.request(method, address, content=case.get("body", "").encode(), headers=headers)
        codes = {row["code"] for row in answer.json().get("rejected", ())} if isinstance(answer.json(), dict) else set()
        if "refused" in case:
            assert answer.json()["code"] == case["refused"], case["what"]
        else:
            assert answer.status_code in (200, 422), (case["what"], answer.json())
            assert codes <= {"too_old", "null_island"}, (case["what"], answer.json())  # they are of years ago
    assert {at for _unit, at, _source in await rows()} == {NOON, NOON.replace(day=1, hour=0)}


async def test_other_messages_of_owntracks_are_taken(unit, directorate):
    answer = await post("/gps/owntracks/", {"_type": "lwt", "tst": 1})
    assert (answer.status_code, answer.json()) == (200, [])


async def test_a_device_that_is_made_inactive_is_refused(unit, directorate, forget):
    await sync_to_async(make)(directorate, unit=unit)
    assert (await osmand()).status_code == 200
    await Device.objects.aupdate(active=False)
    forget()
    assert (await osmand(seconds=1)).status_code == 404


async def test_a_device_that_belongs_to_nobody_at_that_time_is_refused_and_listed(unit, directorate):
    await sync_to_async(make)(directorate, unit=unit)
    answer = await osmand(seconds=-2 * 86400)
    assert (answer.status_code, answer.json()["code"]) == (409, "unheld_device")
    assert (await RefusedDevice.objects.aget()).reason == "unheld_device"


async def test_a_device_in_a_vehicle_or_with_an_officer_stands_for_the_unit_of_the_tour(board, directorate):
    vehicle = await sync_to_async(factories.VehicleFactory)()
    officer = await sync_to_async(factories.OfficerFactory)()

    def tours():
        make(directorate, ident="in-the-vehicle-0001", vehicle=vehicle)
        make(directorate, ident="with-the-officer-01", officer=officer)
        early = factories.ShiftFactory(
            unit__board=board, vehicle=vehicle, starts_at=NOON - timedelta(hours=8), ended_at=NOON - timedelta(hours=1)
        )
        late = factories.ShiftFactory(unit__board=board, vehicle=vehicle, starts_at=NOON - timedelta(minutes=10))
        factories.CrewMemberFactory(shift=late, officer=officer, joined_at=late.starts_at)
        return early.unit_id, late.unit_id

    early, late = await sync_to_async(tours)()
    assert (await osmand("in-the-vehicle-0001", -2 * 3600)).status_code == 200
    assert (await osmand("in-the-vehicle-0001", -1800)).status_code == 409
    assert (await osmand("in-the-vehicle-0001")).status_code == 200
    assert (await osmand("with-the-officer-01", -60)).status_code == 200
    assert [unit for unit, _, _ in await rows()] == [early, late, late]


async def test_a_gateway_speaks_for_the_devices_of_its_node_only(unit, directorate, elsewhere, service):
    def devices():
        make(directorate, ident="gate", proof="secret", secret="gate secret", is_gateway=True)
        make(directorate, ident="352093081429150", proof="gateway", unit=unit)
        make(elsewhere, ident="352093081429151", proof="gateway", unit=unit)

    await sync_to_async(devices)()
    gate = {"Authorization": "Token gate secret"}
    ours, theirs, unknown = (forwarded(ident) for ident in ("352093081429150", "352093081429151", "7"))
    answer = await post("/gps/traccar/", [ours, theirs, unknown], **gate)
    body = answer.json()
    assert (answer.status_code, body["accepted"]) == (200, 1)
    assert [(row["index"], row["code"]) for row in body["rejected"]] == [(1, "unknown_device"), (2, "unknown_device")]
    assert (await post("/gps/traccar/", forwarded("352093081429150", 1))).status_code == 404


async def test_a_dispatchers_token_serves_as_a_gateway_of_their_node(unit, directorate, elsewhere, dispatcher):
    _, token = await sync_to_async(AuthToken.objects.create)(dispatcher)
    await sync_to_async(make)(directorate, ident="2140001", proof="gateway", unit=unit)
    await sync_to_async(make)(elsewhere, ident="2140002", proof="gateway", unit=unit)
    reports = [{"issi": issi, "pdu": PDU} for issi in (2140001, 2140002)]
    answer = await post("/gps/lip/", {"reports": reports}, Authorization=f"Token {token}")
    assert [answer.json()["accepted"], answer.json()["rejected"][0]["index"]] == [1, 1]


async def test_a_message_without_a_place_is_taken_and_tells_nothing(unit, directorate):
    await sync_to_async(make)(directorate, unit=unit)
    answer = await osmand(place="batt=50")
    assert (answer.status_code, answer.json()) == (200, {"accepted": 0, "duplicate": 0, "rejected": []})


async def test_what_cannot_be_read_is_refused():
    for path in ("osmand", "owntracks", "traccar", "lip"):
        for sent in (b"{", b"[1]", b'{"_type": 1}', b"\xff", b"1", b"null"):
            answer = await post(f"/gps/{path}/", sent)
            assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), (path, sent)


async def test_a_place_that_cannot_be_is_refused(unit, directorate):
    await sync_to_async(make)(directorate, unit=unit)
    for place, status, code in (
        ("lat=0&lon=0", 422, "null_island"),
        ("lat=91&lon=0", 422, "out_of_range"),
        ("lat=x&lon=0", 400, "malformed"),
    ):
        answer = await osmand(place=place)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_other_ways_than_the_protocols_are_refused():
    async with client() as http:
        for path in ("owntracks", "fixes", "lip"):
            assert (await http.get(f"/gps/{path}/")).status_code == 405
