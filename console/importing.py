"""导入: a table is shown with what is wrong in each row before anything of it is written.

Between the preview and the decision the rows travel in the form itself, and are checked again.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for
from pydantic import TypeAdapter, ValidationError

from console import present
from console.ledger import excel
from console.present import Change
from console.shell import ADMIN, Page, Shell, Visit
from data.rows import Role
from data.tables import logins
from desk import tables
from desk.importing import Fault, Kind, Row, find_faults
from desk.imports import KINDS

LARGEST: Final = 4 << 20  # bytes of a file
KEPT: Final = 400_000  # letters of the packed rows that a form may carry
SHOWN: Final = 50  # rows of the preview
KEEPERS: Final[frozenset[Role]] = frozenset({"secretary", "admin"})
FOR_ADMIN: Final = frozenset({"people"})  # who is in it, and as what, decides who may do what


@dataclass(frozen=True)
class Line:
    """One row of the preview; `number` as the spreadsheet counts it."""

    number: int
    cells: Sequence[str]
    faults: Sequence[str]


@dataclass(frozen=True)
class Preview:
    """What a table would do."""

    rows: Sequence[Row]
    heads: Sequence[str]
    lines: Sequence[Line]
    faults: Sequence[Fault]
    change: Change | None
    kept: str


class Words:
    """The columns and values of tables as communities call them."""

    def __init__(self, replies: Mapping[str, str]) -> None:
        self._replies = replies
        head = "area.import."
        own = {k.removeprefix(head): v for k, v in replies.items() if k.startswith(head)}
        self.columns = _under(own, "column.")
        self.values = {"kind": _under(own, "kind."), "role": _under(own, "role.")}
        self._codes = {name: code for code, name in self.columns.items()}
        self._said = {**self.columns, **self.values["kind"], **self.values["role"]}
        names = "|".join(sorted((re.escape(code) for code in self._said), key=len, reverse=True))
        self._word = re.compile(rf"(?<![A-Za-z])(?:{names})(?![A-Za-z])")

    def explain(self, column: str) -> str:
        """How a column is filled in, where that needs saying."""
        return self._replies.get(f"area.import.explain.{column}", "")

    def code(self, head: str) -> str:
        """The column that a heading means: 名称 or name."""
        return self._codes.get(head, head)

    def value(self, column: str, said: str) -> str:
        """物业 or property."""
        known = self.values.get(column, {})
        return next((code for code, name in known.items() if name == said), said)

    def reason(self, text: str) -> str:
        """A fault with columns and values by the names that people write."""
        return self._word.sub(lambda found: self._said[found[0]], text)


def _under(own: Mapping[str, str], head: str) -> dict[str, str]:
    return {k.removeprefix(head): v for k, v in own.items() if k.startswith(head)}


def add(shell: Shell) -> None:
    words = Words(shell.service.content.replies)

    @shell.page("/imports", roles=KEEPERS)
    def imports() -> Page:
        with shell.reading() as visit:
            kinds = [kind for kind in KINDS if _may(visit, kind)]
        return render_template("console/imports.html", kinds=kinds)

    @shell.page("/imports/<kind>", roles=KEEPERS)
    def import_one(kind: str) -> Page:
        with shell.reading() as visit:
            plan = _plan(visit, kind)
        return _page(words, kind, plan)

    @shell.page("/imports/<kind>/template", roles=KEEPERS)
    def import_template(kind: str) -> Page:
        """What is there now, to be changed and brought back; or the headings alone."""
        with shell.reading() as visit:
            plan = _plan(visit, kind)
            rows = present.rows(visit.act, kind)
        names = [*plan.columns, *plan.optional]
        heads = [words.columns[name] for name in names]
        lines = [dict(zip(heads, (_named(words, n, row) for n in names), strict=True))
                 for row in rows]  # fmt: skip
        return excel(tables.write_excel(heads, lines), f"{kind}.xlsx")

    @shell.page("/imports/<kind>/preview", roles=KEEPERS, post=True)
    def import_preview(kind: str) -> Page:
        file = request.files.get("file")
        with shell.reading() as visit:
            plan = _plan(visit, kind)
            if file is None or not file.filename:
                return _page(words, kind, plan, wrong=shell.say("imports.no_file"))
            raw = file.stream.read(LARGEST + 1)
            if len(raw) > LARGEST:
                return _page(words, kind, plan, wrong=shell.say("imports.too_large"))
            try:
                rows = _translated(words, tables.read_bytes(file.filename, raw))
            except tables.BadTable as bad:
                return _page(words, kind, plan, wrong=str(bad))
            found = _preview(visit, words, kind, plan, rows)
        if len(found.kept) > KEPT:
            return _page(words, kind, plan, wrong=shell.say("imports.too_large"))
        return _page(words, kind, plan, found)

    @shell.page("/imports/<kind>/carry_out", roles=KEEPERS, post=True)
    def import_carry_out(kind: str) -> Page:
        rows = _unpacked(request.form.get("kept", ""))
        with shell.writing() as visit:
            plan = _plan(visit, kind)
            if find_faults(visit.act.tx, plan, rows):  # something has changed since the preview
                return _page(words, kind, plan, _preview(visit, words, kind, plan, rows))
            plan.store(visit.act.tx, rows, visit.act.now)
            detail = f"{kind} n={len(rows)}"
            logins.log(visit.act.tx, visit.act.now, visit.person.id, "import", detail)
        title = shell.service.say(f"area.import.title.{kind}")
        flash(shell.say("imports.done", count=len(rows), title=title), "good")
        return redirect(url_for("console.imports"))


def _may(visit: Visit, kind: str) -> bool:
    return kind not in FOR_ADMIN or visit.person.role in ADMIN


def _plan(visit: Visit, kind: str) -> Kind:
    if kind not in KINDS:
        abort(404)
    if not _may(visit, kind):
        abort(403)
    return KINDS[kind]


def _page(
    words: Words, kind: str, plan: Kind, preview: Preview | None = None, wrong: str = ""
) -> str:
    return render_template(
        "console/import.html", kind=kind, plan=plan, names=words, preview=preview, wrong=wrong
    )


def _named(words: Words, column: str, row: Row) -> str:
    """A cell as people write it: 物业 for property."""
    said = row.get(column, "")
    return words.values.get(column, {}).get(said, said)


def _translated(words: Words, rows: Sequence[Row]) -> list[dict[str, str]]:
    """The rows with our own names of columns and values."""
    found = []
    for row in rows:
        coded = {words.code(head): said for head, said in row.items()}
        found.append({name: words.value(name, said) for name, said in coded.items()})
    return found


def _preview(
    visit: Visit, words: Words, kind: str, plan: Kind, rows: Sequence[dict[str, str]]
) -> Preview:
    """Faulty rows first of all; without any, the first rows and what would change."""
    faults = [Fault(f.row, words.reason(f.reason)) for f in find_faults(visit.act.tx, plan, rows)]
    wrong: dict[int, list[str]] = {}
    for fault in faults:
        wrong.setdefault(fault.row, []).append(fault.reason)
    heads = list(rows[0]) if rows else []
    chosen = sorted(number for number in wrong if number > 1) if faults else range(2, len(rows) + 2)
    lines = [
        Line(n, [_named(words, h, rows[n - 2]) for h in heads], wrong.get(n, ()))
        for n in list(chosen)[:SHOWN]
    ]
    change = None if faults else present.change(visit.act, kind, rows)
    shown = [words.columns.get(head, head) for head in heads]
    return Preview(rows, shown, lines, faults, change, _packed(rows))


def _packed(rows: Sequence[Mapping[str, str]]) -> str:
    raw = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(gzip.compress(raw, mtime=0)).decode()


def _unpacked(kept: str) -> list[dict[str, str]]:
    """The rows that a preview has shown; what is no such thing is a bad request."""
    try:
        packed = base64.urlsafe_b64decode(kept.encode())
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            raw = file.read(4 * LARGEST)
        rows = json.loads(raw)
    except (binascii.Error, OSError, EOFError, ValueError):
        abort(400)
    try:
        return TypeAdapter(list[dict[str, str]]).validate_python(rows, strict=True)
    except ValidationError:
        abort(400)
