"""A private PostgreSQL, started when the first test asks for it and gone with the test process."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

HOMES = "/usr/lib/postgresql/*/bin"  # Debian's; elsewhere the programs are on the PATH
ADMIN = "huying"
# Nothing of a test outlives its machine, so nothing is forced to the disk.
FAST = ("fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB")
# Sorts as a dictionary does (PostgreSQL 15 and later), as a community's database may well do.
LINGUISTIC = ("--locale-provider=icu", "--icu-locale=zh")
KEPT = 8  # databases; a test uses fewer at a time
SMALL = ("listen_addresses=", "max_connections=60", "max_wal_senders=0", "wal_level=minimal")


def programs() -> Path | None:
    """Where initdb and postgres are, the newest first; None where they are not."""
    newest = sorted(Path("/").glob(HOMES.lstrip("/")), key=lambda p: float(p.parent.name))[::-1]
    on_path = shutil.which("initdb")
    places = [*newest, *([Path(on_path).parent] if on_path else [])]
    return next((place for place in places if (place / "initdb").exists()), None)


def _privileges() -> list[str]:
    """PostgreSQL does not run as root; and it ends with the tests, even if they are killed."""
    if os.geteuid() == 0:
        nobody_special = ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        return ["setpriv", "--pdeathsig=QUIT", *nobody_special]
    return ["setpriv", "--pdeathsig=QUIT"] if shutil.which("setpriv") else []


def _folder() -> Path:
    """In memory where there is room: making tables is three times as fast."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30
    return Path(tempfile.mkdtemp(prefix="huying-pg-", dir=memory if roomy else None))


@dataclass
class Cluster:
    """One server on a socket in a folder of its own."""

    bin: Path
    folder: Path = field(default_factory=lambda: _folder())
    server: subprocess.Popen[bytes] | None = None
    _names: count[int] = field(default_factory=count)
    _given: list[str] = field(default_factory=list)

    def create(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._call("initdb", "-D", "data", "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--no-sync",
                   "--locale=C", *LINGUISTIC)  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = ["-D", "data", "-k", str(self.folder), *_set(FAST + SMALL)]
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                self._command("postgres", *options),
                cwd=self.folder, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                assert self.server.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < deadline, (self.folder / "log").read_text()
                time.sleep(0.02)

    def stop(self) -> None:
        """At once, as when the power goes."""
        if self.server is not None:
            self.server.send_signal(3)  # SIGQUIT: immediate shutdown
            self.server.wait(30)
            self.server = None

    def tend(self) -> None:
        """Start it again if it has ended by itself, as systemd does."""
        if self.server is not None and self.server.poll() is not None:
            self.start()

    def remove(self) -> None:
        self.stop()
        atexit.unregister(self.remove)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, schema: str = "public") -> str:
        options = f"&options=-csearch_path%3D{schema}"
        return f"postgresql:///{database}?host={self.folder}&user={ADMIN}{options}"

    def fresh(self, like: str = "template1") -> str:
        """The address of an empty database, or of a copy of one that nobody has open."""
        name = f"t{next(self._names)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            used = {row[0] for row in connection.execute("SELECT datname FROM pg_stat_activity")}
            for old in [known for known in self._given[:-KEPT] if known not in used]:
                connection.execute(f"DROP DATABASE {old}".encode())
                self._given.remove(old)
            connection.execute(
                f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy".encode()
            )
        self._given.append(name)
        return self.url(name)

    def keep(self, url: str, name: str) -> None:
        """What was made at this address is there to be copied, by this name, as long as we are."""
        made = conninfo_to_dict(url)["dbname"]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {made} RENAME TO {name}".encode())
        self._given.remove(str(made))

    def schema(self) -> str:
        """The address of an empty schema in a database that others use, too."""
        schema = f"t{next(self._names)}"
        with psycopg.connect(self.url("postgres")) as connection:
            connection.execute(f"CREATE SCHEMA {schema}".encode())
        return self.url("postgres", schema)

    def _call(self, *command: str) -> None:
        done = subprocess.run(
            self._command(*command), cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def _command(self, program: str, *options: str) -> list[str]:
        return [*_privileges(), str(self.bin / program), *options]


def _set(settings: Sequence[str]) -> list[str]:
    return [option for setting in settings for option in ("-c", setting)]


def own(folder: Path | None = None) -> Cluster:
    """A server that nobody else uses, in a new folder or this empty one; the caller removes it.
    Skips where there is no PostgreSQL."""
    home = programs()
    if home is None:
        pytest.skip(f"PostgreSQL IS NOT TESTED: no initdb in {HOMES} or on the PATH")
    cluster = Cluster(home, folder or _folder())
    atexit.register(cluster.remove)
    cluster.create()
    cluster.start()
    return cluster


@cache
def shared() -> Cluster:
    """The server of this test process."""
    return own()
