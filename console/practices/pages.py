"""The pages of every area: its list, a row with its forms, and the table to take out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from console.ledger import excel, watermark
from console.practices import forms
from console.practices.areas import AREAS, GROUPS
from console.practices.shape import Area, Asked, Cell, Cells, Doing, Link, Mark, Share
from console.practices.words import Words
from console.shell import STAFF, Page, Shell, Visit
from desk import journal, sheets
from desk.service import Act

PAGE: Final = 30
MOST: Final = 5000  # rows of one exported table
LONGEST: Final = 100
HIGHEST: Final = 999_999_999  # number that a row can have


@dataclass(frozen=True)
class Step:
    """One line of the journal, in words."""

    at: datetime
    action: str
    actor: str
    note: str


def add(shell: Shell) -> None:
    """The pages of every area: its list, its forms, its rows."""
    _lists(shell)
    _beginnings(shell)
    _rows(shell)


def _lists(shell: Shell) -> None:
    @shell.page("/practices", roles=STAFF)
    def practices() -> Page:
        with shell.reading() as visit:
            groups = {name: [_door(shell, visit.act, AREAS[each]) for each in members
                             if AREAS[each].may(visit.act)]
                      for name, members in GROUPS.items()}  # fmt: skip
        return render_template("console/practices/index.html", groups=groups)

    @shell.page("/practices/<area>", roles=STAFF)
    def practice(area: str) -> Page:
        with shell.reading() as visit:
            known = _area(visit, area)
            asked = _asked(known)
            found = known.find(visit.act, asked)
            cells = known.columns(visit.act, found.rows)
            return render_template(
                "console/practices/list.html",
                area=known, words=_words(shell, known), asked=asked, more=found.next,
                rows=list(zip(map(known.key, found.rows), cells, strict=True)),
                heads=_filled(cells),
                filters=[(each.name, each.options(visit.act)) for each in known.filters],
                figures=known.figures(visit.act) if known.figures else None,
                may_new=bool(known.new) and known.may_new(visit.act),
                query=_query(asked), views=VIEWS,
            )  # fmt: skip

    @shell.page("/practices/<area>/export", roles=STAFF)
    def practice_book(area: str) -> Page:
        with shell.reading() as visit:
            known = _area(visit, area)
            words = _words(shell, known)
            asked = _asked(known)
            found = known.find(visit.act, Asked(asked.words, asked.chosen, None, MOST))
            rows = known.columns(visit.act, found.rows)
            mark = watermark(shell, visit)
        shell.note_export(f"{area} {_query(asked)} n={len(found.rows)}")
        heads = [words("column", name) for name in rows[0]] if rows else [words("column", "number")]
        lines = [[_stored(cell) for cell in row.values()] for row in rows]
        sheet = sheets.Sheet(words.title, heads, lines, _shares(rows))
        return excel(sheets.book(mark, [sheet]), f"{area}-{visit.act.now:%Y%m%d}.xlsx")


def _beginnings(shell: Shell) -> None:
    @shell.page("/practices/<area>/new/<doing>", roles=STAFF)
    def practice_new(area: str, doing: str) -> Page:
        with shell.reading() as visit:
            known = _area(visit, area)
            return _new_page(shell, visit.act, known, _named(visit.act, known, doing))

    @shell.page("/practices/<area>/new/<doing>", roles=STAFF, post=True)
    def practice_make(area: str, doing: str) -> Page:
        try:
            with shell.writing() as visit:
                known = _area(visit, area)
                chosen = _named(visit.act, known, doing)
                made = forms.carry_out(visit.act, chosen, None, request.form)
                flash(_said(shell, known, chosen), "good")
        except forms.NotDone as failed:
            with shell.reading() as visit:
                return _new_page(shell, visit.act, known, chosen, request.form, failed.fault)
        return redirect(_made_url(area, made))


def _rows(shell: Shell) -> None:
    @shell.page("/practices/<area>/<key>", roles=STAFF)
    def practice_row(area: str, key: str) -> Page:
        with shell.reading() as visit:
            known = _area(visit, area)
            return _row_page(shell, visit.act, known, _row(visit.act, known, key))

    @shell.page("/practices/<area>/<key>/do/<doing>", roles=STAFF, post=True)
    def practice_do(area: str, key: str, doing: str) -> Page:
        try:
            with shell.writing() as visit:
                known = _area(visit, area)
                row = _row(visit.act, known, key)
                chosen = _doing(known, doing)
                forms.carry_out(visit.act, chosen, row, request.form)
                flash(_said(shell, known, chosen), "good")
        except forms.NotDone as failed:
            with shell.reading() as visit:
                row = _row(visit.act, known, key)
                drawn = (chosen, request.form, failed.fault)
                return _row_page(shell, visit.act, known, row, drawn)
        return redirect(url_for("console.practice_row", area=area, key=key))

    @shell.page("/practices/<area>/<key>/reveal", roles=STAFF, post=True)
    def practice_reveal(area: str, key: str) -> Page:
        """Names and doors, on this very page and never again without another line in the log."""
        with shell.writing() as visit:
            known = _area(visit, area)
            row = _row(visit.act, known, key)
            if known.reveal is None or not known.may_reveal(visit.act, row):
                abort(403)
            seen = known.reveal(visit.act, row)
            return _row_page(shell, visit.act, known, row, seen=seen)


@dataclass(frozen=True)
class Door:
    """An area on the page of all of them, and how much waits there for whoever looks."""

    name: str
    words: Words
    waiting: int
    query: str  # of the list of what waits


def _door(shell: Shell, act: Act, area: Area[Any]) -> Door:
    waits = area.waits if area.waits and area.waits.may(act) else None
    count = waits.count(act, waits.chosen) if waits else 0
    query = urlencode(waits.chosen) if waits and count else ""
    return Door(area.name, _words(shell, area), count, query)


def _area(visit: Visit, name: str) -> Area[Any]:
    found = AREAS.get(name)
    if found is None:
        abort(404)
    if not found.may(visit.act):
        abort(403)
    return found


def _words(shell: Shell, area: Area[Any]) -> Words:
    return Words(shell.service.content.replies, area.name)


def _asked(area: Area[Any]) -> Asked:
    names = [each.name for each in area.filters]
    chosen = {name: value for name in names if (value := request.args.get(name, ""))}
    words = request.args.get("q", "").strip()[:LONGEST]
    before = request.args.get("before", type=int)
    if before is not None and not 0 <= before <= HIGHEST:
        before = None
    return Asked(words, chosen, before, PAGE)


def _query(asked: Asked) -> str:
    return urlencode({**({"q": asked.words} if asked.words else {}), **asked.chosen})


def _filled(rows: Sequence[Cells]) -> list[str]:
    """The columns in which any row has something; the others need not be looked at."""
    heads = list(rows[0]) if rows else []
    return [name for name in heads if any(row[name] not in (None, "", (), []) for row in rows)]


def _row(act: Act, area: Area[Any], key: str) -> Any:
    found = area.one(act, key)
    if found is None:
        abort(404)
    return found


def _doing(area: Area[Any], name: str) -> Doing:
    found = next((each for each in area.doings if each.name == name), None)
    return found or abort(404)


def _named(act: Act, area: Area[Any], name: str) -> Doing:
    """What makes a new row, for whoever may."""
    found = next((each for each in area.new if each.name == name), None)
    if found is None:
        abort(404)
    if not area.may_new(act):
        abort(403)
    return found


def _said(shell: Shell, area: Area[Any], doing: Doing) -> str:
    return shell.say("practices.done", action=_words(shell, area)("do", doing.name))


def _made_url(area: str, made: object) -> str:
    """The page of what was made, if it says which it is; else the list."""
    named = getattr(made, "number", None) or getattr(made, "id", "")
    key = str(named).rpartition("-")[2]
    if key.isdecimal():
        return url_for("console.practice_row", area=area, key=key)
    return url_for("console.practice", area=area)


def _new_page(
    shell: Shell, act: Act, area: Area[Any], doing: Doing,
    form: MultiDict[str, str] | None = None, fault: forms.Fault | None = None,
) -> str:  # fmt: skip
    words = _words(shell, area)
    drawn = forms.draw(act, words, doing, None, form, fault)
    return render_template("console/practices/new.html", area=area, words=words, form=drawn)


def _row_page(
    shell: Shell, act: Act, area: Area[Any], row: Any,
    failed: tuple[Doing, MultiDict[str, str], forms.Fault] | None = None,
    seen: Cells | None = None,
) -> str:  # fmt: skip
    words = _words(shell, area)
    can = area.can(act, row)
    drawn = [
        forms.draw(act, words, each, row, *(failed[1:] if failed and failed[0] is each else ()))
        for each in area.doings
        if each.name in can or (failed and failed[0] is each)
    ]
    return render_template(
        "console/practices/row.html",
        area=area, words=words, key=area.key(row), title=area.title(act, row),
        facts=area.facts(act, row), forms=drawn,
        blocks=[(each, _filled(each.rows)) for each in area.blocks(act, row) if each.rows],
        steps=_steps(act, area, words, row), views=VIEWS, seen=seen,
        may_reveal=area.reveal is not None and area.may_reveal(act, row),
    )  # fmt: skip


def _steps(act: Act, area: Area[Any], words: Words, row: Any) -> list[Step]:
    if area.subject is None:
        return []
    lines = [ln for ln in journal.lines(act, *area.subject(row)) if area.lines(row, ln)]
    return [
        Step(
            line.at,
            words("action", line.action, "other"),
            _actor(act, line.actor),
            area.shown(act, row, line.note),
        )
        for line in lines
    ]


def _actor(act: Act, person: str) -> str:
    """Staff by name; a resident is a resident."""
    if person == "system":
        return act.say("console.actor.system")
    known = act.roster.staff.get(person)
    return (known.name if known else "") or act.say("console.actor.resident")


def view(cell: Cell) -> str:
    """Which way a cell is drawn."""
    if isinstance(cell, Mark | Link | Share):
        return type(cell).__name__.lower()
    if isinstance(cell, datetime):
        return "time"
    if isinstance(cell, bool):
        return "tick"
    if isinstance(cell, list | tuple):
        return "list"
    return "number" if isinstance(cell, int | float) else "text"


VIEWS: Final = {"view": view}


def _stored(cell: Cell) -> object:
    """A cell as Excel should have it."""
    if isinstance(cell, Mark | Link):
        return cell.text
    if isinstance(cell, Share):
        return cell.percent / 100
    if isinstance(cell, list | tuple):
        return "、".join(cell)
    return cell


def _shares(rows: Any) -> frozenset[int]:
    found = rows[0].values() if rows else ()
    return frozenset(index for index, cell in enumerate(found) if isinstance(cell, Share))
