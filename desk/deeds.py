"""What was done, read out of the two logs: the issues' events and the journal, nothing else."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from data.database import Tx
from data.practice_rows import Line
from data.tables import journal, people
from data.tables import points as table
from desk.rules.points import Deed, Undone

EVER = datetime(1970, 1, 1, tzinfo=UTC)
AFTER_ALL = datetime(9000, 1, 1, tzinfo=UTC)
READ = ("finish", "satisfied", "reopen", "entry_publish")
ISSUE, RATING, DONATION = "issue", "rating", "donation"
OFFICIAL = ("worker", "secretary", "street", "admin")  # who confirms for others all day


@dataclass(frozen=True)
class Deeds:
    """Everything that may count, and what was taken back."""

    done: tuple[Deed, ...]
    undone: tuple[Undone, ...]


def read(tx: Tx, events: Sequence[str]) -> Deeds:
    """The deeds of these events (`wish.confirm`, `issue.satisfied` …)."""
    officials = frozenset(p.id for p in people.staff(tx) if p.role in OFFICIAL)
    from_issues = _of_issues(table.issue_events(tx, READ))
    found = list(from_issues.done) if f"{ISSUE}.satisfied" in events else []
    for event in events:
        kind, _, action = event.partition(".")
        if kind not in (ISSUE, DONATION):
            found += [_of_line(line, officials) for line in _lines(tx, kind, action)]
    wanted = set(events)
    return Deeds(tuple(d for d in found if d.event in wanted), from_issues.undone)


def _lines(tx: Tx, kind: str, action: str) -> list[Line]:
    """What nobody has confirmed but the clock is no deed that somebody confirmed."""
    lines = journal.done(tx, kind, action, EVER, AFTER_ALL)
    return [line for line in lines if line.actor != "system" and line.data.get("good", True)]


def _of_line(line: Line, officials: Collection[str]) -> Deed:
    """A line of the journal: whom it names did it, and who wrote it says so, unless that is his
    office."""
    person = str(line.data.get("person") or line.actor)
    given = "source" in line.data  # out of a donation
    named = "person" in line.data
    return Deed(
        at=line.at,
        person=person,
        event=f"{DONATION if given else line.kind}.{line.action}",
        subject=line.subject if line.kind == RATING else f"{line.kind}-{line.subject}",
        by=line.actor if named and line.actor not in officials else "",
        same_door=bool(line.data.get("door", False)),
    )


def _of_issues(events: Sequence[table.Said]) -> Deeds:
    """Whoever finished an issue did it, when its reporter is satisfied; a reopened one is undone.

    A listed wish counts as the wish it is, not once more as its issue.
    """
    by: dict[int, str] = {}
    listed: dict[int, str] = {}
    done: list[Deed] = []
    undone: list[Undone] = []
    for event in events:
        subject = f"{ISSUE}-{event.issue}"
        if event.action == "finish":
            by[event.issue] = event.actor
        elif event.action == "entry_publish":
            listed[event.issue] = f"wish-{json.loads(event.data)['entry']}"
        elif event.action == "satisfied" and event.issue in by and event.issue not in listed:
            who = by[event.issue]
            done.append(Deed(event.at, who, f"{ISSUE}.satisfied", subject, event.actor))
        elif event.action == "reopen":
            undone.append(Undone(event.at, subject))
            if event.issue in listed:
                undone.append(Undone(event.at, listed[event.issue]))
    return Deeds(tuple(done), tuple(undone))
