"""三率 by their definition, counted a second way."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.rules.rates import CallBack, rates

ANSWERS = st.builds(
    CallBack,
    contacted=st.booleans(),
    solved=st.booleans(),
    satisfaction=st.sampled_from(["satisfied", "fairly", "unsatisfied"]),
)


def test_no_call_back_is_no_rate() -> None:
    assert rates([]) is None


def test_one_of_each() -> None:
    found = rates(
        [
            CallBack(True, True, "satisfied"),
            CallBack(True, True, "fairly"),
            CallBack(False, False, "unsatisfied"),
        ]
    )
    assert found is not None
    assert found.sample == 3
    assert found.response == pytest.approx(2 / 3)
    assert found.satisfaction == pytest.approx(1.9 / 3)
    assert found.composite == pytest.approx(0.1 * 2 / 3 + 0.5 * 2 / 3 + 0.4 * 1.9 / 3)


@given(st.lists(ANSWERS, min_size=1))
def test_against_an_independent_count(answers: list[CallBack]) -> None:
    found = rates(answers)
    assert found is not None
    happy = sum(1 for a in answers if a.satisfaction == "satisfied")
    fair = sum(1 for a in answers if a.satisfaction == "fairly")
    share = (Fraction(happy) + Fraction(9, 10) * fair) / len(answers)
    assert found.satisfaction == pytest.approx(float(share))
    assert 0 <= found.composite <= 1
