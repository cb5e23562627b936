"""Charts of a printed report, drawn as SVG in ink on paper. Each stands beside its table; texts are escaped."""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django.utils.translation import gettext

from analytics.exports import words

type Result = dict[str, Any]

WIDTH = 640
LEFT, BOTTOM = 44, 28
INK, DIM, LINE = "#1a2027", "#5a6570", "#d5d0c4"
BAR, MEDIAN, P90 = "#9db4cc", "#14508c", "#b45309"
SHADES = ("#e8eef5", "#c6d8ea", "#93b7d8", "#5b92c2", "#2f6da6", "#123f6d")
MOST_GROUPS = 40


def _svg(height: float, parts: Iterable[str], width: float = WIDTH) -> str:
    style = 'font-family="Libertinus Serif" font-size="13"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" {style} fill="{INK}">'
        f"{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "start", fill: str = DIM) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, *style: Any) -> str:
    """A stroke; `style` is its colour and width, or nothing."""
    stroke, width = style or (LINE, 1)
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{stroke}" stroke-width="{width}" fill="none"/>'


def steps(highest: float) -> list[float]:
    """Round values from 0 up to `highest`, about four of them."""
    rough = max(highest / 4, 1e-9)
    power = 10 ** math.floor(math.log10(max(rough, 1)))
    step = next((factor * power for factor in (1, 2, 5, 10) if factor * power >= rough), power)
    return [index * step for index in range(int(highest // step) + 1)]


def distribution(result: Result) -> str:
    """How long calls waited: one bar a minute, the median and P90 as lines."""
    counts = _shown(result["distribution"]["counts"])
    if not any(counts):
        return ""
    height, highest = 200, max(counts)
    step = (WIDTH - LEFT - 8) / len(counts)

    def y(count: float) -> float:
        return float(height - BOTTOM - count / highest * (height - BOTTOM - 26))

    parts = []
    for tick in steps(highest):
        parts += [_line(LEFT, y(tick), WIDTH - 8, y(tick)), _text(LEFT - 6, y(tick) + 4, words.number(tick), "end")]
    for index, count in enumerate(counts):
        x = LEFT + index * step + 0.5
        parts.append(
            f'<rect x="{x:.1f}" y="{y(count):.1f}" width="{max(step - 1, 0.5):.1f}" '
            f'height="{height - BOTTOM - y(count):.1f}" fill="{BAR}"/>'
        )
    every = 10 if len(counts) > 30 else 5  # noqa: PLR2004 - as many as can be read
    ticks = range(0, len(counts) + 1, every)
    parts += [_text(LEFT + m * step, height - 10, str(m), "middle") for m in ticks if len(counts) - m >= every / 2]
    parts.append(_text(WIDTH - 8, height - 10, gettext("min"), "end"))
    response = result["measures"]["response"]
    for index, (name, at, colour) in enumerate(
        ((gettext("median"), response["p50_s"], MEDIAN), ("P90", response["p90_s"], P90))
    ):
        if at is not None:
            x = LEFT + min(at / 60, len(counts)) * step
            anchor, shift = ("end", -4) if x > WIDTH - 130 else ("start", 4)
            parts.append(_line(x, 14, x, height - BOTTOM, colour, 1.6))
            parts.append(_text(x + shift, 24 if index else 12, f"{name} {words.clock(at)}", anchor, colour))
    return _svg(height, parts)


def _shown(counts: Sequence[int]) -> list[int]:
    """All bins up to where less than one in 200 lies beyond; ten at least."""
    total = left = sum(counts)
    for index, count in enumerate(counts):
        left -= count
        if left <= total / 200:
            return [*counts, *[0] * 10][: max(index + 1, 10)]
    return list(counts)


def groups(by: str, rows: Sequence[Result]) -> str:
    """Median (circle) and P90 (square) of each group, on one scale."""
    known = [row for row in rows if row["measures"]["response"]["p90_s"] is not None][:MOST_GROUPS]
    if not known:
        return ""
    line, left = 21, 190
    height = len(known) * line + BOTTOM + 8
    longest = max(60, *(row["measures"]["response"]["p90_s"] for row in known))

    def x(seconds: float) -> float:
        return float(left + seconds / longest * (WIDTH - left - 70))

    parts = []
    for minute in steps(longest / 60):
        parts += [
            _line(x(minute * 60), 0, x(minute * 60), height - BOTTOM),
            _text(x(minute * 60), height - 10, words.number(minute), "middle"),
        ]
    parts.append(_text(WIDTH - 8, height - 10, gettext("min"), "end"))
    for index, row in enumerate(known):
        y, found = index * line + line / 2 + 4, row["measures"]["response"]
        name = words.group_name(by, row)
        parts += [
            _text(left - 8, y + 4, name if len(name) < 28 else f"{name[:26]}…", "end", INK),  # noqa: PLR2004
            _line(x(found["p50_s"]), y, x(found["p90_s"]), y, DIM, 1.4),
            f'<circle cx="{x(found["p50_s"]):.1f}" cy="{y:.1f}" r="4.5" fill="{MEDIAN}"/>',
            f'<rect x="{x(found["p90_s"]) - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{P90}"/>',
            _text(x(found["p90_s"]) + 9, y + 4, words.clock(found["p90_s"])),
        ]
    return _svg(height, parts)


def trend(result: Result) -> str:
    """Median and P90 from day to day, week to week or month to month; a gap where there are too few cases."""
    points = (result.get("trend") or {}).get("points", [])
    known = [point["p90_s"] for point in points if point["p90_s"] is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    height, highest = 200, max(known) / 60
    right = WIDTH - 70
    step = (right - LEFT) / max(len(points) - 1, 1)

    def y(minutes: float) -> float:
        return float(height - BOTTOM - minutes / highest * (height - BOTTOM - 16))

    parts = []
    for tick in steps(highest):
        parts += [_line(LEFT, y(tick), right, y(tick)), _text(LEFT - 6, y(tick) + 4, words.number(tick), "end")]
    for key, colour, name in (("p50_s", MEDIAN, gettext("median")), ("p90_s", P90, "P90")):
        parts += _course(
            [(LEFT + i * step, point[key] and y(point[key] / 60)) for i, point in enumerate(points)], colour
        )
        last = next(point[key] for point in reversed(points) if point[key] is not None)
        parts.append(_text(right + 8, y(last / 60) + 4, name, fill=colour))
    every = max(1, len(points) // 6)
    for index in range(0, len(points), every):
        label = ".".join(reversed(points[index]["from"].split("-")[1:])) + "."
        parts.append(_text(LEFT + index * step, height - 10, label, "middle"))
    return _svg(height, parts)


def _course(points: Sequence[tuple[float, float | None]], colour: str) -> list[str]:
    path, pen = "", "M"
    dots = []
    for x, y in points:
        if y is None:
            pen = "M"
            continue
        path += f"{pen}{x:.1f} {y:.1f}"
        pen = "L"
        dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{colour}"/>')
    return [f'<path d="{path}" stroke="{colour}" stroke-width="1.8" fill="none"/>', *dots]


def differences(result: Result) -> str:
    """How much longer (right of the line) or shorter than in the other period, with the interval of each difference."""
    compared = result.get("comparison")
    rows = [
        (f"{name}, {label}", row)
        for key, (name, _definition) in words.measures().items()
        for figure, label in (("p50_s", gettext("median")), ("p90_s", "P90"))
        if compared and (row := compared["differences"][key][figure])
    ]
    if not rows:
        return ""
    line, left = 21, 190
    height = len(rows) * line + BOTTOM + 4
    reach = max(1.0, *(abs(row[end]) for _, row in rows for end in ("low", "high")))

    def x(seconds: float) -> float:
        return float(left + (seconds + reach) / (2 * reach) * (WIDTH - left - 30))

    parts = [_line(x(0), 0, x(0), height - BOTTOM, INK, 1)]
    for index, (name, row) in enumerate(rows):
        y, colour = index * line + line / 2 + 2, INK if row["is_sure"] else DIM
        fill = colour if row["is_sure"] else "#ffffff"
        middle = f'cx="{x(row["difference"]):.1f}" cy="{y:.1f}" r="4.5"'
        parts += [
            _text(left - 8, y + 4, name, "end", INK),
            _line(x(row["low"]), y, x(row["high"]), y, colour, 1.6),
            f'<circle {middle} fill="{fill}" stroke="{colour}" stroke-width="1.4"/>',
        ]
    parts += [_text(x(at), height - 8, words.signed(at), "middle") for at in (-reach, reach) if at]
    parts.append(_text(x(0), height - 8, "0", "middle"))
    return _svg(height, parts)


def response_map(result: Result) -> str:
    """Hexagons shaded by the median; those with too few cases are empty and show their n."""
    cells = (result.get("map") or {}).get("cells", [])
    if not cells:
        return ""
    points = [point for cell in cells for point in cell["outline"]]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min(WIDTH / max((east - west) * squeeze, 1e-9), 420 / max(north - south, 1e-9))
    height = (north - south) * scale
    limits = shade_limits(cells)
    parts = []
    for cell in cells:
        corners = [((lon - west) * squeeze * scale, (north - lat) * scale) for lon, lat in cell["outline"]]
        fill = "none" if cell["p50_s"] is None else SHADES[sum(cell["p50_s"] >= limit for limit in limits)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        parts.append(f'<polygon points="{path}" fill="{fill}" stroke="#8d8778" stroke-width="0.6"/>')
        if len(cells) <= 250:  # noqa: PLR2004 - more numbers could not be read
            x, y = sum(c[0] for c in corners[:6]) / 6, sum(c[1] for c in corners[:6]) / 6
            dark = cell["p50_s"] is not None and sum(cell["p50_s"] >= limit for limit in limits) > 2  # noqa: PLR2004
            parts.append(
                f'<text x="{x:.1f}" y="{y + 3:.1f}" text-anchor="middle" font-size="9" '
                f'fill="{"#ffffff" if dark else INK}">{cell["n"]}</text>'
            )
    width = (east - west) * squeeze * scale
    legend, place = [], 0.0
    for index, shade in enumerate(SHADES[: len(limits) + 1]):
        low = words.clock(limits[index - 1]) if index else ""
        high = words.clock(limits[index]) if index < len(limits) else ""
        text = f"{low}–{high}" if low and high else f"< {high}" if high else f"≥ {low}"
        legend.append(
            f'<rect x="{place:.0f}" y="{height + 10:.0f}" width="14" height="10" fill="{shade}" stroke="#8d8778" '
            f'stroke-width="0.6"/>{_text(place + 18, height + 19, text)}'
        )
        place += 100
    return _svg(height + 26, [*parts, *legend], max(width, place))


def shade_limits(cells: Sequence[Result]) -> list[float]:
    """Where one shade gives way to the next: whole minutes that part the cells about evenly, all different."""
    known = sorted(cell["p50_s"] for cell in cells if cell["p50_s"] is not None)
    if not known:
        return []
    rough = [known[min(len(known) - 1, len(known) * part // len(SHADES))] for part in range(1, len(SHADES))]
    return sorted({max(60.0, round(value / 60) * 60.0) for value in rough})
