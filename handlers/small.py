"""四小服务 in chat: small matters done within a day, and the book of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from desk import recording, small, wording
from handlers import dialog, which
from handlers.commands import issue_number
from handlers.turn import Turn
from handlers.words import Said, Word

SPAN = timedelta(days=30)
SHOWN = 8


def report(turn: Turn, said: Said) -> str | None:
    """小事 帮忙拧个螺丝: recorded without asking back, due within a day."""
    found = turn.act.service.understander.understand(said.rest, addressed=True)
    if not found.parts or turn.public:
        return None
    [draft, *_] = dialog.drafts_of(turn.saying(said.rest, found))
    if turn.person.estate and draft.estate is None:
        draft = dialog.at_home(turn.act, draft)
    issue = recording.record(turn.act, draft, turn.origin)
    lane = turn.act.service.content.words["small_categories"]
    small_one = issue.category.startswith(lane) and issue.level not in ("U0", "U1")
    if small_one:  # the others are quicker already, or no small matter
        issue = small.hurry(turn.act, issue, asked=True)
    receipt = wording.receipt(issue, turn.act, public=False)
    return "\n".join((receipt, turn.say("small.recorded"))) if small_one else receipt


def hurry(turn: Turn, said: Said) -> str:
    """快办 1123-07."""
    issue = which.by_number(turn, issue_number(said.rest) or "")
    changed = small.hurry(turn.act, issue)
    due = wording.moment(changed.done_due, turn.act)
    return turn.say("small.hurried", number=issue.number, due=due)


def book(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """小台账."""
    found = small.book(turn.act, SPAN)
    lines = [wording.line(issue, turn.act, public=False) for issue in found.issues[:SHOWN]]
    return turn.say("small.book", count=len(found.issues), due=found.due, in_time=found.in_time,
                    lines="\n".join(lines))  # fmt: skip


WORDS: Mapping[str, Word] = {
    "small": Word(report),
    "hurry": Word(hurry, "worker", "issue"),
    "book": Word(book, "worker", "nothing"),
}
