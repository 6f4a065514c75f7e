"""The knowledge base for programs: what experts have said, who and when; asking one, answering."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.issues import Text, find
from api.listing import Noted
from api.lists import number
from api.operations import Body, Call, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Limit
from data.lists_rows import Question, QuestionState
from data.tables import questions as table
from desk import access, entry_wording, questions
from desk.service import Act


class KnowledgeQuery(Query):
    """Which answers."""

    word: Text | None = Field(None, description="问题或答复里有的词")
    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几条")


class AnswerView(BaseModel):
    """一条答复。"""

    id: int = Field(description="问-后面的数字")
    category: str
    question: str
    answer: str
    state: QuestionState = Field(description="aged 是过了有效期，正在核实")
    expert: str = Field(description="谁答的")
    unit: str
    answered_at: datetime | None
    valid_until: datetime | None


class Knowledge(BaseModel):
    """一页，编号小的在前。"""

    items: list[AnswerView]
    next: int | None


class Asked(Body):
    """请谁答。"""

    expert: Text = Field(description="人的编号")


def list_answers(call: Call[KnowledgeQuery, None]) -> Knowledge:
    query = call.query
    found = table.page(call.act.tx, query.cursor, query.limit)
    more = len(found) == query.limit
    word = query.word or ""
    return Knowledge(
        items=[_view(call.act, each) for each in found if word in each.question + each.answer],
        next=found[-1].number if more else None,
    )


def _view(act: Act, question: Question) -> AnswerView:
    return AnswerView(
        id=question.number,
        category=question.category,
        question=question.question,
        answer=question.answer,
        state=question.state,
        expert=entry_wording.name_of(act, question.expert),
        unit=question.unit,
        answered_at=question.answered_at,
        valid_until=question.valid_until,
    )


def ask(call: Call[Any, Asked]) -> AnswerView:
    """Only of those whom the desk would propose: nobody is asked by accident."""
    issue = find(call)
    able = {each.offer.person: each.offer for each in questions.experts(call.act, issue, 50)}
    if call.body.expert not in able:
        raise Problem("unknown_target", call.body.expert)
    return _view(call.act, questions.ask(call.act, issue, able[call.body.expert]))


def answer(call: Call[Any, Noted]) -> AnswerView:
    found = table.by_number(call.act.tx, number(call.path["question"]))
    me = call.act.person.id
    if found is None or (found.expert != me and not access.may(call.act, "worker")):
        raise Problem("not_found", call.path["question"])
    return _view(call.act, questions.answer(call.act, found, call.body.note))


OPERATIONS = (
    Operation(
        "list_answers", "GET", "/knowledge", "read", Knowledge, list_answers,
        query=KnowledgeQuery, tag="practices",
    ),
    Operation(
        "consult", "POST", "/issues/<reference>/actions/consult", "write", AnswerView, ask,
        body=Asked, problems=(404, 409), tag="practices",
    ),
    Operation(
        "answer_question", "POST", "/questions/<question>/actions/answer", "write", AnswerView,
        answer, body=Noted, problems=(404, 409), tag="practices",
    ),
)  # fmt: skip
