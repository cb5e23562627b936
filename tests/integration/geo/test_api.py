"""The gazetteer, ways and the map over HTTP."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from geo.admin import OutlineField
from geo.models import Area

GAZETTEER, REVERSE, ROUTES, REGION, BASEMAP = (
    "/api/v1/gazetteer/", "/api/v1/gazetteer/reverse/", "/api/v1/routes/", "/api/v1/region/", "/region/basemap.pmtiles",
)  # fmt: skip


@pytest.fixture
def client(client_of, dispatcher):
    return client_of(dispatcher)


@pytest.mark.django_db
@pytest.mark.parametrize("address", [GAZETTEER, REVERSE, ROUTES, REGION, BASEMAP])
def test_strangers_see_nothing(client_of, address):
    assert client_of(None).get(address).status_code == 401


def test_a_search_answers_with_places(client, town):
    body = client.get(GAZETTEER, {"q": "djurdjevkova 1", "near": "15.5,42.7", "limit": "3"}).json()
    first = body["results"][0]
    assert first["name"] == "Ђурђевкова 1"
    assert first["name_latin"] == "Đurđevkova 1"
    assert first["kind"] == "address"
    assert first["id"]
    assert len(body["results"]) <= 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"q": "a", "near": "north"}, "near"),
        ({"q": "a", "near": "15.5"}, "near"),
        ({"q": "a", "near": "nan,nan"}, "near"),
        ({"q": "a", "limit": "-1"}, "limit"),
        ({"q": "a\0b"}, "q"),
    ],
)
def test_a_malformed_search_names_its_field(client, db, query, field):
    answer = client.get(GAZETTEER, query)
    assert answer.status_code == 400
    assert answer.json()["field"] == field


def test_a_spot_is_described(client, town):
    body = client.get(REVERSE, {"lon": "15.5", "lat": "42.706"}).json()
    assert body["results"][0]["distance_m"] >= 0
    assert client.get(REVERSE, {"lon": "15.5"}).json()["field"] == "lat"
    assert client.get(REVERSE, {"lon": "15.5", "lat": "x"}).status_code == 400


def test_a_way_is_given(client, town):
    body = client.get(ROUTES, {"from": "15.502,42.706", "to": "15.502,42.692"}).json()
    assert body["source"] == "route"
    assert body["geometry"]["type"] == "LineString"
    assert body["maneuvers"][0]["instruction"]
    assert client.get(ROUTES, {"from": "15.502,42.706"}).json()["field"] == "to"


def test_the_region_says_whom_to_thank_and_where_its_map_is(client, town):
    body = client.get(REGION).json()
    assert body["name_latin"] == "Izmišljevo"
    assert body["is_invented"]
    assert body["attribution"]
    assert body["basemap"].startswith(BASEMAP)
    assert len(body["bbox"]) == 4


def test_without_a_region_there_is_none_to_be_found(client, db, settings, tmp_path):
    settings.REGION_DIR = tmp_path
    for address in (REGION, BASEMAP):
        answer = client.get(address)
        assert answer.status_code == 404
        assert answer.json()["code"] == "no_region"
    assert client.get(GAZETTEER, {"q": "a"}).json() == {"results": []}


class TestBasemap:
    @pytest.fixture(autouse=True)
    def _town(self, town_pack, client):
        self.pack, self.client = town_pack, client
        self.data = town_pack.basemap.read_bytes()

    def get(self, **headers):
        return self.client.get(BASEMAP, headers=headers)

    def test_the_whole_file(self):
        answer = self.get()
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == self.data
        assert answer["Accept-Ranges"] == "bytes"

    @pytest.mark.parametrize(
        ("wanted", "start", "end"),
        [("bytes=0-6", 0, 7), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=10-99999999", 10, None)],
    )
    def test_a_part(self, wanted, start, end):
        answer = self.get(Range=wanted)
        assert answer.status_code == 206
        assert answer.content == self.data[start:end]
        first = start % len(self.data)
        assert answer["Content-Range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(self.data)}"

    @pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=9-3", "bytes=-", "lines=1-2", "bytes=1-2,4-5"])
    def test_a_part_that_is_not_there(self, wanted):
        answer = self.get(Range=wanted)
        assert answer.status_code == 416
        assert answer["Content-Range"] == f"bytes */{len(self.data)}"

    def test_the_tag_changes_with_the_pack_and_nothing_is_sent_twice(self):
        tag = self.get(Range="bytes=0-6")["ETag"]
        assert tag == f'"{self.pack.id}"'
        assert self.get(**{"If-None-Match": tag}).status_code == 304
        assert self.get(**{"Range": "bytes=0-6", "If-Range": '"another"'}).status_code == 200

    def test_only_the_exact_version_is_kept_for_good(self):
        assert (
            "immutable"
            in self.client.get(f"{BASEMAP}?v={self.pack.id}", headers={"Range": "bytes=0-6"})["Cache-Control"]
        )
        assert "no-cache" in self.get(Range="bytes=0-6")["Cache-Control"]


SQUARE = {"type": "Polygon", "coordinates": [[[15.4, 42.6], [15.6, 42.6], [15.6, 42.8], [15.4, 42.6]]]}


@pytest.mark.django_db
class TestAdmin:
    @pytest.fixture(autouse=True)
    def _admin(self, client_of):
        user = get_user_model().objects.create(username="root", is_staff=True, is_superuser=True)
        self.client = client_of(user)

    def test_an_area_is_drawn_as_geojson_and_nothing_is_fetched_from_outside(self):
        page = self.client.get(reverse("admin:geo_area_add"))
        assert b"<textarea" in page.content
        assert b"openstreetmap.org" not in page.content
        given = {
            "kind": "sector",
            "code": "A1",
            "name": "A",
            "geometry": json.dumps(SQUARE),
            "valid_from": "",
            "valid_to": "",
        }
        self.client.post(reverse("admin:geo_area_add"), given)
        assert Area.objects.get(code="A1").geometry.geom_type == "MultiPolygon"

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "x",
            "[]",
            "{}",
            '{"type": "Point", "coordinates": [1, 2]}',
            json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}),
        ],
    )
    def test_a_bad_outline_is_refused(self, given):
        record = {"kind": "sector", "code": "A1", "name": "A", "geometry": given}
        assert self.client.post(reverse("admin:geo_area_add"), record).status_code == 200
        assert not Area.objects.exists()

    def test_an_outline_is_shown_as_it_was_given(self):
        field = OutlineField()
        shape = field.to_python(json.dumps({"type": "Feature", "geometry": SQUARE}))
        assert not field.has_changed(shape, field.prepare_value(shape))

    def test_areas_of_the_map_are_only_shown(self, town):
        area = Area.objects.filter(from_pack=True).first()
        assert self.client.get(reverse("admin:geo_area_delete", args=[area.pk])).status_code == 403
        for name in ("place", "region", "area"):
            assert self.client.get(reverse(f"admin:geo_{name}_changelist")).status_code == 200
