"""Shared by all tests: what never changes is read and built once a process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock

import pytest

import bot
from data.contents import Content, load_content
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


@cache
def read(folder: Path) -> Content:
    return load_content(folder)


@pytest.fixture(scope="session", autouse=True)
def _shared() -> Iterator[None]:
    """Every application of this process takes its content and its understander from here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "Understander", build)
        patch.setattr(bot, "load_content", read)
        yield


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the sample community when nothing has been said yet."""
    folder = tmp_path_factory.mktemp("beginning")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HUYING_DATABASE_URL", raising=False)
        Town(folder).runtime.db.close()
    return folder


@pytest.fixture
def town(beginning: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The sample community on Monday morning."""
    monkeypatch.delenv("HUYING_DATABASE_URL", raising=False)
    shutil.copytree(beginning, tmp_path, dirs_exist_ok=True)
    built = Town(tmp_path)
    yield built
    built.runtime.db.close()
