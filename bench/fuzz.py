"""A million hostile requests: `nice -n 19 python -m bench.fuzz --requests 1000000 --minutes 90`.

In process, straight into the WSGI application with every channel configured, the chat simulator on,
a signed-in browser and a program's key; the clock goes on, and what falls due is done in between.
Nothing may answer 500, take a second, or grow the memory.
`--only N` makes the Nth request of a seed again and shows it. Time is the thread's own (CPU), for
the machine may be busy with other things; what took a second by the clock is counted beside it.
"""

from __future__ import annotations

import argparse
import io
import logging
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote_to_bytes

from flask import got_request_exception
from pydantic import SecretStr

from bench.fuzz_bodies import Request, callback, doors, moment
from bench.fuzz_requests import Requests, Who
from bench.knowledge import ROOT
from bot import Runtime, create_app
from data.settings import Aibot, Quiet, Settings, Wechat, Wecom
from data.tables import people
from desk import api_tokens, logins

log = logging.getLogger("bench.fuzz")
CALLBACKS = 0.75  # the share of callbacks; the rest goes to pages and programs
SLOW = 1.0  # seconds
WARM = 20_000  # requests after which memory is looked at
PASSWORD = "correct-horse-battery"
KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
RENEWED = 5000  # requests after which the browser signs in anew
SWEPT = 2500  # requests after which the sweep and the courier have their turn
PUSHES = 300  # that a turn delivers at most
LOOK = 10_000  # requests after which the memory is written down
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Found:
    """What a run met."""

    statuses: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    errors: dict[str, tuple[int, str]] = field(default_factory=dict)  # by place: which, and how
    slow: list[tuple[float, int, str]] = field(default_factory=list)
    slow_by_the_clock: int = 0
    longest: float = 0.0
    memory: list[tuple[int, float]] = field(default_factory=list)  # requests, MB
    asked: set[str] = field(default_factory=set)  # routes
    done: set[str] = field(default_factory=set)  # those that did at least once what was asked

    @property
    def growth(self) -> float:
        """MB between the first look after warming up and the last."""
        settled = [megabytes for count, megabytes in self.memory if count >= WARM]
        return settled[-1] - settled[0] if len(settled) > 1 else 0.0


class Fuzz:
    """One application and whoever attacks it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.found = Found()
        self._seed = seed
        self._settings = settings(folder)
        self._now = datetime.fromtimestamp(moment(0), UTC)
        app = create_app(self._settings, lambda: self._now)
        self._runtime: Runtime = app.extensions["huying"]
        self._runtime.service.prepared(None)
        self._doors = doors(self._settings)
        self._key = self._program()
        document = app.test_client().get("/api/v1/openapi.json").get_json()
        self.requests = Requests(app, document, self._who())
        self._raised = ""
        self._ended = False
        got_request_exception.connect(self._note, app)

    def _note(self, _: Any, exception: BaseException, **__: Any) -> None:
        frames = traceback.extract_tb(exception.__traceback__)
        ours = [
            f for f in frames if f.filename.startswith(str(ROOT)) and "/.venv/" not in f.filename
        ]
        last = (ours or frames)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        self._raised = f"{type(exception).__name__} at {where}: {exception}"[:300]

    def request(self, number: int) -> Request:
        """The same for the same seed and number."""
        dice = random.Random(f"{self._seed}:{number}")
        if dice.random() < CALLBACKS:
            return callback(dice.choice(self._doors), dice, moment(number))
        return self.requests.one(dice)

    def run(self, first: int, count: int, until: float) -> int:
        """So many requests, or as many as there is time for; returns how many."""
        for number in range(first, first + count):
            if self._ended or time.monotonic() > until:
                return number - first
            self._now = datetime.fromtimestamp(moment(number), UTC)
            if number and number % RENEWED == 0:
                self.requests.who = self._who()
            if number and number % SWEPT == 0:
                self._fall_due(number)
            self.send(number, self.request(number))
            if (number - first) % LOOK == 0:
                self.found.memory.append((number - first, resident()))
                found = self.found
                said = (number - first, resident(), len(found.errors), len(found.slow))
                log.info("%s requests, %.0f MB, %s wrong, %s slow", *said)
        return count

    def end(self) -> None:
        """No more requests: what was found so far is reported. `--first` goes on from there."""
        self._ended = True

    def send(self, number: int, request: Request) -> tuple[int, bytes]:
        """One request, and what is noted of it."""
        self._raised = ""
        began, clock = time.thread_time(), time.monotonic()
        try:
            status, body = call(self._runtime.app.wsgi_app, request)
        except Exception as error:  # noqa: BLE001  whatever leaves the application is a finding
            self._note(None, error)
            status, body = 0, b""
        took = time.thread_time() - began
        found = self.found
        found.statuses[status] += 1
        found.kinds[f"{request.kind} {status}"] += 1
        found.longest = max(found.longest, took)
        found.slow_by_the_clock += time.monotonic() - clock > SLOW
        found.asked.add(request.aim)
        if 200 <= status < 400:
            found.done.add(request.aim)
        if took > SLOW:
            found.slow.append((took, number, f"{request.method} {request.path}"))
        if status == 0 or (
            status >= 500 and status != HTTPStatus.BAD_GATEWAY
        ):  # no vendor is there
            self._wrong(number, f"{request.kind} {request.method} {request.path}: {status}")
        return status, body

    def _fall_due(self, number: int) -> None:
        """What hostile words have led to is carried on: deadlines, reminders, pushes."""
        try:
            self._runtime.sweep()
            self._runtime.inbox.catch_up()
            self._runtime.courier.deliver_due(PUSHES)
        except Exception as error:  # noqa: BLE001  as above
            self._note(None, error)
            self._wrong(number, "the sweep before it")

    def _wrong(self, number: int, said: str) -> None:
        """Each place once: the first request that led there."""
        where = self._raised.partition(" at ")[2][:40] or said
        self.found.errors.setdefault(where, (number, f"{said} {self._raised}"))

    def _program(self) -> str:
        with self._runtime.db.write() as tx:
            scopes = get_args(api_tokens.Scope)
            _, secret = api_tokens.make(tx, "fuzz", "gaojianmin", scopes, self._now, None)
        return secret

    def _who(self) -> Who:
        """A browser in which the secretary has just chosen a password."""
        client = self._runtime.app.test_client()
        with self._runtime.db.write() as tx:
            person = people.by_id(tx, "gaojianmin")
            assert person is not None
            code = logins.invite(tx, person, "gaojianmin", self._now)
        token = _TOKEN.search(client.get("/console/setup").text)
        assert token is not None
        form = {"csrf_token": token[1], "name": "gaojianmin", "code": code}
        form |= {"password": PASSWORD, "again": PASSWORD}
        client.post("/console/setup", data=form)
        page = _TOKEN.search(client.get("/console/account").text)
        assert page is not None, "nobody is signed in"
        cookie = "; ".join(f"{c.key}={c.value}" for c in (client._cookies or {}).values())
        return Who(cookie, page[1], self._key)


def settings(folder: Path) -> Settings:
    """Every channel at once; nothing is sent, because no thread is started."""
    nobody = "http://127.0.0.1:9"
    word = SecretStr("a-token-for-the-bench")
    key = SecretStr(KEY)
    return Settings(
        data_dir=folder,
        simulator="on",
        quiet=Quiet(hours="off"),
        wechat=Wechat(token=word, appid="wxba5fad812f8e6fb9", secret=word, aes_key=key,
                      api_base=nobody),
        wecom=Wecom(token=word, corpid="wx5823bf96d3bd56c7", agentid=1, secret=word, aes_key=key,
                    api_base=nobody),
        aibot=Aibot(token=word, aes_key=key),
    )  # fmt: skip


def call(app: Any, request: Request) -> tuple[int, bytes]:
    """Into the WSGI application without a client's own checks of what it sends."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method, "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query.encode("utf-8", "surrogatepass").decode("latin-1"),
        "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)), "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    for name, value in request.headers.items():
        wire = value.encode("utf-8", "replace").decode("latin-1")
        name = name.upper().replace("-", "_")
        environ[name if name == "CONTENT_TYPE" else f"HTTP_{name}"] = wire
    status: list[str] = []
    answer = app(environ, lambda line, *_: status.append(line))
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return int(status[0].split(" ")[0]), body


def resident() -> float:
    """MB of memory held."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def report(found: Found, aims: set[str], count: int, seconds: float) -> None:
    print(
        f"{count:,} requests in {seconds:.0f} s; longest {found.longest * 1000:.0f} ms CPU;",
        end=" ",
    )
    print(f"{found.slow_by_the_clock} over a second by the clock; grown by {found.growth:.1f} MB")
    print("statuses:", dict(sorted(found.statuses.items())))
    print(f"routes: {len(aims)}, asked {len(aims & found.asked)}, done {len(aims & found.done)}")
    print("kinds:", dict(sorted(found.kinds.items())))
    every = max(len(found.memory) // 12, 1)
    print("memory:", ", ".join(f"{n // 1000}k {mb:.0f}" for n, mb in found.memory[::every]))
    for seconds, number, said in found.slow[:20]:
        print(f"SLOW {seconds:.1f} s #{number} {said}")
    for number, said in list(found.errors.values())[:50]:
        print(f"ERROR #{number} {said}")


def quiet() -> None:
    """Only our own lines: of a million refusals each would be logged."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.CRITICAL)
    log.setLevel(logging.INFO)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first request")
    parser.add_argument("--only", type=int, help="this request alone, and show it")
    args = parser.parse_args()
    quiet()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        fuzz = Fuzz(Path(folder), args.seed)
        if args.only is not None:
            request = fuzz.request(args.only)
            print(request, fuzz.send(args.only, request))
            count, seconds = 1, 0.0
        else:
            began = time.monotonic()
            signal.signal(signal.SIGTERM, lambda *_: fuzz.end())
            count = fuzz.run(args.first, args.requests, began + 60 * args.minutes)
            seconds = time.monotonic() - began
    report(fuzz.found, fuzz.requests.aims(), count, seconds)
    return 1 if fuzz.found.errors or fuzz.found.slow else 0


if __name__ == "__main__":
    sys.exit(main())
