"""The estates of a community: which buildings they have and which grid holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from nlp.numbers import NUMERALS, arabic
from nlp.values import Place, PlaceRow

_TO = "~—–至到-"
_RANGE = re.compile(rf"^([^\d{NUMERALS}]*)([\d{NUMERALS}]+)[^\d{NUMERALS}{_TO}]*"
                    rf"(?:[{_TO}]+\1?([\d{NUMERALS}]+))?")  # fmt: skip
_SEPARATORS = re.compile(r"[、,，;；\s]+")


def label(text: str) -> str:
    """A building, unit or room as it is stored: 三 → 3, a2 → A2, 甲四 → 甲4."""
    match = re.fullmatch(rf"([^\d{NUMERALS}]*)([\d{NUMERALS}]+)", text.strip().upper())
    return match[1] + arabic(match[2]) if match else text.strip().upper()


def expand(ranges: str) -> frozenset[str]:
    """`1-3、甲1-甲2、B` → {1, 2, 3, 甲1, 甲2, B}."""
    labels: set[str] = set()
    for piece in filter(None, _SEPARATORS.split(ranges.upper())):
        match = _RANGE.match(piece)
        if match is None:
            labels.add(piece)
            continue
        first = int(arabic(match[2]))
        last = int(arabic(match[3])) if match[3] else first
        labels.update(f"{match[1]}{n}" for n in range(first, min(last, first + 999) + 1))
    return frozenset(labels)


@dataclass(frozen=True)
class Area:
    """One row of the places file, its ranges expanded; an empty set means all."""

    estate: str
    buildings: frozenset[str]
    units: frozenset[str]
    grid: str

    def holds(self, building: str | None, unit: str | None) -> bool:
        return _within(building, self.buildings) and _within(unit, self.units)


def _within(value: str | None, allowed: frozenset[str]) -> bool:
    return not allowed or (value is not None and value in allowed)


class Gazetteer:
    """Answers which estates have a building and which grid a place is in."""

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        self.rows = tuple(rows)
        self.estates = tuple(dict.fromkeys(row.estate for row in self.rows))
        self._areas: dict[str, list[Area]] = {}
        for row in self.rows:
            area = Area(row.estate, expand(row.buildings), expand(row.units), row.grid)
            self._areas.setdefault(row.estate, []).append(area)

    @cached_property
    def buildings(self) -> frozenset[str]:
        """Every building label of every estate."""
        return frozenset(b for areas in self._areas.values() for a in areas for b in a.buildings)

    def has_building(self, estate: str, building: str | None) -> bool:
        """Could the building be in the estate? An estate without a list may have any."""
        if building is None:
            return True
        return any(not a.buildings or building in a.buildings for a in self._areas.get(estate, ()))

    def holds(self, estate: str, building: str | None, unit: str | None) -> bool:
        """Does a row of the estate hold this building and unit, as far as they are given?"""
        asked = Place(estate, building, unit)
        return any(_may_hold(area, asked) for area in self._areas.get(estate, ()))

    def grid_of(self, place: Place) -> str | None:
        """The finest grid that surely holds the place: the only grid of all areas it may be in."""
        areas = self._areas.get(place.estate or "", [])
        if place.estate is None and len(self.estates) == 1:
            areas = self._areas[self.estates[0]]
        exact = [a for a in areas if a.grid and a.holds(place.building, place.unit)]
        possible = [a for a in areas if a.grid and _may_hold(a, place)]
        finest = sorted(exact, key=lambda a: (not a.buildings, not a.units, len(a.buildings)))
        if finest and (place.building is not None or len({a.grid for a in possible}) == 1):
            return finest[0].grid
        grids = {a.grid for a in possible}
        return grids.pop() if len(grids) == 1 else None


def _may_hold(area: Area, place: Place) -> bool:
    """Nothing that was said speaks against it."""
    return (place.building is None or _within(place.building, area.buildings)) and (
        place.unit is None or _within(place.unit, area.units)
    )
