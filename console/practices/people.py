"""工作人员: who is there, as what, in which teams and grids, and what each has to do now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from console.practices.shape import Area, Asked, Block, Cells, Filter, Found, Link, Options
from console.practices.shelves import listed
from data.rows import Person
from data.tables import board, members, people
from data.tables.board import Filter as Wanted
from desk import access, journal
from desk.service import Act

KIND: Final = "person"
ROLES: Final = ("worker", "member", "secretary", "street", "admin")


def _roles(act: Act) -> Options:
    return [(role, act.say(f"phones.role.{role}")) for role in ROLES]


def _find(act: Act, asked: Asked) -> Found[Person]:
    role = asked.chosen.get("role", "")
    staff = [p for p in act.roster.staff.values() if role in ("", p.role)]
    ordered = sorted(staff, key=lambda person: (ROLES.index(person.role), person.id))
    return listed(ordered, asked, lambda person: f"{person.name}{person.id}{_teams(act, person)}")


def _teams(act: Act, person: Person) -> str:
    codes = act.roster.teams_of(person.id)
    return "、".join(act.roster.teams[code].name for code in codes)


def _grids(act: Act, person: Person) -> str:
    own = [grid.name for grid in act.roster.grids.values() if grid.person == person.id]
    return "、".join(own)


def _columns(act: Act, found: Sequence[Person]) -> list[Cells]:
    return [
        {
            "name": person.name or person.id,
            "role": act.say(f"phones.role.{person.role}"),
            "teams": _teams(act, person),
            "grids": _grids(act, person),
            "account": person.id,
        }
        for person in found
    ]


def _facts(act: Act, person: Person) -> Cells:
    bound = people.accounts_of(act.tx, person.id)
    channels = dict.fromkeys(act.say(f"console.channel.{account.channel}") for account in bound
                             if f"console.channel.{account.channel}"
                             in act.service.content.replies)  # fmt: skip
    return {**_columns(act, [person])[0], "reached": tuple(channels),
            "bound": bool(bound)}  # fmt: skip


def _blocks(act: Act, person: Person) -> list[Block]:
    """Which buildings he answers for, and what lies with him."""
    bonds = [b for kind in ("steward", "committee") for b in members.bonds_of(act.tx, kind)
             if b.person == person.id]  # fmt: skip
    held: list[Cells] = [
        {"office": bond.title, "estate": bond.estate, "building": bond.building,
         "since": bond.since}
        for bond in bonds
    ]  # fmt: skip
    scope = access.scope_of(act, act.person)
    mine = Wanted(statuses=board.OPEN, person=person.id)
    count = board.count(act.tx, scope, mine)
    work: list[Cells] = [{"open_issues": Link(str(count), f"issues?status=open&person={person.id}")}
                         ] if count else []  # fmt: skip
    return [Block("work", work), Block("bonds", held)]


def _reveal(act: Act, person: Person) -> Cells:
    journal.append(act, KIND, person.id, "disclose")
    return {"phone": person.phone, "estate": person.estate, "building": person.building}


AREA: Final = Area(
    name="people",
    find=_find,
    one=lambda act, key: act.roster.staff.get(key),
    key=lambda person: person.id,
    columns=_columns,
    facts=_facts,
    title=lambda _act, person: person.name or person.id,
    filters=(Filter("role", _roles),),
    blocks=_blocks,
    subject=lambda person: (KIND, person.id),
    reveal=_reveal,
    imports=("people",),
)
