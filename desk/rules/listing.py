"""What may happen to an entry of the listing and to a claim on it: one table each.

Source: 发布 → 买单(认领) → 服务 → 满足, with review before and relisting when a claim lapses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desk.rules.lifecycle import Forbidden

Status = Literal["proposed", "published", "taken", "fulfilled", "refused", "withdrawn", "expired"]
State = Literal["claimed", "delivered", "confirmed", "dropped", "lapsed"]
Action = Literal[
    "publish",  # 发布, after review
    "refuse",  # not published, with the reason
    "claim",  # 认领, 买单
    "drop",  # the claimer gives it back
    "lapse",  # the claim's time is over
    "deliver",  # 送达
    "confirm",  # 满足: by whom it was for
    "dispute",  # it did not come
    "relist",  # nobody took it: listed anew
    "withdraw",  # by the proposer
    "close",  # by the secretary: no more claims
    "expire",  # no longer valid
]
Who = Literal["proposer", "beneficiary", "claimer", "reviewer", "system", "anyone"]

STATUSES: tuple[Status, ...] = (
    "proposed", "published", "taken", "fulfilled", "refused", "withdrawn", "expired"
)  # fmt: skip
STATES: tuple[State, ...] = ("claimed", "delivered", "confirmed", "dropped", "lapsed")
ACTIONS: tuple[Action, ...] = (
    "publish", "refuse", "claim", "drop", "lapse", "deliver", "confirm", "dispute", "relist",
    "withdraw", "close", "expire",
)  # fmt: skip
HELD: frozenset[State] = frozenset(("claimed", "delivered"))
COUNTED: frozenset[State] = frozenset(("claimed", "delivered", "confirmed"))


@dataclass(frozen=True, slots=True)
class Step:
    """What an action leads to (`by_claims`: see `status_by_claims`), who may take it, its words."""

    to: Status | Literal["by_claims"]
    who: frozenset[Who]
    needs_note: bool = False


def _by(*who: Who) -> frozenset[Who]:
    return frozenset(who)


_REVIEWER = _by("reviewer")
_SYSTEM = _by("system")
_RECEIVER = _by("beneficiary", "proposer", "reviewer")

ENTRIES: dict[tuple[Status, Action], Step] = {
    ("proposed", "publish"): Step("published", _REVIEWER),
    ("proposed", "refuse"): Step("refused", _REVIEWER, needs_note=True),
    ("proposed", "withdraw"): Step("withdrawn", _by("proposer", "beneficiary", "reviewer")),
    ("published", "claim"): Step("by_claims", _by("anyone")),
    ("published", "drop"): Step("by_claims", _by("claimer")),
    ("published", "lapse"): Step("by_claims", _SYSTEM),
    ("published", "deliver"): Step("by_claims", _by("claimer", "reviewer")),
    ("published", "confirm"): Step("by_claims", _RECEIVER),
    ("published", "dispute"): Step("by_claims", _RECEIVER),
    ("published", "relist"): Step("published", _SYSTEM),
    ("published", "withdraw"): Step("withdrawn", _by("proposer", "beneficiary", "reviewer")),
    ("published", "close"): Step("fulfilled", _REVIEWER),
    ("published", "expire"): Step("expired", _SYSTEM),
    ("taken", "drop"): Step("by_claims", _by("claimer")),
    ("taken", "lapse"): Step("by_claims", _SYSTEM),
    ("taken", "deliver"): Step("by_claims", _by("claimer", "reviewer")),
    ("taken", "confirm"): Step("by_claims", _RECEIVER),
    ("taken", "dispute"): Step("by_claims", _RECEIVER),
    ("taken", "withdraw"): Step("withdrawn", _by("proposer", "beneficiary", "reviewer")),
    ("taken", "close"): Step("fulfilled", _REVIEWER),
    ("refused", "publish"): Step("published", _REVIEWER),
    ("expired", "publish"): Step("published", _REVIEWER),
}

CLAIMS: dict[tuple[State, Action], State] = {
    ("claimed", "deliver"): "delivered",
    ("claimed", "confirm"): "confirmed",  # it came before anybody said so
    ("claimed", "drop"): "dropped",
    ("claimed", "lapse"): "lapsed",
    ("delivered", "confirm"): "confirmed",
    ("delivered", "dispute"): "claimed",
}


def step(status: Status, action: Action, who: frozenset[Who], note: str) -> Step:
    """The step an action takes; Forbidden when the table has no such pair, person or words."""
    found = ENTRIES.get((status, action))
    if found is None:
        raise Forbidden("status")
    if not found.who & who:
        raise Forbidden("person")
    if found.needs_note and not note.strip():
        raise Forbidden("note")
    return found


def claim_after(state: State, action: Action) -> State:
    """A claim's state after an action; Forbidden where there is none."""
    after = CLAIMS.get((state, action))
    if after is None:
        raise Forbidden("status")
    return after


def left(capacity: int, claims: Sequence[tuple[State, int]]) -> int:
    """How many can still be claimed."""
    return capacity - sum(count for state, count in claims if state in COUNTED)


def status_by_claims(
    capacity: int, claims: Sequence[tuple[State, int]], *, lasting: bool
) -> Status:
    """Open while something can be claimed, taken when nothing can, fulfilled when all has come.

    What is `lasting` (a post, an area) stays taken by whoever holds it.
    """
    if left(capacity, claims) > 0:
        return "published"
    if lasting or any(state in HELD for state, _ in claims):
        return "taken"
    return "fulfilled"
