"""网格图: every grid with who leads it, what is in it, who goes round it, and what is bare."""

from __future__ import annotations

from collections.abc import Iterator

from data.database import Tx
from data.tables import members as bonds
from data.tables import yards
from desk.coverage import gaps
from desk.roster import Roster
from desk.rules.yards import COLOURS

NAMES = (
    "code", "name", "level", "title", "parent", "lead", "phone", "places", "stewards", "yards",
    "gaps",
)  # fmt: skip
Row = dict[str, object]


def rows(tx: Tx, picture: Roster) -> list[Row]:
    """One row a grid, a parent before its children: what a printed map is drawn from."""
    held = bonds.bonds_of(tx, "steward")
    colours = yards.by_colour(tx)
    bare: dict[str, list[str]] = {}
    for gap in gaps(tx, picture):
        bare.setdefault(gap.where, []).append(gap.what or gap.sort)
    made = []
    for code, depth in walk(picture):
        grid = picture.grids[code]
        places = [place for place in picture.places if place.grid == code]
        estates = {place.estate for place in places}
        lead = picture.staff.get(grid.person or "")
        made.append({
            "code": code,
            "name": grid.name,
            "level": grid.level,
            "title": grid.title,
            "parent": grid.parent or "",
            "lead": lead.name if lead else "",
            "phone": lead.phone if lead else "",
            "places": "、".join(f"{p.estate}{p.buildings}" for p in places),
            "stewards": "、".join(
                f"{bond.title}{picture.name_of(bond.person)}"
                for bond in held if bond.estate in estates and bond.person
            ),
            "yards": "、".join(
                f"{colour}{count}" for colour in COLOURS if (count := colours.get((code, colour)))
            ),
            "gaps": "、".join(bare.get(grid.name, [])),
            "depth": depth,
        })  # fmt: skip
    return made


def walk(picture: Roster) -> Iterator[tuple[str, int]]:
    """The codes from the top down, each with its depth; what hangs in the air comes first."""
    children: dict[str, list[str]] = {}
    for code, grid in picture.grids.items():
        parent = grid.parent if grid.parent in picture.grids else ""
        children.setdefault(parent or "", []).append(code)
    waiting = [(code, 0) for code in reversed(children.get("", []))]
    while waiting:
        code, depth = waiting.pop()
        yield code, depth
        waiting += [(child, depth + 1) for child in reversed(children.get(code, []))]
