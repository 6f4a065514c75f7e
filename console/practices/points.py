"""积分: what everybody has earned in a quarter and for what; nobody may change it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from console.practices import bits
from console.practices.shape import Area, Asked, Block, Cells, Filter, Found, Mark, Options, office
from console.practices.shelves import listed
from data.tables import points as table
from desk import points
from desk.rules.quarters import Quarter, quarter_of, read_quarter
from desk.service import Act

BACK: Final = 6  # quarters that can be chosen


@dataclass(frozen=True)
class Earned:
    """What a person has earned in a quarter."""

    person: str
    points: int


def quarters(act: Act) -> Options:
    """The present one and those before it."""
    found = [quarter_of(act.now)]
    for _ in range(BACK):
        found.append(found[-1].before())
    return [(each.name, each.name) for each in found]


def quarter(act: Act, asked: Asked) -> Quarter:
    return read_quarter(asked.chosen.get("quarter", "")) or quarter_of(act.now)


def _find(act: Act, asked: Asked) -> Found[Earned]:
    chosen = quarter(act, asked)
    sums = [Earned(*each) for each in table.sums(act.tx, chosen.since, chosen.until)]
    names = bits.names(act, [each.person for each in sums]) if asked.words else {}
    return listed(sums, asked, lambda each: names.get(each.person, ""))


def _one(act: Act, key: str) -> Earned | None:
    found = points.statement(act, key)
    known = bool(found.lines) or bool(found.adjusted) or bool(found.spent)
    return Earned(key, found.earned) if known else None


def _columns(act: Act, found: Sequence[Earned]) -> list[Cells]:
    names = bits.names(act, [each.person for each in found])
    return [{"name": names[each.person], "points": each.points} for each in found]


def _facts(act: Act, earned: Earned) -> Cells:
    found = points.statement(act, earned.person)
    return {
        "name": bits.who(act, earned.person),
        "balance": found.balance,
        "earned": found.earned,
        "adjusted": found.adjusted,
        "spent": found.spent,
    }


def _blocks(act: Act, earned: Earned) -> list[Block]:
    titles = points.titles(act.service)
    rows: list[Cells] = [
        {
            "at": row.at,
            "rule": titles.get((row.rule, row.version), row.rule),
            "points": row.points,
            "subject": points.shown_subject(act, row.subject),
            "undone": Mark(act.say("area.points.undone"), "bad") if row.undone else None,
        }
        for row in points.statement(act, earned.person).lines
    ]
    return [Block("lines", rows)]


AREA: Final = Area(
    name="points",
    find=_find,
    one=_one,
    key=lambda earned: earned.person,
    columns=_columns,
    facts=_facts,
    title=lambda act, earned: bits.who(act, earned.person),
    may=office,
    filters=(Filter("quarter", quarters),),
    blocks=_blocks,
)
