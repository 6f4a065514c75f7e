"""Sweep: after the clock was set back, what it had put off into a future that is none.

A push that was made at a moment yet to come waits for that moment, however urgent: it is given
the time that is right now, and so are photos and open questions. (What has its time of day from
the wrong clock, an issue's deadline above all, stays as its people were told.)
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from data.database import Database
from data.tables import ahead
from desk.limits import LONGEST
from desk.service import Service

log = logging.getLogger(__name__)
SKEW = timedelta(minutes=10)  # how far the clocks of several machines may lie apart
FARTHEST = timedelta(days=2)  # nothing is put off for longer: a vendor's day, a night


def run(db: Database, service: Service, now: datetime) -> int:
    """Bring it forward; returns how much there was."""
    soon, far = now + SKEW, now + FARTHEST
    silent = now + timedelta(minutes=service.settings.dialog.silence_minutes)
    with db.read() as tx:
        waiting = {table: ahead.waiting(tx, table, soon, far) for table in ahead.TABLES}
        questions = ahead.questions(tx, silent + SKEW)
        unheard = ahead.unheard(tx, soon + LONGEST)
    if not questions and not unheard and not any(waiting.values()):
        return 0
    with db.write() as tx:
        count = ahead.shorten_questions(tx, silent + SKEW, silent) if questions else 0
        count += ahead.hear(tx, soon + LONGEST, now) if unheard else 0
        for table, rows in waiting.items():
            for row in rows:
                made, next_at = _righted(row, now)
                count += ahead.bring_forward(tx, table, row.id, made, next_at)
    log.warning("the clock was set back: %s things were put off and are due now", count)
    return count


def _righted(row: ahead.Waiting, now: datetime) -> tuple[datetime, datetime]:
    """When it was made, and is to happen, by the right clock."""
    made = min(row.made_at, now)
    next_at = row.next_at - (row.made_at - made)
    return made, now if next_at > now + FARTHEST else next_at
