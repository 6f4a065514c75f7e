"""Residents who write without end, WeChat's servers that deliver for them, and its API's moods."""

from __future__ import annotations

import http.client
import itertools
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from werkzeug.wrappers import Response

from bench.faults.site import Site
from channels.simulator import Delivery, WechatClientSide
from tests.journey import fake_wechat
from tests.journey.account import APP_ID, CONFIG, SECRET
from tests.journey.fake_wechat import FakeWechat

TRIES = 3
WAIT = 600.0  # seconds without any answer after which something is wrong
# Each is an issue at once, and never joined to another resident's.
MATTERS = ("想立个遗嘱,房子给小儿子,怎么弄", "外来人员凭居住证能不能办理入学")


@dataclass
class Stream:
    """Callers that deliver messages as WeChat's servers do, until told to stop."""

    site: Site
    callers: int = 6
    pause: float = 0.05
    answered: Callable[[str], None] = lambda _: None
    client: WechatClientSide = field(default_factory=lambda: WechatClientSide(CONFIG, mode="safe"))
    acknowledged: dict[str, tuple[Delivery, str | None]] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)
    faults: queue.SimpleQueue[Exception] = field(default_factory=queue.SimpleQueue)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Messages keep coming, within."""
        threads = [threading.Thread(target=self._call, args=(n,)) for n in range(self.callers)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop()
            for thread in threads:
                thread.join(TRIES * 10)
        if not self.faults.empty():
            raise self.faults.get()

    def stop(self) -> None:
        """No more messages."""
        self._stop.set()

    def until(self, count: int) -> None:
        """Wait until so many more have been answered."""
        before, deadline = len(self.acknowledged), time.monotonic() + WAIT
        while len(self.acknowledged) < before + count:
            if not self.faults.empty():
                raise self.faults.get()
            if time.monotonic() > deadline:
                raise TimeoutError(self.site.web.log.read_text()[-3000:])
            for process in self.site.processes:
                process.tend()
            time.sleep(0.01)

    def _call(self, caller: int) -> None:
        for count in itertools.count():
            if self._stop.is_set():
                return
            number = str(10_000_000 + caller * 100_000 + count)
            text = MATTERS[count % len(MATTERS)]
            try:
                self._deliver(number, self.client.request("text", number, text, msg_id=number))
            except Exception as fault:  # noqa: BLE001  shown at the end, not lost with the thread
                self.faults.put(fault)
                return
            self._stop.wait(self.pause)

    def _deliver(self, number: str, delivery: Delivery) -> None:
        for _ in range(TRIES):
            try:
                reply = self.site.post(delivery)
            except (OSError, http.client.HTTPException) as failure:
                words = str(failure) if str(failure).startswith("HTTP") else type(failure).__name__
                self.failures[words] += 1
                time.sleep(1.0)
                continue
            self.answered(number)
            self.acknowledged[number] = (delivery, self.client.read_reply(reply))
            return
        self.given_up.add(number)

    def again(self, number: str, patience: float = 60.0) -> str | None:
        """The same delivery once more; what it is answered now."""
        deadline = time.monotonic() + patience
        while True:
            try:
                return self.client.read_reply(self.site.post(self.acknowledged[number][0]))
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)


class SlowVendor(FakeWechat):
    """Takes its time before and after it has sent the message on, so that kills fall in between."""

    def _send(self, token: str, body: dict[str, object]) -> Response:
        time.sleep(0.01)
        answer = super()._send(token, body)
        time.sleep(0.01)
        return answer


class BadVendor(FakeWechat):
    """Late, broken, out of quota; what it then does with the message nobody is told."""

    def __init__(self, app_id: str, secret: str, dice: random.Random) -> None:
        super().__init__(app_id, secret)
        self.met: Counter[str] = Counter()
        self._dice = dice
        self._kinds: list[tuple[str, float, Callable[[], Response]]] = [
            ("times out", 0.01, fake_wechat.slow(6.0)),
            ("HTTP 502", 0.05, fake_wechat.status(502)),
            ("half an answer", 0.05, fake_wechat.half),
            ("no JSON", 0.03, fake_wechat.text("<html>")),
            ("an empty answer", 0.02, fake_wechat.text("")),
            ("errcode -1", 0.05, fake_wechat.errcode(-1)),
            ("errcode 45009", 0.03, fake_wechat.errcode(45009)),
            ("errcode 45011", 0.01, fake_wechat.errcode(45011)),
        ]

    def _send(self, token: str, body: dict[str, object]) -> Response:
        lot = self._dice.random()
        for name, share, fault in self._kinds:
            lot -= share
            if lot < 0:
                self.met[name] += 1
                # What is refused with an errcode has not been sent on; of the rest half has.
                if not name.startswith("errcode") and self._dice.random() < 0.5:
                    super()._send(token, body)
                return fault()
        return super()._send(token, body)


@contextmanager
def vendor(bad: random.Random | None = None, *, slow: bool = False) -> Iterator[FakeWechat]:
    """The API server, without the limits that a load of one kind of message would meet at once."""
    kept, fake_wechat.PER_WINDOW = fake_wechat.PER_WINDOW, 10**9
    if bad is not None:
        server: FakeWechat = BadVendor(APP_ID, SECRET, bad)
    else:
        server = (SlowVendor if slow else FakeWechat)(APP_ID, SECRET)
    server.quota = 10**9
    try:
        with server:
            yield server
    finally:
        fake_wechat.PER_WINDOW = kept
