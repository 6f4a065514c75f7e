"""问卷: asked online and at the door; what was answered, never by whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from api.operations import Body, NoBody
from api.shapes import Kept, Name, Whole
from console.practices import bits
from console.practices.shape import Area, Block, Cells, Doing, Mark, Options, Share, office
from console.practices.shelves import Shelf, number
from data.duty_rows import Survey
from data.tables import surveys as table
from desk import surveys
from desk.rules import questionnaire
from desk.service import Act

MOST: Final = 9  # options of a question
SHELF: Final = Shelf(Survey, "surveys", within=("title", "estate"))
Question = Annotated[str, Field(min_length=1, max_length=200), Kept]
Count = Annotated[int, Field(ge=1, le=99_999), Whole]


class NewSurvey(Body):
    """A title, and questions with their options between slashes."""

    title: Name
    questions: list[Question] = Field(min_length=1, max_length=20)
    estate: Name | None = None


class Demand(Body):
    """What so many want."""

    option: Name
    count: Count


def _put(act: Act, _row: object, said: NewSurvey) -> Survey:
    try:
        title, questions = questionnaire.read("\n".join((said.title, *said.questions)), MOST)
    except questionnaire.NotAsked:
        raise bits.wrong(act, "questions") from None
    return surveys.put(act, title, questions, said.estate)


def _options(act: Act, survey: Survey | None) -> Options:
    """What can become a demand: the answers that were given, the most first."""
    if survey is None:
        return []
    found = [pair for counts in surveys.results(act, survey) for pair in counts.most_common()]
    ordered = sorted(found, key=lambda pair: -pair[1])
    return [(option, f"{option}（{count}）") for option, count in ordered if option]


def _columns(act: Act, found: Sequence[Survey]) -> list[Cells]:
    rows: list[Cells] = []
    for survey in found:
        given = table.answers(act.tx, survey.id)
        state = "closed" if survey.closed_at else "open"
        rows.append(
            {
                "number": surveys.number(act, survey),
                "title": survey.title,
                "state": Mark(act.say(f"area.surveys.state.{state}"),
                              "past" if survey.closed_at else "good"),
                "estate": survey.estate,
                "questions": len(survey.questions),
                "answered": len(given),
                "visited": sum(each.source == "visit" for each in given),
                "created_at": survey.created_at,
            }
        )  # fmt: skip
    return rows


def _blocks(act: Act, survey: Survey) -> list[Block]:
    """Each question with its answers and how often each was given."""
    results = zip(survey.questions, surveys.results(act, survey), strict=True)
    rows: list[Cells] = []
    for (question, options), counts in results:
        total = sum(counts.values())
        for answer in dict.fromkeys((*options, *counts)):
            count = counts.get(answer, 0)
            share = Share(round(100 * count / total)) if total else None
            rows.append({"question": question, "option": answer, "count": count, "share": share})
    return [Block("results", rows)]


def _can(act: Act, survey: Survey) -> list[str]:
    if not office(act):
        return []
    demand = ["demand"] if _options(act, survey) else []
    return demand if survey.closed_at else [*demand, "close"]


AREA: Final = Area(
    name="surveys",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=lambda act, survey: {
        name: value for name, value in _columns(act, [survey])[0].items() if name != "number"
    },
    title=lambda act, survey: f"{surveys.number(act, survey)} {survey.title}",
    filters=(bits.ESTATE,),
    doings=(
        Doing("demand", Demand, lambda act, survey, said: surveys.demand(
            act, survey, said.option, said.count), {"option": _options}),
        Doing("close", NoBody, lambda act, survey, _: surveys.close(act, survey)),
    ),
    can=_can,
    new=(Doing("put", NewSurvey, _put),),
    blocks=_blocks,
    subject=lambda survey: (surveys.KIND, str(survey.number)),
)  # fmt: skip
