"""Once an hour, once a day; and no deleting in the first day after the clock has leapt."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from data.database import Tx
from data.tables import once
from data.tables.once import Job, Period
from desk.ahead import SKEW
from desk.rules.deadlines import LOCAL

log = logging.getLogger(__name__)
LEAP = timedelta(days=2)  # without a sweep: the server stood still, or its clock runs ahead
HELD = timedelta(days=1)  # in which somebody may notice


def hour(now: datetime) -> Period:
    return _period(now, "%Y-%m-%dT%H")


def day(now: datetime) -> Period:
    return _period(now, "%Y-%m-%d")


def _period(now: datetime, form: str) -> Period:
    return Period(*(f"{at.astimezone(LOCAL):{form}}" for at in (now, now + SKEW)))


def may_delete(tx: Tx, job: Job, period: Period, now: datetime) -> bool:
    """Claim a period's deleting. False if another process was quicker, or the clock may be wrong.

    Nobody can tell a server that stood still from one whose clock has leapt, and what is deleted is
    gone: so there is a day between (`check` C67).
    """
    last = once.last(tx, job)
    if not once.claim(tx, job, period):
        return False
    if last and last <= period.latest and now - _end(last) > LEAP:
        once.hold(tx, job, (now + HELD).isoformat())
        log.warning("no %s for more than two days: nothing is deleted until tomorrow", job)
    return held_until(tx, job, now) is None


def held_until(tx: Tx, job: Job, now: datetime) -> datetime | None:
    """Until when deleting is held; None where it is not."""
    text = once.held(tx, job)
    until = datetime.fromisoformat(text) if text else now
    return until if now < until <= now + HELD + SKEW else None


def _end(label: str) -> datetime:
    """When the period of this label was over."""
    length = timedelta(hours=1) if "T" in label else timedelta(days=1)
    return datetime.fromisoformat(label).replace(tzinfo=LOCAL) + length
