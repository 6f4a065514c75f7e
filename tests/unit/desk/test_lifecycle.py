"""Every pair of status and action, allowed or forbidden, for every capacity."""

from __future__ import annotations

from itertools import product

import pytest

from desk.rules.lifecycle import (
    ACTIONS,
    STATUSES,
    TABLE,
    Action,
    Forbidden,
    Status,
    Who,
    raised,
    step,
)

WHO: tuple[Who, ...] = ("owner", "reporter", "overseer", "system", "anyone", "party")

# The loop as the field tells it, written down a second time and in another form.
_OPEN = {
    "decline": "assigned", "transfer": "assigned", "finish": "done", "withdraw": "withdrawn",
    "satisfied": "closed", "merge": "merged", "pause": "paused", "reject": "rejected",
}  # fmt: skip
_STAY = ("note", "urge", "join", "recategorise", "supervise", "ask", "extend", "exclude", "assist",
         "whistle", "split", "mode")  # fmt: skip
ALLOWED = {
    "assigned": {
        "accept": "accepted", "broadcast": "assigned", "claim": "accepted",
        **_OPEN, **dict.fromkeys(_STAY, "assigned"),
    },
    "accepted": {"claim": "accepted", **_OPEN, **dict.fromkeys(_STAY, "accepted")},
    "paused": {
        "resume": "accepted", "note": "paused", "withdraw": "withdrawn", "satisfied": "closed",
    },
    "done": {
        "note": "done", "satisfied": "closed", "reopen": "assigned", "lapse": "closed",
        "recategorise": "done", "callback": "done", "dissatisfied": "closed", "ask": "done",
        "exclude": "done",
    },
    "closed": {
        "reopen": "assigned", "recategorise": "closed", "ask": "closed", "exclude": "closed",
    },
    "withdrawn": {},
    "merged": {"unmerge": "assigned"},
    "rejected": {"reopen": "assigned"},
}  # fmt: skip


@pytest.mark.parametrize(("status", "action"), list(product(STATUSES, ACTIONS)))
def test_each_pair_is_allowed_or_forbidden(status: Status, action: Action) -> None:
    expected = ALLOWED[status].get(action)
    if expected is None:
        with pytest.raises(Forbidden) as caught:
            step(status, action, frozenset(WHO), "words")
        assert caught.value.reason == "status"
    else:
        assert step(status, action, frozenset(WHO), "words").to == expected


@pytest.mark.parametrize(("pair", "who"), list(product(TABLE, WHO)))
def test_only_the_named_may(pair: tuple[Status, Action], who: Who) -> None:
    rule = TABLE[pair]
    if who in rule.who:
        assert step(*pair, frozenset({who}), "words").to == rule.to
    else:
        with pytest.raises(Forbidden) as caught:
            step(*pair, frozenset({who}), "words")
        assert caught.value.reason == "person"


@pytest.mark.parametrize("pair", [pair for pair, rule in TABLE.items() if rule.needs_note])
def test_words_that_are_needed(pair: tuple[Status, Action]) -> None:
    with pytest.raises(Forbidden) as caught:
        step(*pair, TABLE[pair].who, "  ")
    assert caught.value.reason == "note"


def test_only_the_reporter_rates() -> None:
    for (_, action), rule in TABLE.items():
        if action in ("satisfied", "reopen", "callback", "dissatisfied"):
            assert rule.who == {"reporter"}


def test_raising_never_makes_an_emergency() -> None:
    assert [raised(level) for level in ("U3", "U2", "U1", "U0")] == ["U2", "U1", "U1", "U0"]
