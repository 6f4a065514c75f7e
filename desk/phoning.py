"""电话回访: what the reporter says on the telephone, written down by whoever oversees the work.

Nobody writes down what is said of his own work. The log has both: who rang up, and the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from data.rows import Issue
from data.tables import people
from desk import access, callbacks, events, issues
from desk.rules.lifecycle import Forbidden
from desk.service import Act
from nlp.text import mask_ids

Satisfaction = Literal["satisfied", "fairly", "unsatisfied"]


@dataclass(frozen=True)
class Answers:
    """The three answers of a call-back; without the third only the first two were given."""

    contacted: bool
    solved: bool
    satisfaction: Satisfaction | None = None
    note: str = ""


def may_record(act: Act, issue: Issue) -> bool:
    """Whoever oversees the place and has no part in the work, once it is said to be done."""
    who = access.who_is(act, issue, act.person)
    mine = "owner" in who or "party" in who or "reporter" in who or act.person.id == issue.handler
    return issue.status == "done" and "overseer" in who and not mine


def record(act: Act, issue: Issue, said: Answers) -> Issue:
    """Carry out what the reporter said, in his name; what is not good needs its words."""
    if issue.status != "done":
        raise Forbidden("status")
    if not may_record(act, issue):
        raise Forbidden("person")
    if (not said.solved or said.satisfaction == "unsatisfied") and not said.note.strip():
        raise Forbidden("note")
    data = {"contacted": said.contacted, "solved": said.solved, "satisfaction": said.satisfaction}
    events.append(act, issue, "phoned", mask_ids(said.note), data)
    reporter = people.by_id(act.tx, issue.reporter)
    assert reporter is not None  # a foreign key of the table
    return _answered(replace(act, person=reporter), issue, said)


def _answered(act: Act, issue: Issue, said: Answers) -> Issue:
    if not said.solved:
        return issues.reopen(act, issue, said.note, contacted=said.contacted)
    issue = callbacks.answer(act, issue, contacted=said.contacted, solved=True)
    if said.satisfaction is None:
        return issue
    if said.satisfaction == "unsatisfied":
        return callbacks.dissatisfied(act, issue, said.note)
    return issues.satisfied(act, issue, fairly=said.satisfaction == "fairly")
