"""What every kind of recurring duty has in common: visits, plans, patrols, activities."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.rounds import Ended
from api.shapes import Kept
from api.shapes import Words as Spoken
from console.practices import bits
from console.practices.shape import Area, Block, Cells, Doing, Filter, Mark, Tone, office, staff
from console.practices.shelves import Shelf, number
from data.practice_rows import Occasion, Round
from data.tables import rounds as table
from desk import access, rounds, visits
from desk.rules import recurring
from desk.rules.masking import HIDDEN, without_readings
from desk.rules.when import When, read
from desk.service import Act
from nlp.text import mask_ids

TONES: Final[Mapping[str, Tone]] = {
    "planned": "wait", "held": "good", "missed": "bad", "cancelled": "past"
}  # fmt: skip
MOST: Final = 200  # occasions that are looked at
SHOWN: Final = 20  # of those that are over
NEAR: Final = 3  # of those to come
_RULE: Final = re.compile(r"(weekly|monthly|quarterly|every) ([\d,]+)(?: ([\d:,]+))?")
Often = Annotated[str, Field(min_length=1, max_length=40), Kept]


class Held(Body):
    """What was done."""

    note: Spoken


@dataclass(frozen=True)
class Kind:
    """How one kind of round differs from the others."""

    kind: str
    new: tuple[Doing, ...] = ()
    more: tuple[Doing, ...] = ()
    can_more: Callable[[Act, Round], Collection[str]] = lambda _act, _known: ()
    blocks: Callable[[Act, Round], Sequence[Block]] = lambda _act, _known: ()
    extra: Callable[[Act, Round], Cells] = lambda _act, _known: {}
    hold: Doing | None = None
    end: Callable[[Act, Round, str], object] = visits.finish
    reveal: Callable[[Act, Round], Cells] | None = None
    may_reveal: Callable[[Act, Round], bool] = rounds.may_know
    may: Callable[[Act], bool] = staff
    may_new: Callable[[Act], bool] = office
    figures: Callable[[Act], Cells] | None = None


def area(name: str, kind: Kind) -> Area[Round]:
    """The area of one kind."""
    shelf = Shelf(Round, "rounds", within=("title", "estate"), fixed={"kind": kind.kind})
    hold = kind.hold or Doing("hold", Held, hold_with_note)
    end = Doing("end", Ended, lambda act, known, said: kind.end(act, known, said.note))
    return Area(
        name=name,
        find=shelf.find,
        one=shelf.one,
        key=number,
        columns=columns,
        facts=lambda act, known: {**_facts(act, known), **kind.extra(act, known)},
        title=lambda act, known: f"{rounds.number(act, known)} {known.title}",
        may=kind.may,
        filters=(Filter("estate", bits.estates),),
        doings=(hold, *kind.more, end),
        can=lambda act, known: {*_can(act, known), *kind.can_more(act, known)},
        new=kind.new,
        may_new=kind.may_new,
        blocks=lambda act, known: [*kind.blocks(act, known), _occasions(act, known)],
        subject=lambda known: (known.kind, str(known.number)),
        shown=_without_name,
        reveal=kind.reveal,
        may_reveal=lambda act, known: kind.reveal is not None and kind.may_reveal(act, known),
        figures=kind.figures,
    )


def often(act: Act, said: str) -> When:
    """When it recurs, as people say it: 每周四下午3点, 每7天."""
    found = read(said, act.now)
    if found is None:
        raise bits.wrong(act, "when")
    return found


def rule(act: Act, known: Round) -> str:
    """When it recurs, in words."""
    found = _RULE.fullmatch(known.rule)
    if found is None:
        return act.say("area.common.rule.once")
    kind, days, times = found[1], found[2].split(","), found[3] or ""
    words = {each: name for name, each in recurring.WEEKDAYS.items() if name != "天"}
    if kind == "weekly" and len(days) == len(recurring.EVERY_DAY):
        return act.say("area.common.rule.daily", times=times.replace(",", "、"))
    shown = "、".join(words[int(day)] for day in days) if kind == "weekly" else found[2]
    return act.say(f"area.common.rule.{kind}", days=shown, times=times.replace(",", "、"))


def hold_with_note(act: Act, known: Round, said: Held) -> object:
    """Written down, without identity numbers and readings of a body."""
    note = without_readings(mask_ids(said.note))
    words = act.service.content.words
    data = {"topics": [topic for topic in words["visit_topics"] if topic in note]}
    return rounds.hold(act, rounds.current(act, known), note, data=data)


def columns(act: Act, found: Sequence[Round]) -> list[Cells]:
    """The rows of a list."""
    names = bits.names(act, [known.person for known in found])
    latest = _latest(act, found)
    return [
        {
            "number": rounds.number(act, known),
            "title": known.title,
            "person": names[known.person],
            "team": bits.team(act, known.team),
            "estate": known.estate,
            "rule": rule(act, known),
            "next": None if known.ended_at else _next(known, latest[known.id]),
            "last": _mark(act, latest[known.id]),
            "ended_at": known.ended_at,
        }
        for known in found
    ]


def _latest(act: Act, found: Sequence[Round]) -> dict[int, list[Occasion]]:
    return {known.id: table.occasions_of(act.tx, known.id, 14) for known in found}


def _next(known: Round, occasions: Sequence[Occasion]) -> datetime | None:
    planned = [each.at for each in occasions if each.state == "planned"]
    return min(planned, default=known.next_at)


def _mark(act: Act, occasions: Sequence[Occasion]) -> Mark | None:
    """What became of it the last time."""
    past = next((each for each in occasions if each.state in ("held", "missed")), None)
    return bits.marked(act, "area.common.occasion", past.state, TONES) if past else None


def _facts(act: Act, known: Round) -> Cells:
    row = {name: value for name, value in columns(act, [known])[0].items() if name != "number"}
    turns = [str(person) for person in known.data.get("turns") or ()]
    names = bits.names(act, turns)
    counts = table.counted(act.tx, known.id)
    return {
        **row,
        "turns": [names[person] for person in turns],
        "checklist": known.checklist,
        "capacity": known.capacity,
        "held": counts.get("held", 0),
        "missed": counts.get("missed", 0),
    }


def _occasions(act: Act, known: Round) -> Block:
    every = table.occasions_of(act.tx, known.id, MOST)
    coming = [each for each in every if each.state == "planned"][-NEAR:]
    found = [*coming, *[each for each in every if each.state != "planned"][:SHOWN]]
    names = bits.names(act, [each.person for each in found])
    rows: list[Cells] = [
        {
            "at": each.at,
            "state": bits.marked(act, "area.common.occasion", each.state, TONES),
            "person": names.get(each.person, ""),
            "done_at": each.done_at,
            "note": _without_name(act, known, each.note),
        }
        for each in found
    ]
    return Block("occasions", rows)


def _without_name(act: Act, known: Round, note: str) -> str:
    """A note without the name of whom a visit is to, unless whoever reads it may know."""
    person = visits.target(act, known)
    if person is None or len(person.name) < 2 or rounds.may_know(act, known):
        return note
    return note.replace(person.name, HIDDEN)


def _can(act: Act, known: Round) -> list[str]:
    if known.ended_at is not None or not rounds.may_do(act, known):
        return []
    return ["hold", "end"] if access.may(act, "worker") else ["hold"]
