"""Danger to life: recorded at once, the advice first, the duty chain called, questions later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from data.rows import Issue, Session
from data.tables import issues as table
from data.tables import messages
from desk import issues, wording
from desk.recording import Draft
from handlers import dialog
from handlers.turn import Turn

STILL_THE_SAME = timedelta(minutes=30)  # more cries of the same kind within it are one alarm
NUMBERS = ("gas", "power", "water")


def alarm(turn: Turn, drafts: Sequence[Draft]) -> str:
    """U0: what to do, whom to call, the issue's number; where, if that is not known."""
    under_way = [_same_alarm(turn, draft) for draft in drafts]
    if under_way[0] is not None and None not in under_way:
        issue = under_way[0]
        issues.add_note(turn.act, issue, turn.message.text)
        return f"{_advice(turn, issue)}\n{turn.say('emergency.again', number=issue.number)}"
    at_home = not drafts[0].building and not drafts[0].estate and bool(turn.person.building)
    if at_home:
        drafts = [dialog.at_home(turn.act, draft) for draft in drafts]
    issue = dialog.record(turn.act, drafts, turn.origin)[0]
    owner = turn.act.roster.owner_name(issue)
    lines = [
        _advice(turn, issue),
        turn.say("emergency.receipt", number=issue.number, person=owner),
    ]
    if at_home or not issue.building:
        dialog.wait_where(turn, issue)
        place = "" if turn.public else wording.place(issue, turn.act, public=False)
        lines.append(turn.say("emergency.home" if at_home else "emergency.where", place=place))
    return "\n".join(lines)


def _advice(turn: Turn, issue: Issue) -> str:
    """The advice for this danger, with the local numbers; the general one where there is none."""
    content = turn.act.service.content
    top, _, kind = issue.category.partition(".")
    key = f"emergency.{kind}"
    if top != "safety" or key not in content.replies:
        key = "emergency.any"
    return turn.say(key, **{name: content.about.numbers.get(name, "") for name in NUMBERS})


def _same_alarm(turn: Turn, draft: Draft) -> Issue | None:
    """The alarm this speaker has just raised: more cries belong to it."""
    for issue in table.of_reporter(turn.act.tx, turn.person.id):
        fresh = turn.act.now - issue.created_at <= STILL_THE_SAME
        open_ = issue.status in ("assigned", "accepted")
        alike = (issue.level, issue.category) == ("U0", draft.category)
        if fresh and open_ and alike and _at_the_same_place(draft, issue):
            return issue
    return None


def _at_the_same_place(draft: Draft, issue: Issue) -> bool:
    """Nothing that the draft says of its place differs from the issue's."""
    said = ("estate", "building", "unit")
    return all(getattr(draft, s) in (None, getattr(issue, s)) for s in said)


def where(turn: Turn, session: Session) -> str | None:
    """The place of an emergency that was recorded without one."""
    issue = table.by_id(turn.act.tx, session.draft["issue"])
    place = turn.act.service.understander.place(turn.message.text)
    if issue is None or place is None or _is_alarm(turn) or _is_of_another(turn, issue):
        return None
    messages.end_session(turn.act.tx, session)
    blank = Draft(
        text=turn.message.text,
        category=issue.category,
        confidence=1.0,
        estate=issue.estate,
        building=issue.building,
        unit=issue.unit,
        room=issue.room,
    )
    located = dialog.complete(turn.act, turn.message.chat, blank, place)
    changed = issues.locate(turn.act, issue, located)
    return turn.say(
        "where.thanks",
        number=issue.number,
        place=wording.place(changed, turn.act, public=turn.public),
    )


def _is_alarm(turn: Turn) -> bool:
    return any(part.urgency == "U0" for part in turn.said.parts)


def _is_of_another(turn: Turn, issue: Issue) -> bool:
    """Whether the words report something else, and their place is that thing's."""
    return turn.said.intent == "report" and any(
        part.evidence and part.category != issue.category for part in turn.said.parts
    )
