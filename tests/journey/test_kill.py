"""kill -9 in the middle of a stream of messages: what was acknowledged is there, once.

The real server as a process of its own on a real file, real HTTP in and out, five kills at moments
drawn from a fixed seed; each delivery is tried three times, as WeChat does.
"""

from __future__ import annotations

import http.client
import itertools
import os
import queue
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from channels.simulator import Delivery, WechatClientSide
from data.database import Database
from data.rows import Issue, StoredMessage, StoredPush
from data.settings import Settings
from tests.journey import fake_wechat
from tests.journey.account import AES_KEY, APP_ID, CONFIG, SECRET, TOKEN, followed_by
from tests.journey.fake_wechat import FakeWechat

ROOT = Path(__file__).parents[2]
KILLS = 5
CALLERS = 6
LEASE = 5
DRAIN = 60.0  # seconds that the last pushes may take; they need a lease and a sweep
WAIT = 60.0  # seconds after which a server that does not come up is a failure
TRIES = 3
PATIENCE = 5.0  # seconds after which WeChat gives a delivery up and makes it again
# Each is an issue at once, and never joined to another resident's.
MATTERS = ("想立个遗嘱,房子给小儿子,怎么弄", "外来人员凭居住证能不能办理入学")


class SlowVendor(FakeWechat):
    """Takes its time before and after it has sent the message on, so that kills fall in between."""

    def _send(self, token: str, body: dict[str, object]) -> Response:
        time.sleep(0.01)
        answer = super()._send(token, body)
        time.sleep(0.01)
        return answer


@dataclass
class Server:
    """`bot.py serve`, which can be killed and started again on the same data and port."""

    folder: Path
    vendor: FakeWechat
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
        env |= {
            "HUYING_DATA_DIR": str(self.folder),
            "HUYING_WECHAT_TOKEN": TOKEN,
            "HUYING_WECHAT_APPID": APP_ID,
            "HUYING_WECHAT_SECRET": SECRET,
            "HUYING_WECHAT_AES_KEY": AES_KEY,
            "HUYING_WECHAT_API_BASE": self.vendor.base,
            "HUYING_OUTBOX_LEASE_SECONDS": str(LEASE),
            "HUYING_QUIET_HOURS": "off",
            "PORT": str(self.port),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "bot.py", "serve"], cwd=ROOT, env=env, stdout=log, stderr=log
            )

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait(10) == -signal.SIGKILL, self.log.read_text()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def post(self, delivery: Delivery) -> bytes:
        """One delivery over a connection of its own; OSError or HTTPException when it is lost."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            path = f"{delivery.path}?{delivery.query}"
            connection.request("POST", path, delivery.body, delivery.headers)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise http.client.HTTPException(f"HTTP {response.status}")
        return body

    def alive(self, within: float) -> None:
        """Wait until it takes connections again."""
        deadline = time.monotonic() + within
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.05)


@dataclass
class Stream:
    """Callers that deliver messages as WeChat's servers do, until told to stop."""

    server: Server
    client: WechatClientSide
    acknowledged: dict[str, tuple[Delivery, str | None]] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)
    retried: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    faults: queue.SimpleQueue[Exception] = field(default_factory=queue.SimpleQueue)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._call, args=(n,)) for n in range(CALLERS)]
        for thread in threads:
            thread.start()
        return threads

    def _call(self, caller: int) -> None:
        for count in itertools.count():
            if self.stop.is_set():
                return
            number = str(10_000_000 + caller * 100_000 + count)
            text = MATTERS[count % len(MATTERS)]
            try:
                self._deliver(number, self.client.request("text", number, text, msg_id=number))
            except Exception as fault:  # noqa: BLE001  shown by the test, not lost with the thread
                self.faults.put(fault)
                return
            time.sleep(0.05)

    def _deliver(self, number: str, delivery: Delivery) -> None:
        for attempt in range(TRIES):
            self.retried += attempt > 0
            try:
                reply = self.server.post(delivery)
            except (OSError, http.client.HTTPException):
                time.sleep(1.0)
                continue
            self.acknowledged[number] = (delivery, self.client.read_reply(reply))
            return
        self.given_up.add(number)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, vendor: FakeWechat) -> Iterator[Server]:
    server = Server(folder / "run", vendor, free_port(), folder / "server.log")
    server.start()
    try:
        server.alive(within=WAIT)
        yield server
    finally:
        server.stop()


def kill_again_and_again(server: Server, stream: Stream, dice: random.Random) -> None:
    """Each time at some moment after new messages have been answered."""
    for _ in range(KILLS):
        answered = len(stream.acknowledged)
        deadline = time.monotonic() + WAIT
        while len(stream.acknowledged) < answered + 8:
            assert stream.faults.empty(), stream.faults.get()
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.01)
        time.sleep(dice.uniform(0.0, 0.6))
        server.kill()
        server.start()
        server.alive(within=WAIT)


def drained(database: Database) -> bool:
    with database.read() as tx:
        waiting = "SELECT COUNT(*) FROM outbox WHERE status IN ('queued', 'sending')"
        return not tx.scalar(waiting)


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor's five messages a window would be spent at once by a team's lead."""
    monkeypatch.setattr(fake_wechat, "PER_WINDOW", 10**9)


@pytest.mark.usefixtures("unlimited")
def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(tmp_path: Path) -> None:
    client = WechatClientSide(CONFIG, mode="safe")
    with SlowVendor(APP_ID, SECRET) as vendor, serving(tmp_path, vendor) as server:
        vendor.quota = 10**9
        followed_by(vendor, f"sqlite:///{server.folder / 'huying.db'}")
        stream = Stream(server, client)
        callers = stream.start()
        try:
            kill_again_and_again(server, stream, random.Random(20261123))
            time.sleep(1)
        finally:
            stream.stop.set()
            for caller in callers:
                caller.join(30)
        assert stream.faults.empty(), stream.faults.get()

        repeated = {
            number: client.read_reply(server.post(delivery))
            for number, (delivery, _) in stream.acknowledged.items()
        }
        database = Database.of(Settings(data_dir=server.folder))
        deadline = time.monotonic() + DRAIN
        while not drained(database):
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.2)
        shown = checked(server)

    with database.read() as tx:
        messages = tx.all(StoredMessage, "SELECT * FROM messages")
        issues = tx.all(Issue, "SELECT * FROM issues")
        pushes = tx.all(StoredPush, "SELECT * FROM outbox")
    database.close()
    assert stream.retried > 0, "no kill hit a delivery: the test shows nothing"
    first = {number: reply for number, (_, reply) in stream.acknowledged.items()}
    assert repeated == first
    every_message_has_its_issue(first, stream.given_up, messages, issues)
    every_push_came_once_or_is_in_doubt(pushes, vendor, shown)


def checked(server: Server) -> set[int]:
    """The pushes that `bot.py check` shows."""
    env = {**os.environ, "HUYING_DATA_DIR": str(server.folder), "HUYING_WECHAT_SECRET": SECRET}
    done = subprocess.run(
        [sys.executable, "bot.py", "check"], cwd=ROOT, env=env, capture_output=True, timeout=60,
        check=False, text=True,
    )  # fmt: skip
    return {int(number) for number in re.findall(r"^C2[67] 推送 (\d+)", done.stdout, re.MULTILINE)}


def every_message_has_its_issue(
    first: dict[str, str | None],
    given_up: set[str],
    messages: list[StoredMessage],
    issues: list[Issue],
) -> None:
    made = Counter(issue.message for issue in issues)
    assert set(made.values()) == {1}, "a message made two issues"
    assert len({issue.number for issue in issues}) == len(issues)
    stored = {message.key.rsplit(":", 1)[1]: message for message in messages}
    assert set(first) <= set(stored) <= set(first) | given_up
    assert made.keys() == {message.key for message in messages}
    numbers = {issue.message: issue.number for issue in issues}
    for number, reply in first.items():
        assert reply is not None
        assert numbers[stored[number].key] in reply


def every_push_came_once_or_is_in_doubt(
    pushes: list[StoredPush], vendor: FakeWechat, shown: set[int]
) -> None:
    came = Counter(vendor.sent)
    sent_to = Counter((push.address, push.text) for push in pushes)
    assert set(sent_to.values()) == {1}, "two pushes cannot be told apart"
    assert came.keys() <= sent_to.keys()
    for push in pushes:
        times = came[push.address, push.text]
        if push.status == "sent" and not push.in_doubt:
            assert times == 1, f"push {push.id} came {times} times"
        else:
            assert push.in_doubt
            assert push.id in shown, f"push {push.id} is {push.status} and nobody is told"
            assert times <= (1 if push.status == "doubt" else 2)
