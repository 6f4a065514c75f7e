"""Signing in, signing out, and the first password."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from console import sessions
from console.shell import ANYBODY, STAFF, Page, Shell
from data.tables import logins
from desk import logins as door
from desk.logins import Refused


def add(shell: Shell) -> None:
    @shell.page("/signin", roles=ANYBODY)
    def signin() -> Page:
        return _form(shell, "")

    @shell.page("/signin", roles=ANYBODY, post=True)
    def signin_now() -> Page:
        form = request.form
        now = shell.clock()
        try:
            person = door.sign_in(
                shell.db, shell.settings, form.get("name", "").strip(),
                form.get("password", ""), form.get("totp", ""), now,
            )  # fmt: skip
        except Refused as refused:
            return _form(shell, refused.reason), 401 if refused.reason != "locked" else 429
        return _enter(shell, person)

    @shell.page("/setup", roles=ANYBODY)
    def setup() -> Page:
        return render_template("console/setup.html", refusal="", shortest=door.SHORTEST)

    @shell.page("/setup", roles=ANYBODY, post=True)
    def setup_now() -> Page:
        form = request.form
        try:
            if form.get("password") != form.get("again"):
                raise Refused("mismatch")
            person = door.set_up(
                shell.db, shell.settings, form.get("name", "").strip(), form.get("code", ""),
                form.get("password", ""), shell.clock(),
            )  # fmt: skip
        except Refused as refused:
            words = shell.say(f"refused.{refused.reason}", shortest=door.SHORTEST)
            page = render_template("console/setup.html", refusal=words, shortest=door.SHORTEST)
            return page, 429 if refused.reason == "locked" else 400
        return _enter(shell, person)

    @shell.page("/signout", roles=STAFF, post=True)
    def signout() -> Page:
        with shell.writing() as visit:
            logins.log(visit.act.tx, visit.act.now, visit.person.id, "signout", "")
            sessions.end(visit.act.tx)
        return redirect(url_for("console.signin"))


def _form(shell: Shell, reason: str) -> str:
    words = ""
    if reason:
        words = shell.say(f"refused.{reason}", shortest=door.SHORTEST)
    return render_template("console/signin.html", refusal=words, wants_totp=reason == "totp")


def _enter(shell: Shell, person: str) -> Page:
    """A new session, and on to where the person wanted to go: only within the console."""
    with shell.db.write() as tx:
        sessions.start(tx, person, shell.clock(), shell.settings)
    generate_csrf()
    wanted = request.args.get("next", "")
    own = wanted.startswith("/console") and "\\" not in wanted and "\n" not in wanted
    return redirect(wanted if own else url_for("console.today"))
