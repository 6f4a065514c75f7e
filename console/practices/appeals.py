"""积分申诉: put before those who review; a person decides, for reasons, and not on himself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Whole, Words
from console.practices import bits
from console.practices.shape import Area, Asked, Cells, Doing, Found, Mark, office
from console.practices.shelves import listed
from data.practice_rows import Line
from data.tables import journal as table
from desk import redeeming
from desk.deeds import AFTER_ALL, EVER
from desk.service import Act

Given = Annotated[int, Field(ge=0, le=9999), Whole]


class Decision(Body):
    """How many points are given, none where it is turned down, and why."""

    points: Given = 0
    note: Words


def _all(act: Act) -> list[Line]:
    return table.done(act.tx, redeeming.APPEAL, "open", EVER, AFTER_ALL)[::-1]


def _find(act: Act, asked: Asked) -> Found[Line]:
    return listed(_all(act), asked, lambda line: line.note)


def _one(act: Act, key: str) -> Line | None:
    return next((line for line in _all(act) if line.subject == key), None)


def _open(act: Act, line: Line) -> bool:
    last = table.last(act.tx, line.kind, line.subject)
    return last is not None and last.status == "open"


def _columns(act: Act, found: Sequence[Line]) -> list[Cells]:
    names = bits.names(act, [line.actor for line in found])
    rows: list[Cells] = []
    for line in found:
        state = "open" if _open(act, line) else "closed"
        rows.append(
            {
                "number": redeeming.shown_number(act, int(line.subject)),
                "text": line.note,
                "name": names[line.actor],
                "state": Mark(act.say(f"area.appeals.state.{state}"),
                              "wait" if state == "open" else "past"),
                "at": line.at,
            }
        )  # fmt: skip
    return rows


def _decide(act: Act, line: Line, said: Decision) -> object:
    return redeeming.decide(act, int(line.subject), said.points, said.note)


AREA: Final = Area(
    name="appeals",
    find=_find,
    one=_one,
    key=lambda line: line.subject,
    columns=_columns,
    facts=lambda act, line: {
        name: value for name, value in _columns(act, [line])[0].items() if name != "number"
    },
    title=lambda act, line: redeeming.shown_number(act, int(line.subject)),
    may=office,
    doings=(Doing("decide", Decision, _decide),),
    can=lambda act, line: ("decide",) if _open(act, line) and line.actor != act.person.id else (),
    subject=lambda line: (line.kind, line.subject),
)
