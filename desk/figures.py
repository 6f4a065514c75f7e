"""Statistics of a period within somebody's scope, and of the period before it to compare with."""

from __future__ import annotations

import calendar
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from data.staff_rows import Spread, Totals
from data.tables.board import Filter, Scope
from desk.rules.deadlines import LOCAL
from desk.rules.rates import CallBack, Rates, counted_rates
from desk.service import Act
from desk.tally import Tally

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
    """One grid's, team's or category's figures in a period (`name` is "" where it has none)."""

    totals: Totals
    solution: Spread | None
    rates: Rates | None

    @property
    def name(self) -> str:
        return self.totals.name


@dataclass(frozen=True)
class Statistics:
    """What was recorded in a period, and what residents answered in it."""

    period: Period
    totals: Totals
    response: Spread | None
    solution: Spread | None
    rates: Rates | None


def counting(act: Act, scope: Scope, wanted: Filter) -> Tally:
    """Who counts the issues of a filter: asked once, it counts as many spans as one likes."""
    return Tally.of(act.tx, act.service.columns.at(act.tx), scope, wanted)


def statistics(tally: Tally, span: Period, now: datetime) -> Statistics:
    """A period's figures as a whole."""
    at = tally.spanned(span.begin, span.end)
    [totals] = tally.totals(at, now)
    return Statistics(
        period=span,
        totals=totals,
        response=tally.took(at, "accepted_at").get(""),
        solution=tally.took(at, "done_at").get(""),
        rates=_rates(tally.answers(span.begin, span.end)).get(""),
    )


def parts(tally: Tally, span: Period, now: datetime, by: str) -> list[Part]:
    """The same by grid, owner_team or category, the most numerous first."""
    at = tally.spanned(span.begin, span.end)
    solutions = tally.took(at, "done_at", by)
    answered = _rates(tally.answers(span.begin, span.end, by))
    return [
        Part(totals, solutions.get(totals.name), answered.get(totals.name))
        for totals in tally.totals(at, now, by)
    ]


def by_day(tally: Tally, span: Period) -> dict[str, int]:
    """How many were recorded each day, days without any included."""
    counted = tally.counted(tally.spanned(span.begin, span.end), "day")
    days = (span.since + timedelta(days=i) for i in range(span.days))
    return {day.isoformat(): counted.get(day.isoformat(), 0) for day in days}


def by_hour(tally: Tally, span: Period) -> list[int]:
    """How many were recorded in each hour of a day."""
    counts = [0] * 24
    for moment in tally.recorded(tally.spanned(span.begin, span.end)):
        counts[moment.astimezone(LOCAL).hour] += 1
    return counts


def by_category(tally: Tally, span: Period) -> dict[str, int]:
    """How many were recorded of each category."""
    return tally.counted(tally.spanned(span.begin, span.end), "category")


def _rates(answers: Sequence[tuple[str, str, int]]) -> dict[str, Rates | None]:
    given: dict[str, list[tuple[CallBack, int]]] = {}
    for name, data, count in answers:
        given.setdefault(name, []).append((_callback(data), count))
    return {name: counted_rates(callbacks) for name, callbacks in given.items()}


def _callback(data: str) -> CallBack:
    said = json.loads(data)
    return CallBack(bool(said["contacted"]), bool(said["solved"]), said["satisfaction"])
