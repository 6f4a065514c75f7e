"""大屏: big figures for the wall. Nothing of any person: no words, no names, no door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import render_template

from console import spans
from console.shell import OFFICE, Page, Shell, Visit
from console.statistics import figured
from data.tables import board
from data.tables.board import Filter
from desk import figures, views
from desk.figures import Period

LATEST: Final = 8
TOPS: Final = 6


@dataclass(frozen=True)
class Passing:
    """One issue as it passes over the wall: when, what kind, which estate, how it stands."""

    at: datetime
    category: str
    estate: str
    level: str
    status: str


def add(shell: Shell) -> None:
    @shell.page("/wall", roles=OFFICE)
    def wall() -> Page:
        with shell.reading() as visit:
            act = visit.act
            today = figures.period("day", spans.today(act.now))
            month = figures.period("month", spans.today(act.now))
            day = figured(visit, today, {})
            return render_template(
                "console/wall.html",
                day=day,
                month=figured(visit, month, {}),
                open=board.count(act.tx, visit.scope, Filter(statuses=board.OPEN)),
                late=board.count(act.tx, visit.scope, Filter(overdue_at=act.now)),
                urgent=board.count(
                    act.tx, visit.scope, Filter(statuses=board.OPEN, levels=("U0",))
                ),
                hours=figures.by_hour(visit.tally(Filter()), today),
                tops=_tops(visit, today),
                latest=_latest(visit, today.begin),
            )


def _tops(visit: Visit, today: Period) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for code, count in figures.by_category(visit.tally(Filter()), today).items():
        top = visit.act.service.category(code).top
        counts[top] = counts.get(top, 0) + count
    return sorted(counts.items(), key=lambda each: -each[1])[:TOPS]


def _latest(visit: Visit, since: datetime) -> list[Passing]:
    """The newest of today, without what is confidential."""
    act = visit.act
    found = board.find(act.tx, visit.scope, Filter(since=since), None, 3 * LATEST)
    return [
        Passing(
            issue.created_at, act.service.category(issue.category).name, issue.estate or "",
            issue.level, act.say(f"console.status.{issue.status}"),
        )
        for issue in found if not views.confidential(act, issue)
    ][:LATEST]  # fmt: skip
