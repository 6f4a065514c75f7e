"""有事来商量: what may happen to a topic, one table; a pair that is not in it is forbidden.

Source: 提议 → 议题 → 邀请 → 协商 → (表决) → 决议 → 跟踪 → 结题.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from desk.rules.lifecycle import Forbidden

Status = Literal[
    "proposed", "adopted", "invited", "meeting", "voting", "resolved", "tracking", "closed",
    "refused", "withdrawn",
]  # fmt: skip
Action = Literal[
    "adopt",  # 立题
    "refuse",  # 不立题, with the reason
    "withdraw",  # by whoever proposed it
    "invite",  # 邀请
    "convene",  # 开会, as often as needed
    "minute",  # 记录, a typed line
    "vote",  # 表决, one household one vote
    "carry",  # the vote has carried an option
    "miss",  # the vote has come to nothing: talked over again
    "resolve",  # 决议
    "track",  # 跟踪: who does what until when
    "done",  # one of these has been done
    "close",  # 结题
    "again",  # 再议
]
Who = Literal["proposer", "chair", "reviewer", "owner", "system", "anyone"]

STATUSES: tuple[Status, ...] = (
    "proposed", "adopted", "invited", "meeting", "voting", "resolved", "tracking", "closed",
    "refused", "withdrawn",
)  # fmt: skip
ACTIONS: tuple[Action, ...] = (
    "adopt", "refuse", "withdraw", "invite", "convene", "minute", "vote", "carry", "miss",
    "resolve", "track", "done", "close", "again",
)  # fmt: skip
PUBLIC: frozenset[Status] = frozenset(STATUSES) - {"proposed", "refused", "withdrawn"}
OPEN: frozenset[Status] = PUBLIC - {"closed"}


@dataclass(frozen=True, slots=True)
class Step:
    """What an action leads to, who may take it, and whether it needs words."""

    to: Status
    who: frozenset[Who]
    needs_note: bool = False


def _by(*who: Who) -> frozenset[Who]:
    return frozenset(who)


_REVIEWER = _by("reviewer")
_CHAIR = _by("chair", "reviewer")
_SYSTEM = _by("system")

TABLE: dict[tuple[Status, Action], Step] = {
    ("proposed", "adopt"): Step("adopted", _REVIEWER),
    ("proposed", "refuse"): Step("refused", _REVIEWER, needs_note=True),
    ("proposed", "withdraw"): Step("withdrawn", _by("proposer", "reviewer")),
    ("adopted", "invite"): Step("invited", _CHAIR),
    ("adopted", "withdraw"): Step("withdrawn", _REVIEWER),
    ("invited", "invite"): Step("invited", _CHAIR),
    ("invited", "convene"): Step("meeting", _CHAIR),
    ("invited", "withdraw"): Step("withdrawn", _REVIEWER),
    ("meeting", "invite"): Step("meeting", _CHAIR),
    ("meeting", "convene"): Step("meeting", _CHAIR),
    ("meeting", "minute"): Step("meeting", _CHAIR, needs_note=True),
    ("meeting", "vote"): Step("voting", _CHAIR),
    ("meeting", "resolve"): Step("resolved", _CHAIR, needs_note=True),
    ("voting", "minute"): Step("voting", _CHAIR, needs_note=True),
    ("voting", "carry"): Step("resolved", _SYSTEM, needs_note=True),
    ("voting", "miss"): Step("meeting", _SYSTEM),
    ("resolved", "track"): Step("tracking", _CHAIR, needs_note=True),
    ("resolved", "close"): Step("closed", _CHAIR),
    ("resolved", "again"): Step("adopted", _CHAIR, needs_note=True),
    ("tracking", "track"): Step("tracking", _CHAIR, needs_note=True),
    ("tracking", "done"): Step("tracking", _by("chair", "reviewer", "owner")),
    ("tracking", "close"): Step("closed", _CHAIR),
    ("tracking", "again"): Step("adopted", _CHAIR, needs_note=True),
    ("closed", "again"): Step("adopted", _REVIEWER, needs_note=True),
    ("refused", "adopt"): Step("adopted", _REVIEWER),
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
