"""走访和结对: who looks after which elder or building, and when somebody went there last."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Kept, Name
from console.practices import bits, rounds
from console.practices.rounds import Often
from console.practices.shape import Cells, Doing, Options, staff
from data.practice_rows import Round
from data.tables import rounds as table
from desk import naming, people, visits
from desk import rounds as duties
from desk.rules.lifecycle import Forbidden
from desk.service import Act
from nlp.values import Place

MISSED: Final = 200
Short = Annotated[str, Field(max_length=20), Kept]


class Pair(Body):
    """一帮一: an elder, and who looks after him."""

    elder: Name
    estate: Name
    building: Short = ""
    unit: Short = ""
    room: Short = ""
    helpers: list[Name] = Field(min_length=1, max_length=9)
    when: Often = "每7天"


class Steward(Body):
    """包楼: who answers for a building, as what."""

    person: Name
    title: Name
    estate: Name
    building: Short
    when: Often = "每7天"


def _pair(act: Act, _row: object, said: Pair) -> Round:
    when = rounds.often(act, said.when)
    home = Place(said.estate, said.building or None, said.unit or None, said.room or None)
    elder = people.named(act, said.elder, home)
    helpers = naming.helpers(act, "、".join(said.helpers))
    if len(helpers) < len(said.helpers):
        raise bits.wrong(act, "helpers")
    made = visits.pair(act, elder, helpers, when)
    if not made:
        raise Forbidden("status")
    return made[0]


def _take_on(act: Act, _row: object, said: Steward) -> Round:
    when = rounds.often(act, said.when)
    person = act.roster.staff.get(said.person)
    if person is None:
        raise bits.wrong(act, "person")
    return visits.take_on(act, person, said.title, Place(said.estate, said.building or None), when)


def _titles(act: Act, _row: object) -> Options:
    return [(title, title) for title in act.service.content.words["steward_titles"]]


def _reveal(act: Act, known: Round) -> Cells:
    """Whom the visit is to; that it was looked at is written down."""
    person = visits.target(act, known)
    duties.log(act, known, "disclose")
    return {"whom": visits.whom(act, person) if person else ""}


def _figures(act: Act) -> Cells:
    """How many go on, and how many have lapsed."""
    going = table.of_kind(act.tx, visits.VISIT, 10_000)
    ids = {known.id for known in going}
    lapsed = [each for each in table.missed(act.tx, MISSED) if each.round in ids]
    return {
        "paired": len({known.target for known in going if known.target}),
        "stewards": sum(1 for known in going if known.data.get("steward")),
        "lapsed": len(lapsed),
    }


AREA: Final = rounds.area(
    "visits",
    rounds.Kind(
        visits.VISIT,
        new=(Doing("pair", Pair, _pair), Doing("take_on", Steward, _take_on, {"title": _titles})),
        may_new=staff,
        reveal=_reveal,
        may_reveal=lambda act, known: bool(known.target) and duties.may_know(act, known),
        figures=_figures,
    ),
)
