"""统计: a period's figures beside the last one's, each leading to the issues behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from flask import abort, render_template, request

from console import filters, spans
from console.shell import WORKERS, Page, Shell, Visit
from desk import figures
from desk.figures import Part, Period, Statistics
from desk.rules.figures import change
from desk.service import Act

BARS: Final = 12
ROWS: Final = 100
BY: Final = {"category": "category", "grid": "grid", "team": "owner_team"}  # columns
WITHIN: Final = ("grid", "team", "category")  # what figures can be narrowed to


@dataclass(frozen=True)
class Figure:
    """One number beside the last period's, and the list of issues behind it."""

    name: str
    value: float | int | None
    before: float | int | None
    query: str
    kind: str = "count"  # count, share or hours
    good: bool = False  # more is better

    @property
    def change(self) -> float | None:
        return change(self.value, self.before)


def add(shell: Shell) -> None:
    @shell.page("/statistics", roles=WORKERS)
    def statistics() -> Page:
        with shell.reading() as visit:
            act = visit.act
            span, chosen = _asked(visit)
            last = span.before(spans.today(act.now))
            now, before = figured(visit, span, chosen), figured(visit, last, chosen)
            days = figures.by_day(visit.tally(filters.read(act, chosen)), now.period)
            return render_template(
                "console/statistics.html",
                span=span,
                last=last,
                chosen=chosen,
                figures=compared(now, before, chosen),
                days=days,
                day_chart=_chart(list(days), list(days.values()), "line"),
                query=request.query_string.decode(),
                all_grids=act.roster.grids.values(),
                all_teams=act.roster.teams.values(),
            )

    @shell.page("/statistics/<by>", roles=WORKERS)
    def statistics_by(by: str) -> Page:
        """One table of the page above, fetched when that page has come: each is a query of its own.

        Opened by itself (without JavaScript) it is a page, too.
        """
        if by not in BY:
            abort(404)
        with shell.reading() as visit:
            span, chosen = _asked(visit)
            return render_template(
                "console/statistics_by.html",
                table=parts(visit, span, chosen, by, ROWS),
                base=_base(span, chosen),
                whole="HX-Request" not in request.headers,
                span=span,
            )


def _asked(visit: Visit) -> tuple[Period, dict[str, str]]:
    chosen = {name: request.args[name] for name in WITHIN if request.args.get(name)}
    return spans.read(request.args, visit.act.now), chosen


def figured(visit: Visit, span: Period, chosen: dict[str, str]) -> Statistics:
    wanted = filters.read(visit.act, chosen)
    span = span.so_far(spans.today(visit.act.now))
    return figures.statistics(visit.tally(wanted), span, visit.act.now)


def compared(now: Statistics, before: Statistics, chosen: dict[str, str]) -> list[Figure]:
    """Every figure of the period beside the last one's."""
    recorded = _base(now.period, chosen)
    answered = chosen | {
        "answered_since": now.period.since.isoformat(),
        "answered_until": now.period.last.isoformat(),
    }
    a, b = now.totals, before.totals
    counts: tuple[tuple[str, int, int, dict[str, str], bool], ...] = (
        ("received", a.received, b.received, {}, False),
        ("done", a.done, b.done, {"flag": "finished"}, True),
        ("open", a.open, b.open, {"status": "unfinished"}, False),
        ("late", a.late, b.late, {"flag": "late"}, False),
        ("returned", a.returned, b.returned, {"flag": "returned"}, False),
        ("reopened", a.reopened, b.reopened, {"flag": "reopened"}, False),
        ("repeated", a.repeated, b.repeated, {"flag": "repeated"}, False),
    )
    found = [
        Figure(name, value, last, filters.as_query(recorded | more), good=good)
        for name, value, last, more, good in counts
    ]
    for name in ("response", "solution", "satisfaction", "composite"):
        value = getattr(now.rates, name) if now.rates else None
        last = getattr(before.rates, name) if before.rates else None
        found.append(Figure(f"{name}_rate", value, last, filters.as_query(answered), "share", True))
    for name, spread, old in (
        ("response", now.response, before.response), ("solution", now.solution, before.solution)
    ):  # fmt: skip
        for which in ("median", "p90"):
            value = getattr(spread, which) if spread else None
            last = getattr(old, which) if old else None
            query = filters.as_query(recorded)
            found.append(Figure(f"{name}_{which}", value, last, query, "hours"))
    return found


def _base(span: Period, chosen: dict[str, str]) -> dict[str, str]:
    """The filter of a list that shows what was recorded in a period."""
    return chosen | {"since": span.since.isoformat(), "until": span.last.isoformat()}


@dataclass(frozen=True)
class Table:
    """Figures by grid, team or category, with names; and the same as a chart."""

    by: str
    rows: list[tuple[str, Part]]
    chart: str


def parts(visit: Visit, span: Period, chosen: dict[str, str], by: str, most: int) -> Table:
    """The figures by grid, team or category."""
    act = visit.act
    wanted = filters.read(act, chosen)
    so_far = span.so_far(spans.today(act.now))
    found = figures.parts(visit.tally(wanted), so_far, act.now, BY[by])[:most]
    named = [(_name(act, by, part.name), part) for part in found]
    shown = named[:BARS][::-1]
    values = [part.totals.received for _, part in shown]
    return Table(by, named, _chart([name for name, _ in shown], values, "bar"))


def _name(act: Act, by: str, key: str) -> str:
    if by == "category":
        return act.service.category(key).name
    if by == "grid":
        grid = act.roster.grids.get(key)
        return grid.name if grid else act.say("console.statistics.no_grid")
    team = act.roster.teams.get(key)
    return team.name if team else act.say("console.statistics.no_team")


def _chart(names: list[str], values: list[int], kind: str) -> str:
    """What static/charts.js draws."""
    return json.dumps({"kind": kind, "names": names, "values": values}, ensure_ascii=False)
