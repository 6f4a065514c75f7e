"""The power goes: of SQLite's files only what had been forced to the disk is sure to be there.

`python -m bench.faults.power` lets the server run under load with every change of its files written
down (shim.c). Afterwards the power is cut at any points of that record: each file is what it was
at its last fsync; of what came later nothing is left, or some of its 512-byte sectors by the dice,
or all of it. SQLite must open that, and hold whatever had been acknowledged before the cut. Names
of files are taken to be on the disk at once; a name without its content is the worst that can be.
"""

from __future__ import annotations

import argparse
import random
import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bench.faults.scenes import compiled, filled
from bench.faults.site import Site
from bench.faults.stream import Stream, vendor
from data.database import Database
from data.settings import Settings
from desk import audit

HEAD = struct.Struct("=7q")
MARK = 0x464155
SECTOR = 512
FATES = ("nothing", "some", "all")  # of what was not forced to the disk


@dataclass(frozen=True)
class Change:
    """One call that changed a file, in the order of the calls' ends."""

    end: int  # how long the record was after it
    kind: str  # W write, S fsync, T truncate, U unlink, R rename, L link
    path: str
    other: str
    at: int
    content: bytes


def changes(record: bytes) -> Iterator[Change]:
    """The record, read. What is half written at its end is left out."""
    at = 0
    while at + HEAD.size <= len(record):
        mark, kind, path, other, offset, size, _ = HEAD.unpack_from(record, at)
        if mark != MARK:
            raise ValueError(f"the record is torn at {at}")
        at += HEAD.size
        parts = []
        for length in (path, other, size):
            parts.append(record[at : at + length])
            at += length
        yield Change(at, chr(kind), parts[0].decode(), parts[1].decode(), offset, parts[2])


@dataclass
class File:
    """What is sure to be on the disk, and what has been changed since."""

    sure: bytearray = field(default_factory=bytearray)
    since: list[Change] = field(default_factory=list)

    def forced(self) -> None:
        for change in self.since:
            _apply(self.sure, change, lambda: True)
        self.since.clear()

    def after(self, fate: str, dice: random.Random) -> bytes:
        """What is found when the power is back."""
        found = bytearray(self.sure)
        for change in self.since if fate != "nothing" else ():
            _apply(found, change, lambda: fate == "all" or dice.random() < 0.5)
        return bytes(found)


def _apply(content: bytearray, change: Change, stays: Callable[[], bool]) -> None:
    """Sector by sector, as far as each stays."""
    if change.kind == "T":
        if stays():
            del content[change.at :]
            content.extend(bytes(change.at - len(content)))
        return
    for start in range(0, len(change.content), SECTOR):
        if stays():
            piece = change.content[start : start + SECTOR]
            at = change.at + start
            content.extend(bytes(max(at + len(piece) - len(content), 0)))
            content[at : at + len(piece)] = piece


class Disk:
    """All the files, as one change after another is made."""

    def __init__(self, home: Path, before: Path) -> None:
        """As `before` is, a copy of `home` from the moment at which the record begins."""
        self.files = {
            str(home / path.relative_to(before)): File(bytearray(path.read_bytes()))
            for path in before.rglob("*")
            if path.is_file()
        }

    def take(self, change: Change) -> None:
        files = self.files
        if change.kind in "WT":
            files.setdefault(change.path, File()).since.append(change)
        elif change.kind == "S":
            if change.path in files:  # else it is a folder
                files[change.path].forced()
        elif change.kind == "U":
            files.pop(change.path, None)
        elif change.path in files:
            files[change.other] = files[change.path]
            if change.kind == "R":
                del files[change.path]

    def cut(self, home: Path, folder: Path, fate: str, dice: random.Random) -> None:
        """Lay the files of `home` down in `folder` as the power cut leaves them."""
        for path, file in self.files.items():
            target = folder / Path(path).relative_to(home)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.after(fate, dice))


def recorded(folder: Path, count: int, pause: float) -> tuple[Path, list[tuple[int, str]]]:
    """Let a community run until so many messages are answered: the record, and at which length of
    it each was acknowledged."""
    record = folder / "record"
    acknowledged: list[tuple[int, str]] = []
    with vendor() as api:
        site = Site(folder, f"sqlite:///{folder / 'run' / 'huying.db'}", api.base, {
            "LD_PRELOAD": str(compiled(folder)),
            "FAULT_FOLDER": str(folder / "run"),
            "FAULT_TRACE": str(record),
        })  # fmt: skip
        site.data.mkdir(parents=True)
        filled(site, api)
        shutil.copytree(site.data, folder / "before")

        def note(number: str) -> None:
            acknowledged.append((record.stat().st_size, number))

        stream = Stream(site, pause=pause, answered=note)
        with site.running(), stream.flowing():
            stream.until(count)
    return record, acknowledged


def missing(folder: Path, promised: Sequence[str], *, thoroughly: bool) -> list[str]:
    """What is wrong with the store that the cut left; nothing, it must be."""
    wrong = []
    with closing(Database.of(Settings(data_dir=folder))) as database:
        with database.read() as tx:
            state = tx.scalar("PRAGMA integrity_check")
            if state != "ok":
                wrong.append(f"integrity: {state}")
            rows = tx.rows(
                "SELECT m.key, i.number, m.reply FROM messages m JOIN issues i ON i.message = m.key"
            )
            kept = {row["key"].rsplit(":", 1)[1] for row in rows if row["number"] in row["reply"]}
            for number in promised:
                if number not in kept:
                    wrong.append(f"message {number} was acknowledged and is lost")
        if thoroughly:
            wrong += [f"chain of {breach.number}" for breach in audit.verify(database)]
    secret = folder / "secret.key"
    if secret.exists() and len(secret.read_bytes()) != 64:
        wrong.append(f"secret.key has {len(secret.read_bytes())} characters")
    return wrong


def cut_again_and_again(
    record: Path, acknowledged: Sequence[tuple[int, str]], cuts: int, dice: random.Random
) -> tuple[int, list[str]]:
    """Cut the power at so many points; how many promises were looked up, and what was broken."""
    made = list(changes(record.read_bytes()))
    home = record.parent / "run"
    points = sorted(dice.sample(range(len(made)), min(cuts, len(made))))
    disk, looked, wrong = Disk(home, record.parent / "before"), 0, list[str]()
    for index, change in enumerate(made):
        disk.take(change)
        if not points or index != points[0]:
            continue
        points.pop(0)
        fate = dice.choice(FATES)
        promised = [number for length, number in acknowledged if length <= change.end]
        looked += len(promised)
        with tempfile.TemporaryDirectory(prefix="power-") as folder:
            disk.cut(home, Path(folder), fate, dice)
            found = missing(Path(folder), promised, thoroughly=len(points) % 20 == 0)
        wrong += [f"cut after {index} ({fate} of the rest): {fact}" for fact in found]
    return looked, wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults.power", description=__doc__)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two messages")
    parser.add_argument("--seed", type=int, default=20261128)
    args = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        record, acknowledged = recorded(Path(place), args.messages, args.pause)
        size = record.stat().st_size
        dice = random.Random(args.seed)
        looked, wrong = cut_again_and_again(record, acknowledged, args.cuts, dice)
    print(f"power: {len(acknowledged)} acknowledged, record of {size / 1e6:.0f} MB,", end=" ")
    print(f"{args.cuts} cuts, {looked} promises looked up, {len(wrong)} broken,", end=" ")
    print(f"{time.perf_counter() - began:.0f} s")
    for fact in wrong[:20]:
        print(f"  {fact}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
