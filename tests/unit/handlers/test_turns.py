"""Those who come while others are served are served together, and a failure is only its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from handlers.turns import Turns

LONG = 20.0


class Counter:
    """Doubles numbers; the first call waits until it may go on."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.begun, self.go_on = Event(), Event()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.calls.append(list(items))
        self.begun.set()
        assert self.go_on.wait(LONG)
        if 13 in items:
            raise ValueError("13")
        if 99 in items:
            raise OSError("full")
        return [2 * item for item in items]


def _gathered(
    counter: Counter, pool: ThreadPoolExecutor, items: Sequence[int]
) -> list[Future[int]]:
    """One is being served while all the others come and wait."""
    turns = Turns(counter, everybodys=(OSError,))
    first = pool.submit(turns, 1, LONG)
    assert counter.begun.wait(LONG)
    others = []
    for count, item in enumerate(items, 1):
        others.append(pool.submit(turns, item, LONG))
        while len(turns._waiting) < count:
            pass
    counter.go_on.set()
    return [first, *others]


def test_who_comes_meanwhile_is_served_together() -> None:
    counter = Counter()
    with ThreadPoolExecutor(8) as pool:
        results = _gathered(counter, pool, [2, 3, 4])
        assert [each.result(LONG) for each in results] == [2, 4, 6, 8]
    assert counter.calls == [[1], [2, 3, 4]]


def test_who_fails_fails_alone() -> None:
    counter = Counter()
    with ThreadPoolExecutor(8) as pool:
        first, two, bad, four = _gathered(counter, pool, [2, 13, 4])
        assert [each.result(LONG) for each in (first, two, four)] == [2, 4, 8]
        with pytest.raises(ValueError, match="13"):
            bad.result(LONG)
    assert counter.calls == [[1], [2, 13, 4], [2], [13], [4]]


def test_what_is_nobodys_fault_is_not_tried_again_for_each() -> None:
    counter = Counter()
    with ThreadPoolExecutor(8) as pool:
        first, *others = _gathered(counter, pool, [2, 99, 4])
        assert first.result(LONG) == 2
        for each in others:
            with pytest.raises(OSError, match="full"):
                each.result(LONG)
    assert counter.calls == [[1], [2, 99, 4]]


def test_who_waits_too_long_is_not_served_at_all() -> None:
    counter = Counter()
    turns = Turns(counter)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(turns, 1, LONG)
        assert counter.begun.wait(LONG)
        with pytest.raises(TimeoutError, match="turn"):
            turns(2, 0.01)
        counter.go_on.set()
        assert first.result(LONG) == 2
    assert turns(3, LONG) == 6
    assert counter.calls == [[1], [3]]
