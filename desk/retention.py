"""What is kept no longer: chat, the words of issues, and who reported what (settings retention.*).

The numbers are from the privacy notice that every resident reads; change both together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from data.database import Database
from data.settings import Retention
from data.tables import forgetting as table
from data.tables import people
from data.tables.once import done
from desk import forgetting, once
from desk.service import SYSTEM, Act, Service

SWEEP = timedelta(hours=1)
BATCH = 200  # rows of one transaction, so that messages do not wait for it


def limits(settings: Retention, now: datetime) -> table.Limits:
    """From when on things are too old. Swept every hour, chat goes before its day is over."""
    return table.Limits(
        chat=now - timedelta(hours=settings.chat_hours) + SWEEP,
        raw=now - timedelta(days=settings.raw_days),
        issues=_years_before(now, settings.issue_years),
    )


def _years_before(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # 29 February
        return now.replace(year=now.year - years, day=28)


def due(db: Database, settings: Retention, now: datetime) -> dict[str, int]:
    """How much would go now, by kind."""
    with db.read() as tx:
        found = table.counted(tx, limits(settings, now))
        asked = [person for person in people.to_erase(tx) if not table.kept_issues(tx, person.id)]
    return {**found, "persons": len(asked)}


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: whoever waits to be erased, and once an hour what has grown too old."""
    gone = erase_waiting(db, service, now)
    hour = once.hour(now)
    with db.read() as tx:
        if done(tx, "retention", hour):
            return gone
    with db.write() as tx:
        if not once.may_delete(tx, "retention", hour, now):
            return gone
    return gone + clear(db, service, now)


def clear(db: Database, service: Service, now: datetime) -> int:
    """Everything that is too old, in small transactions; returns how many rows went."""
    old, total = limits(service.settings.retention, now), 0
    while True:
        with db.write() as tx:
            act = Act(tx, service, SYSTEM, now, service.roster(tx))
            gone = table.forget_chat(tx, old, BATCH) + table.forget_words(tx, old, BATCH)
            for issue in table.aged(tx, old, BATCH):
                forgetting.anonymise(act, issue, "aged")
                gone += 1
        total += gone
        if gone == 0:
            return total


def erase_waiting(db: Database, service: Service, now: datetime) -> int:
    """Who asked to be erased, and of whom nothing is open any more."""
    with db.read() as tx:
        ready = [p for p in people.to_erase(tx) if not table.kept_issues(tx, p.id)]
    if not ready:
        return 0
    with db.write() as tx:
        act = Act(tx, service, SYSTEM, now, service.roster(tx))
        for person in people.to_erase(tx):
            forgetting.erase(act, person)
    return len(ready)
