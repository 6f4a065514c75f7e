"""A background thread: at once again while there is something to do, and never dead."""

from __future__ import annotations

import logging
from threading import Event

import pytest

from data.database import StoreFailed
from desk.outbox import work


class Rounds:
    """Each round returns, or raises, what stands next; after the last one it is over."""

    def __init__(self, *found: object) -> None:
        self._found = list(found)
        self.waits = 0
        self.stop = Event()
        self.stop.wait = self._wait  # type: ignore[method-assign]

    def _wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002
        self.waits += 1
        return False

    def __call__(self) -> object:
        found = self._found.pop(0)
        if not self._found:
            self.stop.set()
        if isinstance(found, Exception):
            raise found
        return found


def test_it_waits_only_when_there_was_nothing_to_do() -> None:
    rounds = Rounds(3, True, 0, None, False)
    work(rounds, rounds.stop, 1.0)
    assert rounds.waits == 3


@pytest.mark.parametrize("failure", [StoreFailed("gone"), ZeroDivisionError("a mistake of ours")])
def test_what_fails_is_said_and_tried_again(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = Rounds(failure, 0)
    with caplog.at_level(logging.ERROR):
        work(rounds, rounds.stop, 1.0)
    assert rounds.waits == 2
    assert len(caplog.records) == 1
