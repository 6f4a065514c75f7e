"""入户问卷: a questionnaire filled in at the door, for whoever has no phone.

Members fill it in, too; what was answered is on the page of results, which is for staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pydantic import Field, create_model

from api.operations import Body
from api.shapes import Name, Words
from console.practices import bits
from console.practices.shape import Area, Asked, Block, Cells, Doing, Found, Link, staff
from console.practices.shelves import listed, number
from data.duty_rows import Survey
from data.tables import surveys as table
from desk import access, people, surveys
from desk.service import Act
from nlp.values import Place

MOST: Final = 99  # that can be answered at the same time
ANSWER: Final = "answer_"


class AtTheDoor(Body):
    """Whose answers they are; the questions come with the survey."""

    whom: Name
    estate: Name | None = None
    building: Name | None = None


def _asks(survey: Survey) -> Doing:
    """The form of this survey: a field a question, named by its words."""
    questions: dict[str, Any] = {
        f"{ANSWER}{at}": (Words, Field(title=f"{at}. {question}"))
        for at, (question, _) in enumerate(survey.questions, 1)
    }
    body = create_model("Answered", __base__=AtTheDoor, **questions)
    offers = {
        f"{ANSWER}{at}": _offer(options)
        for at, (_, options) in enumerate(survey.questions, 1)
        if options
    }
    return Doing("visit", body, _visit, offers, _given)


def _offer(options: Sequence[str]) -> Any:
    return lambda _act, _row: [(option, option) for option in options]


def _given(_act: Act, survey: Survey) -> dict[str, str]:
    return {"estate": survey.estate or ""}


def _visit(act: Act, survey: Survey, said: AtTheDoor) -> None:
    """Kept once a person; nobody can tell afterwards who said what."""
    home = Place(said.estate, said.building, None, None) if said.estate else None
    person = people.named(act, said.whom, home)
    if not surveys.asks(survey, person):
        raise bits.wrong(act, "asked", "estate")
    if not surveys.answer(act, survey, person, _answers(act, survey, said), "visit"):
        raise bits.wrong(act, "answered", "whom")


def _answers(act: Act, survey: Survey, said: AtTheDoor) -> tuple[str, ...]:
    given = []
    for at, (_, options) in enumerate(survey.questions, 1):
        answer = str(getattr(said, f"{ANSWER}{at}"))
        if options and answer not in options:
            raise bits.wrong(act, "option", f"{ANSWER}{at}")
        given.append(answer)
    return tuple(given)


def _find(act: Act, asked: Asked) -> Found[Survey]:
    return listed(table.under_way(act.tx, MOST), asked, lambda survey: survey.title)


def _one(act: Act, key: str) -> Survey | None:
    found = table.under_way(act.tx, MOST)
    return next((survey for survey in found if str(survey.number) == key), None)


def _columns(act: Act, found: Sequence[Survey]) -> list[Cells]:
    counts = staff(act)  # how many have answered is, like the results, for staff
    rows: list[Cells] = []
    for survey in found:
        given = table.answers(act.tx, survey.id) if counts else []
        rows.append(
            {
                "number": surveys.number(act, survey),
                "title": survey.title,
                "estate": survey.estate or act.say("area.doorsteps.everywhere"),
                "questions": len(survey.questions),
                "visited": sum(each.source == "visit" for each in given) if counts else None,
                "created_at": survey.created_at,
            }
        )
    return rows


def _facts(act: Act, survey: Survey) -> Cells:
    row = {name: value for name, value in _columns(act, [survey])[0].items() if name != "number"}
    link = Link(act.say("area.doorsteps.results"), f"practices/surveys/{survey.number}")
    return {**row, "results": link if staff(act) else None}


def _blocks(_act: Act, survey: Survey) -> list[Block]:
    rows: list[Cells] = [
        {"question": question, "options": options} for question, options in survey.questions
    ]
    return [Block("questions", rows)]


AREA: Final = Area(
    name="doorsteps",
    find=_find,
    one=_one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, survey: f"{surveys.number(act, survey)} {survey.title}",
    may=lambda act: access.may(act, "member"),
    doings=(Doing("visit", AtTheDoor, _visit, asks=_asks),),
    can=lambda _act, _survey: ("visit",),
    blocks=_blocks,
)
