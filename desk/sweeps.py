"""What falls due by itself in the loop of an issue (desk/sweeping.py says how it is looked for)."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.database import Database, Tx
from data.rows import Issue
from data.tables import issues as table
from desk import issues
from desk.service import Service
from desk.sweeping import sweep


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
