"""The same thing said by several people: joining an open issue, merging two, parting them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rapidfuzz import fuzz

from data.rows import Issue
from data.tables import issues as table
from data.tables import people, reporters
from desk import access, events, media, notices
from desk.recording import Draft, Origin, record
from desk.rules import lifecycle
from desk.service import Act
from nlp.text import mask_ids

RECENT = timedelta(days=14)  # an older open issue is hardly what a resident means today
ALIKE = 55  # rapidfuzz partial ratio from which two wordings count as the same thing
THIRD = timedelta(hours=24)  # DOMAIN: the third report of the same thing and place raises it
SHARED = (
    "repair.", "utility.", "env.", "property.", "traffic.road", "traffic.bus", "safety.ebike",
    "safety.fire_lane", "safety.falling", "safety.manhole",
)  # fmt: skip  # things that neighbours share; other matters are one household's own


def same_thing(act: Act, draft: Draft, since: timedelta = RECENT) -> Issue | None:
    """The open issue that a draft speaks of too: same category, same place, alike in words."""
    if draft.estate is None or not draft.category.startswith(SHARED):
        return None
    for issue in table.open_at(
        act.tx, draft.estate, draft.building, draft.category, act.now - since
    ):
        if _same_place(draft, issue) and _alike(draft, issue):
            return issue
    return None


def _same_place(draft: Draft, issue: Issue) -> bool:
    """Building and room must agree, both said or both not; a unit only where both say it."""
    if (draft.building, draft.room) != (issue.building, issue.room):
        return False
    return draft.unit == issue.unit or None in (draft.unit, issue.unit)


def _alike(draft: Draft, issue: Issue) -> bool:
    shared = {word for word in draft.evidence if len(word) > 1} & set(issue.evidence)
    return bool(shared) or fuzz.partial_ratio(draft.text, issue.text) >= ALIKE


def may_join(act: Act, issue: Issue) -> bool:
    """Whether 我家也是 may mean this issue: a shared thing, and nothing about the speaker."""
    shared = issue.category.startswith(SHARED) and not act.service.category(issue.category).private
    return shared and act.person.id not in act.roster.blamed(issue.against)


def join(act: Act, issue: Issue, text: str) -> Issue:
    """我家也是: another reporter of an open issue; the third within a day raises its level."""
    who = access.who_is(act, issue, act.person)
    lifecycle.step(issue.status, "join", who, text)
    if act.person.id in act.roster.blamed(issue.against):
        raise lifecycle.Forbidden("against")
    if not reporters.join(act.tx, issue.id, act.person.id, act.now, mask_ids(text)):
        return issue
    recent = 1 + reporters.joined_since(act.tx, issue.id, act.now - THIRD)
    changed = issue
    if recent == 3 and act.now - issue.created_at <= THIRD:
        level = lifecycle.raised(issue.level)
        changed = replace(issue, level=level, level_reason=act.say("level.third"))
        table.save(act.tx, changed)
    event = events.append(act, changed, "join", mask_ids(text))
    media.adopt(act, changed, act.person.id)
    notices.tell_owner(act, changed, event, "step.joined", count=count(act, issue))
    return changed


def count(act: Act, issue: Issue) -> int:
    """How many people have reported it."""
    return len({issue.reporter, *reporters.of_issue(act.tx, issue.id)})


def merge(act: Act, child: Issue, parent: Issue) -> Issue:
    """合并: one issue goes on inside another; its reporters hear of that one from now on."""
    if parent.id == child.id or parent.status not in ("assigned", "accepted"):
        raise lifecycle.Forbidden("status")
    step = lifecycle.step(child.status, "merge", access.who_is(act, child, act.person), "")
    if child.level == "U0" and parent.level != "U0":  # an alarm does not end inside a lamp
        raise lifecycle.Forbidden("status")
    if set(child.against) - set(parent.against):  # else it would reach whom it is about
        raise lifecycle.Forbidden("against")
    changed = replace(child, status=step.to, parent=parent.id)
    table.save(act.tx, changed)
    event = events.append(act, changed, "merge", data={"into": parent.number})
    events.append(act, parent, "absorb", data={"from": child.number})
    notices.tell_reporter(act, changed, event, "step.merged", parent=parent.number)
    notices.tell_owner(act, changed, event, "step.merged_owner", parent=parent.number)
    return changed


def split(act: Act, issue: Issue, draft: Draft) -> Issue:
    """拆分: a part of what was reported becomes an issue of its own, for the same reporter.

    Taken back by merging the two.
    """
    who = access.who_is(act, issue, act.person)
    step = lifecycle.step(issue.status, "split", who, draft.text)
    reporter = people.by_id(act.tx, issue.reporter)
    assert reporter is not None  # a foreign key of the table
    origin = Origin(reporter, issue.channel, issue.chat, issue.message)
    added = record(act, draft, origin)
    kept = replace(issue, status=step.to)
    events.append(act, kept, "split", draft.text, {"into": added.number})
    event = events.append(act, added, "split_off", data={"from": issue.number})
    notices.tell_reporter(act, added, event, "step.split", parent=issue.number)
    return added


def unmerge(act: Act, child: Issue) -> Issue:
    """拆开: the issue stands by itself again, as it was."""
    step = lifecycle.step(child.status, "unmerge", access.who_is(act, child, act.person), "")
    changed = replace(child, status=step.to, parent=None, handler=None, accepted_at=None)
    table.save(act.tx, changed)
    event = events.append(act, changed, "unmerge")
    notices.hand_over(act, changed, event, "card.moved")
    notices.tell_reporter(act, changed, event, "step.unmerged")
    return changed
