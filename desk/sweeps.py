"""What falls due by itself: duty calls and silent closings. (Silent dialogs: handlers.dialog.)"""

from __future__ import annotations

from datetime import datetime, timedelta

from data.database import Database
from data.rows import Issue
from data.tables import issues as table
from desk import issues
from desk.service import SYSTEM, Act, Service


def call_duty_chain(db: Database, service: Service, now: datetime) -> int:
    """U0 that nobody has taken: call the next in the chain every few minutes, round and round."""
    minutes = service.settings.loop.duty_ack_minutes

    def late(tx_issues: list[Issue]) -> list[Issue]:
        return [i for i in tx_issues if now >= i.created_at + issues.duty_call_due(i, minutes)]

    with db.read() as tx:
        if not late(table.unanswered_emergencies(tx)):
            return 0
    with db.write() as tx:
        act = Act(tx, service, SYSTEM, now, service.roster(tx))
        due = late(table.unanswered_emergencies(tx))
        for issue in due:
            issues.call_next(act, issue)
    return len(due)


def close_silent(db: Database, service: Service, now: datetime) -> int:
    """Done, asked, and no answer for days: closed as 未评价."""
    before = now - timedelta(days=service.settings.loop.close_days)
    with db.read() as tx:
        if not table.silent_since(tx, before):
            return 0
    with db.write() as tx:
        act = Act(tx, service, SYSTEM, now, service.roster(tx))
        due = table.silent_since(tx, before)
        for issue in due:
            issues.lapse(act, issue)
    return len(due)
