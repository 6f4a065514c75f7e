"""The append-only log of an issue: every line carries the hash of the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from data.database import stamp
from data.rows import Event, Issue, as_json
from data.tables import issues
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
    return event


def digest(event: Event) -> str:
    """SHA-256 over everything an event says and over its predecessor's digest."""
    body = {f.name: getattr(event, f.name) for f in fields(event) if f.name != "hash"}
    body |= {"at": stamp(event.at), "data": dict(event.data)}
    return hashlib.sha256(as_json(body).encode()).hexdigest()


def broken(log: Sequence[Event]) -> int | None:
    """The first sequence number at which a log does not hold together, or None."""
    before = ""
    for place, event in enumerate(log, 1):
        if event.seq != place or event.prev != before or event.hash != digest(event):
            return place
        before = event.hash
    return None
