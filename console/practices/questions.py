"""专家问答: what experts have said, who and when, and until when it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from api.listing import Noted
from api.operations import NoBody
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Cells, Doing, Tone, everybody
from console.practices.shelves import Shelf, number
from data.lists_rows import Question, QuestionState
from desk import access, questions
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {
    "asked": "wait", "answered": "good", "aged": "wait", "withdrawn": "past"
}  # fmt: skip


def _sees(act: Act, question: Question) -> bool:
    """What is answered everybody reads; what is asked, its expert and staff."""
    if question.state in ("answered", "aged"):
        return True
    return question.expert == act.person.id or access.may(act, "worker")


SHELF: Final = Shelf(Question, "questions", within=("question", "answer", "unit"), sees=_sees)


def _columns(act: Act, found: Sequence[Question]) -> list[Cells]:
    names = bits.names(act, [question.expert for question in found])
    return [
        {
            "number": f"{act.say('number.question')}-{question.number}",
            "question": question.question,
            "answer": question.answer,
            "state": bits.marked(act, "area.questions.state", question.state, TONES),
            "expert": names[question.expert],
            "unit": question.unit,
            "answered_at": question.answered_at,
            "valid_until": question.valid_until,
        }
        for question in found
    ]


def _can(act: Act, question: Question) -> list[str]:
    mine = question.expert == act.person.id
    if question.state == "withdrawn":
        return []
    able = ["answer"] if mine else []
    able += ["still_true"] if mine and question.state == "aged" else []
    return [*able, "withdraw"] if mine or access.may(act, "secretary") else able


AREA: Final = Area(
    name="questions",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=lambda act, question: {
        name: value for name, value in _columns(act, [question])[0].items() if name != "number"
    },
    title=lambda act, question: f"{act.say('number.question')}-{question.number}",
    may=everybody,
    filters=(bits.statuses("area.questions.state", get_args(QuestionState), "state"),),
    doings=(
        of_api("answer", "answer_question", lambda q: {"question": str(q.number)}),
        Doing("still_true", NoBody, lambda act, q, _: questions.still_true(act, q)),
        Doing("withdraw", Noted, lambda act, q, said: questions.withdraw(act, q, said.note)),
    ),
    can=_can,
    subject=lambda question: (questions.KIND, str(question.number)),
)
