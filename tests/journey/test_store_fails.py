"""A store that cannot commit: WeChat is told to come again, /healthz says why, nothing is lost."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest

from data.tables import vitals as table
from desk import vitals
from tests.contract import cluster
from tests.contract.cluster import Cluster
from tests.journey.account import Account, open_account
from tests.journey.town import Town

PAGE = 4096
REPORT = "泉馨苑3号楼2单元的楼道灯坏了"


@contextmanager
def no_room(account: Account) -> Iterator[None]:  # noqa: ARG001  one shape for all
    """No file may grow: what a full disk says, without filling one."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)


@contextmanager
def torn(account: Account) -> Iterator[None]:
    """Somebody has written over the file."""
    folder = account.runtime.settings.data_dir
    account.runtime.db.close()  # everything is in the one file now
    account.messages()  # and open it is, for somebody who knows nothing yet
    file = folder / "huying.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:PAGE] + b"\xff" * (len(whole) - PAGE))
    try:
        yield
    finally:
        account.runtime.db.close()
        for beside in folder.glob("huying.db-*"):
            beside.unlink()
        file.write_bytes(whole)


@pytest.mark.parametrize("broken", [no_room, torn])
def test_sqlite_that_cannot_commit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken: Callable[[Account], AbstractContextManager[None]],
) -> None:
    monkeypatch.setattr(vitals, "PROBE_EVERY", 0.0)
    with open_account(tmp_path / "run") as account:
        refused_and_taken_later(account, broken(account))


@pytest.fixture
def server() -> Iterator[Cluster]:
    mine = cluster.own()
    yield mine
    mine.remove()


@contextmanager
def gone(server: Cluster) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def read_only(server: Cluster) -> Iterator[None]:
    """As a stand-by is: everything can be read."""
    _every_session(server, "default_transaction_read_only = on")
    try:
        yield
    finally:
        _every_session(server, "default_transaction_read_only = off")


def _every_session(server: Cluster, setting: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as link:
        link.execute("SET default_transaction_read_only = off")
        link.execute(f"ALTER ROLE {cluster.ADMIN} SET {setting}".encode())
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'huying'"
        )


@pytest.mark.parametrize("broken", [gone, read_only])
def test_postgresql_that_cannot_commit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    server: Cluster,
    broken: Callable[[Cluster], AbstractContextManager[None]],
) -> None:
    monkeypatch.setattr(vitals, "PROBE_EVERY", 0.0)
    with open_account(tmp_path, server.fresh()) as account:
        refused_and_taken_later(account, broken(server))


def refused_and_taken_later(account: Account, broken: AbstractContextManager[None]) -> None:
    delivery = account.client.request("text", "sim-lixiulan", REPORT)
    assert account.runtime.service.prepared(None)
    assert health(account) == (200, "ok", "ok")
    with broken:
        assert account.post(delivery).status_code == 503
        assert health(account) == (503, "failed", "ok")
    assert health(account) == (200, "ok", "ok")
    assert account.messages() == 0
    [answer, again] = [account.answer(delivery) for _ in range(2)]
    [issue] = account.issues()
    assert answer == again
    assert issue.number in (answer or "")


def health(account: Account) -> tuple[int, str, str]:
    """The status, and what is said of the store and of the understanding."""
    response = account.runtime.app.test_client().get("/healthz")
    named = response.get_json()
    return response.status_code, named["store"], named["understanding"]


def test_the_store_is_not_tried_as_often_as_somebody_asks(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    monkeypatch.setattr(table, "probe", lambda *_: tried.append(1))
    for _ in range(20):
        town.runtime.app.test_client().get("/healthz")
    assert len(tried) == 1
