"""诉求台账 on screen, as an Excel book and for the printer. Every export is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from flask import Response, render_template, request

from console import filters, spans
from console.shell import WORKERS, Page, Shell, Visit
from data.tables import board
from data.tables.board import Filter
from desk import ledger as desk_ledger
from desk import sheets
from desk.figures import Period
from desk.rules.deadlines import LOCAL

PAGE: Final = 30
PRINTED: Final = 500
MOST: Final = 20_000  # rows of one book
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add(shell: Shell) -> None:
    @shell.page("/ledger", roles=WORKERS)
    def ledger() -> Page:
        before = request.args.get("before", type=int)
        with shell.reading() as visit:
            span, wanted, chosen = _asked(visit)
            found = board.find(visit.act.tx, visit.scope, wanted, before, PAGE + 1)
            return render_template(
                "console/ledger.html",
                lines=desk_ledger.lines(visit.act, found[:PAGE]),
                count=board.count(visit.act.tx, visit.scope, wanted),
                next_before=found[PAGE - 1].id if len(found) > PAGE else None,
                span=span,
                chosen=chosen,
                query=filters.as_query(chosen | _dates(span)),
                columns=desk_ledger.COLUMNS,
                grids=visit.act.roster.grids.values(),
                most=MOST,
            )

    @shell.page("/ledger.xlsx", roles=WORKERS)
    def ledger_book() -> Page:
        span, lines, mark = _taken_out(shell, "ledger.xlsx", MOST)
        rows = [[getattr(line, name) for name in desk_ledger.COLUMNS] for line in lines]
        heads = [shell.say(f"ledger.{name}") for name in desk_ledger.COLUMNS]
        sheet = sheets.Sheet(shell.say("ledger.title"), heads, rows)
        return excel(sheets.book(mark, [sheet]), f"ledger-{span.since}-{span.last}.xlsx")

    @shell.page("/ledger/print", roles=WORKERS)
    def ledger_print() -> Page:
        span, lines, mark = _taken_out(shell, "ledger.print", PRINTED)
        return render_template(
            "console/ledger_print.html", lines=lines, span=span, columns=desk_ledger.COLUMNS,
            mark=mark, most=PRINTED,
        )  # fmt: skip


def _asked(visit: Visit) -> tuple[Period, Filter, dict[str, str]]:
    """The period, what is wanted of it, and the further filters chosen."""
    span = spans.read(request.args, visit.act.now)
    chosen = {name: request.args[name] for name in ("grid", "status") if request.args.get(name)}
    wanted = filters.read(visit.act, chosen)
    return span, replace(wanted, since=span.begin, until=span.end), chosen


def _dates(span: Period) -> dict[str, str]:
    return {"since": span.since.isoformat(), "last": span.last.isoformat()}


def _taken_out(shell: Shell, what: str, most: int) -> tuple[Period, list[desk_ledger.Line], str]:
    """What leaves the house and its watermark; a line in the log is written about it."""
    with shell.reading() as visit:
        span, wanted, chosen = _asked(visit)
        found = board.find(visit.act.tx, visit.scope, wanted, None, most)
        lines = desk_ledger.lines(visit.act, found)
        mark = watermark(shell, visit)
    shell.note_export(f"{what} {span.since}–{span.last} {filters.as_query(chosen)} n={len(found)}")
    return span, lines, mark


def watermark(shell: Shell, visit: Visit) -> str:
    """Who took this out of the house, and when."""
    local: datetime = visit.act.now.astimezone(LOCAL)
    community = shell.service.content.about.name
    words = {"community": community, "name": visit.person.name, "at": f"{local:%Y-%m-%d %H:%M}"}
    return shell.say("ledger.watermark", **words)


def excel(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=EXCEL, headers=headers)
