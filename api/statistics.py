"""Figures: how much was reported and what became of it, and the three rates from the log."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from api.operations import Call, Operation, Query
from api.problems import Problem
from api.shapes import Moment
from data.tables import ledger
from desk import statistics
from desk.rules.deadlines import LOCAL
from desk.rules.rates import rates

Period = Literal["day", "week", "month"]


class Span(Query):
    """Of which days."""

    since: Moment | None = Field(None, description="从几时起（含）；不写是本月一日")
    until: Moment | None = Field(None, description="到几时为止（不含）；不写是现在")
    period: Period = Field("day", description="按日、周、月分组")


class Counted(BaseModel):
    """一个时段登记的件数。"""

    period: str = Field(description="日期、周一的日期，或月份")
    count: int


class RatesView(BaseModel):
    """三率，0 到 1。"""

    sample: int = Field(description="有效回访几件")
    response: float = Field(description="响应率")
    solution: float = Field(description="解决率")
    satisfaction: float = Field(description="满意率")
    composite: float = Field(description="综合")


class Statistics(BaseModel):
    """一段时间的统计。"""

    since: datetime
    until: datetime
    total: int
    by_status: dict[str, int]
    by_category: dict[str, int]
    by_level: dict[str, int]
    by_period: list[Counted]
    rates: RatesView | None = Field(description="没有有效回访时为空（无样本）")


def figures(call: Call[Span, None]) -> Statistics:
    """For staff only: the figures count private cases too."""
    act, query = call.act, call.query
    if act.person.role == "resident":
        raise Problem("not_staff")
    start = act.now.astimezone(LOCAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since, until = query.since or start, query.until or act.now + timedelta(seconds=1)
    by_day = ledger.counted(act.tx, "day", since, until)
    found = rates(statistics.callbacks(act.tx, since, until))
    return Statistics(
        since=since,
        until=until,
        total=sum(by_day.values()),
        by_status=ledger.counted(act.tx, "status", since, until),
        by_category=ledger.counted(act.tx, "category", since, until),
        by_level=ledger.counted(act.tx, "level", since, until),
        by_period=_periods(by_day, query.period),
        rates=RatesView.model_validate(found, from_attributes=True) if found else None,
    )


def _periods(by_day: dict[str, int], period: Period) -> list[Counted]:
    sums: dict[str, int] = {}
    for day, count in by_day.items():
        name = _name(day, period)
        sums[name] = sums.get(name, 0) + count
    return [Counted(period=name, count=count) for name, count in sums.items()]


def _name(day: str, period: Period) -> str:
    if period == "day":
        return day
    if period == "month":
        return day[:7]
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()


OPERATIONS = (
    Operation(
        "statistics", "GET", "/statistics", "read", Statistics, figures, query=Span,
        tag="statistics",
    ),
)  # fmt: skip
