"""What may be done to an issue: a path for each action, with the same desk functions as chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from api.issues import Text, by_reference, find
from api.operations import Body, Call, NoBody, Operation
from api.problems import Problem
from api.shapes import Kept, Reference, Whole, Words
from data.rows import Issue, Mode, Person, Team
from data.tables import issues as table
from desk import (
    approvals,
    broadcast,
    callbacks,
    cooperation,
    correcting,
    issues,
    phoning,
    together,
    views,
)
from desk.recording import Draft
from desk.service import Act
from desk.views import IssueView

Told = Annotated[str, Field(max_length=2000), Kept]


class Note(Body):
    """要说明的动作。"""

    note: Words = Field(description="说明：退单写原因，办结写做了什么，补充写内容")


class Rating(Body):
    """满意或基本满意。"""

    fairly: bool = Field(False, description="true 是基本满意")


class Reopening(Body):
    """不满意、没修好。"""

    note: Words = Field(description="哪里没办好")
    contacted: bool = Field(True, description="有没有人联系过居民")


class NewMode(Body):
    """改成哪种办理方式。"""

    mode: Mode = Field(description="visit 上门、errand 跑腿、urgent 应急、online 网上")


class CallBack(Body):
    """回访的一句或两句。"""

    contacted: bool | None = Field(None, description="有没有人联系")
    solved: Literal[True] | None = Field(None, description="解决了；没解决就用 reopen")


class PhoneAnswers(Body):
    """电话回访时居民说的。"""

    contacted: bool = Field(description="有没有人联系过")
    solved: bool = Field(description="解决了没有；没解决就重办")
    satisfaction: Literal["satisfied", "fairly", "unsatisfied"] | None = Field(
        None, description="满不满意；没说为空"
    )
    note: Told = Field("", description="居民怎么说；没解决、不满意要写")


class Part(Body):
    """另一件事。"""

    note: Words = Field(description="另一件是什么")
    category: Text = Field(description="类别编号", json_schema_extra={"known": "category"})


class Transfer(Body):
    """转给谁。"""

    target: Text = Field(description="队伍或工作人员的编号")
    note: Words | None = Field(None, description="说明")


class NewCategory(Body):
    """改成哪一类。"""

    category: Text = Field(description="类别编号", json_schema_extra={"known": "category"})


class Into(Body):
    """并入哪一件。"""

    into: Reference = Field(description="事项编号")


class Extension(Body):
    """申请延期。"""

    days: Annotated[int, Field(ge=1, le=99), Whole] = Field(description="几天")
    note: Words = Field(description="原因")


class Units(Body):
    """请哪些单位。"""

    teams: Annotated[list[Text], Field(min_length=1, max_length=8)] = Field(
        description="队伍或单位的编号；吹哨时第一个主办"
    )


@dataclass(frozen=True)
class Doing:
    """One action: what it is given, and what carries it out."""

    body: type[Body]
    do: Callable[[Act, Issue, Any], object]


def _transfer(act: Act, issue: Issue, body: Transfer) -> object:
    return issues.transfer(act, issue, _target(act, body.target), body.note or "")


def _target(act: Act, code: str) -> Team | Person:
    found = act.roster.teams.get(code) or act.roster.staff.get(code)
    if found is None:
        raise Problem("unknown_target", code)
    return found


def _recategorise(act: Act, issue: Issue, body: NewCategory) -> object:
    if body.category not in act.service.content.catalogue:
        raise Problem("unknown_category", body.category)
    return correcting.recategorise(act, issue, body.category)


def _merge(act: Act, issue: Issue, body: Into) -> object:
    try:
        parent = by_reference(act, body.into)
    except Problem as unknown:
        raise Problem("unknown_target", body.into) from unknown
    return together.merge(act, issue, parent)


def _teams(act: Act, codes: list[str]) -> list[Team]:
    unknown = [code for code in codes if code not in act.roster.teams]
    if unknown:
        raise Problem("unknown_target", "、".join(unknown))
    return [act.roster.teams[code] for code in dict.fromkeys(codes)]


def _assist(act: Act, issue: Issue, body: Units) -> None:
    for team in _teams(act, body.teams):
        cooperation.assist(act, issue, team)


def _reopen(act: Act, issue: Issue, body: Reopening) -> object:
    return issues.reopen(act, issue, body.note, contacted=body.contacted)


def _broadcast(act: Act, issue: Issue, body: Units) -> object:
    return broadcast.broadcast(act, issue, _teams(act, body.teams))


def _callback(act: Act, issue: Issue, body: CallBack) -> object:
    return callbacks.answer(act, issue, **body.model_dump(exclude_none=True))


def _phoned(act: Act, issue: Issue, body: PhoneAnswers) -> object:
    return phoning.record(act, issue, phoning.Answers(**body.model_dump()))


def split(act: Act, issue: Issue, body: Part) -> Issue:
    """What the issue says besides, at the same place, becomes one of its own."""
    if body.category not in act.service.content.catalogue:
        raise Problem("unknown_category", body.category)
    part = Draft(
        text=body.note, category=body.category, confidence=1.0, nature=issue.nature,
        estate=issue.estate, building=issue.building, unit=issue.unit, room=issue.room,
        grid=issue.grid, source=issue.source,
    )  # fmt: skip
    return together.split(act, issue, part)


def _whistle(act: Act, issue: Issue, body: Units) -> object:
    return cooperation.whistle(act, issue, _teams(act, body.teams))


ACTIONS: Mapping[str, Doing] = {
    "accept": Doing(NoBody, lambda act, issue, _: issues.accept(act, issue)),
    "decline": Doing(Note, lambda act, issue, body: issues.decline(act, issue, body.note)),
    "transfer": Doing(Transfer, _transfer),
    "note": Doing(Note, lambda act, issue, body: issues.add_note(act, issue, body.note)),
    "finish": Doing(Note, lambda act, issue, body: issues.finish(act, issue, body.note)),
    "urge": Doing(NoBody, lambda act, issue, _: issues.urge(act, issue)),
    "withdraw": Doing(NoBody, lambda act, issue, _: issues.withdraw(act, issue)),
    "satisfied": Doing(
        Rating, lambda act, issue, body: issues.satisfied(act, issue, fairly=body.fairly)
    ),
    "reopen": Doing(Reopening, _reopen),
    "callback": Doing(CallBack, _callback),
    "phoned": Doing(PhoneAnswers, _phoned),
    "dissatisfied": Doing(
        Note, lambda act, issue, body: callbacks.dissatisfied(act, issue, body.note)
    ),
    "recategorise": Doing(NewCategory, _recategorise),
    "merge": Doing(Into, _merge),
    "unmerge": Doing(NoBody, lambda act, issue, _: together.unmerge(act, issue)),
    "supervise": Doing(NoBody, lambda act, issue, _: issues.supervise(act, issue)),
    "pause": Doing(Note, lambda act, issue, body: approvals.ask(act, issue, "pause", body.note)),
    "extend": Doing(
        Extension,
        lambda act, issue, body: approvals.ask(act, issue, "extend", body.note, body.days),
    ),
    "exclude": Doing(
        Note, lambda act, issue, body: approvals.ask(act, issue, "exclude", body.note)
    ),
    "agree": Doing(NoBody, lambda act, issue, _: approvals.decide(act, issue, agree=True)),
    "refuse": Doing(
        Note, lambda act, issue, body: approvals.decide(act, issue, agree=False, reason=body.note)
    ),
    "resume": Doing(NoBody, lambda act, issue, _: approvals.resume(act, issue)),
    "reject": Doing(Note, lambda act, issue, body: approvals.reject(act, issue, body.note)),
    "assist": Doing(Units, _assist),
    "whistle": Doing(Units, _whistle),
    "broadcast": Doing(Units, _broadcast),
    "claim": Doing(NoBody, lambda act, issue, _: broadcast.claim(act, issue)),
    "mode": Doing(NewMode, lambda act, issue, body: issues.set_mode(act, issue, body.mode)),
    "arrive": Doing(NoBody, lambda act, issue, _: cooperation.arrive(act, issue)),
    "part_done": Doing(
        Note, lambda act, issue, body: cooperation.part_done(act, issue, body.note)
    ),
}  # fmt: skip


def operation(name: str, doing: Doing) -> Operation:
    def handle(call: Call[Any, Any]) -> IssueView:
        issue = find(call)
        doing.do(call.act, issue, call.body)
        after = table.by_id(call.act.tx, issue.id)
        return views.issue_view(call.act, after or issue)

    return Operation(
        f"do_{name}",
        "POST",
        f"/issues/<reference>/actions/{name}",
        "write",
        IssueView,
        handle,
        body=doing.body,
        problems=(404, 409),
        tag="actions",
        said=f"api.does.{name}",
    )


def _split(call: Call[Any, Part]) -> IssueView:
    return views.issue_view(call.act, split(call.act, find(call), call.body))


OPERATIONS = (
    *(operation(name, doing) for name, doing in ACTIONS.items()),
    Operation(
        "do_split", "POST", "/issues/<reference>/actions/split", "write", IssueView, _split,
        body=Part, status=201, problems=(404, 409), tag="actions", said="api.does.split",
    ),
)  # fmt: skip
