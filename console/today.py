"""今日: what needs somebody now, most pressing first.

Live by asking every few seconds, not by server-sent events: each open stream would hold one of
waitress's eight threads, and a community has more than eight open browsers. An unchanged page is
answered 204 with nothing in it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from console import filters
from console.rows import Row, rows
from console.shell import OFFICE, STAFF, Page, Shell, Visit
from data.rows import Approval, StoredPush
from data.tables import board, logins, outbox
from data.tables.board import Filter

SHOWN: Final = 8
TOKEN: Final = secrets.token_hex(16)  # stands in the piles where the CSRF token belongs


@dataclass(frozen=True)
class Pile:
    """One kind of thing that waits: how many, the first of them, and where all of them are."""

    name: str
    count: int
    rows: list[Row]
    query: str


@dataclass(frozen=True)
class Waiting:
    """A request for approval and its issue."""

    approval: Approval
    row: Row
    by: str


def add(shell: Shell) -> None:
    @shell.page("/", roles=STAFF)
    def home() -> Page:
        return redirect(url_for("console.today"))

    @shell.page("/today", roles=STAFF)
    def today() -> Page:
        with shell.reading() as visit:
            piles = _render(visit)
        return render_template("console/today.html", piles=_signed(piles), seen=_digest(piles))

    @shell.page("/today/piles", roles=STAFF)
    def today_piles() -> Page:
        """The same piles for a page that is open: nothing if they are as that page shows them."""
        with shell.reading() as visit:
            piles = _render(visit)
        seen = _digest(piles)
        if request.args.get("seen") == seen:
            return Response(status=204)
        return render_template("console/live.html", piles=_signed(piles), seen=seen)

    @shell.page("/pushes/<int(max=9223372036854775807):push>/resend", roles=OFFICE, post=True)
    def resend(push: int) -> Page:
        with shell.writing() as visit:
            done = outbox.requeue(visit.act.tx, push, visit.act.now)
            if done:
                logins.log(visit.act.tx, visit.act.now, visit.person.id, "resend", str(push))
        flash(shell.say("today.resent" if done else "today.not_resent"), "good" if done else "bad")
        return redirect(url_for("console.today"))


def _render(visit: Visit) -> str:
    act = visit.act
    now = act.now
    shown: set[int] = set()  # an issue stands in one pile, the most pressing
    piles = [
        _pile(
            visit,
            shown,
            "urgent",
            Filter(levels=("U0",), statuses=board.OPEN),
            "status=open&level=U0",
        ),
        _pile(visit, shown, "overdue", Filter(overdue_at=now), "flag=overdue"),
    ]
    calm = [
        _pile(visit, shown, "returned", Filter(statuses=("assigned",), returned=True),
              "status=assigned&flag=returned"),
        _pile(visit, shown, "reopened", Filter(statuses=("assigned",), reopened=True),
              "status=assigned&flag=reopened"),
        _pile(visit, shown, "soon", Filter(due_from=now, due_by=now + filters.SOON), "flag=soon"),
        _pile(visit, shown, "fresh", Filter(statuses=("assigned",)), "status=assigned"),
    ]  # fmt: skip
    return render_template(
        "console/piles.html",
        piles=[pile for pile in piles if pile.count],
        calm=[pile for pile in calm if pile.count],
        waiting=_waiting(visit),
        letters=_letters(visit),
        token=TOKEN,
    )


def _pile(visit: Visit, shown: set[int], name: str, wanted: Filter, query: str) -> Pile:
    count = board.count(visit.act.tx, visit.scope, wanted)
    found = board.urgent(visit.act.tx, visit.scope, wanted, SHOWN) if count else []
    fresh = [issue for issue in found if issue.id not in shown]
    shown.update(issue.id for issue in fresh)
    return Pile(name, count, rows(visit.act, fresh), query)


def _waiting(visit: Visit) -> list[Waiting]:
    """What waits for the approval of this person: those who oversee, but not whoever asked."""
    if not (visit.scope.everything or visit.scope.grids):
        return []
    found = board.approvals(visit.act.tx, visit.scope, SHOWN)
    shown = rows(visit.act, [issue for _, issue in found])
    return [
        Waiting(approval, row, visit.act.roster.name_of(approval.person))
        for (approval, _), row in zip(found, shown, strict=True)
        if approval.person != visit.person.id
    ]


def _letters(visit: Visit) -> list[StoredPush]:
    """Dead letters, for those who can have them sent again."""
    if visit.person.role not in OFFICE:
        return []
    return outbox.troubled(visit.act.tx, SHOWN)


def _signed(piles: str) -> Markup:
    """Forms get their CSRF token last: it changes every second, and the piles do not."""
    return Markup(piles.replace(TOKEN, generate_csrf()))  # rendered by Jinja above


def _digest(piles: str) -> str:
    return hashlib.sha256(piles.encode()).hexdigest()[:16]
