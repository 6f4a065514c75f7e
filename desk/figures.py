"""Statistics of a period within somebody's scope, and of the period before it to compare with."""

from __future__ import annotations

import calendar
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from data.database import stamp
from data.staff_rows import Figured
from data.tables import board
from data.tables.board import Filter, Scope
from desk.rules import figures as rules
from desk.rules.deadlines import LOCAL
from desk.rules.figures import Figures
from desk.rules.rates import CallBack, Rates, rates
from desk.service import Act

Kind = Literal["day", "week", "month", "quarter", "year", "days"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole local days: `since` up to and with `last`."""

    since: date
    last: date
    kind: Kind

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.since, datetime.min.time(), LOCAL)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last, datetime.min.time(), LOCAL) + timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.last - self.since).days + 1

    def before(self, today: date) -> Period:
        """The calendar month, quarter, year before, else as many days; as far as this one is."""
        if self.kind in MONTHS:
            whole = period(self.kind, self.since - timedelta(days=1))
        else:
            span = timedelta(days=self.days)
            whole = Period(self.since - span, self.last - span, self.kind)
        if today >= self.last or today < self.since:
            return whole
        return replace(whole, last=min(whole.last, whole.since + (today - self.since)))

    def so_far(self, today: date) -> Period:
        """Up to today: what lies in the future is not compared with a whole period."""
        return replace(self, last=max(self.since, min(self.last, today)))


def period(kind: Kind, day: date) -> Period:
    """The day, week, month, quarter or year that a day lies in."""
    if kind in MONTHS:
        size = MONTHS[kind]
        first = (day.month - 1) // size * size + 1
        last = first + size - 1
        end = date(day.year, last, calendar.monthrange(day.year, last)[1])
        return Period(date(day.year, first, 1), end, kind)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), kind)
    return Period(day, day, "day")


@dataclass(frozen=True)
class Part:
    """One grid's, team's or category's share in a period."""

    key: str
    figures: Figures
    rates: Rates | None


@dataclass(frozen=True)
class Answer:
    """A call-back and where the issue it is about belongs."""

    callback: CallBack
    grid: str
    team: str
    category: str


@dataclass(frozen=True)
class Statistics:
    """A period's figures, whole and in parts."""

    period: Period
    issues: list[Figured]
    answers: list[Answer]
    figures: Figures
    rates: Rates | None
    repeated: int

    def by_day(self) -> dict[str, int]:
        """How many were recorded each day, days without any included."""
        counted = rules.tally(issue.day for issue in self.issues)
        days = (self.period.since + timedelta(days=i) for i in range(self.period.days))
        return {day.isoformat(): counted.get(day.isoformat(), 0) for day in days}

    def by_category(self, now: datetime) -> list[Part]:
        return self._parts(now, lambda each: each.category, lambda answer: answer.category)

    def by_grid(self, now: datetime) -> list[Part]:
        return self._parts(now, lambda each: each.grid or "", lambda answer: answer.grid)

    def by_team(self, now: datetime) -> list[Part]:
        return self._parts(now, lambda each: each.owner_team or "", lambda answer: answer.team)

    def _parts(
        self,
        now: datetime,
        of_issue: Callable[[Figured], str],
        of_answer: Callable[[Answer], str],
    ) -> list[Part]:
        groups = rules.grouped(self.issues, of_issue)
        answers: dict[str, list[Answer]] = {}
        for answer in self.answers:
            answers.setdefault(of_answer(answer), []).append(answer)
        return [
            Part(
                key,
                rules.figures(issues, stamp(now)),
                rates(answer.callback for answer in answers.get(key, ())),
            )
            for key, issues in groups.items()
        ]


def statistics(act: Act, scope: Scope, span: Period, wanted: Filter | None = None) -> Statistics:
    """What was recorded in a period, and what residents answered in it."""
    within = replace(wanted or Filter(), since=span.begin, until=span.end)
    issues = board.figured(act.tx, scope, within)
    answers = _answers(act, scope, span, wanted)
    return Statistics(
        period=span,
        issues=issues,
        answers=answers,
        figures=rules.figures(issues, stamp(act.now)),
        rates=rates(answer.callback for answer in answers),
        repeated=board.count(act.tx, scope, replace(within, repeated=True)),
    )


def _answers(act: Act, scope: Scope, span: Period, wanted: Filter | None) -> list[Answer]:
    rows = board.answers(act.tx, scope, span.begin, span.end)
    return [
        Answer(_callback(data), grid or "", team or "", category)
        for data, grid, team, category in rows
        if _meant(wanted, grid, team, category)
    ]


def _meant(wanted: Filter | None, grid: str | None, team: str | None, category: str) -> bool:
    if wanted is None:
        return True
    return (
        (not wanted.grids or grid in wanted.grids)
        and not (wanted.no_grid and grid)
        and (not wanted.team or team == wanted.team)
        and not (wanted.no_team and team)
        and (not wanted.categories or category in wanted.categories)
    )


def _callback(data: str) -> CallBack:
    said = json.loads(data)
    return CallBack(bool(said["contacted"]), bool(said["solved"]), said["satisfaction"])
