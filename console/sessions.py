"""Signed-in browsers: a key in the cookie, its hash in the store, so that it can be ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import Flask, Request, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from data.database import Database, Tx
from data.settings import Settings
from data.staff_rows import StaffSession
from data.tables import logins

KEY = "key"
TOUCH_EVERY = timedelta(minutes=1)  # not a write transaction for every click


def start(tx: Tx, person: str, now: datetime, settings: Settings) -> None:
    """Sign a browser in under a new key; whatever the cookie held before is gone."""
    session.clear()
    key = secrets.token_urlsafe(32)
    session[KEY] = key
    idle = timedelta(minutes=settings.console.idle_minutes)
    logins.end_stale(tx, now, now - idle)
    ends = now + timedelta(hours=settings.console.hours)
    agent = request.user_agent.string[:200]
    logins.open_session(tx, StaffSession(digest(key), person, now, now, ends, agent))


def current(tx: Tx, now: datetime, settings: Settings) -> StaffSession | None:
    """The session of this request, if it has not ended."""
    held = logins.session(tx, digest(session.get(KEY, "")))
    if held is None or held.ends_at <= now:
        return None
    idle = timedelta(minutes=settings.console.idle_minutes)
    return held if held.seen_at + idle > now else None


def touch(db: Database, held: StaffSession, now: datetime) -> None:
    if now - held.seen_at >= TOUCH_EVERY:
        with db.write() as tx:
            logins.seen(tx, held.hash, now)


def present() -> str:
    """The hash of this browser's session."""
    return digest(session.get(KEY, ""))


def end(tx: Tx) -> None:
    """Sign this browser out."""
    logins.end_session(tx, present())
    session.clear()


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class _Cookie(SecureCookieSessionInterface):
    """Flask's signed cookie; only over https where the visit, or the proxy before us, is https."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Without a cookie nothing is to be verified: so come all webhooks and programs."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:
        return bool(app.config["SESSION_COOKIE_SECURE"]) or request.is_secure


def install(app: Flask, settings: Settings) -> None:
    app.secret_key = settings.secret()
    app.session_interface = _Cookie()
    app.config.update(
        SESSION_COOKIE_NAME="huying",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/console",
        SESSION_COOKIE_SECURE=settings.console.https == "on",
    )
