"""Further things done to an issue: fast lane, joint cases, meetings, parts; and a team's queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.actions import Doing, Note, operation
from api.listing import Noted
from api.lists import number
from api.operations import Body, Call, NoBody, Operation
from api.problems import Problem
from api.shapes import Moment, Words
from data.rows import Issue
from data.tables import rounds as round_table
from desk import access, jointly, small, team_queue
from desk.service import Act


class SittingCall(Body):
    """几时、在哪里协商。"""

    at: Moment = Field(description="七天之内")
    venue: Words = Field(description="地点")


class MeetingView(BaseModel):
    """一次协商会。"""

    id: int = Field(description="碰-后面的数字")
    at: datetime
    done: bool


class QueueView(BaseModel):
    """一个队手上的活。"""

    waiting: list[str] = Field(description="等人接的事项编号")
    under_way: list[str] = Field(description="在办的")
    done: int = Field(description="近 30 天办好几件")


def _meet(act: Act, issue: Issue, body: SittingCall) -> object:
    return jointly.meet(act, issue, body.at, body.venue)


ACTIONS: Mapping[str, Doing] = {
    "small": Doing(NoBody, lambda act, issue, _: small.hurry(act, issue)),
    "join_forces": Doing(NoBody, lambda act, issue, _: jointly.join_forces(act, issue)),
    "parts": Doing(Note, lambda act, issue, body: team_queue.use_parts(act, issue, body.note)),
    "meet": Doing(SittingCall, _meet),
}


def minutes(call: Call[Any, Noted]) -> MeetingView:
    digits = call.path["meeting"]
    known = round_table.by_number(call.act.tx, jointly.MEETING, number(digits))
    if known is None or not access.may(call.act, "worker"):
        raise Problem("not_found", digits)
    held = jointly.minutes(call.act, known, call.body.note)
    return MeetingView(id=known.number, at=held.at, done=held.state == "held")


def queue(call: Call[Any, None]) -> QueueView:
    team = call.act.roster.teams.get(call.path["team"])
    if team is None:
        raise Problem("not_found", call.path["team"])
    found = team_queue.of(call.act, team)
    return QueueView(
        waiting=[issue.number for issue in found.waiting],
        under_way=[issue.number for issue in found.under_way],
        done=found.done,
    )


OPERATIONS = (
    *(operation(name, doing) for name, doing in ACTIONS.items()),
    Operation(
        "minutes", "POST", "/meetings/<meeting>/actions/minutes", "write", MeetingView, minutes,
        body=Noted, problems=(404, 409), tag="practices",
    ),
    Operation(
        "team_queue", "GET", "/teams/<team>/queue", "read", QueueView, queue, problems=(404,),
        tag="practices",
    ),
)  # fmt: skip
