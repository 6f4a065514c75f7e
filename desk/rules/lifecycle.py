"""What may happen to an issue: one table; a pair of status and action not in it is forbidden.

Source: the field's loop 受理 → 交办 → 接单 → 办理 → 办结 → 回访评价 → 结案.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal[
    "assigned", "accepted", "paused", "done", "closed", "withdrawn", "merged", "rejected"
]  # fmt: skip
Action = Literal[
    "accept",  # 接单
    "decline",  # 退单
    "transfer",  # 转派
    "note",  # 补充
    "finish",  # 办结
    "urge",  # 催办
    "withdraw",  # 撤销
    "satisfied",  # 满意
    "reopen",  # 不满意 / 没修好
    "callback",  # 回访: one of its answers
    "dissatisfied",  # solved, and yet 不满意
    "lapse",  # nobody rated it: 未评价
    "join",  # 我家也是
    "recategorise",  # 改类
    "merge",  # 合并
    "unmerge",  # 拆开
    "supervise",  # 督办
    "ask",  # for a pause or more days
    "pause",  # 挂起, approved
    "extend",  # 延期, approved
    "exclude",  # 不计入三率, approved
    "resume",  # 恢复办理
    "reject",  # 不予受理
    "assist",  # 协办
    "whistle",  # 吹哨
    "broadcast",  # 一呼百应
    "claim",  # 接单 by one of those who were called
    "split",  # 拆分
    "mode",  # 上门访办, 跑腿代办 …
]
Who = Literal["owner", "reporter", "overseer", "system", "anyone", "party", "claimer"]

STATUSES: tuple[Status, ...] = (
    "assigned", "accepted", "paused", "done", "closed", "withdrawn", "merged", "rejected"
)  # fmt: skip
ACTIONS: tuple[Action, ...] = (
    "accept", "decline", "transfer", "note", "finish",
    "urge", "withdraw", "satisfied", "reopen", "callback", "dissatisfied", "lapse",
    "join", "recategorise", "merge", "unmerge", "supervise",
    "ask", "pause", "extend", "exclude", "resume", "reject", "assist", "whistle",
    "broadcast", "claim", "split", "mode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """What an action leads to, who may take it, and whether it needs words."""

    to: Status
    who: frozenset[Who]
    needs_note: bool = False


def _by(*who: Who) -> frozenset[Who]:
    return frozenset(who)


_WORK = _by("owner", "overseer")
_FINISH = _by("owner", "overseer", "claimer")  # of a wish: whoever has taken it up
_ALL = _by("owner", "overseer", "reporter", "claimer")
_REPORTER = _by("reporter")
_ANYONE = _by("anyone")
_OVERSEER = _by("overseer")

TABLE: dict[tuple[Status, Action], Step] = {
    ("assigned", "accept"): Step("accepted", _WORK),
    ("assigned", "decline"): Step("assigned", _by("owner"), needs_note=True),
    ("assigned", "transfer"): Step("assigned", _WORK),
    ("assigned", "note"): Step("assigned", _ALL, needs_note=True),
    ("assigned", "finish"): Step("done", _FINISH, needs_note=True),
    ("assigned", "urge"): Step("assigned", _REPORTER),
    ("assigned", "withdraw"): Step("withdrawn", _REPORTER),
    ("assigned", "satisfied"): Step("closed", _REPORTER),  # solved before anybody came
    ("assigned", "join"): Step("assigned", _ANYONE),
    ("assigned", "recategorise"): Step("assigned", _WORK),
    ("assigned", "merge"): Step("merged", _WORK),
    ("assigned", "supervise"): Step("assigned", _OVERSEER),
    ("assigned", "ask"): Step("assigned", _by("owner"), needs_note=True),
    ("assigned", "pause"): Step("paused", _OVERSEER),
    ("assigned", "extend"): Step("assigned", _OVERSEER),
    ("assigned", "exclude"): Step("assigned", _OVERSEER),
    ("assigned", "reject"): Step("rejected", _OVERSEER, needs_note=True),
    ("assigned", "assist"): Step("assigned", _WORK),
    ("assigned", "whistle"): Step("assigned", _OVERSEER),
    ("assigned", "broadcast"): Step("assigned", _OVERSEER),
    ("assigned", "claim"): Step("accepted", _by("party")),
    ("assigned", "split"): Step("assigned", _WORK, needs_note=True),
    ("assigned", "mode"): Step("assigned", _WORK),
    ("accepted", "decline"): Step("assigned", _by("owner"), needs_note=True),
    ("accepted", "transfer"): Step("assigned", _WORK),
    ("accepted", "note"): Step("accepted", _ALL, needs_note=True),
    ("accepted", "finish"): Step("done", _FINISH, needs_note=True),
    ("accepted", "urge"): Step("accepted", _REPORTER),
    ("accepted", "withdraw"): Step("withdrawn", _REPORTER),
    ("accepted", "satisfied"): Step("closed", _REPORTER),
    ("accepted", "join"): Step("accepted", _ANYONE),
    ("accepted", "recategorise"): Step("accepted", _WORK),
    ("accepted", "merge"): Step("merged", _WORK),
    ("accepted", "supervise"): Step("accepted", _OVERSEER),
    ("accepted", "ask"): Step("accepted", _by("owner"), needs_note=True),
    ("accepted", "pause"): Step("paused", _OVERSEER),
    ("accepted", "extend"): Step("accepted", _OVERSEER),
    ("accepted", "exclude"): Step("accepted", _OVERSEER),
    ("accepted", "reject"): Step("rejected", _OVERSEER, needs_note=True),
    ("accepted", "assist"): Step("accepted", _WORK),
    ("accepted", "whistle"): Step("accepted", _OVERSEER),
    ("accepted", "claim"): Step("accepted", _by("party")),  # stands by
    ("accepted", "split"): Step("accepted", _WORK, needs_note=True),
    ("accepted", "mode"): Step("accepted", _WORK),
    ("paused", "resume"): Step("accepted", _WORK),
    ("paused", "note"): Step("paused", _ALL, needs_note=True),
    ("paused", "withdraw"): Step("withdrawn", _REPORTER),
    ("paused", "satisfied"): Step("closed", _REPORTER),
    ("done", "note"): Step("done", _ALL, needs_note=True),
    ("done", "satisfied"): Step("closed", _REPORTER),
    ("done", "reopen"): Step("assigned", _REPORTER),
    ("done", "callback"): Step("done", _REPORTER),
    ("done", "dissatisfied"): Step("closed", _REPORTER),
    ("done", "ask"): Step("done", _by("owner"), needs_note=True),  # not to count: mediation
    ("done", "lapse"): Step("closed", _by("system")),
    ("done", "recategorise"): Step("done", _OVERSEER),
    ("done", "exclude"): Step("done", _OVERSEER),
    ("closed", "reopen"): Step("assigned", _REPORTER),
    ("closed", "ask"): Step("closed", _by("owner"), needs_note=True),
    ("closed", "exclude"): Step("closed", _OVERSEER),
    ("closed", "recategorise"): Step("closed", _OVERSEER),
    ("rejected", "reopen"): Step("assigned", _REPORTER),
    ("merged", "unmerge"): Step("assigned", _WORK),
}


class Forbidden(Exception):  # noqa: N818
    """This action is not possible now, or not for this person, or it lacks its words.

    `reason` is one of `status`, `person`, `note`, `against` (complained about), `others` (it is
    theirs too), `member` (reported for service first): the key of the sentence that explains it.
    """

    def __init__(
        self, reason: Literal["status", "person", "note", "against", "others", "member"]
    ) -> None:
        super().__init__(reason)
        self.reason = reason


def step(status: Status, action: Action, who: frozenset[Who], note: str) -> Step:
    """The step an action takes; Forbidden when the table has no such pair, person or words."""
    found = TABLE.get((status, action))
    if found is None:
        raise Forbidden("status")
    if not found.who & who:
        raise Forbidden("person")
    if found.needs_note and not note.strip():
        raise Forbidden("note")
    return found


def raised(level: str) -> str:
    """One level more urgent; U1 stays, since only danger to life makes U0."""
    return {"U3": "U2", "U2": "U1"}.get(level, level)
