"""The practices' own tables: the ledger of members, and who answers for which building."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from data.database import Tx
from data.practice_rows import Bond, Member
from data.rows import Person
from data.tables import issues, people, roster
from data.tables import members as table
from desk import journal
from desk.importing import Check, Kind, Row
from desk.rules.placing import Placed, place
from desk.tables import words
from nlp.gazetteer import Gazetteer, label
from nlp.values import Place, PlaceRow

_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")


def _gazetteer(tx: Tx) -> Gazetteer:
    return Gazetteer(
        PlaceRow(p.estate, p.aliases, p.buildings, p.units, p.grid) for p in roster.places(tx)
    )


def _check_members(tx: Tx) -> Check:
    gazetteer = _gazetteer(tx)
    seen: dict[tuple[str, str, str], int] = {}

    def check(row: Row) -> list[str]:
        faults = _place_faults(gazetteer, row)
        if row.get("phone") and not _PHONE.fullmatch(row["phone"]):
            faults.append(f"phone {row['phone']} 不是电话号码")
        key = (row["name"], row["unit"], row.get("phone", ""))
        if key in seen:
            faults.append(f"{row['name']}（{row['unit']}）重复了")
        seen[key] = 1
        return faults

    return check


def _place_faults(gazetteer: Gazetteer, row: Row) -> list[str]:
    estate, building = row.get("estate", ""), row.get("building", "")
    if estate and estate not in gazetteer.estates:
        return [f"没有 {estate} 这个小区：先导入 places，或者改成登记的名字"]
    if building and not gazetteer.has_building(estate, label(building)):
        return [f"{estate}没有 {building} 号楼"]
    return []


def _store_members(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    """Added, or changed where name, unit and phone are the same; nobody is removed by a list."""
    known = table.known(tx)
    gazetteer = _gazetteer(tx)
    teams = roster.teams(tx)
    codes = {name: team.code for team in teams for name in (team.name, *team.aliases)}
    able = [team for team in teams if team.source == "teams"]
    sizes = table.counted(tx, "placed")
    parents = {grid.code: grid.parent for grid in roster.grids(tx)}
    for row in rows:
        person = _person(tx, row, known, gazetteer, now)
        skills = words(row.get("skills", ""))
        found = place(skills, person.estate, _path(parents, person.grid), able, sizes)
        if found.team:
            sizes[found.team] = sizes.get(found.team, 0) + 1
        _enter(tx, row, person, found, codes.get(row["unit"]), now)


def _path(parents: dict[str, str | None], grid: str | None) -> list[str]:
    found: list[str] = []
    while grid and grid in parents and grid not in found:
        found.append(grid)
        grid = parents[grid]
    return found


def _person(
    tx: Tx,
    row: Row,
    known: dict[tuple[str, str, str], str],
    gazetteer: Gazetteer,
    now: datetime,
) -> Person:
    key = (row["name"], row["unit"], row.get("phone", ""))
    name = known.get(key) or people.id_for(tx, "m", *key)
    before = people.by_id(tx, name)
    home = Place(row.get("estate") or None, label(row.get("building", "")) or None)
    person = Person(
        id=name,
        name=row["name"],
        role=before.role if before else "resident",
        phone=row.get("phone", ""),
        estate=home.estate,
        building=home.building,
        unit=before.unit if before else None,
        room=before.room if before else None,
        grid=gazetteer.grid_of(home) if home.estate else None,
        invite=before.invite if before else None,
        noticed_at=before.noticed_at if before else None,
        created_at=before.created_at if before else now,
    )
    people.put(tx, person)
    return person


def _enter(
    tx: Tx, row: Row, person: Person, found: Placed, team: str | None, now: datetime
) -> None:
    before = table.of_person(tx, person.id)
    member = Member(
        id=before.id if before else 0,
        number=before.number if before else issues.next_number(tx, "member"),
        person=person.id,
        state=before.state if before else "listed",
        team=team,
        unit=row["unit"],
        occupation=row.get("occupation", ""),
        skills=words(row.get("skills", "")),
        times=words(row.get("hours", "")),
        tags=words(row.get("tags", "")) or (before.tags if before else ()),
        grid=found.grid,
        placed=found.team,
        reason=found.words.get("skills", ""),
        applicant=before.applicant if before else None,
        source="import",
        created_at=before.created_at if before else now,
        community_at=before.community_at if before else None,
        community_clerk=before.community_clerk if before else None,
        branch_at=before.branch_at if before else None,
        branch_clerk=before.branch_clerk if before else None,
    )
    if before:
        table.save(tx, member)
    else:
        table.add(tx, member)
    _log(tx, member, "change" if before else "list", now)


def _log(tx: Tx, member: Member, action: str, now: datetime) -> None:
    data = {"source": "import", "unit": member.unit}
    subject = ("member", str(member.number))
    journal.write(tx, now, "system", subject, action, "", data, member.state)


def _check_stewards(tx: Tx) -> Check:
    gazetteer = _gazetteer(tx)
    staff = {person.id for person in people.every(tx)}
    teams = {team.code for team in roster.teams(tx)}

    def check(row: Row) -> list[str]:
        faults = _place_faults(gazetteer, row)
        if row["who"] not in staff | teams:
            faults.append(f"who {row['who']} 不在人员、队伍、单位表里")
        return faults

    return check


def _store_stewards(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    teams = {team.code for team in roster.teams(tx)}
    found = [
        Bond(
            id=0,
            kind="steward",
            title=row["title"],
            person=None if row["who"] in teams else row["who"],
            team=row["who"] if row["who"] in teams else None,
            target=None,
            estate=row["estate"],
            building=label(row.get("building", "")) or None,
            unit=label(row.get("unit", "")) or None,
            since=now,
            until=None,
        )
        for row in rows
    ]
    table.replace_stewards(tx, found)


KINDS = {
    "members": Kind(
        "",
        ("name", "unit"),
        ("phone", "estate", "building", "occupation", "skills", "hours", "tags"),
        _check_members,
        _store_members,
    ),
    "stewards": Kind(
        "", ("who", "title", "estate"), ("building", "unit"), _check_stewards, _store_stewards
    ),
}
