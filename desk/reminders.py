"""Nobody is left waiting: work that nobody has taken, that is nearly due, or late.

Each issue is warned of in stages, each stage once; stages are found by time alone, so that any
number of processes may look. 30 minutes for U1 and the hours of first contact: DOMAIN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from data.database import Database, Tx
from data.rows import Issue
from data.tables import issues as table
from data.tables import once
from desk import events, notices, wording
from desk.once import day
from desk.rules import deadlines
from desk.rules.deadlines import LOCAL
from desk.service import SYSTEM, Act, Service
from desk.sweeping import sweep

UNTAKEN, NEARLY, LATE = 1, 2, 3  # stages, in the order in which they may come
NOTICE = 0.2  # of the whole time, before the end: the owner is reminded
TOGETHER = 50  # in one transaction
U1_ANSWER = timedelta(minutes=30)


def stage(issue: Issue, now: datetime) -> int:
    """How late an open issue is: 0, or the highest stage it has reached."""
    begun = deadlines.begun(
        issue.created_at, issue.contact_due, issue.level, reopened=issue.reopens > 0
    )
    taken_by = min(issue.contact_due, begun + U1_ANSWER)
    answer_by = taken_by if issue.level in ("U0", "U1") else issue.contact_due
    notice_at = issue.done_due - (issue.done_due - begun) * NOTICE
    if now >= issue.done_due:
        return LATE
    if now >= notice_at and issue.status == "accepted":
        return NEARLY
    if now >= answer_by and issue.status == "assigned":
        return UNTAKEN
    return 0


def remind(db: Database, service: Service, now: datetime) -> int:
    """Sweep: warn of every open issue that has reached a new stage.

    After a storm thousands reach it within minutes: a few of them in one transaction, so that
    messages need not wait for all.
    """

    def late(tx: Tx) -> list[Issue]:
        found = (issue for issue in _waiting(tx, now) if stage(issue, now) > issue.warned)
        return list(islice(found, TOGETHER))

    def warn(act: Act, issue: Issue) -> None:
        _warn(act, issue, stage(issue, now))

    count = warned = sweep(db, service, now, late, warn)
    while warned == TOGETHER:
        count += (warned := sweep(db, service, now, late, warn))
    return count


def _waiting(tx: Tx, now: datetime) -> Iterator[Issue]:
    """All that may be due, in pages: nobody waits behind those who merely come earlier."""
    after = 0
    while page := table.waiting(tx, now, NOTICE, U1_ANSWER, after):
        yield from page
        after = page[-1].id


def _warn(act: Act, issue: Issue, reached: int) -> None:
    changed = table.warned(act.tx, issue, reached)
    action = {UNTAKEN: "untaken", NEARLY: "nearly", LATE: "overdue"}[reached]
    event = events.append(act, changed, action)
    notices.tell_owner(act, changed, event, f"step.{action}")
    if reached == NEARLY:
        return
    text = act.say(
        f"step.{action}_overseer",
        number=issue.number,
        category=act.service.category(issue.category).name,
        owner=act.roster.owner_name(issue),
        due=wording.moment(issue.done_due, act),
    )
    for person in notices.above(act, issue):
        notices.tell(act, changed, event, person, text)


def digest(db: Database, service: Service, now: datetime) -> int:
    """Sweep: once a morning, one message to everybody who has work waiting."""
    local = now.astimezone(LOCAL)
    today = day(now)
    if local.time() < service.settings.quiet.digest_at:
        return 0
    with db.read() as tx:
        if once.done(tx, "digest", today):
            return 0
    with db.write() as tx:
        act = Act(tx, service, SYSTEM, now, service.roster(tx))
        if not once.claim(tx, "digest", today):
            return 0
        return _each(act, lambda person, text: _push(act, person, text, today.label))


def _push(act: Act, person: str, text: str, day: str) -> None:
    notices.push(act, None, person, text, f"digest:{day}:{person}", urgent=False)


def _each(act: Act, give: Callable[[str, str], None]) -> int:
    count = 0
    for person in act.roster.staff:
        own = table.of_owner(act.tx, person, _led(act, person))
        if own:
            lines = "\n".join(wording.line(issue, act, public=False) for issue in own)
            late = sum(issue.done_due <= act.now for issue in own)
            give(person, act.say("digest", count=len(own), late=late, lines=lines))
            count += 1
    return count


def _led(act: Act, person: str) -> tuple[str, ...]:
    """Teams whose cards come to this person."""
    return tuple(c for c, team in act.roster.teams.items() if team.members[:1] == (person,))
