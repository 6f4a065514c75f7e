"""One database of every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.database import Database
from tests.contract.engines import ENGINES, READY, keyed


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(engine: str, tmp_path: Path) -> str:
    """The address of an empty database."""
    return ENGINES[engine](tmp_path)


@pytest.fixture
def database(engine: str, tmp_path: Path) -> Iterator[Database]:
    """A database with the present schema, and a key, and nothing else in it."""
    opened = keyed(READY[engine](tmp_path))
    yield opened
    opened.close()
