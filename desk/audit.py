"""The log as evidence: every chain intact, every status what its events say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from data.database import Database, Tx
from data.tables import disputes, entries, funds, journal, motions, points, topics
from data.tables import issues as table
from desk.chain import broken

PAGE = 500


class Standing(Protocol):
    """What has a status."""

    @property
    def status(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Breach:
    """An issue, or another subject of the journal (its `number` is then its kind and name), whose
    log does not hold: at which line, and why (`chain`, `status` or `empty`)."""

    number: str
    day: str
    line: int
    reason: str


def verify(db: Database) -> Iterator[Breach]:
    """Every breach. Reads in pages, so that writers are not held up."""
    yield from _issues(db)
    yield from _journal(db)


def _issues(db: Database) -> Iterator[Breach]:
    """The oldest issue first."""
    after = 0
    while True:
        with db.read() as tx:
            page = table.after(tx, after, PAGE)
            logs = {issue.id: table.events(tx, issue.id) for issue in page}
        if not page:
            return
        for issue in page:
            log = logs[issue.id]
            torn = broken(log)
            if not log:
                yield Breach(issue.number, issue.day, 0, "empty")
            elif torn is not None:
                yield Breach(issue.number, issue.day, torn, "chain")
            elif log[-1].status != issue.status:
                yield Breach(issue.number, issue.day, len(log), "status")
        after = page[-1].id


# Subjects of the journal that stand somewhere, beside the listing's entries.
STANDING: Mapping[str, Callable[[Tx, int], Standing | None]] = {
    "topic": topics.by_number,
    "motion": motions.by_number,
    "dispute": disputes.by_number,
    "fund": funds.by_number,
    "nomination": points.nomination,
}


def _status(tx: Tx, kind: str, subject: str) -> str | None:
    """Where a subject stands, as its own table has it; None where it has no such thing."""
    if not subject.isdecimal():
        return None
    find = STANDING.get(kind)
    found = find(tx, int(subject)) if find else entries.by_number(tx, kind, int(subject))
    return found.status if found else None


def _journal(db: Database) -> Iterator[Breach]:
    """Every subject of the journal, and whether it stands where its log says."""
    kind, subject = "", ""
    while True:
        with db.read() as tx:
            page = journal.subjects_after(tx, kind, subject, PAGE)
            logs = {key: journal.of_subject(tx, *key) for key in page}
            stand = {key: _status(tx, *key) for key in page}
        if not page:
            return
        for key, log in logs.items():
            torn, day = broken(log), f"{log[0].at:%Y-%m-%d}"
            if torn is not None:
                yield Breach("-".join(key), day, torn, "chain")
            elif stand[key] not in (None, log[-1].status):
                yield Breach("-".join(key), day, len(log), "status")
        kind, subject = page[-1]
