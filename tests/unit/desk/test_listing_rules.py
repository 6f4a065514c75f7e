"""Every pair of status and action of the listing, allowed or forbidden, for every capacity."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.rules.lifecycle import Forbidden
from desk.rules.listing import (
    ACTIONS,
    CLAIMS,
    COUNTED,
    ENTRIES,
    STATES,
    STATUSES,
    Action,
    State,
    Status,
    Who,
    claim_after,
    left,
    status_by_claims,
    step,
)

WHO: tuple[Who, ...] = get_args(Who)
_CLAIMED = dict.fromkeys(("drop", "lapse", "deliver", "confirm", "dispute"), "by_claims")
# 发布 → 买单 → 服务 → 满足, written down a second time.
ALLOWED: dict[str, dict[str, str]] = {
    "proposed": {"publish": "published", "refuse": "refused", "withdraw": "withdrawn"},
    "published": {
        "claim": "by_claims", "relist": "published", "withdraw": "withdrawn",
        "close": "fulfilled", "expire": "expired", **_CLAIMED,
    },
    "taken": {"withdraw": "withdrawn", "close": "fulfilled", **_CLAIMED},
    "fulfilled": {},
    "refused": {"publish": "published"},
    "withdrawn": {},
    "expired": {"publish": "published"},
}  # fmt: skip
CLAIM_STEPS = {
    ("claimed", "deliver"): "delivered",
    ("claimed", "confirm"): "confirmed",
    ("claimed", "drop"): "dropped",
    ("claimed", "lapse"): "lapsed",
    ("delivered", "confirm"): "confirmed",
    ("delivered", "dispute"): "claimed",
}


@pytest.mark.parametrize(("status", "action"), list(product(STATUSES, ACTIONS)))
def test_each_pair_is_allowed_or_forbidden(status: Status, action: Action) -> None:
    expected = ALLOWED[status].get(action)
    if expected is None:
        with pytest.raises(Forbidden) as caught:
            step(status, action, frozenset(WHO), "words")
        assert caught.value.reason == "status"
    else:
        assert step(status, action, frozenset(WHO), "words").to == expected


@pytest.mark.parametrize(("pair", "who"), list(product(ENTRIES, WHO)))
def test_only_the_named_may(pair: tuple[Status, Action], who: Who) -> None:
    if who in ENTRIES[pair].who:
        step(*pair, frozenset((who,)), "words")
    else:
        with pytest.raises(Forbidden) as caught:
            step(*pair, frozenset((who,)), "words")
        assert caught.value.reason == "person"


def test_a_refusal_gives_its_reason() -> None:
    with pytest.raises(Forbidden) as caught:
        step("proposed", "refuse", frozenset(("reviewer",)), " ")
    assert caught.value.reason == "note"


def test_nobody_but_the_desk_publishes() -> None:
    for status in STATUSES:
        rule = ENTRIES.get((status, "publish"))
        assert rule is None or rule.who == {"reviewer"}


@pytest.mark.parametrize(("state", "action"), list(product(STATES, ACTIONS)))
def test_each_claim_goes_its_way(state: State, action: Action) -> None:
    expected = CLAIM_STEPS.get((state, action))
    if expected is None:
        with pytest.raises(Forbidden):
            claim_after(state, action)
    else:
        assert claim_after(state, action) == expected
    assert ((state, action) in CLAIMS) == (expected is not None)


claim_lists = st.lists(st.tuples(st.sampled_from(STATES), st.integers(1, 5)), max_size=6)


@given(capacity=st.integers(1, 20), claims=claim_lists, lasting=st.booleans())
def test_what_is_left_decides(
    capacity: int, claims: list[tuple[State, int]], lasting: bool
) -> None:
    status = status_by_claims(capacity, claims, lasting=lasting)
    assert (status == "published") == (left(capacity, claims) > 0)
    if status == "fulfilled":
        assert not lasting
        assert all(state == "confirmed" for state, _ in claims if state in COUNTED)


def test_a_post_stays_taken_by_whoever_holds_it() -> None:
    assert status_by_claims(1, [("claimed", 1)], lasting=True) == "taken"
    assert status_by_claims(1, [("confirmed", 1)], lasting=True) == "taken"
    assert status_by_claims(1, [("confirmed", 1)], lasting=False) == "fulfilled"
    assert status_by_claims(2, [("claimed", 1)], lasting=False) == "published"
    assert status_by_claims(1, [("lapsed", 1)], lasting=False) == "published"
