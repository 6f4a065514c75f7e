"""A community's own tables: grid, places, people, teams and units, and what its practices need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args

from data.contents import OWNER_TYPES
from data.database import Database, Tx
from data.rows import Grid, Person, PlaceRange, Role, Team
from data.tables import people, roster
from desk import duty_imports, lists_imports, practice_imports
from desk.importing import Check, Kind, Row, carry_out, checked
from desk.people import new_invite
from desk.tables import read_table, words

LEVELS = ("大", "小", "微", "密")


def import_table(db: Database, kind: str, path: Path, now: datetime) -> int:
    """Import a file; returns the number of rows. BadTable or BadRows when it is not in order."""
    return carry_out(db, KINDS[kind], path, now)


# -- the five tables ----------------------------------------------------------------------------


def _check_grid(row: Row) -> list[str]:
    return [] if row["level"] in LEVELS else [f"level 要是 {'、'.join(LEVELS)} 之一"]


def _check_person(row: Row) -> list[str]:
    roles = get_args(Role)
    return [] if row["role"] in roles else [f"role 要是 {'、'.join(roles)} 之一"]


def _check_team(row: Row) -> list[str]:
    faults = []
    if row["kind"] not in OWNER_TYPES:
        faults.append(f"kind 要是 {'、'.join(OWNER_TYPES)} 之一")
    if row.get("capacity") and not row["capacity"].isdecimal():
        faults.append("capacity 要是整数,或者空着")
    return faults


def _store_grids(tx: Tx, rows: Sequence[Row], now: datetime) -> None:  # noqa: ARG001
    roster.replace_grids(
        tx,
        [
            Grid(
                r["code"],
                r["name"],
                r["level"],
                r.get("parent") or None,
                r.get("person") or None,
                r.get("title", ""),
            )
            for r in rows
        ],
    )


def _store_places(tx: Tx, rows: Sequence[Row], now: datetime) -> None:  # noqa: ARG001
    roster.replace_places(
        tx,
        [
            PlaceRange(
                number,
                r["estate"],
                words(r.get("aliases", "")),
                r.get("buildings", ""),
                r.get("units", ""),
                r["grid"],
                r.get("code", ""),
                _degrees(r, "lat"),
                _degrees(r, "lng"),
            )
            for number, r in enumerate(rows, 1)
        ],
    )


_LIMITS = {"lat": 90.0, "lng": 180.0}


def _check_place(row: Row) -> list[str]:
    """Coordinates, where there are any; `check` compares the rest with the grid."""
    if bool(row.get("lat")) != bool(row.get("lng")):
        return ["lat 和 lng 要么都写，要么都空着"]
    try:
        good = all(abs(_degrees(row, name) or 0.0) <= most for name, most in _LIMITS.items())
    except ValueError:
        good = False
    return [] if good else ["lat、lng 要是度数，例如 37.8612、113.5743"]


def _degrees(row: Row, name: str) -> float | None:
    return float(row[name]) if row.get(name) else None


def _store_people(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    """People are added or changed, never removed: they have said things."""
    for row in rows:
        known = people.by_id(tx, row["key"])
        bound = [(channel, address) for channel in _ACCOUNTS if (address := _address(row, channel))]
        reached = bound or (known and not known.invite)
        person = Person(
            id=row["key"],
            name=row["name"],
            role=row["role"],  # type: ignore[arg-type]  # checked above
            phone=row.get("phone", ""),
            estate=row.get("estate") or None,
            building=row.get("building") or None,
            unit=row.get("unit") or None,
            room=row.get("room") or None,
            grid=row.get("grid") or None,
            invite=None if reached else (known.invite if known else new_invite()),
            noticed_at=known.noticed_at if known else None,
            created_at=known.created_at if known else now,
        )
        people.put(tx, person)
        for channel, address in bound:
            people.bind(tx, channel, address, person.id)
    roster.touch(tx)


_ACCOUNTS = {"wechat": "wechat", "wecom": "wecom", "aibot": "robot"}  # channel: column


def _address(row: Row, channel: str) -> str:
    """WeCom's UserIDs are the same in any case of letters; the channel hands them in small."""
    address = row.get(_ACCOUNTS[channel], "")
    return address.lower() if channel == "wecom" else address


def _store_teams(source: str) -> Callable[[Tx, Sequence[Row], datetime], None]:
    def store(tx: Tx, rows: Sequence[Row], now: datetime) -> None:  # noqa: ARG001
        roster.replace_teams(
            tx,
            source,
            [
                Team(
                    code=r["code"],
                    name=r["name"],
                    aliases=words(r.get("aliases", "")),
                    kind=r["kind"],
                    categories=words(r.get("categories", "")),
                    skills=words(r.get("skills", "")),
                    areas=words(r.get("areas", "")),
                    capacity=int(r["capacity"]) if r.get("capacity") else None,
                    members=words(r.get("members", "")),
                    phone=r.get("phone", ""),
                    about=r.get("about", ""),
                )
                for r in rows
            ],
        )

    return store


_TEAM = ("aliases", "categories", "skills", "areas", "capacity", "members", "phone", "about")


def _as_is(check: Check) -> Callable[[Tx], Check]:
    """A check that need not look into the database."""
    return lambda tx: check  # noqa: ARG005


SAMPLE: Mapping[str, Kind] = {
    "grids": Kind(
        "code",
        ("code", "name", "level"),
        ("parent", "person", "title"),
        _as_is(_check_grid),
        _store_grids,
    ),
    "people": Kind(
        "key",
        ("key", "name", "role"),
        ("phone", "wechat", "wecom", "robot", "estate", "building", "unit", "room", "grid"),
        _as_is(_check_person),
        _store_people,
    ),
    "places": Kind(
        "",
        ("estate", "grid"),
        ("aliases", "buildings", "units", "code", "lat", "lng"),
        _as_is(_check_place),
        _store_places,
    ),
    **{
        kind: Kind("code", ("code", "name", "kind"), _TEAM, _as_is(_check_team), _store_teams(kind))
        for kind in ("teams", "units")
    },
}
KINDS: Mapping[str, Kind] = {
    **SAMPLE,
    **practice_imports.KINDS,
    **lists_imports.KINDS,
    **duty_imports.KINDS,
}


def import_sample(db: Database, folder: Path, now: datetime) -> bool:
    """Fill an empty database from a community's folder; False if it is not empty."""
    with db.read() as tx:
        if roster.version(tx):
            return False
        tables = {kind: read_table(folder / f"{kind}.csv") for kind in SAMPLE}
        for kind, rows in tables.items():
            checked(tx, SAMPLE[kind], rows)
    with db.write() as tx:
        if roster.version(tx):  # another process was quicker
            return False
        for kind, rows in tables.items():
            SAMPLE[kind].store(tx, rows, now)
    return True
