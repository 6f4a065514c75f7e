"""Several machines on one PostgreSQL: real webhook bytes in at any of them, and one community."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest

from bot import Runtime, create_app
from channels.simulator import Delivery
from cli.serving import opened
from data.database import StoreFailed
from data.settings import Settings
from desk import audit
from tests.contract import cluster
from tests.journey import fake_wechat
from tests.journey.account import Account, open_account
from tests.journey.town import MORNING, Town, play

T = TypeVar("T")
TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
# The first two are never joined to another issue; the third is an emergency.
MATTERS = ("想立个遗嘱,房子给小儿子,怎么弄", "外来人员凭居住证能不能办理入学", "家里一股煤气味!!")


@dataclass
class Machines:
    """An account served by several applications; the first one's tables are everybody's."""

    account: Account
    runtimes: list[Runtime]

    def at_once(self, jobs: int, job: Callable[[int, Runtime], T]) -> list[T]:
        gate = Barrier(jobs)

        def run(index: int) -> T:
            gate.wait(20)
            return job(index, self.runtimes[index % len(self.runtimes)])

        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(run, range(jobs)))

    def deliver(self, runtime: Runtime, delivery: Delivery) -> str | None:
        return Account(runtime, self.account.vendor, self.account.client).answer(delivery)


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    monkeypatch.setattr(fake_wechat, "PER_WINDOW", 10**9)
    with open_account(tmp_path, cluster.shared().fresh()) as account:
        account.vendor.quota = 10**9
        settings = account.runtime.settings
        others: list[Runtime] = [create_app(settings).extensions["huying"] for _ in range(2)]
        yield Machines(account, [account.runtime, *others])
        for other in others:
            other.db.close()


@pytest.mark.parametrize(
    "name", ["一条诉求的一生", "群里", "同一件事并到一起", "紧急没人接", "追问"]
)
def test_a_conversation_is_the_same_on_postgresql(tmp_path: Path, name: str) -> None:
    other = Town(tmp_path / "other", options={"database_url": cluster.shared().fresh()})
    play(other, (TRANSCRIPTS / f"{name}.txt").read_text(encoding="utf-8"))
    assert list(audit.verify(other.runtime.db)) == []
    other.runtime.db.close()


@pytest.mark.parametrize("text", MATTERS)
def test_one_message_brought_to_every_machine_is_one_issue(machines: Machines, text: str) -> None:
    delivery = machines.account.client.request("text", "sim-lixiulan", text)
    answers = set(machines.at_once(9, lambda _, runtime: machines.deliver(runtime, delivery)))
    [issue] = machines.account.issues()
    [answer] = answers
    assert answer is not None
    assert issue.number in answer
    assert machines.account.messages() == 1


def test_somebody_new_who_writes_twice_at_once_is_one_person(machines: Machines) -> None:
    deliveries = [machines.account.client.request("text", "a-stranger", t) for t in MATTERS[:2]]
    machines.at_once(2, lambda index, runtime: machines.deliver(runtime, deliveries[index]))
    assert len({issue.reporter for issue in machines.account.issues()}) == 1


def test_many_messages_are_numbered_recorded_and_pushed_once(machines: Machines) -> None:
    client, each = machines.account.client, 6

    def work(index: int, runtime: Runtime) -> int:
        for turn in range(each):
            text = MATTERS[(index + turn) % 2]
            reply = machines.deliver(runtime, client.request("text", f"resident-{index}", text))
            assert reply is not None
            runtime.courier.deliver_due()
            runtime.sweep()
        return runtime.courier.deliver_due()

    machines.at_once(6, work)
    issues = machines.account.issues()
    assert sorted(int(issue.number.split("-")[1]) for issue in issues) == list(range(1, 37))
    assert list(audit.verify(machines.account.runtime.db)) == []
    pushes = machines.account.pushes()
    assert {push.status for push in pushes} <= {"sent", "dead"}
    assert not any(push.in_doubt for push in pushes)
    sent = Counter((push.address, push.text) for push in pushes if push.status == "sent")
    assert Counter(machines.account.vendor.sent) == sent


def test_an_alarm_is_passed_on_once_however_many_look(tmp_path: Path) -> None:
    options: dict[str, object] = {
        "database_url": cluster.shared().fresh(),
        "secret_key": "the same on every machine",
    }
    towns = [Town(tmp_path / str(n), options=options) for n in range(3)]
    towns[0].say("李秀兰", MATTERS[2])
    for minutes in (6, 12, 18):
        for each in towns:
            each.now = MORNING + timedelta(minutes=minutes)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda each: each.runtime.sweep(), towns))
    [issue] = towns[0].issues()
    assert issue.duty_step == 3
    for each in towns:
        each.runtime.db.close()


def test_a_process_that_is_started_before_its_store_waits_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = cluster.own()
    settings = Settings(data_dir=tmp_path / "run", database_url=server.fresh())
    server.stop()
    with pytest.raises(StoreFailed):
        opened(create_app, settings, patience=0.0)
    assert capsys.readouterr().err == ""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(opened, create_app, settings, patience=30.0, pause=0.2)
        time.sleep(1.0)
        server.start()
        app = waiting.result()
    assert app.extensions["huying"].service.prepared(None)
    assert app.test_client().get("/healthz").status_code == 200
    assert "数据库还打不开" in capsys.readouterr().err
    app.extensions["huying"].db.close()
    server.remove()
