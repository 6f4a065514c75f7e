"""The servers that are measured, each started fresh on an empty folder; and a vendor for pushes."""

from __future__ import annotations

import asyncio
import http.client
import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.knowledge import ROOT
from bench.load import CONFIG

START_TIMEOUT = 30.0
BESIDE = str(Path(sys.executable).parent)


@dataclass(frozen=True)
class Server:
    """How a server is started: its processes by their arguments, where, and with what."""

    name: str
    commands: Sequence[Sequence[str]]  # the first one listens; {port} is filled in
    env: Callable[[Path, int], dict[str, str]]
    ours: bool = True
    folder: Path = ROOT


NOT_A_USERS = ("HUYING_", "PYTHONDONTWRITEBYTECODE")  # compiled once, not at every start


def environment() -> dict[str, str]:
    """Ours, without what a user's would not have."""
    return {name: value for name, value in os.environ.items() if not name.startswith(NOT_A_USERS)}


def prepare() -> None:
    """What `make run` does before it starts the server: compiled modules, trained classifiers."""
    subprocess.run((sys.executable, "bot.py", "prepare"), cwd=ROOT, env=environment(), check=True)


@contextmanager
def running(server: Server, port: int, folder: Path) -> Iterator[float]:
    """Start it; yields the moment of the start. Everything is killed at the end."""
    env = environment() | server.env(folder, port)
    started = time.perf_counter()
    processes = []
    with (folder / "log").open("ab") as log:
        for command in server.commands:
            words = [word.format(port=port) for word in command]
            processes.append(
                subprocess.Popen(words, cwd=server.folder, env=env, stdout=log, stderr=log)
            )
    try:
        yield started
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(port: int, started: float, path: str, good: Callable[[int], bool]) -> float:
    """Seconds from the start to the first good answer."""
    while time.perf_counter() - started < START_TIMEOUT:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if good(connection.getresponse().status):
                return time.perf_counter() - started
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise RuntimeError(f"no server on port {port}")


@contextmanager
def fresh_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# -- what is compared ---------------------------------------------------------------------------


def our_servers(vendor: str, kinds: Sequence[str], postgres: str = "") -> list[Server]:
    """One process as `serve` runs it; two under gunicorn with the pushes in a third; and
    without understanding and keeping anything. `postgres`: the database that has their stores."""

    def env(folder: Path, port: int) -> dict[str, str]:
        return {
            "HUYING_DATABASE_URL": store(folder, postgres),
            "HUYING_DATA_DIR": str(folder),
            "HUYING_WECHAT_TOKEN": CONFIG.token,
            "HUYING_WECHAT_APPID": CONFIG.app_id,
            "HUYING_WECHAT_SECRET": CONFIG.secret,
            "HUYING_WECHAT_AES_KEY": CONFIG.aes_key,
            "HUYING_WECHAT_API_BASE": vendor,
            "HUYING_QUIET_HOURS": "off",
            "PORT": str(port),
        }

    def quiet(folder: Path, port: int) -> dict[str, str]:
        return {**env(folder, port), "HUYING_OUTBOX_POLL_SECONDS": "86400"}

    work = (sys.executable, "bot.py", "work")
    serve = (sys.executable, "bot.py", "serve")
    every = {
        "waitress": Server("Huying, waitress 1×64, sending pushes", (serve,), env),
        "waitress-quiet": Server("Huying, waitress 1×64, pushes only queued", (serve,), quiet),
        "gunicorn": Server("Huying, gunicorn 2×64 and work", (_gunicorn(BESIDE), work), env),
        "gunicorn-quiet": Server(
            "Huying, gunicorn 2×64, pushes only queued", (_gunicorn(BESIDE),), env
        ),
        "gunicorn-answering": Server(
            "the same, understanding and keeping nothing",
            (_gunicorn(BESIDE, "bench.answering:create_app()"),),
            env,
        ),
    }
    return [every[kind] for kind in kinds if kind in every]


def store(folder: Path, postgres: str = "") -> str:
    """The address of the store that belongs to this folder: a file in it, or a schema of its name
    in the database at `postgres`."""
    if not postgres:
        return f"sqlite:///{folder / 'huying.db'}"
    schema = re.sub(r"\W", "_", folder.name.lower())
    with psycopg.connect(postgres) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}".encode())
    return f"{postgres}{'&' if '?' in postgres else '?'}options=-csearch_path%3D{schema}"


def peer_servers(python: str, kinds: Sequence[str]) -> list[Server]:
    """WeRoBot under the same kinds of server."""

    def env(folder: Path, port: int) -> dict[str, str]:  # noqa: ARG001  one shape for all
        return {
            "BENCH_TOKEN": CONFIG.token,
            "BENCH_APPID": CONFIG.app_id,
            "BENCH_AES_KEY": CONFIG.aes_key,
            "BENCH_DB": str(folder / "werobot.db"),
            "HOME": str(folder),
        }

    beside = str(Path(python).parent)
    app = "peer_werobot:app"
    waitress = (python, "-m", "waitress", "--listen=127.0.0.1:{port}", "--threads=8", app)
    every = {
        "waitress": ("WeRoBot, waitress 1×8", waitress),
        "gunicorn": ("WeRoBot, gunicorn 2×64", _gunicorn(beside, app)),
    }
    chosen = [every[kind] for kind in kinds if kind in every]
    return [Server(name, (words,), env, False, ROOT / "bench") for name, words in chosen]


def _gunicorn(beside: str, app: str = "bot:create_app()") -> tuple[str, ...]:
    """Two processes: sync workers, with a connection a message, were slower."""
    size = ("--workers", "2", "--worker-class", "gthread", "--threads", "64")
    return (f"{beside}/gunicorn", "--bind", "127.0.0.1:{port}", *size, "--log-level=warning", app)


# -- the vendor ---------------------------------------------------------------------------------

TOKEN = b'{"access_token":"TOKEN","expires_in":7200}'
ACCEPTED = b'{"errcode":0,"errmsg":"ok"}'


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            body = TOKEN if b"stable_token" in head else ACCEPTED
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    except (asyncio.IncompleteReadError, OSError):
        writer.close()


@contextmanager
def vendor() -> Iterator[str]:
    """An API server that accepts every push at once; yields its address."""
    started: queue.SimpleQueue[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]]
    started = queue.SimpleQueue()

    async def serve() -> None:
        stop = asyncio.Event()
        server = await asyncio.start_server(_answer, "127.0.0.1", 0)
        started.put((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), stop))
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    port, loop, stop = started.get(timeout=10)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
