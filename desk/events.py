"""The append-only log of an issue: every line carries the hash of the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from data.rows import Event, Issue
from data.tables import issues
from desk import finding
from desk.chain import digest
from desk.service import Act


def append(
    act: Act, issue: Issue, action: str, note: str = "", data: Mapping[str, object] | None = None
) -> Event:
    """Write down what just happened to an issue (its status is the one after the action)."""
    last = issues.last_event(act.tx, issue.id)
    event = Event(
        issue=issue.id,
        seq=last.seq + 1 if last else 1,
        at=act.now,
        actor=act.person.id,
        action=action,
        status=issue.status,
        note=note,
        data=data or {},
        prev=last.hash if last else "",
        hash="",
    )
    event = replace(event, hash=digest(event))
    issues.add_event(act.tx, event)
    finding.take_in(act, issue, event)
    act.touched.append(issue.id)
    return event
