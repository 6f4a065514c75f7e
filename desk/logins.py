"""Signing in to the console: passwords, one-time codes, the second factor, and the lock.

Everything that counts attempts is in the store, so that a restart forgives nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

import pyotp
from werkzeug.security import check_password_hash, generate_password_hash

from data.database import Database, Tx
from data.rows import Person
from data.settings import Settings
from data.staff_rows import Login
from data.tables import logins, people, roster
from desk.service import nobody

ADMIN = "admin"  # the first administrator's login name
CODE_DAYS = 7
SHORTEST = 10  # characters of a password
STEP = 30  # seconds of a TOTP step
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read for something else

Reason = Literal["wrong", "locked", "totp", "code", "short", "common", "mismatch"]


class Refused(Exception):  # noqa: N818
    """Why somebody may not sign in, or a password is not taken: the key of its sentence."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def _nobodys() -> str:
    """A password that nobody has: unknown names are checked as long as known ones."""
    return generate_password_hash(secrets.token_hex(8))


def sign_in(
    db: Database, settings: Settings, name: str, password: str, totp: str, now: datetime
) -> str:
    """The person whose name and password these are; a failure is counted and committed."""
    with db.read() as tx:
        login = logins.by_name(tx, name)
    usable = login is not None and login.password != "" and login.disabled_at is None
    hashed = login.password if login is not None and usable else _nobodys()
    right = check_password_hash(hashed, password) and usable
    if login is None:
        raise Refused("wrong")
    with db.write() as tx:
        reason = _judged(tx, login.person, right, totp, now)
        if reason is None:
            logins.succeeded(tx, login.person)
            logins.log(tx, now, login.person, "signin", "")
        elif reason != "locked" and not (reason == "totp" and not totp):
            _failed(tx, settings, login.person, now)
            logins.log(tx, now, login.person, "refused", reason)
    if reason is not None:
        raise Refused(reason)
    return login.person


def _judged(tx: Tx, person: str, right: bool, totp: str, now: datetime) -> Reason | None:
    """Judged anew inside the transaction: another attempt may have locked it meanwhile."""
    login = logins.by_person(tx, person)
    if login is None or (login.locked_until and login.locked_until > now):
        return "locked"
    if not right:
        return "wrong"
    return None if not login.totp or _totp_right(tx, login, totp, now) else "totp"


def _totp_right(tx: Tx, login: Login, code: str, now: datetime) -> bool:
    """This step's code or a neighbour's, and each only once."""
    step = int(now.timestamp()) // STEP
    otp = pyotp.TOTP(login.totp)
    for near in (step, step - 1, step + 1):
        if secrets.compare_digest(otp.at(near * STEP).encode(), code.strip().encode()):
            return logins.use_step(tx, login.person, near)
    return False


def _failed(tx: Tx, settings: Settings, person: str, now: datetime) -> None:
    until = now + timedelta(minutes=settings.console.lock_minutes)
    logins.failed(tx, person, settings.console.tries, until)


def set_up(
    db: Database, settings: Settings, name: str, code: str, password: str, now: datetime
) -> str:
    """Choose a password with a one-time code; returns the person."""
    with db.read() as tx:
        found = logins.by_name(tx, name)
        forbidden = _too_easy(tx, found, password)
    if found is None:
        raise Refused("code")
    hashed = "" if forbidden else generate_password_hash(password)
    with db.write() as tx:
        login = logins.by_person(tx, found.person)
        good = login is not None and _code_right(login, code, now)
        locked = login is not None and login.locked_until is not None and login.locked_until > now
        if good and not locked and not forbidden:
            logins.set_password(tx, found.person, hashed)
            logins.set_totp(tx, found.person, "", 0)
            logins.end_sessions(tx, found.person)
            logins.log(tx, now, found.person, "setup", "")
        elif not good and not locked:
            _failed(tx, settings, found.person, now)
    if locked or not good:
        raise Refused("locked" if locked else "code")
    if forbidden:
        raise Refused(forbidden)
    return found.person


def _code_right(login: Login, code: str, now: datetime) -> bool:
    fresh = login.code_until is not None and login.code_until > now and not login.disabled_at
    return fresh and secrets.compare_digest(login.code, _digest(code))


def change_password(tx: Tx, login: Login, old: str, new: str, now: datetime) -> None:
    """One's own password; every other session ends (the caller keeps the present one)."""
    if not check_password_hash(login.password, old):
        raise Refused("wrong")
    if forbidden := _too_easy(tx, login, new):
        raise Refused(forbidden)
    logins.set_password(tx, login.person, generate_password_hash(new))
    logins.log(tx, now, login.person, "password", "")


def _too_easy(tx: Tx, login: Login | None, password: str) -> Literal["short", "common"] | None:
    """Long enough, and not made of what everybody knows of this person."""
    if len(password) < SHORTEST:
        return "short"
    person = people.by_id(tx, login.person) if login else None
    known = [login.name, login.person] if login else []
    known += [person.phone, person.name] if person else []
    plain = password.lower()
    if len(set(plain)) < 4 or plain.isdigit() or any(len(w) > 2 and w in plain for w in known):
        return "common"
    return None


def invite(tx: Tx, person: Person, name: str, now: datetime) -> str:
    """A new one-time code for a person (with a login of that name, if there is none yet)."""
    logins.add(tx, person.id, name, now)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    logins.set_code(tx, person.id, _digest(code), now + timedelta(days=CODE_DAYS))
    return code


def first_administrator(db: Database, settings: Settings, name: str, now: datetime) -> str | None:
    """See to it that an administrator can sign in; returns a one-time code if that needs one."""
    given = settings.admin_password.get_secret_value()
    with db.write() as tx:
        if any(login.password and _is_admin(tx, login) for login in logins.every(tx)):
            return None
        admin = next((p for p in people.staff(tx) if p.role == "admin"), None)
        if admin is None:
            admin = nobody(ADMIN, now, name=name, role="admin")
            people.put(tx, admin)
            roster.touch(tx)
        code = invite(tx, admin, ADMIN, now)
        if given:
            logins.set_password(tx, admin.id, generate_password_hash(given))
    return None if given else code


def _is_admin(tx: Tx, login: Login) -> bool:
    person = people.by_id(tx, login.person)
    return person is not None and person.role == "admin" and login.disabled_at is None


def new_totp() -> str:
    """A secret for an authenticator app."""
    return pyotp.random_base32()


def totp_address(secret: str, name: str, issuer: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def switch_totp(tx: Tx, login: Login, secret: str, code: str, now: datetime) -> None:
    """Turn the second factor on, once its code is right."""
    step = int(now.timestamp()) // STEP
    if not pyotp.TOTP(secret).verify(code.strip(), for_time=now, valid_window=1):
        raise Refused("totp")
    logins.set_totp(tx, login.person, secret, step)
    logins.log(tx, now, login.person, "totp_on", "")


def drop_totp(tx: Tx, login: Login, password: str, now: datetime) -> None:
    """Turn the second factor off, for whoever knows the password."""
    if not check_password_hash(login.password, password):
        raise Refused("wrong")
    logins.set_totp(tx, login.person, "", 0)
    logins.log(tx, now, login.person, "totp_off", "")


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()
