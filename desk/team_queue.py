"""A team's queue: what waits for somebody, who is on what, what was done and with which parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from data.rows import Event, Issue, Team
from data.tables import issue_lists
from data.tables import issues as table
from desk import access, events
from desk.rules.lifecycle import Forbidden
from desk.service import Act
from nlp.text import mask_ids

PARTS = "parts"
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Queue:
    """Where a team stands."""

    waiting: tuple[Issue, ...]
    under_way: tuple[Issue, ...]
    done: int  # in the last month


def of(act: Act, team: Team) -> Queue:
    """What a team has before it; for its members and those who review."""
    if act.person.id not in team.members and not access.may(act, "worker"):
        raise Forbidden("person")
    found = table.of_owner(act.tx, "", (team.code,))
    seen = [issue for issue in found if access.may_see(act, issue, act.person)]
    return Queue(
        waiting=tuple(issue for issue in seen if issue.status == "assigned"),
        under_way=tuple(issue for issue in seen if issue.status != "assigned"),
        done=issue_lists.done_by(act.tx, team.code, act.now - MONTH),
    )


def use_parts(act: Act, issue: Issue, what: str) -> Event:
    """用料: what was put in, by whoever works on it; it may be said after the work as well."""
    if not access.who_is(act, issue, act.person) & {"owner", "party", "overseer", "claimer"}:
        raise Forbidden("person")
    if issue.status not in ("assigned", "accepted", "done"):
        raise Forbidden("status")
    if not what.strip():
        raise Forbidden("note")
    return events.append(act, issue, PARTS, mask_ids(what))
