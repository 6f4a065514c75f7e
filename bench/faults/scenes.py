"""What is done to a community while its residents write: one function a kind of fault."""

from __future__ import annotations

import os
import random
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.faults.counts import Counts, count
from bench.faults.site import Process, Site
from bench.faults.stream import BadVendor, Stream, vendor
from desk.imports import import_sample
from tests.contract import cluster
from tests.contract.cluster import Cluster
from tests.journey.account import followed_by
from tests.journey.fake_wechat import FakeWechat

SHIM = Path(__file__).parent / "shim.c"
HOUR = 3600
SMALL_DISK = "300m"  # an empty PostgreSQL has 40 MB, its log and what is written then as much again


@dataclass
class Scene:
    """One run: a deployment, its residents, its vendor, and dice."""

    site: Site
    stream: Stream
    vendor: FakeWechat
    dice: random.Random
    server: Cluster | None
    control: Path | None
    disk: Path | None = None  # a small one, all of PostgreSQL's

    def set(self, *, clock: int = 0, full: bool = False) -> None:
        """What the shim makes of the machine (shim.c)."""
        assert self.control is not None
        with self.control.open("r+b") as file:
            file.write(struct.pack("=qq", clock, full))


def kills(scene: Scene, rounds: int) -> None:
    """kill -9 of the web server, of one of its processes, or of one that works; it starts again."""
    site, dice = scene.site, scene.dice
    for _ in range(rounds):
        scene.stream.until(8)
        time.sleep(dice.uniform(0.0, 0.6))
        children = site.web.children() if site.many else []
        victims: list[Process | int] = [site.web, dice.choice(site.workers), *children[:1]]
        victim = dice.choice(victims)
        if isinstance(victim, int):  # gunicorn starts another by itself
            os.kill(dice.choice(children), signal.SIGKILL)
            continue
        victim.kill()
        victim.start()


def cuts(scene: Scene, rounds: int) -> None:
    """PostgreSQL stopped at once and started again, or all its connections cut."""
    assert scene.server is not None
    for _ in range(rounds):
        scene.stream.until(8)
        time.sleep(scene.dice.uniform(0.0, 0.6))
        if scene.dice.random() < 0.5:
            scene.server.stop()
            time.sleep(scene.dice.uniform(0.0, 2.0))
            scene.server.start()
        else:
            with psycopg.connect(scene.server.url("postgres"), autocommit=True) as link:
                link.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'huying'"
                )


def bad_days(scene: Scene, rounds: int) -> None:
    """The vendor's API answers late, by halves, not at all, or that its quota is spent."""
    scene.stream.until(rounds)


def full_disk(scene: Scene, rounds: int) -> None:
    """The disk is full, and some seconds later there is room again."""
    for _ in range(rounds):
        scene.stream.until(8)
        with _full(scene):
            time.sleep(scene.dice.uniform(0.5, 4.0))
        if scene.server is not None:
            scene.server.tend()


@contextmanager
def _full(scene: Scene) -> Iterator[None]:
    """SQLite's disk by the shim; PostgreSQL's really is, since it writes for many."""
    if scene.disk is None:
        scene.set(full=True)
        yield
        scene.set(full=False)
        return
    ballast = scene.disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


def jumps(scene: Scene, rounds: int) -> None:
    """The clock is set off by up to forty days either way, and right again at the end.

    Callbacks are taken whatever their age, else all would be refused meanwhile; and nothing is too
    old to be kept, else a clock that is forty days ahead has deleted what it is compared with.
    """
    for _ in range(rounds):
        scene.stream.until(8)
        span = scene.dice.choice((60, HOUR, 8 * HOUR, 24 * HOUR, 40 * 24 * HOUR))
        scene.set(clock=scene.dice.choice((-1, 1)) * span)
        scene.stream.until(8)
        time.sleep(scene.dice.uniform(0.0, 6.0))
        scene.set(clock=0)


SCENES = {
    "kills": kills, "cuts": cuts, "bad-days": bad_days, "full-disk": full_disk, "jumps": jumps
}  # fmt: skip
TIMELESS = {
    "HUYING_LIMITS_CLOCK_MINUTES": "0",
    "HUYING_RETENTION_CHAT_HOURS": "100000",
    "HUYING_RETENTION_RAW_DAYS": "10000",
}
SHIMMED = ("full-disk", "jumps")


def play(
    name: str, store: str, rounds: int, seed: int, *, many: bool = False, pause: float = 0.05
) -> tuple[Counts, dict[str, int]]:
    """One scene from the first start to the last push; and what else there was to count."""
    dice = random.Random(seed)
    bad = dice if name == "bad-days" else None
    with (
        tempfile.TemporaryDirectory(prefix="faults-") as place,
        _stored(store, Path(place), small=name == "full-disk") as (url, server),
        vendor(bad, slow=name == "kills") as api,
        _shimmed(Path(place), wanted=name in SHIMMED) as (env, control),
    ):
        if name == "jumps":
            env = {**env, **TIMELESS}
        site = Site(Path(place), url, api.base, env, many)
        stream = Stream(site, pause=pause)
        site.data.mkdir()
        filled(site, api)
        with site.running():
            with stream.flowing():
                disk = server.folder if server and name == "full-disk" else None
                SCENES[name](Scene(site, stream, api, dice, server, control, disk), rounds)
                time.sleep(1)
            counts = count(site, stream, api)
        met = dict(api.met) if isinstance(api, BadVendor) else {}
        gave_up = {"gave up by itself": sum(process.gave_up for process in site.processes)}
        return counts, {**met, **stream.failures, **gave_up}


def filled(site: Site, api: FakeWechat) -> None:
    """The sample community, whose people all follow the account."""
    settings = site.settings()
    with site.store() as database:
        import_sample(database, settings.content_dir / "community", datetime.now(UTC))
    followed_by(api, settings.url)


@contextmanager
def _stored(store: str, folder: Path, *, small: bool) -> Iterator[tuple[str, Cluster | None]]:
    if store == "sqlite":
        yield f"sqlite:///{folder / 'run' / 'huying.db'}", None
        return
    with small_disk() if small else nullcontext(None) as disk:
        server = cluster.own(disk)
        try:
            yield server.fresh(), server
        finally:
            server.remove()


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of its own in memory, soon full. Only root may mount it."""
    folder = tempfile.mkdtemp(prefix="faults-disk-")
    words = ("-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=755", "tmpfs", folder)
    subprocess.run(("mount", *words), check=True)
    try:
        yield Path(folder)
    finally:
        subprocess.run(("umount", folder), check=True)
        Path(folder).rmdir()


@contextmanager
def _shimmed(folder: Path, *, wanted: bool) -> Iterator[tuple[dict[str, str], Path | None]]:
    """The environment that puts shim.c between our processes and the machine."""
    if not wanted:
        yield {}, None
        return
    control = folder / "control"
    control.write_bytes(bytes(16))
    yield (
        {
            "LD_PRELOAD": str(compiled(folder)),
            "FAULT_CONTROL": str(control),
            "FAULT_FOLDER": str(folder / "run"),
        },
        control,
    )


def compiled(folder: Path) -> Path:
    """The shim, built by the machine's C compiler."""
    library = folder / "shim.so"
    subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(SHIM), "-ldl"], check=True
    )
    return library
