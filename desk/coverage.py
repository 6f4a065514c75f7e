"""What nobody answers for: grids, buildings, estates and yards that the map leaves bare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.database import Tx
from data.tables import members as bonds
from data.tables import yards
from desk.roster import Roster
from nlp.gazetteer import expand


@dataclass(frozen=True, slots=True)
class Gap:
    """One bare spot: of which sort (a reply of content puts it into words), and where."""

    sort: str
    where: str
    what: str = ""


def gaps(tx: Tx, picture: Roster) -> list[Gap]:
    """Every bare spot, the largest units first."""
    return [*_grids(picture), *_estates(tx, picture), *_yards(tx, picture)]


def _grids(picture: Roster) -> Iterator[Gap]:
    parents = {grid.parent for grid in picture.grids.values()}
    housed = {place.grid for place in picture.places}
    for grid in picture.grids.values():
        if grid.person not in picture.staff:
            yield Gap("lead", grid.name)
        if grid.code not in parents and grid.code not in housed:
            yield Gap("empty", grid.name)


def _estates(tx: Tx, picture: Roster) -> Iterator[Gap]:
    held = bonds.bonds_of(tx, "steward")
    units = {bond.estate for bond in held if bond.team}
    for place in picture.places:
        if place.grid not in picture.grids:
            yield Gap("grid", place.estate, place.grid)
    for estate in picture.estates():
        if estate not in units:
            yield Gap("unit", estate)
        if bare := bare_buildings(tx, picture, estate):
            yield Gap("building", estate, shortened(bare))


def _yards(tx: Tx, picture: Roster) -> Iterator[Gap]:
    for yard in yards.page(tx):
        if yard.grid not in picture.grids:
            yield Gap("yard", yard.label, yard.grid)
        elif yard.landlord is None:
            yield Gap("landlord", yard.label)


def bare_buildings(tx: Tx, picture: Roster, estate: str) -> list[str]:
    """The buildings of an estate that have nobody of their own, in the order of the list."""
    held = {b.building for b in bonds.bonds_of(tx, "steward") if b.estate == estate and b.building}
    known = [b for p in picture.places if p.estate == estate for b in sorted_buildings(p.buildings)]
    return [building for building in dict.fromkeys(known) if building not in held]


def sorted_buildings(buildings: str) -> list[str]:
    """The labels of a range in the order in which people count: 1, 2, 10, A1."""
    labels = expand(buildings)
    return sorted(labels, key=lambda label: (not label.isdecimal(), len(label), label))


def shortened(labels: Sequence[str], most: int = 8) -> str:
    head = "、".join(labels[:most])
    return head if len(labels) <= most else f"{head}…"
