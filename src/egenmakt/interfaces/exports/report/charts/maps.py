"""Where it was: the part of the world that holds the countries of a report, with a circle whose area is the number.

Outlines: Natural Earth (public domain), made by `scripts/outlines`. Coordinates are whole, in Equal Earth, 4000 across.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import isqrt
from pathlib import Path
from typing import Final

from egenmakt.core.evidence.blocks import Chart, Series
from egenmakt.interfaces.exports.report.charts.drawing import (
    LINE,
    Circle,
    Drawing,
    Label,
    Line,
    Mark,
    Outline,
    lines_of,
    position,
)
from egenmakt.interfaces.exports.report.charts.numbers import Writer, names_of, texts_of

WORLD: Final = Path(__file__).parent / "world.json"
WORLD_WIDTH: Final = 4000
WORLD_HEIGHT: Final = 1950
WIDTH: Final = 360
LARGEST: Final = 22
"""The radius of the largest circle."""
NARROWEST: Final = 560
"""The least part of the world that is drawn across: one country alone would not be recognised."""
TINY: Final = 9
LOCATOR: Final = 110


class UnknownCountry(ValueError):
    """A map can show only countries whose place it knows."""


@dataclass(frozen=True, slots=True)
class Country:
    """Where a mark for it stands, and its rings; countries too small for the scale have none."""

    at: tuple[int, int]
    rings: tuple[tuple[tuple[int, int], ...], ...]
    boxes: tuple[tuple[int, int, int, int], ...]
    """For each ring its leftmost, topmost, rightmost and lowest place."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the world that is drawn."""

    left: int
    top: int
    width: int
    height: int

    def x(self, x: int) -> Fraction:
        return Fraction((x - self.left) * WIDTH, self.width)

    def y(self, y: int) -> Fraction:
        return Fraction((y - self.top) * WIDTH, self.width)


@cache
def world() -> dict[str, Country]:
    """The countries by their code of ISO 3166-1 (Kosovo: XK, as in CLDR)."""
    return {
        code: Country(
            at=(country["at"][0], country["at"][1]),
            rings=tuple(tuple(zip(ring[::2], ring[1::2], strict=True)) for ring in country["rings"]),
            boxes=tuple((min(r[::2]), min(r[1::2]), max(r[::2]), max(r[1::2])) for r in country["rings"]),
        )
        for code, country in json.loads(WORLD.read_text(encoding="utf-8")).items()
    }


def draw_map(chart: Chart, write: Writer, *, borders: str) -> Drawing:
    lost = [key for key in chart.keys if key not in world()]
    if lost:
        raise UnknownCountry(f"{chart.title}: there is no country {', '.join(lost)} on the map; give codes like KE.")
    window = window_of([world()[key] for key in chart.keys])
    height = round(window.y(window.top + window.height))
    marks: list[Mark] = []
    y = 0
    for series in chart.series:
        if len(chart.series) > 1:
            marks.append(Label(x=Fraction(0), y=Fraction(y + 14), text=series.name, style="strong"))
            y += LINE + 6
        marks.extend(_land(chart, window, y))
        marks.extend(_circles(chart, series, window, y))
        y += height + 12
        marks.extend(_list(chart, series, write, y))
        y += (LINE + 4) * len(chart.keys) + 10
    if window.width * 10 < WORLD_WIDTH * 6:
        marks.extend(_locator(window, y))
        y += LOCATOR * WORLD_HEIGHT // WORLD_WIDTH + 10
    note = lines_of(borders, y, letters=50, style="soft")
    return Drawing(marks=(*marks, *note), height=y + LINE * len(note) + 4, width=WIDTH)


def window_of(countries: list[Country]) -> Window:
    """What holds the main part of every country, with room around it, neither too narrow nor too flat."""
    points = [point for country in countries for ring in country.rings[:1] for point in ring]
    points += [country.at for country in countries]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    room = max(right - left, bottom - top) // 8 + 20
    width = max(right - left + 2 * room, NARROWEST)
    height = max(bottom - top + 2 * room, width // 2)
    width = max(width, height * 5 // 6)
    width, height = min(width, WORLD_WIDTH), min(height, WORLD_HEIGHT)
    return Window(
        left=_held((left + right - width) // 2, WORLD_WIDTH - width),
        top=_held((top + bottom - height) // 2, WORLD_HEIGHT - height),
        width=width,
        height=height,
    )


def _held(start: int, last: int) -> int:
    return max(0, min(start, last))


def _land(chart: Chart, window: Window, down: int) -> list[Mark]:
    others = "".join(_paths(country, window, down) for code, country in world().items() if code not in chart.keys)
    here = "".join(_paths(world()[key], window, down) for key in chart.keys)
    frame = f"M0 {down}h{WIDTH}v{round(window.y(window.top + window.height))}h-{WIDTH}z"
    marks: list[Mark] = [Outline(path=frame, style="sea"), Outline(path=others, style="land")]
    if here:
        marks.append(Outline(path=here, style="here"))
    return marks


def _paths(country: Country, window: Window, down: int) -> str:
    bottom = round(window.y(window.top + window.height))
    found = []
    for ring, (left, top, right, last) in zip(country.rings, country.boxes, strict=True):
        if right < window.left or left > window.left + window.width:
            continue
        if last < window.top or top > window.top + window.height:
            continue
        inside = _cut(_cut(_shown(ring, window), WIDTH), bottom, down=True)
        if len(inside) > 2:
            found.append("M" + "L".join(f"{x} {y + down}" for x, y in inside) + "z")
    return "".join(found)


def _shown(ring: tuple[tuple[int, int], ...], window: Window) -> list[tuple[int, int]]:
    """In whole pixels; points that fall on each other are one."""
    points: list[tuple[int, int]] = []
    left, top, width = window.left, window.top, window.width
    for x, y in ring:
        # half up, in whole numbers: Fractions would take most of the time that a map takes
        point = (((x - left) * 2 * WIDTH + width) // (2 * width), ((y - top) * 2 * WIDTH + width) // (2 * width))
        if not points or points[-1] != point:
            points.append(point)
    return points


def _cut(ring: list[tuple[int, int]], last: int, *, down: bool = False) -> list[tuple[int, int]]:
    """The part of a ring between zero and the last place along one direction.

    Source: Sutherland and Hodgman (1974), one border after the other.
    """
    along = 1 if down else 0
    for border, keeps in ((0, 1), (last, -1)):
        kept: list[tuple[int, int]] = []
        for before, point in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
            was_in, is_in = (before[along] - border) * keeps >= 0, (point[along] - border) * keeps >= 0
            if was_in != is_in:
                part = Fraction(border - before[along], point[along] - before[along])
                across = round(before[1 - along] + part * (point[1 - along] - before[1 - along]))
                kept.append((across, border) if down else (border, across))
            if is_in:
                kept.append(point)
        ring = kept
    return ring


def _circles(chart: Chart, series: Series, window: Window, down: int) -> list[Mark]:
    largest = max((abs(value) for value in series.values if value is not None), default=0) or 1
    marks: list[Mark] = []
    order = sorted(range(len(chart.keys)), key=lambda i: -(series.values[i] or 0))
    for i in order:  # the small ones last, so that no large one covers them
        key, value = chart.keys[i], series.values[i]
        country = world()[key]
        x, y = window.x(country.at[0]), window.y(country.at[1]) + down
        radius = Fraction(isqrt(LARGEST**2 * abs(value or 0) * 10_000 // largest), 100)
        across = x * 100 / WIDTH
        is_tiny = not country.rings or _extent(country, window) < TINY
        if is_tiny:
            marks.append(Circle(x=across, y=y, radius=Fraction(TINY), style="ring"))
        if radius:
            marks.append(Circle(x=across, y=y, radius=radius, style="amount"))
        if radius >= 13:
            marks.append(Label(x=across, y=y + 5, text=key, anchor="middle", style="on s1", holds=True))
        else:
            beside = max(radius, Fraction(TINY if is_tiny else 2))
            away = across + (beside + 4) * 100 / WIDTH
            marks.append(Label(x=away, y=y + 5, text=key, style="halo", holds=True))
    return marks


def _extent(country: Country, window: Window) -> Fraction:
    left, top, right, last = country.boxes[0]
    return Fraction(max(right - left, last - top) * WIDTH, window.width)


def _list(chart: Chart, series: Series, write: Writer, y: int) -> list[Mark]:
    """Every country with its code, its name and its number, in the order of the chart."""
    marks: list[Mark] = []
    texts = texts_of(chart, series, write)
    for key, name, text in zip(chart.keys, names_of(chart), texts, strict=True):
        height = Fraction(y + 14)
        marks.append(Label(x=Fraction(0), y=height, text=key, style="strong"))
        marks.append(Label(x=Fraction(0), y=height, text=name, shift=36))
        marks.append(Label(x=Fraction(100), y=height, text=text, anchor="end"))
        bottom = Fraction(y + LINE + 1)
        marks.append(Line(x1=Fraction(0), y1=bottom, x2=Fraction(100), y2=bottom, style="grid"))
        y += LINE + 4
    return marks


def _locator(window: Window, down: int) -> list[Mark]:
    """The whole world, small, with a frame around the part that is drawn."""
    small = Window(left=0, top=0, width=WORLD_WIDTH * WIDTH // LOCATOR, height=WORLD_HEIGHT)
    land = []
    for country in world().values():
        for ring in country.rings:
            points = _shown(ring, small)
            if len(points) > 2:
                land.append("M" + "L".join(f"{x} {y + down}" for x, y in points) + "z")
    x, y = position(small.x(window.left)), position(small.y(window.top) + down)
    width, height = position(small.x(window.width)), position(small.y(window.height))
    frame = f"M{x} {y}h{width}v{height}h-{width}z"
    return [Outline(path="".join(land), style="world"), Outline(path=frame, style="frame")]
