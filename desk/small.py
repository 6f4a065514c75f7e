"""四小服务: the fast lane for small matters, done within a day, and the book kept of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from data.rows import Issue
from data.tables import issue_lists
from data.tables import issues as table
from desk import access, events, notices
from desk.rules import lifecycle
from desk.service import Act

A_DAY = timedelta(hours=24)
ACTION = "small"


@dataclass(frozen=True, slots=True)
class Book:
    """小台账: the small matters of a span, and how many of those due were done within a day."""

    issues: tuple[Issue, ...]
    due: int
    in_time: int


def hurry(act: Act, issue: Issue, *, asked: bool = False) -> Issue:
    """快办: due within a day from now on, never later than it was. `asked`: by its own reporter."""
    who = access.who_is(act, issue, act.person)
    if not asked:
        lifecycle.step(issue.status, "mode", who, "")
    if issue.status not in ("assigned", "accepted") or is_small(act, issue):
        raise lifecycle.Forbidden("status")
    due = min(issue.done_due, act.now + A_DAY)
    changed = replace(issue, done_due=due, contact_due=min(issue.contact_due, due))
    table.save(act.tx, changed)
    event = events.append(act, changed, ACTION, data={"due": due.isoformat()})
    notices.tell_owner(act, changed, event, "small.owner")
    return changed


def is_small(act: Act, issue: Issue) -> bool:
    return any(event.action == ACTION for event in table.events(act.tx, issue.id))


def book(act: Act, span: timedelta) -> Book:
    """What went through the fast lane, as far as this person may see it."""
    found = issue_lists.with_event(act.tx, ACTION, act.now - span)
    seen = [issue for issue in found if access.may_see(act, issue, act.person)]
    due = [issue for issue in seen if issue.done_at or issue.done_due <= act.now]
    in_time = [issue for issue in due if issue.done_at and issue.done_at <= issue.done_due]
    return Book(tuple(seen), len(due), len(in_time))
