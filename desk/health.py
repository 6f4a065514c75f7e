"""What a message needs to be answered, and what those who wait for pushes need, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from data.database import Database, StoreFailed
from data.tables import vitals
from desk.service import Service

LATE = timedelta(minutes=5)  # as `check` has it
JOBS = ("courier", "sweep")


@dataclass(frozen=True, slots=True)
class Health:
    """`failed`: messages are refused. `degraded`: they are answered, and others hear late."""

    status: Literal["ok", "degraded", "failed"]
    store: str
    understanding: str
    outbox: str = "unknown"
    worker: str = "unknown"


def look(db: Database, service: Service, now: datetime, commits: Callable[[], bool]) -> Health:
    """How it stands now; `commits` says whether the store still takes what is given it."""
    ready = service.prepared(0)
    understanding = "ok" if ready else "not ready"
    if not commits():
        return Health("failed", "failed", understanding)
    try:
        with db.read() as tx:
            figures, beats = vitals.figures(tx, now), vitals.beats(tx)
    except StoreFailed:
        # The driver's own words may hold addresses: they are in the log.
        return Health("failed", "failed", understanding)
    outbox = "ok" if figures.age < LATE.total_seconds() else f"late by {figures.age:.0f} s"
    silent = [word for job in JOBS if (word := _silence(job, beats.get(job), now))]
    worker = ", ".join(silent) or "ok"
    well = outbox == worker == "ok"
    status: Literal["ok", "degraded", "failed"] = "ok" if well else "degraded"
    return Health(status if ready else "failed", "ok", understanding, outbox, worker)


def _silence(job: str, last: datetime | None, now: datetime) -> str:
    """What is to be said of a job that does not beat; "" of one that does."""
    if last is None:
        return f"{job} never seen"
    idle = now - last
    return f"{job} silent for {idle.total_seconds():.0f} s" if idle > LATE else ""
