"""双报到 for programs: the ledger without names, the clerk's confirmation, and what was done.

The figures are counted from the journal.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.operations import Call, NoBody, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Moment
from data.practice_rows import Member, MemberState
from data.tables import journal
from data.tables import members as member_table
from desk import access, members

Text = Annotated[str, Field(min_length=1, max_length=64), Kept]


class MemberQuery(Query):
    """Which members."""

    word: Text | None = Field(None, description="特长或标签")
    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几人")


class MemberView(BaseModel):
    """名册里的一人，不含姓名、电话、住址。"""

    id: int = Field(description="员-后面的数字")
    state: MemberState
    unit: str
    skills: list[str]
    times: list[str]
    tags: list[str]
    grid: str | None
    team: str | None = Field(description="编入的队伍")
    reason: str = Field(description="为什么这样编")
    community_at: datetime | None
    branch_at: datetime | None


class MemberPage(BaseModel):
    """一页名册。"""

    items: list[MemberView]
    next: int | None


def list_members(call: Call[MemberQuery, None]) -> MemberPage:
    """For grid workers and above."""
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")
    tx, query = call.act.tx, call.query
    if query.word:
        found = member_table.with_word(tx, query.word, query.limit)
    else:
        found = member_table.page(tx, query.cursor, query.limit)
    more = len(found) == query.limit and not query.word
    return MemberPage(items=[_member(m) for m in found], next=found[-1].number if more else None)


def _member(member: Member) -> MemberView:
    return MemberView(
        id=member.number,
        state=member.state,
        unit=member.unit,
        skills=list(member.skills),
        times=list(member.times),
        tags=list(member.tags),
        grid=member.grid,
        team=member.placed,
        reason=member.reason,
        community_at=member.community_at,
        branch_at=member.branch_at,
    )


def confirm_member(call: Call[Any, NoBody]) -> MemberView:
    digits = call.path["member"]
    number = int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else 0
    member = member_table.by_number(call.act.tx, number)
    if member is None or not access.may(call.act, "worker"):
        raise Problem("not_found", digits)
    return _member(members.confirm(call.act, member))


class SpanQuery(Query):
    """Of which time."""

    since: Moment | None = Field(None, description="从几时起（含）；不写是全部")
    until: Moment | None = Field(None, description="到几时为止（不含）；不写是现在")


class Figure(BaseModel):
    """一种事做了几次。"""

    kind: str
    action: str
    count: int


class PracticeFigures(BaseModel):
    """按日志数出来的数字，和名册现在的人数。"""

    journal: list[Figure]
    members: dict[str, int] = Field(description="按状态")
    units: dict[str, int] = Field(description="各单位几人")
    tags: dict[str, int] = Field(description="各标签几人")


def figures(call: Call[SpanQuery, None]) -> PracticeFigures:
    """For staff only."""
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")
    tx, query = call.act.tx, call.query
    since = query.since or datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    counted = journal.counted(tx, since, query.until or datetime.max.replace(tzinfo=since.tzinfo))
    return PracticeFigures(
        journal=[
            Figure(kind=kind, action=action, count=n) for (kind, action), n in counted.items()
        ],
        members=member_table.counted(tx, "state"),
        units=member_table.counted(tx, "unit"),
        tags=member_table.tagged(tx),
    )


OPERATIONS = (
    Operation(
        "list_members", "GET", "/members", "read", MemberPage, list_members, query=MemberQuery,
        tag="practices",
    ),
    Operation(
        "confirm_member", "POST", "/members/<member>/actions/confirm", "write", MemberView,
        confirm_member, body=NoBody, problems=(404, 409), tag="practices",
    ),
    Operation(
        "practice_figures", "GET", "/practices/statistics", "read", PracticeFigures, figures,
        query=SpanQuery, tag="practices",
    ),
)  # fmt: skip
