"""The right offer comes first, by the bars of the bench, on the cases that were kept apart."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.knowledge import knowledge
from bench.matching import BARS, DATA, PLACES, cases, figures, ranked, rows
from data.settings import Settings
from tests.conftest import build


def test_there_are_sixty_demands_and_half_are_kept() -> None:
    assert Counter(case["half"] for case in cases())["tune"] == 30
    assert Counter(case["half"] for case in cases())["kept"] == 30
    offers = {row["code"] for row in rows(DATA / "offers.csv")}
    assert {case["right"] for case in cases()} <= offers


@pytest.fixture(scope="module")
def found() -> list[object]:
    return list(ranked(build(knowledge(PLACES), Settings().cache_dir)))


@pytest.mark.parametrize("half", ["tune", "kept", "other"])
def test_the_right_offer_comes_first(found: list[object], half: str) -> None:
    shares = figures(found, half)  # type: ignore[arg-type]
    assert shares[1] >= BARS[1]
    assert shares[3] >= BARS[3]
