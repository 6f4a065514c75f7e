"""包联计划: what a unit does in the estate it answers for, and how often."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.problems import Problem
from api.shapes import Name, Whole, Words
from console.practices import rounds
from console.practices.rounds import Often
from console.practices.shape import Cells, Doing, Options
from data.practice_rows import Round
from desk import rounds as duties
from desk import visits
from desk.rules.masking import without_readings
from desk.service import Act
from nlp.text import mask_ids

Count = Annotated[int, Field(ge=0, le=9999), Whole]


class NewPlan(Body):
    """Which unit does what, where, how often."""

    team: Name
    topic: Name
    estate: Name
    when: Often = "每季度"


class Done(Body):
    """What was done, and for how many."""

    note: Words
    count: Count = 0


def _plan(act: Act, _row: object, said: NewPlan) -> Round:
    team = act.roster.teams.get(said.team)
    if team is None:
        raise Problem("unknown_target", said.team)
    return visits.plan(act, team, said.topic, said.estate, rounds.often(act, said.when))


def _topics(act: Act, _row: object) -> Options:
    return [(topic, topic) for topic in act.service.content.words["plan_topics"]]


def _hold(act: Act, known: Round, said: Done) -> object:
    note = without_readings(mask_ids(said.note))
    data = {"topics": [str(known.data.get("topic", ""))], "people": said.count}
    return duties.hold(act, duties.current(act, known), note, data=data)


def _reveal(act: Act, known: Round) -> Cells:
    """Whom a condolence goes to, by the elder cards; looking is written down."""
    return {"elders": [visits.whom(act, person) for person in visits.elders(act, known)]}


AREA: Final = rounds.area(
    "plans",
    rounds.Kind(
        visits.PLAN,
        new=(Doing("plan", NewPlan, _plan, {"topic": _topics}),),
        hold=Doing("hold", Done, _hold),
        reveal=_reveal,
    ),
)
