"""Shared by all tests: understanding is built once a process, since it never changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import pytest

from desk import service
from nlp import Understander
from nlp.values import Knowledge
from tests.journey.town import Town

_BUILT: list[tuple[Knowledge, Understander]] = []
_LOCK = Lock()


def build(knowledge: Knowledge, cache: Path) -> Understander:
    with _LOCK:
        for known, built in _BUILT:
            if known == knowledge:
                return built
        _BUILT.append((knowledge, Understander(knowledge, cache)))
        return _BUILT[-1][1]


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The sample community on Monday morning."""
    monkeypatch.setattr(service, "Understander", build)
    monkeypatch.delenv("HUYING_DATABASE_URL", raising=False)
    built = Town(tmp_path)
    yield built
    built.runtime.db.close()
