"""Coordinates as people write them: decimal degrees, minutes and seconds, hemispheres, UTM, MGRS."""

import math
import re

_SIGNS = str.maketrans({"′": "'", "’": "'", "″": '"', "”": '"', "“": '"', "º": "°", "−": "-"})
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([NSEW])|([-+])|([°'\"])|([,;/:]))\s*")
_UTM = re.compile(
    r"(\d{1,2})\s*([C-HJ-NP-X])\s+E?\s*(\d{6}(?:\.\d+)?)\s*M?E?[\s,]+N?\s*(\d{5,7}(?:\.\d+)?)\s*M?N?",
)
_MGRS = re.compile(r"(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])([A-HJ-NP-V])\s*((?:\d\s*){2,10})")

LETTERS, DEGREE = "NSEW", "°"
PARTS = 3  # degrees, minutes, seconds
_SIXTY = 60
_PAIR = 2

# MGRS: bands of latitude from 80° south, squares of 100 km by two letters (columns by zone, rows repeat every 2,000 km).
_BANDS, _BAND_DEG, _FIRST_BAND = "CDEFGHJKLMNPQRSTUVWX", 8, -80
_COLUMNS, _ROWS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ"), "ABCDEFGHJKLMNPQRSTUV"
_SQUARE_M, _CYCLE_M, _DIGITS, _ZONES = 100_000, 2_000_000, 5, 60
_SPARE_DEG = 1.0  # how far a square may reach over its band
_HALF_ZONE_DEG = (4.0, 7.0)  # how far from its middle a zone may reach; the second about Norway and Svalbard

# WGS 84 and the UTM scale, for `_from_utm`.
_A = 6_378_137.0
_F = 1 / 298.257223563
_K0 = 0.9996


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """Longitude and latitude (degrees, WGS 84) written in `text`, or None if it is anything else.

    Understands `45.2554, 19.8451`, `45,2554 19,8451`, `45°15'19"N 19°50'42"E`, `N45 15.32 E19 50.7`,
    `E19.8451 N45.2554`, `45 15 19 19 50 42`, `geo:45.2554,19.8451`, UTM `34T 409388 5012045` and MGRS
    `34T DR 09381 11971`. Without hemispheres latitude comes first.
    """
    plain = text.translate(_SIGNS).replace("''", '"').strip().upper().removeprefix("GEO:")
    utm = _UTM.fullmatch(plain.removeprefix("UTM").strip())
    if utm is not None:
        zone, band, east, north = utm.groups()
        return _checked(*_from_utm(int(zone), band >= "N", float(east), float(north)))
    mgrs = _MGRS.fullmatch(plain.removeprefix("MGRS").strip(" :"))
    if mgrs is not None:
        return _from_mgrs(*mgrs.groups())
    if "." not in plain:
        plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    tokens = _tokens(plain)
    angles = _angles(tokens) if tokens else None
    if angles is None:
        return None
    (first, first_axis), (second, second_axis) = angles
    if {first_axis, second_axis} == {"lon", "lat"} and first_axis == "lon":
        return _checked(first, second)
    return _checked(second, first) if first_axis != second_axis or first_axis is None else None


def _checked(lon: float, lat: float) -> tuple[float, float] | None:
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None  # noqa: PLR2004 - degrees


def _tokens(text: str) -> list[str]:
    """The tokens of `text`, or nothing when something in it cannot belong to coordinates."""
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return []
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


def _is_number(token: str) -> bool:
    return token[0].isdigit()


def _angles(tokens: list[str]) -> list[tuple[float, str | None]] | None:
    """The two angles in `tokens` with the axis that a hemisphere gives them."""
    groups = _split(tokens)
    if groups is None:
        return None
    angles = [_angle(group) for group in groups]
    if any(angle is None for angle in angles):
        return None
    numbers = sum(_is_number(token) for token in tokens)
    marked = any(token in LETTERS + "°" or "." in token for token in tokens)
    return [angle for angle in angles if angle is not None] if marked or numbers == 2 * PARTS else None


def _split(tokens: list[str]) -> tuple[list[str], list[str]] | None:
    """`tokens` cut in two: at the hemispheres, else at the second degree sign, else in the middle."""
    letters = [at for at, token in enumerate(tokens) if token in LETTERS]
    numbers = [at for at, token in enumerate(tokens) if _is_number(token)]
    if len(letters) == _PAIR:
        cut = letters[1] if letters[0] == 0 else letters[0] + 1
    elif letters:
        return None
    else:
        degrees = [at for at, token in enumerate(tokens) if token in DEGREE]
        if len(degrees) == _PAIR:
            cut = degrees[1] - 1
        elif len(numbers) in (2, 4, 6) and not degrees:
            cut = numbers[len(numbers) // 2]
        else:
            return None
        if cut > 0 and tokens[cut - 1] in "-+":
            cut -= 1
    first, second = tokens[:cut], tokens[cut:]
    return (first, second) if first and second else None


def _angle(tokens: list[str]) -> tuple[float, str | None] | None:
    """Degrees and axis of one angle: one to three numbers, an optional sign and hemisphere."""
    parts = [float(token) for token in tokens if _is_number(token)]
    if not 1 <= len(parts) <= PARTS or any(part >= _SIXTY for part in parts[1:]):
        return None
    if any(not part.is_integer() for part in parts[:-1]):
        return None
    value = sum(part / _SIXTY**power for power, part in enumerate(parts))
    letter = next((token for token in tokens if token in LETTERS), None)
    if "-" in tokens or letter in ("S", "W"):
        value = -value
    axis = None if letter is None else "lat" if letter in "NS" else "lon"
    return value, axis


def _from_utm(zone: int, northern: bool, east_m: float, north_m: float) -> tuple[float, float]:
    """Longitude and latitude of a UTM point (Krüger series to n³, good to millimetres)."""
    n = _F / (2 - _F)
    radius = _A / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)
    delta = (2 * n - 2 * n**2 / 3 - 2 * n**3, 7 * n**2 / 3 - 8 * n**3 / 5, 56 * n**3 / 15)
    xi = (north_m - (0 if northern else 10_000_000)) / (_K0 * radius)
    eta = (east_m - 500_000) / (_K0 * radius)
    xi_1, eta_1 = xi, eta
    for j, factor in enumerate(beta, start=1):
        xi_1 -= factor * math.sin(2 * j * xi) * math.cosh(2 * j * eta)
        eta_1 -= factor * math.cos(2 * j * xi) * math.sinh(2 * j * eta)
    chi = math.asin(math.sin(xi_1) / math.cosh(eta_1))
    lat = chi + sum(f * math.sin(2 * j * chi) for j, f in enumerate(delta, start=1))
    lon = math.atan2(math.sinh(eta_1), math.cos(xi_1))
    return math.degrees(lon) + 6 * zone - 183, math.degrees(lat)


def _from_mgrs(zone: str, band: str, column: str, row: str, digits: str) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of an MGRS square (of its corner where it is a metre), or None.

    After NGA.STND.0037 (2014), Universal Grids and the Transverse Mercator, section 11.
    """
    number, columns = int(zone), _COLUMNS[(int(zone) - 1) % 3]
    numbers = "".join(digits.split())
    half = len(numbers) // 2
    if not 1 <= number <= _ZONES or column not in columns or len(numbers) % 2:
        return None
    size = 10 ** (_DIGITS - half)
    middle = size / 2 if size > 1 else 0
    east = (columns.index(column) + 1) * _SQUARE_M + int(numbers[:half]) * size + middle
    first = 0 if number % 2 else _DIGITS  # rows begin with A in odd zones, with F in even ones
    north = (_ROWS.index(row) - first) % len(_ROWS) * _SQUARE_M + int(numbers[half:]) * size + middle
    south_edge = _FIRST_BAND + _BAND_DEG * _BANDS.index(band)
    north_edge = south_edge + (_BAND_DEG if band != "X" else _BAND_DEG + 4)
    for cycle in range(5):
        lon, lat = _from_utm(number, band >= "N", east, north + cycle * _CYCLE_M)
        if south_edge - _SPARE_DEG <= lat <= north_edge + _SPARE_DEG:
            return (lon, lat) if abs(lon - (6 * number - 183)) <= _HALF_ZONE_DEG[band in "VX"] else None
    return None
