"""The drawn plan of the grids: estates where they lie, each grid's ground around its own.

Nothing is fetched from a map service: a community is a few streets wide, and whoever works there
knows it by its estates. Where too few have coordinates there is nothing to draw, and the page shows
the grids as nested boxes instead.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.rows import PlaceRange

WIDTH, HEIGHT, MARGIN = 1000, 560, 90
LEAST = 0.012  # degrees across the sheet: two houses are not drawn a street apart
Point = tuple[float, float]


@dataclass(frozen=True)
class Spot:
    """One range of buildings on the plan, and how much is open in its grid."""

    x: int
    y: int
    size: int
    label: str
    grid: str
    open: int
    late: int


@dataclass(frozen=True)
class Ground:
    """The ground of one grid: a line around its spots, which the page strokes thickly."""

    grid: str
    points: str
    colour: int


@dataclass(frozen=True)
class Plan:
    """Everything that is drawn, in its own units."""

    spots: list[Spot]
    grounds: list[Ground]
    names: list[tuple[int, int, str]]  # where each estate's name stands
    missing: list[str]  # estates without coordinates
    width: int
    height: int


def plan(
    places: Sequence[PlaceRange], waiting: Mapping[str, tuple[int, int]], zones: Mapping[str, str]
) -> Plan | None:
    """The plan of these places; None where fewer than half of them have coordinates.

    `waiting` is (open, late) by grid; `zones` the grid around whose places one ground is drawn.
    """
    placed = [place for place in places if place.lat is not None and place.lng is not None]
    if len(placed) < 2 or 2 * len(placed) < len(places):
        return None
    where = _projected(placed)
    spots = [
        Spot(round(x), round(y), _size(waiting.get(place.grid, (0, 0))[0]),
             shortened(place.buildings), place.grid, *waiting.get(place.grid, (0, 0)))
        for place, (x, y) in zip(placed, where, strict=True)
    ]  # fmt: skip
    by_zone: dict[str, list[Point]] = defaultdict(list)
    by_estate: dict[str, list[Point]] = defaultdict(list)
    for place, point in zip(placed, where, strict=True):
        by_zone[zones.get(place.grid, place.grid)].append(point)
        by_estate[place.estate].append(point)
    grounds = [
        Ground(zone, " ".join(f"{x:.0f},{y:.0f}" for x, y in hull(points)), number % 6)
        for number, (zone, points) in enumerate(by_zone.items())
    ]
    names = [
        (
            round(sum(x for x, _ in points) / len(points)),
            round(min(y for _, y in points)) - 36,
            name,
        )
        for name, points in by_estate.items()
    ]
    missing = sorted({place.estate for place in places} - set(by_estate))
    width, height = (round(max(axis)) + MARGIN for axis in zip(*where, strict=True))
    return Plan(spots, grounds, names, missing, width, height)


def _projected(places: Sequence[PlaceRange]) -> list[Point]:
    """Where they lie on the sheet: north is up, and a metre is as long both ways."""
    points = [(place.lng or 0.0, place.lat or 0.0) for place in places]
    shrink = math.cos(math.radians(sum(lat for _, lat in points) / len(points)))
    flat = [(lng * shrink, -lat) for lng, lat in points]
    west, north = (min(axis) for axis in zip(*flat, strict=True))
    east, south = (max(axis) for axis in zip(*flat, strict=True))
    scale = min((WIDTH - 2 * MARGIN) / max(east - west, LEAST),
                (HEIGHT - 2 * MARGIN) / max(south - north, LEAST / 2))  # fmt: skip
    return [(MARGIN + (x - west) * scale, MARGIN + (y - north) * scale) for x, y in flat]


def _size(count: int) -> int:
    """A spot's radius: its area grows with what is open."""
    return round(min(34.0, 12 + 4 * math.sqrt(count)))


def hull(points: Sequence[Point]) -> list[Point]:
    """The points around all others, in order (monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def half(way: Sequence[Point]) -> list[Point]:
        found: list[Point] = []
        for point in way:
            while len(found) > 1 and _turn(found[-2], found[-1], point) <= 0:
                found.pop()
            found.append(point)
        return found[:-1]

    return half(ordered) + half(ordered[::-1])


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def shortened(buildings: str) -> str:
    """1、2、3、4 → 1–4: what has room beside a spot."""
    labels = [label for label in buildings.split("、") if label]
    return buildings if len(labels) < 3 else f"{labels[0]}–{labels[-1]}"
