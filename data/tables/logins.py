"""Who may sign in to the console, their sessions, their saved views, and the log of it all."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.staff_rows import Login, SavedView, StaffLine, StaffSession

_ENDLESS = 2**62  # above every id


def by_name(tx: Tx, name: str) -> Login | None:
    return tx.one(Login, "SELECT * FROM logins WHERE name = :name", name=name)


def by_person(tx: Tx, person: str) -> Login | None:
    return tx.one(Login, "SELECT * FROM logins WHERE person = :person", person=person)


def every(tx: Tx) -> list[Login]:
    return tx.all(Login, "SELECT * FROM logins ORDER BY created_at, person")


def add(tx: Tx, person: str, name: str, at: datetime) -> bool:
    """A login without password or code; False if the person or the name has one."""
    return bool(
        tx.run(
            "INSERT INTO logins (person, name, password, code, totp, totp_step, failures,"
            " created_at) VALUES (:person, :name, '', '', '', 0, 0, :at) ON CONFLICT DO NOTHING",
            person=person,
            name=name,
            at=at,
        )
    )


def set_password(tx: Tx, person: str, password: str) -> None:
    """A new password; code and lock are used up."""
    tx.run(
        "UPDATE logins SET password = :password, code = '', code_until = NULL, failures = 0,"
        " locked_until = NULL WHERE person = :person",
        person=person,
        password=password,
    )


def set_code(tx: Tx, person: str, code: str, until: datetime) -> None:
    """A one-time code with which a password can be chosen; the lock is lifted."""
    tx.run(
        "UPDATE logins SET code = :code, code_until = :until, failures = 0, locked_until = NULL"
        " WHERE person = :person",
        person=person,
        code=code,
        until=until,
    )


def failed(tx: Tx, person: str, lock_at: int, until: datetime) -> None:
    """Count a wrong password; the last of so many locks the login for a while."""
    tx.run(
        "UPDATE logins SET locked_until = CASE WHEN failures + 1 >= :lock_at THEN :until"
        " ELSE locked_until END, failures = CASE WHEN failures + 1 >= :lock_at THEN 0"
        " ELSE failures + 1 END WHERE person = :person",
        person=person,
        lock_at=lock_at,
        until=until,
    )


def succeeded(tx: Tx, person: str) -> None:
    tx.run(
        "UPDATE logins SET failures = 0, locked_until = NULL WHERE person = :person", person=person
    )


def set_totp(tx: Tx, person: str, secret: str, step: int) -> None:
    tx.run(
        "UPDATE logins SET totp = :secret, totp_step = :step WHERE person = :person",
        person=person,
        secret=tx.seal("totp", secret),
        step=step,
    )


def use_step(tx: Tx, person: str, step: int) -> bool:
    """Use up a time step's code; False if it, or a later one, was used before."""
    return bool(
        tx.run(
            "UPDATE logins SET totp_step = :step WHERE person = :person AND totp_step < :step",
            person=person,
            step=step,
        )
    )


def disable(tx: Tx, person: str, at: datetime | None) -> None:
    tx.run("UPDATE logins SET disabled_at = :at WHERE person = :person", person=person, at=at)


def open_session(tx: Tx, session: StaffSession) -> None:
    tx.run(
        "INSERT INTO staff_sessions (hash, person, created_at, seen_at, ends_at, agent)"
        " VALUES (:hash, :person, :created_at, :seen_at, :ends_at, :agent)",
        hash=session.hash,
        person=session.person,
        created_at=session.created_at,
        seen_at=session.seen_at,
        ends_at=session.ends_at,
        agent=session.agent,
    )


def session(tx: Tx, digest: str) -> StaffSession | None:
    return tx.one(
        StaffSession,
        "SELECT s.* FROM staff_sessions s JOIN logins l ON l.person = s.person"
        " WHERE s.hash = :digest AND l.disabled_at IS NULL",
        digest=digest,
    )


def sessions_of(tx: Tx, person: str) -> list[StaffSession]:
    return tx.all(
        StaffSession,
        "SELECT * FROM staff_sessions WHERE person = :person ORDER BY seen_at DESC",
        person=person,
    )


def seen(tx: Tx, digest: str, at: datetime) -> None:
    tx.run("UPDATE staff_sessions SET seen_at = :at WHERE hash = :digest", at=at, digest=digest)


def end_session(tx: Tx, digest: str) -> None:
    tx.run("DELETE FROM staff_sessions WHERE hash = :digest", digest=digest)


def end_sessions(tx: Tx, person: str, but: str = "") -> None:
    """End every session of a person, but perhaps the present one."""
    tx.run(
        "DELETE FROM staff_sessions WHERE person = :person AND hash <> :but",
        person=person,
        but=but,
    )


def end_stale(tx: Tx, now: datetime, idle_since: datetime) -> None:
    tx.run(
        "DELETE FROM staff_sessions WHERE ends_at <= :now OR seen_at <= :idle",
        now=now,
        idle=idle_since,
    )


def log(tx: Tx, at: datetime, person: str, action: str, detail: str) -> None:
    tx.run(
        "INSERT INTO staff_log (at, person, action, detail) VALUES (:at, :person, :action,"
        " :detail)",
        at=at,
        person=person,
        action=action,
        detail=detail,
    )


def lines(tx: Tx, before: int | None, limit: int) -> list[StaffLine]:
    """The log, the newest first."""
    return tx.all(
        StaffLine,
        "SELECT * FROM staff_log WHERE id < :before ORDER BY id DESC LIMIT :limit",
        before=before or _ENDLESS,
        limit=limit,
    )


def keep_view(tx: Tx, person: str, name: str, query: str) -> None:
    tx.run(
        "INSERT INTO saved_views (person, name, query) VALUES (:person, :name, :query)"
        " ON CONFLICT (person, name) DO UPDATE SET query = excluded.query",
        person=person,
        name=name,
        query=tx.seal("query", query),
    )


def views_of(tx: Tx, person: str) -> list[SavedView]:
    return tx.all(
        SavedView, "SELECT * FROM saved_views WHERE person = :person ORDER BY id", person=person
    )


def drop_view(tx: Tx, person: str, view: int) -> None:
    tx.run(
        "DELETE FROM saved_views WHERE id = :view AND person = :person", view=view, person=person
    )
