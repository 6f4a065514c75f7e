"""One understander for all tests of this room: building it takes a moment."""

from __future__ import annotations

import pytest

from bench.knowledge import ROOT, knowledge
from nlp import Understander
from nlp.values import Knowledge


@pytest.fixture(scope="session")
def content() -> Knowledge:
    return knowledge()


@pytest.fixture(scope="session")
def understander(content: Knowledge) -> Understander:
    built = Understander(content, ROOT / "data" / "run" / "cache")
    built.warm()
    return built
