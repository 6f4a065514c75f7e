"""One database of every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.database import Database
from tests.contract.engines import ENGINES, keyed


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    return ENGINES[request.param](tmp_path)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database with the present schema, and a key."""
    opened = keyed(url)
    yield opened
    opened.close()
