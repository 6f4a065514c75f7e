"""Grids, places, teams: small tables that are read whole and replaced whole."""

from __future__ import annotations

from collections.abc import Sequence

from data.database import Tx
from data.rows import Grid, PlaceRange, Team, as_json


def version(tx: Tx) -> int:
    """Grows with every change of the roster, so that what is kept in memory can be checked."""
    return int(tx.scalar("SELECT value FROM state WHERE name = 'roster'") or 0)


def touch(tx: Tx) -> None:
    tx.run(
        "INSERT INTO state (name, value) VALUES ('roster', '1')"
        " ON CONFLICT (name) DO UPDATE SET"
        " value = CAST(CAST(state.value AS INTEGER) + 1 AS TEXT)"
    )


def grids(tx: Tx) -> list[Grid]:
    return tx.all(Grid, "SELECT * FROM grids ORDER BY code")


def places(tx: Tx) -> list[PlaceRange]:
    return tx.all(PlaceRange, "SELECT * FROM places ORDER BY id")


def teams(tx: Tx) -> list[Team]:
    return tx.all(Team, "SELECT * FROM teams ORDER BY code")


def replace_grids(tx: Tx, rows: Sequence[Grid]) -> None:
    tx.run("DELETE FROM grids")
    tx.insert(
        "grids",
        [
            {
                "code": g.code,
                "name": g.name,
                "level": g.level,
                "parent": g.parent,
                "person": g.person,
                "title": g.title,
            }
            for g in rows
        ],
    )
    touch(tx)


def replace_places(tx: Tx, rows: Sequence[PlaceRange]) -> None:
    tx.run("DELETE FROM places")
    tx.insert(
        "places",
        [
            {
                "id": p.id,
                "estate": p.estate,
                "aliases": as_json(p.aliases),
                "buildings": p.buildings,
                "units": p.units,
                "grid": p.grid,
                "code": p.code,
                "lat": p.lat,
                "lng": p.lng,
            }
            for p in rows
        ],
    )
    touch(tx)


def change_team(tx: Tx, t: Team) -> None:
    """One team as it is from now on; its code and the list it came from stay."""
    tx.run(
        "UPDATE teams SET name = :name, aliases = :aliases, kind = :kind,"
        " categories = :categories, skills = :skills, areas = :areas, capacity = :capacity,"
        " members = :members, phone = :phone, about = :about WHERE code = :code",
        code=t.code,
        name=t.name,
        aliases=as_json(t.aliases),
        kind=t.kind,
        categories=as_json(t.categories),
        skills=as_json(t.skills),
        areas=as_json(t.areas),
        capacity=t.capacity,
        members=as_json(t.members),
        phone=t.phone,
        about=t.about,
    )
    touch(tx)


def replace_teams(tx: Tx, source: str, rows: Sequence[Team]) -> None:
    """Replace the teams that came from this list (`teams` or `units`)."""
    tx.run("DELETE FROM teams WHERE source = :source", source=source)
    tx.insert(
        "teams",
        [
            {
                "code": t.code,
                "name": t.name,
                "aliases": as_json(t.aliases),
                "kind": t.kind,
                "categories": as_json(t.categories),
                "skills": as_json(t.skills),
                "areas": as_json(t.areas),
                "capacity": t.capacity,
                "members": as_json(t.members),
                "phone": t.phone,
                "about": t.about,
                "source": source,
            }
            for t in rows
        ],
    )
    touch(tx)
