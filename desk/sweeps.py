"""What falls due by itself. Each sweep looks first, and opens a write only when something is due.

Whatever is due is read again inside the write, so that any number of processes may sweep at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from data.database import Database, Tx
from data.rows import Issue
from data.tables import issues as table
from desk import issues
from desk.service import SYSTEM, Act, Service

T = TypeVar("T")


def sweep(
    db: Database,
    service: Service,
    now: datetime,
    due: Callable[[Tx], Sequence[T]],
    each: Callable[[Act, T], object],
) -> int:
    """Do `each` to whatever is `due`, in one transaction; returns how many there were."""
    with db.read() as tx:
        if not due(tx):
            return 0
    with db.write() as tx:
        act = Act(tx, service, SYSTEM, now, service.roster(tx))
        found = due(tx)
        for item in found:
            each(act, item)
    return len(found)


def call_duty_chain(db: Database, service: Service, now: datetime) -> int:
    """U0 that nobody has taken: call the next in the chain every few minutes, round and round."""
    before = now - timedelta(minutes=service.settings.loop.duty_ack_minutes)

    def late(tx: Tx) -> list[Issue]:
        waiting = table.unanswered_emergencies(tx)
        return [issue for issue in waiting if table.last_called(tx, issue.id) <= before]

    return sweep(db, service, now, late, issues.call_next)


def rehome(db: Database, service: Service, now: datetime) -> int:
    """Open issues whose team or person has left the roster find a new owner."""
    return sweep(db, service, now, table.ownerless, issues.rehome)


def close_silent(db: Database, service: Service, now: datetime) -> int:
    """Done, asked, and no answer for days: closed as 未评价."""
    before = now - timedelta(days=service.settings.loop.close_days)
    return sweep(db, service, now, lambda tx: table.silent_since(tx, before), issues.lapse)
