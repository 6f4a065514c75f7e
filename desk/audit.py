"""The log as evidence: every chain intact, every status what its events say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.database import Database
from data.tables import issues as table
from desk import events

PAGE = 500


@dataclass(frozen=True, slots=True)
class Breach:
    """An issue whose log does not hold: at which line, and why (`chain`, `status` or `empty`)."""

    number: str
    day: str
    line: int
    reason: str


def verify(db: Database) -> Iterator[Breach]:
    """Every breach, the oldest issue first. Reads in pages, so that writers are not held up."""
    after = 0
    while True:
        with db.read() as tx:
            page = table.after(tx, after, PAGE)
            logs = {issue.id: table.events(tx, issue.id) for issue in page}
        if not page:
            return
        for issue in page:
            log = logs[issue.id]
            broken = events.broken(log)
            if not log:
                yield Breach(issue.number, issue.day, 0, "empty")
            elif broken is not None:
                yield Breach(issue.number, issue.day, broken, "chain")
            elif log[-1].status != issue.status:
                yield Breach(issue.number, issue.day, len(log), "status")
        after = page[-1].id
