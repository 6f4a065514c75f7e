"""小李说理: what may happen to a mediation case, one table; a pair not in it is forbidden.

Source: 受理 → 调解 → 协议 → 回访 → 结案; what the people's mediators cannot settle goes on to the
judicial ones (人民调解 → 司法调解), and from there, unsettled, to a court.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from desk.rules.lifecycle import Forbidden

Status = Literal["accepted", "mediating", "agreed", "closed", "unsettled", "withdrawn"]
Stage = Literal["people", "judicial"]
Action = Literal[
    "party",  # 当事人
    "mediate",  # 调解, a sitting with its record
    "agree",  # 协议
    "follow",  # 回访, kept
    "break",  # 回访, not kept: mediated again
    "hand_over",  # 移交司法调解
    "fail",  # 调解不成
    "withdraw",  # the parties have made it up, or want no mediation
]
Who = Literal["mediator", "party", "overseer"]

STATUSES: tuple[Status, ...] = (
    "accepted", "mediating", "agreed", "closed", "unsettled", "withdrawn"
)  # fmt: skip
ACTIONS: tuple[Action, ...] = (
    "party", "mediate", "agree", "follow", "break", "hand_over", "fail", "withdraw"
)  # fmt: skip
OPEN: frozenset[Status] = frozenset(("accepted", "mediating", "agreed"))


@dataclass(frozen=True, slots=True)
class Step:
    """What an action leads to, and whether it needs words."""

    to: Status
    needs_note: bool = False
    stage: Stage | None = None  # only in this one


TABLE: dict[tuple[Status, Action], Step] = {
    ("accepted", "party"): Step("accepted"),
    ("accepted", "mediate"): Step("mediating", needs_note=True),
    ("accepted", "withdraw"): Step("withdrawn", needs_note=True),
    ("mediating", "party"): Step("mediating"),
    ("mediating", "mediate"): Step("mediating", needs_note=True),
    ("mediating", "agree"): Step("agreed", needs_note=True),
    ("mediating", "hand_over"): Step("accepted", needs_note=True, stage="people"),
    ("mediating", "fail"): Step("unsettled", needs_note=True, stage="judicial"),
    ("mediating", "withdraw"): Step("withdrawn", needs_note=True),
    ("agreed", "follow"): Step("closed", needs_note=True),
    ("agreed", "break"): Step("mediating", needs_note=True),
}
ABLE: frozenset[Who] = frozenset(("mediator",))


def step(status: Status, stage: Stage, action: Action, who: Collection[Who], note: str) -> Step:
    """The step an action takes; only a mediator of the stage takes any."""
    found = TABLE.get((status, action))
    if found is None or (found.stage is not None and found.stage != stage):
        raise Forbidden("status")
    if not ABLE & frozenset(who):
        raise Forbidden("person")
    if found.needs_note and not note.strip():
        raise Forbidden("note")
    return found
