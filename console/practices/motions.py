"""表决: votes of the households; no door beside a choice, no count before the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Final, get_args

from pydantic import Field

from api.operations import Body
from api.shapes import Name, Whole, Words
from console.practices import bits
from console.practices.shape import Area, Block, Cells, Doing, Tone, everybody, staff
from console.practices.shelves import Shelf, number
from data.practice_rows import Motion, MotionStatus
from desk import motions
from desk.motions import Question
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {"open": "wait", "passed": "good", "invalid": "past",
                                    "cancelled": "past"}  # fmt: skip
SHELF: Final = Shelf(Motion, "motions", within=("question", "estate"))
Households = Annotated[int, Field(ge=1, le=99_999), Whole]
Days = Annotated[int, Field(ge=1, le=99), Whole]


class NewVote(Body):
    """What is put to whom, and for how long."""

    question: Words
    options: list[Name] = Field(min_length=2, max_length=9)
    estate: Name
    households: Households
    days: Days = 7


def _put(act: Act, _row: object, said: NewVote) -> Motion:
    until = act.now + timedelta(days=said.days)
    options = tuple(said.options)
    return motions.put(
        act, Question(said.question, options, said.households, until, estate=said.estate)
    )


def _columns(act: Act, found: Sequence[Motion]) -> list[Cells]:
    return [
        {
            "number": motions.number(act, motion),
            "question": motion.question,
            "status": bits.marked(act, "area.motions.status", motion.status, TONES),
            "estate": motion.estate,
            "households": motion.households,
            "voted": motions.count(act, motion).voted,
            "closes_at": motion.closes_at,
        }
        for motion in found
    ]


def _facts(act: Act, motion: Motion) -> Cells:
    winner = motion.result.get("winner")
    carried = motion.options[winner] if isinstance(winner, int) else None
    return {
        "question": motion.question,
        "status": bits.marked(act, "area.motions.status", motion.status, TONES),
        "estate": motion.estate,
        "households": motion.households,
        "quorum": motion.quorum,
        "voted": motions.count(act, motion).voted,
        "closes_at": motion.closes_at,
        "carried": carried,
        "options": motion.options if motion.status == "open" else (),
    }


def _blocks(act: Act, motion: Motion) -> list[Block]:
    """How the votes fell, once it is over."""
    if motion.status == "open":
        return []
    counts = motions.count(act, motion).counts
    rows: list[Cells] = [{"option": option, "votes": votes}
                         for option, votes in zip(motion.options, counts, strict=True)]  # fmt: skip
    return [Block("counts", rows)]


AREA: Final = Area(
    name="motions",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, motion: f"{motions.number(act, motion)} {motion.question}",
    may=everybody,
    filters=(bits.statuses("area.motions.status", get_args(MotionStatus)), bits.ESTATE),
    new=(Doing("put", NewVote, _put),),
    may_new=staff,
    blocks=_blocks,
    subject=lambda motion: ("motion", str(motion.number)),
)
