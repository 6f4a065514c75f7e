"""回访: what the reporter says of finished work, in three answers: contacted, solved, satisfied.

Each answer is an event of its own, so that one who taps only the first has still been heard. One
word may give all three: 满意 says that somebody came and that it is solved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from data.rows import Issue
from data.tables import issues as table
from desk import access, claims, events, notices
from desk.rules import lifecycle
from desk.service import Act
from nlp.text import mask_ids


def given(act: Act, issue: Issue) -> Mapping[str, bool]:
    """What was answered since the work was finished the last time: contacted, solved."""
    answers: dict[str, bool] = {}
    for event in table.events(act.tx, issue.id):
        if event.action == "finish":
            answers = {}
        elif event.action == "callback":
            answers |= event.data
    return answers


def answer(act: Act, issue: Issue, **answers: bool) -> Issue:
    """One tap: contacted=True, contacted=False or solved=True (an unsolved issue is reopened)."""
    step = lifecycle.step(issue.status, "callback", access.who_is(act, issue, act.person), "")
    changed = replace(issue, status=step.to)
    events.append(act, changed, "callback", data=answers)
    return changed


def dissatisfied(act: Act, issue: Issue, note: str) -> Issue:
    """Solved, and yet 不满意: closed as it is solved; those above the place hear why."""
    step = lifecycle.step(issue.status, "dissatisfied", access.who_is(act, issue, act.person), note)
    changed = replace(issue, status=step.to, rating="unsatisfied", closed_at=act.now)
    table.save(act.tx, changed)
    said = {"contacted": given(act, issue).get("contacted", True), "solved": True}
    data = {**said, "satisfaction": "unsatisfied"}
    event = events.append(act, changed, "dissatisfied", mask_ids(note), data)
    notices.tell_owner(act, changed, event, "step.dissatisfied", note=note or "—")
    words = {"number": issue.number, "owner": act.roster.owner_name(issue), "note": note or "—"}
    for person in notices.above(act, changed)[:1]:
        notices.tell(act, changed, event, person, act.say("step.dissatisfied_overseer", **words))
    claims.follow(act, changed, "confirm", note)
    return changed
