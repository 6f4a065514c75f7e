"""日报、周报、月报、季报: a period's figures, its parts, and what is still open, as handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import render_template, request

from console import spans
from console.ledger import excel, watermark
from console.rows import Row, rows
from console.shell import WORKERS, Page, Shell, Visit
from console.statistics import Figure, Table, compared, figured, parts
from data.tables import board
from data.tables.board import Filter
from desk import sheets
from desk.figures import Kind, Period

KINDS: Final[tuple[Kind, ...]] = ("day", "week", "month", "quarter")
CATEGORIES: Final = 10
EVERY: Final = 500
ROWS: Final = 20


@dataclass(frozen=True)
class Report:
    """Everything of one report."""

    span: Period
    last: Period
    figures: list[Figure]
    categories: Table
    grids: Table
    teams: Table
    repeats: list[Row]
    overdue: list[Row]


def add(shell: Shell) -> None:
    @shell.page("/reports", roles=WORKERS)
    def reports() -> Page:
        with shell.reading() as visit:
            return render_template(
                "console/report.html",
                report=_report(visit),
                kinds=KINDS,
                mark="",
                ended=spans.lately(visit.act.now),
            )

    @shell.page("/reports/print", roles=WORKERS)
    def report_print() -> Page:
        report, mark = _taken_out(shell, "report.print")
        return render_template("console/report_print.html", report=report, mark=mark)

    @shell.page("/reports.xlsx", roles=WORKERS)
    def report_book() -> Page:
        report, mark = _taken_out(shell, "report.xlsx")
        made = [
            _figures(shell, report),
            *(_sheet(shell, t) for t in (report.categories, report.grids, report.teams)),
        ]
        span = report.span
        return excel(sheets.book(mark, made), f"report-{span.since}-{span.last}.xlsx")


def _report(visit: Visit) -> Report:
    act = visit.act
    span = spans.read(request.args, act.now, "week")
    last = span.before(spans.today(act.now))
    now, before = figured(visit, span, {}), figured(visit, last, {})
    tally = visit.tally(Filter())
    repeated = tally.latest_repeated(tally.spanned(span.begin, span.end), ROWS)
    return Report(
        span=span,
        last=last,
        figures=compared(now, before, {}),
        categories=parts(visit, span, {}, "category", CATEGORIES),
        grids=parts(visit, span, {}, "grid", EVERY),
        teams=parts(visit, span, {}, "team", EVERY),
        repeats=rows(act, board.these(act.tx, repeated)),
        overdue=rows(
            act, board.urgent(act.tx, visit.scope, Filter(overdue_at=act.now), ROWS)
        ),
    )  # fmt: skip


def _taken_out(shell: Shell, what: str) -> tuple[Report, str]:
    """What leaves the house, and its watermark; a line in the log is written about it."""
    with shell.reading() as visit:
        report = _report(visit)
        mark = watermark(shell, visit)
    shell.note_export(f"{what} {report.span.since}–{report.span.last}")
    return report, mark


def _figures(shell: Shell, report: Report) -> sheets.Sheet:
    heads = [shell.say(f"report.{name}") for name in ("figure", "value", "last", "change")]
    lines = [
        [shell.say(f"figure.{each.name}"), each.value, each.before, each.change]
        for each in report.figures
    ]
    return sheets.Sheet(shell.say("report.figures"), heads, lines, frozenset({3}))


def _sheet(shell: Shell, table: Table) -> sheets.Sheet:
    names = ("received", "done", "open", "late", "returned", "reopened")
    shares = ("response_rate", "solution_rate", "satisfaction_rate")
    heads = [shell.say(f"by.{table.by}"), *(shell.say(f"figure.{n}") for n in (*names, *shares))]
    lines = []
    for name, part in table.rows:
        counts = [getattr(part.totals, each) for each in names]
        known = [getattr(part.rates, each.partition("_")[0], None) for each in shares]
        lines.append([name, *counts, *known])
    start = 1 + len(names)
    return sheets.Sheet(
        shell.say(f"by.{table.by}"), heads, lines, frozenset(range(start, start + 3))
    )
