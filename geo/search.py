"""The search behind `selectors.search_gazetteer`: candidates from the database, order from `rules.ranking`.

Two or three small queries for what is spelt right: names, then house numbers, crossings or places of a kind; two more
where somebody slipped. See docs/adr/0010.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import exp

from django.db import connection, transaction
from django.utils.translation import gettext as _

from geo import roads
from geo.models import Place
from geo.region.pack import current_pack
from geo.region.records import LonLat, distance_m
from geo.rules.categories import BY_WORD
from geo.rules.query import Query, parse_query
from geo.rules.ranking import match_score
from geo.rules.text import fold, number_fit, number_value
from geo.search_rows import FIELDS, Found, found_of

CANDIDATES = 60
WHOLE = 0.85  # score of a name that answers the whole query
SURE = 0.72  # score of a name from which no slip needs to be thought of
SIMILAR = 0.34  # word similarity (pg_trgm) from which a name is worth ranking; two slips in a word stay above it
GOOD = 0.45  # score from which a result is shown
STREETS = 8  # best streets whose houses and crossings are looked through
CLOSE = 0.95  # how well a house number fits when it is the one that was asked for
NUMBERS = 30  # house numbers either way among which a missing one is placed
DOORS = 2_000
SAME_M = 120  # two objects of the map with one name this near are one place
GAP_M = 500  # doors further apart are not of one row of houses, or not of one town
MEET_M = 150  # streets that only come this near are told as such
KIND_SCORE = 0.86  # for what is found by its kind (`policija`), not by its name


NAMED = "kind NOT IN ('address', 'crossing')"  # the condition of the index on names
BY_WEIGHT = f"ORDER BY weight DESC, length(key) LIMIT {CANDIDATES}"


def search(text: str, near: LonLat | None, limit: int) -> list[Found]:
    """The places that answer `text`, best first; among equals the nearer to `near`, then the weightier."""
    query = parse_query(text)
    if query.coordinates is not None:
        return [_at_coordinates(query.coordinates)]
    if not query.key:
        return []
    on_road = roads.at_kilometre(query.chainage) if query.chainage else []
    if on_road:
        return on_road[:limit]
    names = [] if query.says_crossing and query.crossings else _named([query.street or query.key])
    found = [_scored(query, place) for place in names]
    if query.number:
        found += _houses(query, names, near)
    for left, right in query.crossings:
        streets = _named([left, right], only_streets=True)
        found += [replace(street, score=match_score(query.key, street.key)) for street in streets]
        found += _crossings(left, right, streets, says_so=query.says_crossing)
    if not query.crossings and not query.number:
        found += _unsaid_crossings(query.key, names)
    found += _of_kind(query, near)
    return _best(found, query, near, limit)


def _at_coordinates(point: LonLat) -> Found:
    """The point itself; taken the other way round where only that lies in the region."""
    pack = current_pack()
    if pack is not None:
        west, south, east, north = pack.bbox
        lon, lat = point
        if west <= lat <= east and south <= lon <= north and not (west <= lon <= east and south <= lat <= north):
            point = (lat, lon)
    name = f"{point[1]:.6f}, {point[0]:.6f}"
    return Found(0, Place.Kind.PLACE, name, name, _("coordinates"), *point, score=1.0)


def _named(texts: Iterable[str], *, only_streets: bool = False) -> list[Found]:
    """Places that have a word beginning like each word of one of `texts` (folded).

    Where that finds nothing good for one of them, also those that resemble it by their trigrams: people slip, and the
    slow question is asked only then. One query, or three.
    """
    asked = list(dict.fromkeys(text for text in texts if text))
    among = "kind = 'street'" if only_streets else "true"
    alike = " OR ".join("(" + " AND ".join(["key ~ %s"] * len(text.split())) + ")" for text in asked)
    sql = f"SELECT {FIELDS} FROM geo_place WHERE {NAMED} AND {among} AND ({alike}) {BY_WEIGHT}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [rf"\m{word}" for text in asked for word in text.split()])
        found = [found_of(row) for row in cursor.fetchall()]
    missed = [text for text in asked if all(match_score(text, place.key) < SURE for place in found)]
    return [*found, *_resembling(missed, among)] if missed else found


def _resembling(texts: Sequence[str], among: str) -> list[Found]:
    """Places whose names resemble one of `texts` by their trigrams. Two queries."""
    like = " OR ".join(["%s <%% key"] * len(texts))
    best = ", ".join(["word_similarity(%s, key)"] * len(texts))
    sql = f"""
        SELECT {FIELDS} FROM geo_place WHERE {NAMED} AND {among} AND ({like})
        ORDER BY GREATEST({best}) DESC, length(key), weight DESC LIMIT {CANDIDATES}
    """  # noqa: S608 - nothing in it comes from the user
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(SIMILAR)])
        cursor.execute(sql, [*texts, *texts])
        return [found_of(row) for row in cursor.fetchall()]


def _scored(query: Query, place: Found) -> Found:
    """A named place with its score; what follows a comma (a town, a quarter) may stand in its detail."""
    score = match_score(query.key, place.key)
    if query.context and not query.number:
        score = max(score, match_score(query.street, place.key) * 0.97)
    return replace(place, score=score)


def _houses(query: Query, names: Iterable[Found], near: LonLat | None) -> Iterator[Found]:
    """Doors of the asked number on the streets that resemble the query, else where that number would be."""
    streets = _best_streets(query.street, names)
    doors = _doors(list(streets), number_value(query.number), near) if streets else {}
    for key, score in streets.items():
        rows = doors.get(key, [])
        fits = [(house, number, fit) for house, number in rows if (fit := number_fit(query.number, number)) > 0]
        is_known = any(fit > CLOSE for _, _, fit in fits)
        for house, number, fit in fits:
            words = _("number %(number)s is not on the map; this is %(nearest)s")
            detail = house.detail if is_known else words % {"number": query.number, "nearest": number}
            yield replace(house, score=score * fit, detail=detail)
        if not fits:
            yield from _missing_door(query.number, rows, score)


def _best_streets(text: str, names: Iterable[Found]) -> dict[str, float]:
    """Keys of the streets that resemble `text`, best first, with their scores."""
    streets: dict[str, float] = {}
    for place in names:
        if place.kind == Place.Kind.STREET:
            score = match_score(text, place.key)
            if score >= GOOD:
                streets[place.street_key] = max(score, streets.get(place.street_key, 0.0))
    return dict(sorted(streets.items(), key=lambda item: -item[1])[:STREETS])


def _doors(streets: list[str], value: int | None, near: LonLat | None) -> Mapping[str, list[tuple[Found, str]]]:
    """Doors on `streets` with numbers about `value` (those without digits where it is None), by street. One query."""
    about = "number_value BETWEEN %s AND %s" if value is not None else "number_value IS NULL"
    order = "point <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)" if near else "id"
    sql = f"""
        SELECT {FIELDS}, number FROM geo_place
        WHERE kind = 'address' AND street_key = ANY(%s) AND {about} ORDER BY {order} LIMIT {DOORS}
    """  # noqa: S608 - nothing in it comes from the user
    span = [] if value is None else [value - NUMBERS, value + NUMBERS]
    with connection.cursor() as cursor:
        cursor.execute(sql, [streets, *span, *(near or ())])
        doors: dict[str, list[tuple[Found, str]]] = {}
        for row in cursor.fetchall():
            doors.setdefault(row[8], []).append((found_of(row), row[-1]))
    return doors


def _missing_door(number: str, rows: list[tuple[Found, str]], score: float) -> list[Found]:
    """Where a number that the map lacks would be: between its neighbours on the same side, else at the nearest."""
    value = number_value(number)
    sides = sorted(
        ((there, house) for house, text in rows if (there := number_value(text)) is not None),
        key=lambda side: (abs(side[0] - (value or 0)), (side[0] - (value or 0)) % 2),
    )
    if value is None or not sides:
        return []
    same = [side for side in sides if (side[0] - value) % 2 == 0] or sides
    below = next((side for side in same if side[0] < value), None)
    above = next((side for side in same if side[0] > value), None)
    nearest = same[0][1]
    lon, lat = nearest.point
    words = _("number %(number)s is not on the map; nearest is %(nearest)s") % {
        "number": number, "nearest": nearest.name.rpartition(" ")[2],
    }  # fmt: skip
    if below and above and distance_m(below[1].point, above[1].point) < GAP_M:
        share = (value - below[0]) / (above[0] - below[0])
        lon = below[1].lon + (above[1].lon - below[1].lon) * share
        lat = below[1].lat + (above[1].lat - below[1].lat) * share
        words = _("number %(number)s is not on the map; it would be between %(below)s and %(above)s") % {
            "number": number, "below": below[0], "above": above[0],
        }  # fmt: skip
    name, latin = (f"{text.rpartition(' ')[0]} {number}" for text in (nearest.name, nearest.name_latin))
    return [replace(nearest, id=0, name=name, name_latin=latin, lon=lon, lat=lat, detail=words, score=score * 0.9)]


def _unsaid_crossings(key: str, names: Sequence[Found]) -> list[Found]:
    """Crossings of two streets named in full one after the other, without a word or sign between them.

    No query where the words are a name of their own; else one, and one for the crossings.
    """
    words = key.split()
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    if not cuts or any(match_score(key, place.key) >= WHOLE for place in names):
        return []
    sql = f"SELECT {FIELDS} FROM geo_place WHERE kind = 'street' AND {NAMED} AND key = ANY(%s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [[part for cut in cuts for part in cut]])
        streets = [found_of(row) for row in cursor.fetchall()]
    known = {street.key for street in streets}
    whole = next((cut for cut in cuts if known.issuperset(cut)), None)
    return _crossings(*whole, streets, says_so=False) if whole else []


def _crossings(left: str, right: str, names: Sequence[Found], *, says_so: bool) -> list[Found]:
    """Where a street of `names` that resembles `left` meets one that resembles `right`. One query, or two."""
    ones, others = _best_streets(left, names), _best_streets(right, names)
    pairs = {
        tuple(sorted((one, other))): (ones[one] + others[other]) / 2 for one in ones for other in others if one != other
    }
    if not pairs:
        return []
    sql = f"""
        SELECT {FIELDS}, cross_key FROM geo_place WHERE kind = 'crossing'
        AND (street_key, cross_key) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
    """  # noqa: S608 - nothing in it comes from the user
    with connection.cursor() as cursor:
        cursor.execute(sql, [[pair[0] for pair in pairs], [pair[1] for pair in pairs]])
        rows = cursor.fetchall()
    sure = 1.0 if says_so else 0.95
    found = [found_of(row, pairs[row[8], row[-1]] * sure) for row in rows]
    return found or _near_meeting(max(pairs, key=lambda pair: pairs[pair]), max(pairs.values()) * 0.8)


def _near_meeting(pair: tuple[str, ...], score: float) -> list[Found]:
    """Where two streets that do not cross come near each other, if they do."""
    sql = """
        SELECT one.name, two.name, one.name_latin, two.name_latin, one.detail, ST_X(spot), ST_Y(spot)
        FROM geo_place one JOIN geo_place two ON two.kind = 'street' AND two.key = %s AND two.line IS NOT NULL
        CROSS JOIN LATERAL ST_ClosestPoint(one.line, two.line) spot
        WHERE one.kind = 'street' AND one.key = %s AND one.line IS NOT NULL
        AND ST_DWithin(one.line::geography, two.line::geography, %s) LIMIT 3
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [pair[1], pair[0], MEET_M])
        rows = cursor.fetchall()
    words = _("these streets do not cross; here they come nearest")
    return [
        Found(0, Place.Kind.CROSSING, f"{one} / {two}", f"{l_one} / {l_two}", words, lon, lat, score)
        for one, two, l_one, l_two, _detail, lon, lat in rows
    ]


def _of_kind(query: Query, near: LonLat | None) -> list[Found]:
    """Places of a kind that the query names (`policija`, `bolnica Novi Sad`), nearest first."""
    words = query.key.split()
    cut = next((at for at in range(len(words), 0, -1) if " ".join(words[:at]) in BY_WORD), 0)
    if cut == 0:
        return []
    rest = " ".join(words[cut:])
    order = "point <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)" if near else "weight DESC, id"
    sql = f"SELECT {FIELDS} FROM geo_place WHERE kind = 'poi' AND category = ANY(%s) ORDER BY {order} LIMIT 40"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [BY_WORD[" ".join(words[:cut])], *(near or ())])
        places = [found_of(row) for row in cursor.fetchall()]
    if not rest:
        return [replace(place, score=KIND_SCORE) for place in places]
    return [
        replace(place, score=KIND_SCORE * max(match_score(rest, fold(place.detail)), match_score(rest, place.key)))
        for place in places
    ]


def _best(found: list[Found], query: Query, near: LonLat | None, limit: int) -> list[Found]:
    """The best of `found`, each place once."""

    def order(place: Found) -> float:
        value = place.score + place.weight / 1000
        if query.number and place.kind == Place.Kind.ADDRESS:
            value += 0.05
        if place.kind == Place.Kind.CROSSING:
            value += 0.05 if query.says_crossing else -0.03
        if query.context:
            value += 0.06 * match_score(query.context, fold(place.detail))
        if near is not None:
            value += 0.04 * exp(-distance_m(place.point, near) / 3_000)
        return value

    chosen: list[Found] = []
    for place in sorted(found, key=order, reverse=True):
        if place.score < GOOD:
            continue
        if any(_is_same(place, other) for other in chosen):
            continue
        chosen.append(place)
        if len(chosen) == limit:
            break
    return chosen


def _is_same(one: Found, two: Found) -> bool:
    """Whether two results are one place: a row found twice, a door drawn twice, a street under its other name."""
    if one.id and one.id == two.id:
        return True
    if one.kind != two.kind or distance_m(one.point, two.point) > SAME_M:
        return False
    if one.kind == Place.Kind.STREET:
        return one.street_key == two.street_key
    return fold(one.name) == fold(two.name) and one.category == two.category
