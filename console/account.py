"""One's own account: password, second factor, where one is signed in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for

from console import sessions
from console.shell import STAFF, Page, Shell, Visit
from data.staff_rows import Login
from data.tables import logins
from desk import logins as door
from desk.logins import Refused

PENDING = "totp"  # in the signed cookie, until its first code is right


def add(shell: Shell) -> None:
    @shell.page("/account", roles=STAFF)
    def account() -> Page:
        with shell.reading() as visit:
            login = _login(visit)
            pending = session.get(PENDING, "")
            return render_template(
                "console/account.html",
                login=login,
                sessions=logins.sessions_of(visit.act.tx, visit.person.id),
                present=sessions.present(),
                pending=pending,
                address=door.totp_address(pending, login.name, "Huying") if pending else "",
                shortest=door.SHORTEST,
            )

    @shell.page("/account/password", roles=STAFF, post=True)
    def change_password() -> Page:
        form = request.form
        try:
            if form.get("password") != form.get("again"):
                raise Refused("mismatch")
            with shell.writing() as visit:
                door.change_password(
                    visit.act.tx, _login(visit), form.get("old", ""), form.get("password", ""),
                    visit.act.now,
                )  # fmt: skip
                logins.end_sessions(visit.act.tx, visit.person.id)
                sessions.start(visit.act.tx, visit.person.id, visit.act.now, shell.settings)
        except Refused as refused:
            flash(shell.say(f"refused.{refused.reason}", shortest=door.SHORTEST), "bad")
        else:
            flash(shell.say("account.password_changed"), "good")
        return redirect(url_for("console.account"))

    @shell.page("/account/totp", roles=STAFF, post=True)
    def second_factor() -> Page:
        """Off → a secret is shown → its first code turns it on; on → off with the password."""
        form = request.form
        with shell.writing() as visit:
            login = _login(visit)
            try:
                if "begin" in form:
                    session[PENDING] = door.new_totp()
                elif "code" in form and PENDING in session:
                    secret = session[PENDING]
                    door.switch_totp(visit.act.tx, login, secret, form["code"], visit.act.now)
                    session.pop(PENDING)
                    flash(shell.say("account.totp_on"), "good")
                elif "password" in form:
                    door.drop_totp(visit.act.tx, login, form["password"], visit.act.now)
                    flash(shell.say("account.totp_off"), "good")
            except Refused as refused:
                flash(shell.say(f"refused.{refused.reason}"), "bad")
        return redirect(url_for("console.account"))

    @shell.page("/account/sessions", roles=STAFF, post=True)
    def end_other_sessions() -> Page:
        with shell.writing() as visit:
            logins.end_sessions(visit.act.tx, visit.person.id, but=sessions.present())
            logins.log(visit.act.tx, visit.act.now, visit.person.id, "sessions", "")
        flash(shell.say("account.sessions_ended"), "good")
        return redirect(url_for("console.account"))


def _login(visit: Visit) -> Login:
    found = logins.by_person(visit.act.tx, visit.person.id)
    assert found is not None, "who is signed in has a login"
    return found
