"""Knowing who writes: accounts, homes, invitations, and the first-contact privacy notice."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from data.database import Tx
from data.rows import Person, PlaceRange
from data.tables import outbox, people
from desk.service import Act, nobody
from nlp.values import Place

TRIES = 5  # wrong invitation codes an account may send
TRY_AGAIN = timedelta(hours=1)


def _new_id() -> str:
    return f"r-{secrets.token_hex(6)}"


def recognise(tx: Tx, channel: str, address: str, now: datetime) -> Person:
    """Whoever has this account; somebody new becomes a resident without a name."""
    person = people.by_account(tx, channel, address)
    if person is None:
        person = nobody(_new_id(), now)
        people.put(tx, person)
        people.bind(tx, channel, address, person.id)
    people.seen(tx, channel, address, now)
    outbox.release(tx, channel, address, now)
    return person


def known_by_name(act: Act, name: str) -> Person:
    """A resident whom staff named and who has no account with us."""
    person = nobody(_new_id(), act.now, name=name)
    people.put(act.tx, person)
    return person


def live_at(act: Act, place: Place | PlaceRange) -> Person:
    """Remember where this person lives (from a yard's QR code, or from the person's own words)."""
    if isinstance(place, PlaceRange):
        changed = replace(
            act.person, estate=place.estate, building=None, unit=None, room=None, grid=place.grid
        )
    else:
        changed = replace(
            act.person,
            estate=place.estate,
            building=place.building,
            unit=place.unit,
            room=place.room,
            grid=place.grid,
        )
    people.move(
        act.tx,
        changed.id,
        estate=changed.estate,
        building=changed.building,
        unit=changed.unit,
        room=changed.room,
        grid=changed.grid,
    )
    return changed


def live_in(act: Act, grid: str) -> None:
    """Remember the grid of somebody whose estate is not known."""
    people.move(act.tx, act.person.id, estate=None, building=None, unit=None, room=None, grid=grid)


def first_notice(act: Act) -> str:
    """The short privacy notice, once for each person; "" afterwards."""
    if act.person.noticed_at or act.person.role != "resident":
        return ""
    people.noticed(act.tx, act.person.id, act.now)
    return act.say("privacy", community=act.service.content.about.name)


def may_try(act: Act) -> bool:
    """Whether an account may try another invitation code: five tries an hour."""
    since = act.now - TRY_AGAIN
    return people.tries(act.tx, act.person.id, since) <= TRIES


def join(act: Act, channel: str, address: str, code: str) -> Person | None:
    """绑定: an imported person claims this account with the invitation code; None if unknown."""
    known = people.by_invite(act.tx, code)
    if known is None or known.id == act.person.id:
        return known
    if act.person.role == "resident" and not act.person.name:
        people.join_accounts(act.tx, act.person.id, known.id)
    else:
        people.bind(act.tx, channel, address, known.id)
    people.put(act.tx, replace(known, invite=None))
    return known


def new_invite() -> str:
    """Six digits that are good for one account."""
    return f"{secrets.randbelow(10**6):06d}"


def named(act: Act, name: str, home: Place | None = None) -> Person:
    """The resident of that name if there is just one, else somebody known by name only; where
    nobody knows his home, the one that was said."""
    found = people.by_name(act.tx, name)
    person = found[0] if len(found) == 1 else known_by_name(act, name)
    if home is None or home.estate is None or person.estate is not None:
        return person
    grid = act.service.understander.grid_of(home)
    moved = replace(
        person, estate=home.estate, building=home.building, unit=home.unit, room=home.room,
        grid=grid,
    )  # fmt: skip
    people.put(act.tx, moved)
    return moved
