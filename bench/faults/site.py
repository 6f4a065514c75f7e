"""A community under attack: web server and worker as processes of their own, on either store."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.knowledge import ROOT
from bench.servers import free_port
from channels.simulator import Delivery
from data.database import Database
from data.settings import Settings
from tests.journey.account import AES_KEY, APP_ID, SECRET, TOKEN

LEASE = 5  # seconds; the shortest that may be set
PATIENCE = 5.0  # seconds after which WeChat gives a delivery up and makes it again
SERVE = (sys.executable, "bot.py", "serve")
WORK = (sys.executable, "bot.py", "work")
GUNICORN = (
    str(Path(sys.executable).parent / "gunicorn"), "--workers", "2", "--worker-class", "gthread",
    "--threads", "4", "--log-level", "warning", "bot:create_app()",
)  # fmt: skip


@dataclass
class Process:
    """One of ours, with whatever processes it starts."""

    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    gave_up: int = 0  # died without being killed: the store was locked when it started, say
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    def children(self) -> list[int]:
        """Gunicorn's workers; nothing for one that does all by itself."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(number) for number in path.read_text().split()] if path.exists() else []

    def kill(self) -> None:
        """With everything it started, at once."""
        if self.running is None:
            return
        self.gave_up += self.running.poll() is not None
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(10)
        self.running = None

    def tend(self) -> None:
        """Start it again if it has given up, as systemd does."""
        if self.running is not None and self.running.poll() is not None:
            self.kill()
            self.start()


@dataclass
class Site:
    """One deployment: its store, where it listens, and its processes."""

    folder: Path
    url: str
    vendor: str
    extra: Mapping[str, str] = field(default_factory=dict)  # environment: a shim, say
    many: bool = False  # two of either kind; else one web process and one that works
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        bind = ("--bind", f"127.0.0.1:{self.port}")
        web = (GUNICORN[0], *bind, *GUNICORN[1:]) if self.many else SERVE
        self.web = Process(web, self.env(), self.folder / "web.log")
        self.workers = [
            Process(WORK, self.env(), self.folder / f"worker{n}.log")
            for n in range(2 if self.many else 1)
        ]

    @property
    def processes(self) -> list[Process]:
        return [self.web, *self.workers]

    def env(self) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
        return env | {
            "HUYING_DATA_DIR": str(self.data),
            "HUYING_DATABASE_URL": self.url,
            "HUYING_WECHAT_TOKEN": TOKEN,
            "HUYING_WECHAT_APPID": APP_ID,
            "HUYING_WECHAT_SECRET": SECRET,
            "HUYING_WECHAT_AES_KEY": AES_KEY,
            "HUYING_WECHAT_API_BASE": self.vendor,
            "HUYING_OUTBOX_LEASE_SECONDS": str(LEASE),
            "HUYING_QUIET_HOURS": "off",
            "PORT": str(self.port),
            **self.extra,
        }

    @property
    def data(self) -> Path:
        return self.folder / "run"

    def settings(self) -> Settings:
        return Settings(data_dir=self.data, database_url=self.url)

    @contextmanager
    def store(self) -> Iterator[Database]:
        """The store, seen from outside."""
        database = Database.of(self.settings())
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def running(self) -> Iterator[None]:
        self.data.mkdir(parents=True, exist_ok=True)
        try:
            for process in self.processes:
                process.start()
            yield
        finally:
            for process in self.processes:
                process.kill()

    def post(self, delivery: Delivery) -> bytes:
        """One delivery over a connection of its own; OSError or HTTPException when it is lost."""
        status, body = self._ask("POST", f"{delivery.path}?{delivery.query}", delivery)
        if status != 200:
            raise http.client.HTTPException(f"HTTP {status}")
        return body

    def health(self) -> int:
        """What /healthz answers, 0 where nobody does."""
        try:
            return self._ask("GET", "/healthz", Delivery("", "", b"", {}))[0]
        except (OSError, http.client.HTTPException):
            return 0

    def _ask(self, method: str, path: str, delivery: Delivery) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, delivery.body, delivery.headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
