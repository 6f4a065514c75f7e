"""问题清单: built by itself from what people report, by topic and place, and edited.

A topic that several people report becomes a proposed demand; publishing it, with other words where
these are clumsy, refusing it or withdrawing it is how the list is edited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.database import Database, Tx
from data.practice_rows import Entry
from data.rows import Issue
from data.tables import entries, issues, journal
from desk import access, common, entry_wording, listing, wording
from desk import journal as log
from desk.common import Problem
from desk.rules.lifecycle import Forbidden
from desk.service import SYSTEM, Act, Service
from desk.sweeping import sweep

LATELY = timedelta(days=30)
DAILY = timedelta(days=1)
OPEN = ("assigned", "accepted", "paused")
KIND, EACH_DAY = "problems", "daily"


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of problem at one place, with everything reported about it."""

    category: str
    place: str
    issues: tuple[Issue, ...]

    @property
    def open(self) -> int:
        return sum(issue.status in OPEN for issue in self.issues)


def topics(act: Act, since: timedelta = LATELY) -> list[Topic]:
    """What was reported lately, the topics with most open ones first; nothing private."""
    groups: dict[tuple[str, str], list[Issue]] = defaultdict(list)
    for issue in issues.since(act.tx, act.now - since):
        if issue.status not in ("withdrawn", "merged", "rejected") and not _private(act, issue):
            groups[issue.category, issue.estate or ""].append(issue)
    found = [Topic(*key, tuple(group)) for key, group in groups.items()]
    return sorted(found, key=lambda topic: (-topic.open, -len(topic.issues), topic.category))


def _private(act: Act, issue: Issue) -> bool:
    return act.service.category(issue.category).private or bool(issue.against)


def list_issue(act: Act, issue: Issue, title: str) -> Entry:
    """列入清单: one request becomes a demand by hand; it stays the receipt and the loop."""
    if not access.may(act, "worker"):
        raise Forbidden("person")
    if _private(act, issue) or issue.status not in OPEN or entries.of_issue(act.tx, issue.id):
        raise Forbidden("status")
    proposal = listing.Proposal(
        kind="demand", title=title or wording.summary(issue, listing.LONGEST_TITLE),
        text=issue.text, category=issue.category, estate=issue.estate, building=issue.building,
        grid=issue.grid, beneficiary=issue.reporter, issue=issue.id, data={"source": "issue"},
    )  # fmt: skip
    return listing.propose(act, proposal)


def retitle(act: Act, entry: Entry, title: str) -> Entry:
    """改写: other words for something on a list; the journal keeps the ones before."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if not title.strip():
        raise Forbidden("note")
    changed = replace(entry, title=listing.shown(title))
    listing.moved(act, changed, "retitle", entry.title)
    return changed


# -- by itself ----------------------------------------------------------------------------------


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep, once a day: common problems that are on no list are proposed."""

    def due(tx: Tx) -> Sequence[datetime]:
        last = journal.last(tx, KIND, EACH_DAY)
        return [now] if last is None or last.at + DAILY <= now else []

    with db.read() as tx:  # of a year's issues they take a second, in which messages go on
        if not due(tx):
            return 0
        act = Act(tx, service, SYSTEM, now, service.roster(tx))
        found = [problem for problem in common.problems(act) if _open(problem)]
    return sweep(db, service, now, due, lambda act, _: _build(act, found))


def _build(act: Act, found: Sequence[Problem]) -> None:
    fresh = [
        p for p in found
        if not entries.proposed_since(
            act.tx, "demand", p.category, p.place or None, act.now - common.WINDOW
        )
    ]  # fmt: skip
    log.append(act, KIND, EACH_DAY, "build", data={"topics": len(found), "new": len(fresh)})
    for reviewer in access.reviewers(act)[:1]:
        for problem in fresh:
            listing.propose(act, _proposal(act, problem), proposer=reviewer)


def _open(problem: Problem) -> bool:
    return any(issue.status in OPEN for issue in problem.issues)


def _proposal(act: Act, problem: Problem) -> listing.Proposal:
    title = act.say(
        "problem.title",
        category=act.service.category(problem.category).name,
        place=problem.place,
        count=len(problem.issues),
        people=problem.people,
    )
    return listing.Proposal(
        kind="demand",
        title=title,
        category=problem.category,
        estate=problem.place or None,
        data={"source": "common", "issues": [issue.number for issue in problem.issues]},
    )


def numbers(act: Act, topic: Topic, most: int) -> str:
    """The numbers of a topic's open requests, as staff look them up."""
    shown = [issue.number for issue in topic.issues if issue.status in OPEN][:most]
    return "、".join(shown) or act.say("problem.none_open")


def on_list(act: Act, topic: Topic) -> str:
    """The number of the demand that a topic is listed as."""
    since = act.now - common.WINDOW
    found = entries.proposed_since(act.tx, "demand", topic.category, topic.place or None, since)
    return entry_wording.number(act, found) if found else ""
