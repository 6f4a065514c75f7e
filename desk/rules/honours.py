"""身边的榜样: nominated → consents → voted on or reviewed → published. One table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from desk.rules.lifecycle import Forbidden

Status = Literal["nominated", "consented", "declined", "voting", "chosen", "published", "refused"]
Action = Literal["consent", "decline", "vote", "choose", "pass_over", "publish", "refuse"]
Who = Literal["nominee", "reviewer", "system", "anyone"]
STATUSES: tuple[Status, ...] = (
    "nominated", "consented", "declined", "voting", "chosen", "published", "refused"
)  # fmt: skip
ACTIONS: tuple[Action, ...] = (
    "consent", "decline", "vote", "choose", "pass_over", "publish", "refuse"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """What an action leads to, who may take it, and whether it needs words."""

    to: Status
    who: frozenset[Who]
    needs_note: bool = False


_NOMINEE: frozenset[Who] = frozenset(("nominee",))
_REVIEWER: frozenset[Who] = frozenset(("reviewer",))
_SYSTEM: frozenset[Who] = frozenset(("system",))
TABLE: dict[tuple[Status, Action], Step] = {
    ("nominated", "consent"): Step("consented", _NOMINEE),
    ("nominated", "decline"): Step("declined", _NOMINEE),
    ("nominated", "refuse"): Step("refused", _REVIEWER, needs_note=True),
    ("consented", "decline"): Step("declined", _NOMINEE),  # he may think again
    ("consented", "vote"): Step("voting", _REVIEWER),
    ("consented", "publish"): Step("published", _REVIEWER),
    ("consented", "refuse"): Step("refused", _REVIEWER, needs_note=True),
    ("voting", "choose"): Step("chosen", _SYSTEM),
    ("voting", "pass_over"): Step("consented", _SYSTEM),
    ("voting", "decline"): Step("declined", _NOMINEE),
    ("chosen", "publish"): Step("published", _REVIEWER),
    ("chosen", "decline"): Step("declined", _NOMINEE),
    ("published", "decline"): Step("declined", _NOMINEE),  # taken down at his word
}


def step(status: Status, action: Action, who: Collection[Who], note: str) -> Step:
    """The step an action takes; Forbidden when the table has no such pair, person or words."""
    found = TABLE.get((status, action))
    if found is None:
        raise Forbidden("status")
    if not found.who & frozenset(who):
        raise Forbidden("person")
    if found.needs_note and not note.strip():
        raise Forbidden("note")
    return found
