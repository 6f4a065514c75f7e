"""The list of issues with its filters and saved views, and the board by status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from console import filters
from console.rows import Row, rows
from console.shell import STAFF, Page, Shell, Visit
from data.tables import board, logins
from data.tables.board import Filter

PAGE: Final = 30
COLUMN: Final = 20
COLUMNS: Final = ("assigned", "accepted", "paused", "done")
VIEWS: Final = 20  # saved views a person may keep
READY: Final = (  # views everybody has
    ("open", "status=open"), ("overdue", "flag=overdue"), ("soon", "flag=soon"),
    ("urgent", "status=open&level=U0"), ("returned", "status=open&flag=returned"),
    ("reopened", "status=open&flag=reopened"), ("unrated", "status=done"),
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One status of the board: how many there are, and the most urgent of them."""

    status: str
    count: int
    rows: list[Row]


def add(shell: Shell) -> None:
    @shell.page("/issues", roles=STAFF)
    def issues() -> Page:
        before = request.args.get("before", type=int)
        chosen = filters.kept(request.args)
        with shell.reading() as visit:
            found = board.find(
                visit.act.tx, visit.scope, filters.read(visit.act, chosen), before, PAGE + 1
            )
            return render_template(
                "console/issues.html",
                rows=rows(visit.act, found[:PAGE]),
                more=found[PAGE - 1].id if len(found) > PAGE else None,
                before=before,
                query=filters.as_query(chosen),
                **_choices(visit, chosen),
            )

    @shell.page("/board", roles=STAFF)
    def board_by_status() -> Page:
        chosen = filters.kept(request.args)
        with shell.reading() as visit:
            return render_template(
                "console/board.html", columns=_columns(visit, chosen), **_choices(visit, chosen)
            )

    @shell.page("/views", roles=STAFF, post=True)
    def keep_view() -> Page:
        name = request.form.get("name", "").strip()[:20]
        chosen = filters.kept({k: v for k, v in request.form.items() if k != "name"})
        with shell.writing() as visit:
            kept = logins.views_of(visit.act.tx, visit.person.id)
            if not name or not chosen or len(kept) >= VIEWS:
                flash(shell.say("views.not_kept"), "bad")
            else:
                query = filters.as_query(chosen)
                logins.keep_view(visit.act.tx, visit.person.id, name, query)
                flash(shell.say("views.kept", name=name), "good")
        return redirect(url_for("console.issues", **chosen))  # type: ignore[arg-type]

    @shell.page("/views/<int(max=9223372036854775807):view>/drop", roles=STAFF, post=True)
    def drop_view(view: int) -> Page:
        with shell.writing() as visit:
            logins.drop_view(visit.act.tx, visit.person.id, view)
        return redirect(url_for("console.issues"))


def _columns(visit: Visit, chosen: dict[str, str]) -> list[Column]:
    wanted = replace(filters.read(visit.act, chosen), statuses=())
    return [_column(visit, wanted, status) for status in COLUMNS]


def _column(visit: Visit, wanted: Filter, status: str) -> Column:
    of_status = replace(wanted, statuses=(status,))
    found = board.urgent(visit.act.tx, visit.scope, of_status, COLUMN)
    count = board.count(visit.act.tx, visit.scope, of_status)
    return Column(status, count, rows(visit.act, found))


def _choices(visit: Visit, chosen: dict[str, str]) -> dict[str, Any]:
    """What the filter form offers, and what is chosen of it."""
    tops: dict[str, list[Any]] = {}
    for category in visit.act.service.content.catalogue.values():
        tops.setdefault(category.top, []).append(category)
    return {
        "chosen": chosen,
        "tops": tops,
        "grids": list(visit.act.roster.grids.values()),
        "teams": list(visit.act.roster.teams.values()),
        "statuses": list(filters.STATUSES),
        "levels": filters.LEVELS,
        "flags": filters.FLAGS,
        "ready": READY,
        "views": logins.views_of(visit.act.tx, visit.person.id),
    }
