"""Points and honours for programs: by person's key for staff, one's own for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.council import span
from api.members import SpanQuery
from api.operations import Call, Operation
from api.problems import Problem
from data.tables import points as table
from desk import access, honours, points


class PointLine(BaseModel):
    """积分的一条。"""

    person: str
    points: int
    rule: str
    version: int
    subject: str = Field(description="哪件事，例如 issue-12、wish-3")
    at: datetime
    undone: bool = Field(description="没办好，收回")


class PointList(BaseModel):
    """一段时间的积分，早的在前。"""

    settled_at: datetime | None = Field(description="按日志算到什么时候")
    items: list[PointLine]


def list_points(call: Call[SpanQuery, None]) -> PointList:
    act = call.act
    if not access.may(act, "secretary"):
        raise Problem("not_staff")
    _, at = table.settled(act.tx)
    items = [
        PointLine(
            person=row.person,
            points=row.points,
            rule=row.rule,
            version=row.version,
            subject=row.subject,
            at=row.at,
            undone=bool(row.undone),
        )
        for row in table.between(act.tx, *span(call))
    ]
    return PointList(settled_at=at, items=items)


class Balance(BaseModel):
    """一个人的积分。"""

    earned: int
    adjusted: int = Field(description="申诉补的")
    spent: int = Field(description="兑换用的")
    balance: int


def my_points(call: Call[Any, None]) -> Balance:
    found = points.statement(call.act, call.act.person.id)
    return Balance(
        earned=found.earned, adjusted=found.adjusted, spent=found.spent, balance=found.balance
    )


class Honour(BaseModel):
    """一位榜样，本人同意公布的。"""

    id: int = Field(description="榜-后面的数字")
    name: str
    story: str
    published_at: datetime | None


class HonourList(BaseModel):
    """身边的榜样，新的在前。"""

    items: list[Honour]


def list_honours(call: Call[Any, None]) -> HonourList:
    return HonourList(
        items=[
            Honour(
                id=row.number,
                name=honours.name_of(call.act, row),
                story=row.story,
                published_at=row.published_at,
            )
            for row in table.nominations(call.act.tx, ("published",))
        ]
    )


OPERATIONS = (
    Operation(
        "list_points", "GET", "/points", "read", PointList, list_points, query=SpanQuery,
        tag="points",
    ),
    Operation("my_points", "GET", "/points/mine", "read", Balance, my_points, tag="points"),
    Operation("list_honours", "GET", "/honours", "read", HonourList, list_honours, tag="points"),
)  # fmt: skip
