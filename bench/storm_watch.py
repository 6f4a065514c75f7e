"""What is seen of a running deployment from outside, second by second: pages, pushes, memory."""

from __future__ import annotations

import http.cookiejar
import re
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from data.database import Database
from data.tables import outbox, people
from desk import logins

PAGES = ("/healthz", "/console/today")
OURS = ("gunicorn", "bot.py")
SECRETARY, PASSWORD = "gaojianmin", "correct-horse-battery"
LONG = 60.0  # seconds after which a page is given up
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Seen:
    """All that was noted, each with the second at which it was."""

    pages: list[tuple[float, str, float | None]] = field(default_factory=list)  # ms; None: failed
    lags: list[tuple[float, float, int]] = field(default_factory=list)  # seconds, pushes waiting
    deferred: list[tuple[float, int]] = field(default_factory=list)  # messages
    memory: list[tuple[float, float]] = field(default_factory=list)  # MB of all processes


class Watch:
    """Looks every second, until told to stop."""

    def __init__(self, port: int, database: Database, began: float) -> None:
        self.seen = Seen()
        self._address = f"http://127.0.0.1:{port}"
        self._database = database
        self._began = began
        self._browser = _signed_in(self._address, database)
        self._stop = threading.Event()

    @contextmanager
    def looking(self) -> Iterator[Seen]:
        threads = [
            threading.Thread(target=self._again_and_again, args=(look,))
            for look in (self._pages, self._pushes)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self.seen
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def now(self) -> float:
        return time.monotonic() - self._began

    def pushes(self) -> tuple[float, int]:
        """For how long the oldest that is due has been waiting, and how many wait."""
        now = datetime.now(UTC)
        with self._database.read() as tx:
            oldest = outbox.oldest_due(tx, now)
            sql = "SELECT COUNT(*) FROM outbox WHERE status IN ('queued', 'sending')"
            waiting = int(tx.scalar(sql))
        return (now - oldest).total_seconds() if oldest else 0.0, waiting

    def deferred(self) -> int:
        """How many messages wait to be handled."""
        with self._database.read() as tx:
            sql = "SELECT COUNT(*) FROM messages WHERE deferred_until IS NOT NULL"
            return int(tx.scalar(sql))

    def _again_and_again(self, look: object) -> None:
        assert callable(look)
        while not self._stop.wait(1.0):
            look()

    def _pages(self) -> None:
        for page in PAGES:
            at, took = self.now(), self._took(page)
            self.seen.pages.append((at, page, took))

    def _pushes(self) -> None:
        at = self.now()
        self.seen.lags.append((at, *self.pushes()))
        self.seen.deferred.append((at, self.deferred()))
        self.seen.memory.append((at, sum(resident(pid) for pid in processes())))

    def _took(self, page: str) -> float | None:
        began = time.monotonic()
        try:
            with self._browser.open(self._address + page, timeout=LONG) as answer:
                answer.read()
        except OSError:  # whatever is not 200, too
            return None
        return (time.monotonic() - began) * 1000


def _signed_in(address: str, database: Database) -> urllib.request.OpenerDirector:
    """A browser in which the secretary has just chosen a password."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with database.write() as tx:
        person = people.by_id(tx, SECRETARY)
        assert person is not None
        code = logins.invite(tx, person, SECRETARY, datetime.now(UTC))
    with browser.open(f"{address}/console/setup", timeout=LONG) as page:
        token = _TOKEN.search(page.read().decode())
    assert token is not None
    form = {"csrf_token": token[1], "name": SECRETARY, "code": code}
    form |= {"password": PASSWORD, "again": PASSWORD}
    body = urllib.parse.urlencode(form).encode()
    with browser.open(f"{address}/console/setup", body, timeout=LONG) as page:
        assert "signin" not in page.url, page.url
    return browser


def processes() -> list[int]:
    """Those of the deployment, which this process has started, with their children."""
    found, waiting = [], [int(Path("/proc/self").resolve().name)]
    while waiting:
        for path in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                children = [int(number) for number in path.read_text().split()]
            except OSError:  # it has just ended
                continue
            waiting += children
            found += [child for child in children if any(name in _command(child) for name in OURS)]
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def resident(pid: int) -> float:
    """MB of memory that it holds; what it shares with others is counted for each."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    kilobytes = re.search(r"VmRSS:\s+(\d+)", text)
    return int(kilobytes[1]) / 1000 if kilobytes else 0.0
