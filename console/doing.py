"""What may be done to an issue from its page: the API's actions, filled in on forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from api import actions
from api.actions import ACTIONS, Part
from api.problems import Problem
from data.rows import Issue
from data.tables import issues as table
from data.tables import parties, reporters
from desk import correcting, phoning
from desk.rules import lifecycle
from desk.rules.lifecycle import Forbidden, Who
from desk.service import Act

# What the lifecycle calls a form's action; None: its own rule is in `possible`.
_SAME: Final[Mapping[str, lifecycle.Action | None]] = {
    "accept": "accept", "decline": "decline", "transfer": "transfer", "note": "note",
    "finish": "finish", "supervise": "supervise", "resume": "resume", "reject": "reject",
    "assist": "assist", "whistle": "whistle", "recategorise": "recategorise", "merge": "merge",
    "unmerge": "unmerge", "pause": "ask", "extend": "ask", "exclude": "ask",
    "split": "split", "undo": "recategorise", "agree": None, "refuse": None,
    "arrive": None, "part_done": None, "phoned": None,
}  # fmt: skip
NAMES: Final = tuple(_SAME)
_LISTS: Final = ("teams",)
_TICKS: Final = ("contacted", "solved")
Form = MultiDict[str, str]


class NotDone(Exception):  # noqa: N818
    """The action was not carried out; the text tells the person why, and how to mend it."""


def possible(act: Act, issue: Issue, who: frozenset[Who]) -> frozenset[str]:
    """The actions this person can take now, as far as that can be known beforehand."""
    found = {name for name, action in _SAME.items() if _allowed(issue, action, who)}
    found -= {
        kind
        for kind in ("pause", "extend", "exclude")
        if (issue.status, kind) not in lifecycle.TABLE
    }
    waiting = parties.awaiting(act.tx, issue.id)
    if waiting and "overseer" in who and waiting.person != act.person.id:
        found |= {"agree", "refuse"}
    own = act.roster.teams_of(act.person.id)
    for party in parties.of_issue(act.tx, issue.id):
        if party.team in own and issue.status in ("assigned", "accepted") and not party.done_at:
            found |= {"part_done"} if party.arrived_at else {"arrive", "part_done"}
    if phoning.may_record(act, issue):
        found.add("phoned")
    if reporters.last_lesson(act.tx, issue.id) is None:
        found.discard("undo")
    return frozenset(found)


def _allowed(issue: Issue, action: lifecycle.Action | None, who: frozenset[Who]) -> bool:
    step = lifecycle.TABLE.get((issue.status, action)) if action else None
    return step is not None and bool(step.who & who)


def do(act: Act, issue: Issue, name: str, form: Form) -> Issue:
    """Carry out an action; NotDone with the reason in words when that is not possible."""
    try:
        made = _done(act, issue, name, form)
    except Forbidden as forbidden:
        raise NotDone(act.say(f"console.forbidden.{forbidden.reason}")) from forbidden
    except Problem as problem:
        words = act.say(f"api.problem.{problem.code}")
        raise NotDone(f"{words}{problem.detail}") from problem
    except ValidationError as invalid:
        fields = dict.fromkeys(str(error["loc"][0]) for error in invalid.errors() if error["loc"])
        raise NotDone("".join(act.say(f"console.fault.{field}") for field in fields)) from invalid
    return made or table.by_id(act.tx, issue.id) or issue


def _done(act: Act, issue: Issue, name: str, form: Form) -> Issue | None:
    if name == "undo":
        correcting.undo(act, issue)
    elif name == "split":
        return actions.split(act, issue, Part.model_validate(_filled(Part.model_fields, form)))
    elif name in _SAME:
        doing = ACTIONS[name]
        doing.do(act, issue, doing.body.model_validate(_filled(doing.body.model_fields, form)))
    else:
        raise Problem("unknown_action")
    return None


def _filled(fields: Mapping[str, Any], form: Form) -> dict[str, object]:
    """What a form says, as the action's body wants it; what was left empty is not there."""
    found: dict[str, object] = {}
    for name in fields:
        said = form.get(name, "").strip()
        if name in _LISTS:
            found[name] = [team for team in form.getlist(name) if team]
        elif name in _TICKS:
            found[name] = said == "1"
        elif name == "days":
            found[name] = int(said) if said.isdecimal() and len(said) < 3 else 0
        elif said:
            found[name] = said
    return found
