"""兼任委员: who holds which office beside his work (物业委员, 民警委员, 调解委员)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from api.operations import Body, NoBody
from api.problems import Problem
from api.shapes import Name
from console.practices import bits
from console.practices.shape import Area, Asked, Cells, Doing, Found, Options, office
from console.practices.shelves import listed
from data.practice_rows import Bond
from data.rows import Person
from data.tables import members as table
from desk import committee
from desk.service import Act


class Office(Body):
    """Who, as what, where."""

    person: Name
    title: Name
    estate: Name | None = None


def _all(act: Act) -> list[Bond]:
    return table.bonds_of(act.tx, committee.KIND)


def _find(act: Act, asked: Asked) -> Found[Bond]:
    return listed(_all(act), asked, lambda bond: f"{bond.title}{bond.estate}"
                  f"{bits.who(act, bond.person)}")  # fmt: skip


def _columns(act: Act, found: Sequence[Bond]) -> list[Cells]:
    names = bits.names(act, [bond.person for bond in found])
    return [
        {
            "person": names.get(bond.person, ""),
            "office": bond.title,
            "estate": bond.estate,
            "team": bits.team(act, bond.team),
            "since": bond.since,
        }
        for bond in found
    ]


def _offices(act: Act, _row: object) -> Options:
    return [(title, title) for title in act.service.content.words["council_offices"]]


def _person(act: Act, known: str) -> Person:
    found = act.roster.staff.get(known)
    if found is None:
        raise Problem("unknown_target", known)
    return found


def _appoint(act: Act, _row: object, said: Office) -> object:
    committee.appoint(act, _person(act, said.person), said.title, said.estate)
    return None


AREA: Final = Area(
    name="committee",
    find=_find,
    one=lambda act, key: next((bond for bond in _all(act) if str(bond.id) == key), None),
    key=lambda bond: str(bond.id),
    columns=_columns,
    facts=lambda act, bond: _columns(act, [bond])[0],
    title=lambda act, bond: f"{bits.who(act, bond.person)} {bond.title}",
    doings=(
        Doing("dismiss", NoBody, lambda act, bond, _: committee.dismiss(
            act, _person(act, bond.person or ""))),
    ),
    can=lambda act, _bond: ("dismiss",) if office(act) else (),
    new=(Doing("appoint", Office, _appoint, {"title": _offices}),),
    subject=lambda bond: (committee.KIND, bond.person or ""),
)  # fmt: skip
