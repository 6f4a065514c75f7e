"""队伍和单位: what each does, where, who is in it, how much lies with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from console.practices.shape import Area, Asked, Block, Cells, Filter, Found, Link, Options
from console.practices.shelves import listed
from data.rows import Team
from data.tables import agreements as agreement_table
from data.tables import board
from data.tables.board import Filter as Wanted
from desk import access
from desk.service import Act


def _kinds(act: Act) -> Options:
    used = dict.fromkeys(team.kind for team in act.roster.teams.values())
    return [(kind, act.say(f"area.import.kind.{kind}")) for kind in used]


def _find(source: str, act: Act, asked: Asked) -> Found[Team]:
    kind = asked.chosen.get("kind", "")
    found = [t for t in act.roster.teams.values() if t.source == source and kind in ("", t.kind)]
    return listed(found, asked, lambda team: "".join((team.name, *team.aliases, *team.skills,
                  *team.areas, team.about)))  # fmt: skip


def _columns(act: Act, found: Sequence[Team]) -> list[Cells]:
    scope = access.scope_of(act, act.person)
    opened = board.counted(act.tx, scope, Wanted(statuses=board.OPEN), "owner_team")
    return [
        {
            "name": team.name,
            "kind": act.say(f"area.import.kind.{team.kind}"),
            "skills": team.skills,
            "areas": team.areas,
            "lead": act.roster.name_of(team.members[0]) if team.members else "",
            "people": len(team.members),
            "open": Link(str(opened.get(team.code, 0)), f"issues?status=open&team={team.code}")
            if opened.get(team.code) else None,
            "phone": team.phone,
        }
        for team in found
    ]  # fmt: skip


def _facts(act: Act, team: Team) -> Cells:
    row = {name: value for name, value in _columns(act, [team])[0].items() if name != "name"}
    categories = [act.service.category(code).name for code in team.categories if "*" not in code]
    return {**row, "aliases": team.aliases, "categories": categories, "about": team.about,
            "capacity": team.capacity, "code": team.code}  # fmt: skip


def _blocks(act: Act, team: Team) -> list[Block]:
    people: list[Cells] = [
        {"name": Link(known.name or person, f"practices/people/{person}"),
         "role": act.say(f"phones.role.{known.role}")}
        for person in team.members
        if (known := act.roster.staff.get(person))
    ]  # fmt: skip
    signed: list[Cells] = [
        {"number": Link(f"{act.say('number.agreement')}-{each.number}",
                        f"practices/agreements/{each.number}"),
         "commitments": each.commitments, "until": each.until}
        for each in agreement_table.in_force(act.tx, act.now)
        if each.team == team.code
    ]  # fmt: skip
    return [Block("people", people), Block("agreements", signed)]


def _area(name: str) -> Area[Team]:
    def one(act: Act, key: str) -> Team | None:
        team = act.roster.teams.get(key)
        return team if team and team.source == name else None

    return Area(
        name=name,
        find=lambda act, asked: _find(name, act, asked),
        one=one,
        key=lambda team: team.code,
        columns=_columns,
        facts=_facts,
        title=lambda _act, team: team.name,
        filters=(Filter("kind", _kinds),),
        blocks=_blocks,
        imports=(name,),
    )


TEAMS: Final = _area("teams")
UNITS: Final = _area("units")
