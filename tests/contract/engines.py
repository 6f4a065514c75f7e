"""The engines that every store test runs against; a new one is a line in ENGINES and in READY."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from pydantic import SecretStr

from data.database import Database
from data.settings import Settings
from tests.contract import cluster

T = TypeVar("T")

# From an empty folder to the address of an empty database (or pytest.skip with the reason).
ENGINES: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'huying.db'}",
    "postgresql": lambda folder: cluster.shared().fresh(),  # noqa: ARG005
}


SECRET = "of the tests"


def keyed(url: str, secret: str = SECRET) -> Database:
    """The store as a deployment opens it: with a key, so that the personal lies sealed."""
    return Database.of(Settings(database_url=url, secret_key=SecretStr(secret)))


def _ready_sqlite(folder: Path) -> str:
    (folder / "huying.db").write_bytes(_made_sqlite())
    return ENGINES["sqlite"](folder)


@cache
def _made_sqlite() -> bytes:
    with TemporaryDirectory() as folder:
        keyed(ENGINES["sqlite"](Path(folder))).close()
        return (Path(folder) / "huying.db").read_bytes()


def _ready_postgresql(folder: Path) -> str:  # noqa: ARG001
    return cluster.shared().fresh(_made_postgresql())


@cache
def _made_postgresql() -> str:
    url = cluster.shared().fresh()
    keyed(url).close()
    cluster.shared().keep(url, "ready")
    return "ready"


# The same for a database that has its schema already: made once and copied, which is much faster.
READY: dict[str, Callable[[Path], str]] = {
    "sqlite": _ready_sqlite,
    "postgresql": _ready_postgresql,
}


def together(count: int, job: Callable[[int], T]) -> list[T]:
    """Run `job(0)` … `job(count - 1)`, each in its own thread, all let off at the same moment."""
    gate = threading.Barrier(count)

    def run(index: int) -> T:
        gate.wait(timeout=30)
        return job(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def aside(job: Callable[[], T]) -> T:
    """Run `job` in another thread, on another connection, and wait for it."""
    return together(1, lambda _: job())[0]


def open_and_close(url: str, gate: threading.Barrier) -> None:
    """A process that starts: the gate (of multiprocessing) lets several off at once."""
    gate.wait(30)
    keyed(url).close()
