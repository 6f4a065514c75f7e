"""Recurring duties and activities for programs: visits, patrols, cleaning, service days, clubs.

No answer says to whom a visit goes, or who signed up: those are told in chat, to whom they concern.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.operations import Body, Call, NoBody, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Whole, Words
from data.practice_rows import Occasion, OccasionState, Round
from data.tables import rounds as table
from desk import access, activities, attending, listing, rounds, visits
from desk.rules import enrolment
from desk.service import Act

Kind = Literal["event", "visit", "plan", "patrol", "clean", "watch"]
OPEN_TO_ALL = ("event",)
_CLOCKS = r"(?:[01]\d|2[0-3]):[0-5]\d(?:,(?:[01]\d|2[0-3]):[0-5]\d)*"
RULE = (
    rf"^(?:once|every [1-9]\d{{0,2}}|weekly [1-7](?:,[1-7])* {_CLOCKS}"
    rf"|monthly (?:[1-9]|[12]\d|3[01]) {_CLOCKS})$"
)
Text = Annotated[str, Field(min_length=1, max_length=64), Kept]
Service = Annotated[str, Field(min_length=1, max_length=20), Kept]
Capacity = Annotated[int, Field(ge=1, le=9999), Whole]


class RoundQuery(Query):
    """Which of them."""

    kind: Kind = Field("event", description="种类：活动、走访、包联计划、巡查、打扫、值守")
    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几件")


class OccasionView(BaseModel):
    """一次：什么时候，做了没有。"""

    at: datetime
    state: OccasionState
    done_at: datetime | None


class RoundView(BaseModel):
    """一件定期的事；不含对象和报名人的姓名。"""

    id: str = Field(description="例如 event-1")
    number: str = Field(description="居民说的编号，例如 活-1")
    kind: str
    title: str
    person: str = Field(description="负责人的编号")
    team: str | None
    estate: str | None
    rule: str = Field(description="once、every 7、weekly 4 15:00、monthly 15 09:00")
    checklist: list[str]
    capacity: int | None
    course: bool = Field(description="报一次次次来")
    ended_at: datetime | None
    occasions: list[OccasionView] = Field(description="最近的十次")
    held: int
    missed: int
    signed: int = Field(description="报名人次，含到场的")
    came: int = Field(description="到场人次，含没有登记的")
    times: int = Field(description="服务人次：一人办几项算几次")
    services: dict[str, int] = Field(description="各项服务的人次")


class RoundPage(BaseModel):
    """一页，编号小的在前。"""

    items: list[RoundView]
    next: int | None


class NewRound(Body):
    """要定的事。"""

    kind: Literal["event", "visit", "patrol", "watch"]
    title: Words = Field(description="名称")
    rule: str = Field(pattern=RULE, description="多久一次，时间是北京时间")
    estate: Text | None = Field(None, description="小区")
    person: Text | None = Field(None, description="负责人的编号；不写是密钥代表的人")
    turns: list[Text] = Field(default_factory=list, max_length=50, description="轮流的人的编号")
    checklist: list[Text] = Field(default_factory=list, max_length=30, description="检查清单")
    capacity: Capacity | None = Field(None, description="最多几人")
    services: list[Service] = Field(default_factory=list, max_length=50, description="服务项目")
    course: bool = Field(False, description="报一次次次来")
    minors: bool = Field(False, description="由家长报名")


class Held(Body):
    """做了什么。"""

    note: Words = Field(description="说明")


class Coming(Body):
    """报名。"""

    child: Words | None = Field(None, description="孩子的小名、年龄和“同意”，只用于少儿活动")


class Came(Body):
    """签到。"""

    service: Service | None = Field(None, description="办的哪一项")


class Ended(Body):
    """结束。"""

    note: Words = Field(description="原因")


def list_rounds(call: Call[RoundQuery, None]) -> RoundPage:
    query = call.query
    if query.kind not in OPEN_TO_ALL and not access.may(call.act, "worker"):
        raise Problem("not_staff")
    found = table.page(call.act.tx, query.kind, query.cursor, query.limit)
    more = len(found) == query.limit
    return RoundPage(
        items=[view(call.act, known) for known in found], next=found[-1].number if more else None
    )


def view(act: Act, known: Round) -> RoundView:
    occasions = table.occasions_of(act.tx, known.id, 10)
    counts = table.counted(act.tx, known.id)
    figures = _figures(act, known, counts)
    return RoundView(
        id=f"{known.kind}-{known.number}",
        number=rounds.number(act, known),
        kind=known.kind,
        title=known.title,
        person=known.person if known.person in act.roster.staff else "",
        team=known.team,
        estate=known.estate,
        rule=known.rule,
        checklist=list(known.checklist),
        capacity=known.capacity,
        course=bool(known.data.get("course")),
        ended_at=known.ended_at,
        occasions=[OccasionView(at=o.at, state=o.state, done_at=o.done_at) for o in occasions],
        held=figures.held,
        missed=counts.get("missed", 0),
        signed=figures.signed,
        came=figures.came,
        times=figures.times,
        services=dict(figures.services),
    )


def _figures(act: Act, known: Round, counts: Mapping[str, int]) -> activities.Figures:
    """Only activities have attendance."""
    if known.kind in OPEN_TO_ALL:
        return activities.figures(act, [known])
    return activities.Figures(counts.get("held", 0), 0, 0, 0, {})


def find(call: Call[Any, Any]) -> Round:
    """The one that the path names, if the key may see it; else as if there were none."""
    kind, _, digits = call.path["round"].rpartition("-")
    number = int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else 0
    known = table.by_number(call.act.tx, kind, number)
    if known is None or (kind not in OPEN_TO_ALL and not rounds.may_do(call.act, known)):
        raise Problem("not_found", call.path["round"])
    return known


def get_round(call: Call[Any, None]) -> RoundView:
    return view(call.act, find(call))


def create_round(call: Call[Any, NewRound]) -> RoundView:
    """Activities by members; everything else by staff, for staff."""
    act, body = call.act, call.body
    if not access.may(act, "member" if body.kind in OPEN_TO_ALL else "worker"):
        raise Problem("forbidden_person")
    named = [*body.turns, *([body.person] if body.person else [])]
    if unknown := next((person for person in named if person not in act.roster.staff), None):
        raise Problem("unknown_target", unknown)
    if body.estate is not None and body.estate not in act.roster.estates():
        raise Problem("unknown_target", body.estate)
    duty = rounds.Duty(
        kind=body.kind,
        title=listing.shown(body.title),
        person=body.person or (body.turns[0] if body.turns else act.person.id),
        rule=body.rule,
        estate=body.estate,
        capacity=body.capacity,
        checklist=tuple(body.checklist),
        turns=tuple(body.turns),
        course=body.course,
        data={"services": body.services, "minors": body.minors},
    )
    return view(act, rounds.begin(act, duty))


def _hold(act: Act, known: Round, body: Held) -> object:
    answers = tuple(act.say("patrol.fine") for _ in known.checklist)
    return rounds.hold(act, rounds.current(act, known), body.note, answers)


def _event(known: Round) -> None:
    if known.kind not in OPEN_TO_ALL:
        raise Problem("forbidden_status")


def _sign_up(act: Act, known: Round, body: Coming) -> object:
    """As the key's person; a child by its guardian."""
    _event(known)
    if not known.data.get("minors"):
        return attending.sign_up(act, _coming(act, known), act.person.id)
    try:
        child = enrolment.read(body.child or "", act.service.content.words["consenting"])
    except enrolment.NotEnough as lacking:
        raise Problem(
            "forbidden_status", act.say(f"event.child.{lacking}", title=known.title)
        ) from None
    return activities.enrol(act, known, child)


def _coming(act: Act, known: Round) -> Occasion:
    return activities.coming(act, known)


def _cancel(act: Act, known: Round, _: NoBody) -> object:
    _event(known)
    occasion = _coming(act, known)
    for person in activities.children(act, occasion, act.person.id) or [act.person.id]:
        attending.cancel(act, occasion, person)
    return None


def _check_in(act: Act, known: Round, body: Came) -> object:
    _event(known)
    service = body.service if body.service in known.data.get("services", ()) else ""
    occasion = activities.under_way(act, known)
    return attending.check_in(act, occasion, act.person.id, service or "")


def _end(act: Act, known: Round, body: Ended) -> object:
    if not rounds.may_do(act, known):
        raise Problem("forbidden_person")
    if known.ended_at is not None:
        raise Problem("forbidden_status")
    if known.kind in OPEN_TO_ALL:
        return activities.finish(act, known, body.note)
    return visits.finish(act, known, body.note)


def _action(name: str, body: type[Body], do: Callable[[Act, Round, Any], object]) -> Operation:
    def handle(call: Call[Any, Any]) -> RoundView:
        known = find(call)
        do(call.act, known, call.body)
        return view(call.act, table.by_id(call.act.tx, known.id) or known)

    return Operation(
        f"round_{name}", "POST", f"/rounds/<round>/actions/{name}", "write", RoundView, handle,
        body=body, problems=(404, 409), tag="practices", said=f"api.does.round_{name}",
    )  # fmt: skip


OPERATIONS = (
    Operation(
        "list_rounds", "GET", "/rounds", "read", RoundPage, list_rounds, query=RoundQuery,
        tag="practices",
    ),
    Operation(
        "create_round", "POST", "/rounds", "write", RoundView, create_round, body=NewRound,
        status=201, problems=(409,), tag="practices",
    ),
    Operation(
        "get_round", "GET", "/rounds/<round>", "read", RoundView, get_round, problems=(404,),
        tag="practices",
    ),
    _action("hold", Held, _hold),
    _action("sign_up", Coming, _sign_up),
    _action("cancel", NoBody, _cancel),
    _action("check_in", Came, _check_in),
    _action("end", Ended, _end),
)  # fmt: skip
