"""What the tables that can be imported hold now: to be changed in a spreadsheet, and to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from data.rows import Team
from desk.importing import Row
from desk.service import Act

REPLACED: Final = ("grids", "places", "teams", "units")  # an import ends what was there


@dataclass(frozen=True)
class Change:
    """What an import would do to a table that it replaces."""

    before: int
    after: int
    fresh: Sequence[str]
    gone: Sequence[str]


def rows(act: Act, kind: str) -> list[Row]:
    """The table as it could be imported again; [] for those with residents in them."""
    roster = act.roster
    if kind == "grids":
        return [
            {"code": g.code, "name": g.name, "level": g.level, "parent": g.parent or "",
             "person": g.person or "", "title": g.title}
            for g in roster.grids.values()
        ]  # fmt: skip
    if kind == "places":
        return [
            {"estate": p.estate, "grid": p.grid, "aliases": "、".join(p.aliases),
             "buildings": p.buildings, "units": p.units, "code": p.code,
             "lat": _degrees(p.lat), "lng": _degrees(p.lng)}
            for p in roster.places
        ]  # fmt: skip
    if kind in ("teams", "units"):
        return [_team(team) for team in roster.teams.values() if team.source == kind]
    return []


def _degrees(value: float | None) -> str:
    return "" if value is None else str(value)


def _team(team: Team) -> Row:
    return {
        "code": team.code,
        "name": team.name,
        "kind": team.kind,
        "aliases": "、".join(team.aliases),
        "categories": "、".join(team.categories),
        "skills": "、".join(team.skills),
        "areas": "、".join(team.areas),
        "capacity": "" if team.capacity is None else str(team.capacity),
        "members": "、".join(team.members),
        "phone": team.phone,
        "about": team.about,
    }


def change(act: Act, kind: str, new: Sequence[Row]) -> Change | None:
    """What comes and what goes; None where an import only adds and changes."""
    if kind not in REPLACED:
        return None
    before = rows(act, kind)
    key, name = ("estate", "estate") if kind == "places" else ("code", "name")
    old = {row[key]: row[name] for row in before}
    coming = {row[key]: row[name] for row in new if row.get(key)}
    fresh = [coming[code] for code in coming if code not in old]
    gone = [old[code] for code in old if code not in coming]
    return Change(len(before), len(new), fresh, gone)
