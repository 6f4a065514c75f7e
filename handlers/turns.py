"""Whoever comes while others are served waits, and is then served together with all who wait.

Threads that read and write at once only hinder each other, and several messages in one commit cost
less than one by one (bench/RESULTS.md, Webhook).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
log = logging.getLogger(__name__)


class Turns(Generic[T, R]):
    """`serve` is called by one thread at a time, with all items that wait, and does all or nothing.

    What fails together is served again one by one, so that a failure is only its own; except
    failures that are `everybodys`, as of the store.
    """

    def __init__(
        self,
        serve: Callable[[Sequence[T]], Sequence[R]],
        everybodys: tuple[type[Exception], ...] = (),
    ) -> None:
        self._serve = serve
        self._everybodys = everybodys
        self._waiting: list[tuple[T, Future[R]]] = []
        self._busy = False
        self._changed = threading.Condition()

    def __call__(self, item: T, patience: float) -> R:
        """The item's result, or its exception; TimeoutError, and nothing done, when nobody began
        within `patience` seconds."""
        mine = (item, Future[R]())
        if batch := self._mine_to_serve(mine, patience):
            try:
                self._settle(batch)
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()
        return mine[1].result()

    @property
    def pressed(self) -> bool:
        """Whether somebody has to wait."""
        return bool(self._waiting)

    def _mine_to_serve(
        self, mine: tuple[T, Future[R]], patience: float
    ) -> list[tuple[T, Future[R]]]:
        """All who wait, if it is this thread that serves them; none if others have it in hand."""
        with self._changed:
            self._waiting.append(mine)
            self._changed.wait_for(lambda: mine[1].done() or not self._busy, patience)
            if mine not in self._waiting:
                return []
            if self._busy:
                self._waiting.remove(mine)
                raise TimeoutError(f"not one's turn within {patience} seconds")
            batch, self._waiting, self._busy = self._waiting, [], True
            return batch

    def _settle(self, batch: Sequence[tuple[T, Future[R]]]) -> None:
        try:
            results = self._serve([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001  whoever waits for it meets it
            if len(batch) == 1 or isinstance(error, self._everybodys):
                for _, result in batch:
                    result.set_exception(error)
                return
            log.warning("%s failed together and are tried one by one", len(batch))
            for each in batch:
                self._settle([each])
            return
        for (_, result), found in zip(batch, results, strict=True):
            result.set_result(found)
