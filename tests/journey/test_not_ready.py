"""While nothing can be understood, a message is refused, so that the vendor brings it again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from desk import service
from handlers import inbound
from nlp import Understander
from nlp.values import Knowledge, Understanding
from tests.conftest import build
from tests.journey.account import Account, open_account

RESIDENT = "sim-lixiulan"
REPORT = "泉馨苑3号楼2单元的楼道灯坏了"


def _refused(account: Account) -> None:
    delivery = account.client.request("text", RESIDENT, REPORT)
    assert account.post(delivery).status_code == 503
    assert account.messages() == 0
    health = account.runtime.app.test_client().get("/healthz")
    assert health.status_code == 503
    assert health.get_json()["understanding"] == "not ready"


def test_a_build_that_fails_refuses_messages_until_one_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(knowledge: Knowledge, cache: Path) -> Understander:  # noqa: ARG001
        raise ValueError("a lexicon that makes no sense")

    monkeypatch.setattr(service, "Understander", broken)
    with open_account(tmp_path) as account:
        assert not account.runtime.service.prepared(None)
        _refused(account)
    monkeypatch.setattr(service, "Understander", build)
    with open_account(tmp_path) as account:
        assert account.runtime.service.prepared(None)
        assert account.answer(account.client.request("text", RESIDENT, REPORT))
        assert account.runtime.app.test_client().get("/healthz").status_code == 200


def test_a_build_that_takes_long_refuses_before_the_vendor_hangs_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def slow(knowledge: Knowledge, cache: Path) -> Understander:
        go_on.wait()
        return build(knowledge, cache)

    monkeypatch.setattr(service, "Understander", slow)
    monkeypatch.setattr(service, "PATIENCE", 0.01)
    with open_account(tmp_path) as account:
        _refused(account)
        go_on.set()
        assert account.runtime.service.prepared(None)
        assert account.answer(account.client.request("text", RESIDENT, REPORT))


def test_a_message_that_waits_too_long_for_its_turn_is_brought_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "LONGEST_WAIT", 0.01)
    go_on, begun = Event(), Event()
    with open_account(tmp_path) as account, ThreadPoolExecutor(1) as pool:
        assert account.runtime.service.prepared(None)
        understander = account.runtime.service.understander

        def slow(*_: object, **__: object) -> Understanding:
            begun.set()
            go_on.wait(20)
            return understander.understand("在吗")

        with monkeypatch.context() as patched:
            patched.setattr(Understander, "understand", slow)
            first = pool.submit(account.post, account.client.request("text", RESIDENT, "在吗"))
            assert begun.wait(20)
            delivery = account.client.request("text", RESIDENT, REPORT)
            assert account.post(delivery).status_code == 503
            patched.undo()
        go_on.set()
        assert first.result().status_code == 200
        assert account.messages() == 1
        assert account.answer(delivery)
        assert account.messages() == 2
