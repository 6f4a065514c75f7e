"""Who may sign in: the administrator gives codes, takes access away, and reads the log."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for

from console.shell import ADMIN, OFFICE, Page, Shell, Visit
from data.rows import Person
from data.staff_rows import Login
from data.tables import board, logins
from desk import logins as door

LINES = 100
RANK = ("admin", "secretary", "street", "worker", "member", "resident")  # who signs in first


@dataclass(frozen=True)
class Row:
    """A member of staff and the login, if there is one."""

    person: Person
    login: Login | None
    teams: str


def add(shell: Shell) -> None:
    @shell.page("/staff", roles=ADMIN)
    def staff() -> Page:
        with shell.reading() as visit:
            return render_template("console/staff.html", rows=_rows(visit), code="", whose="")

    @shell.page("/staff/<person>/code", roles=ADMIN, post=True)
    def give_code(person: str) -> Page:
        """A one-time code, shown once: on this very page, not after a redirect."""
        with shell.writing() as visit:
            known = _staff(visit, person)
            found = logins.by_person(visit.act.tx, person)
            code = door.invite(visit.act.tx, known, found.name if found else person, visit.act.now)
            logins.log(visit.act.tx, visit.act.now, visit.person.id, "code", person)
            whose = logins.by_person(visit.act.tx, person)
            return render_template(
                "console/staff.html", rows=_rows(visit), code=code,
                whose=f"{known.name} {whose.name if whose else ''}",
            )  # fmt: skip

    @shell.page("/staff/<person>/access", roles=ADMIN, post=True)
    def set_access(person: str) -> Page:
        """Stop or allow signing in; stopping ends every session at once."""
        stop = request.form.get("stop") == "1"
        with shell.writing() as visit:
            known = _staff(visit, person)
            if stop and person == visit.person.id:
                flash(shell.say("staff.not_yourself"), "bad")
                return redirect(url_for("console.staff"))
            logins.disable(visit.act.tx, person, visit.act.now if stop else None)
            logins.end_sessions(visit.act.tx, person)
            action = "stopped" if stop else "allowed"
            logins.log(visit.act.tx, visit.act.now, visit.person.id, action, person)
        flash(shell.say(f"staff.{action}", name=known.name), "good")
        return redirect(url_for("console.staff"))

    @shell.page("/log", roles=OFFICE)
    def staff_log() -> Page:
        before = request.args.get("before", type=int)
        with shell.reading() as visit:
            lines = logins.lines(visit.act.tx, before, LINES)
            names = board.names(visit.act.tx, [line.person for line in lines])
            return render_template(
                "console/log.html", lines=lines, names=names,
                more=lines[-1].id if len(lines) == LINES else None,
            )  # fmt: skip


def _rows(visit: Visit) -> list[Row]:
    known = {login.person: login for login in logins.every(visit.act.tx)}
    roster = visit.act.roster
    return [
        Row(person, known.get(person.id),
            "、".join(roster.teams[code].name for code in roster.teams_of(person.id)))
        for person in sorted(
            roster.staff.values(), key=lambda p: (p.id not in known, RANK.index(p.role), p.id)
        )
    ]  # fmt: skip


def _staff(visit: Visit, person: str) -> Person:
    found = visit.act.roster.staff.get(person)
    if found is None:
        abort(404)
    return found
