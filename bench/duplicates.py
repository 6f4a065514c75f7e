"""How fast the same thing again is found among a million issues: `python -m bench.duplicates`.

Fills a store (`--folder` keeps it) with a year of issues in 60 estates, those of the last days
open, and for one estate a storm of 400 open ones of one category; then asks for the open issue
that new requests speak of too, as recording does before it makes another. Milliseconds.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.console import NOW, WORDS
from bot import create_app
from data.database import Database, Tx
from data.settings import Settings
from desk.recording import Draft
from desk.roster import load
from desk.service import Act, nobody
from desk.together import same_thing

ESTATES = tuple(f"第{number}小区" for number in range(1, 61))
STORM = "repair.roof"
OPEN_SHARE = 0.015
_INSERT = (
    "INSERT INTO issues (id, day, number, status, category, nature, level, text, estate, building,"
    " grid, reporter, channel, chat, message, owner_team, route_reason, confidence, evidence,"
    " candidates, level_reason, against, created_at, contact_due, done_due, result, returns,"
    " reopens, urges, duty_step, card, warned) VALUES (:id, :day, :number, :status, :category,"
    " '求助', 'U2', :text, :estate, :building, 'CYJ-2-1-1', 'lixiulan', 'wechat', '', 'm', :team,"
    " '', 0.9, :evidence, '[]', '', '[]', :at, :at, :at, '', 0, 0, 0, 0, '', 3)"
)


def fill(db: Database, count: int, categories: list[str], team: str) -> None:
    dice = random.Random(1)
    for start in range(0, count, 20_000):
        with db.write() as tx:
            for i in range(start, min(count, start + 20_000)):
                at = NOW - timedelta(days=365) * (1 - i / count)
                storm = i >= count - 400
                estate = ESTATES[0] if storm else dice.choice(ESTATES)
                is_open = storm or i > count * (1 - OPEN_SHARE)
                tx.run(
                    _INSERT, id=i + 1, day=f"{at:%Y-%m-%d}", number=f"{at:%m%d}-{i % 5000:04d}",
                    status="assigned" if is_open else "closed", team=team, at=at, estate=estate,
                    category=STORM if storm else dice.choice(categories),
                    text=f"{dice.choice(WORDS)}，{dice.randrange(10**6)}",
                    building=str(dice.randrange(1, 21)), evidence="[]",
                )  # fmt: skip


def ask(act: Act, drafts: list[Draft], name: str) -> None:
    taken, found = [], 0
    for draft in drafts:
        begun = time.perf_counter()
        found += same_thing(act, draft) is not None
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    print(
        f"{name:<10} {len(drafts)} requests, {found} found;"
        f" median {statistics.median(taken):.2f} ms, p99 {taken[int(len(taken) * 0.99)]:.2f} ms"
    )


def drafts(categories: list[str], estates: tuple[str, ...], count: int) -> list[Draft]:
    dice = random.Random(2)
    return [
        Draft(
            text=dice.choice(WORDS), category=dice.choice(categories), confidence=0.9,
            estate=dice.choice(estates), building=str(dice.randrange(1, 21)),
        )
        for _ in range(count)
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=None)
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp())
    runtime = create_app(Settings(data_dir=folder, simulator="on")).extensions["huying"]
    db: Database = runtime.db
    categories = list(runtime.service.content.catalogue)
    with db.read() as tx:
        filled = bool(tx.scalar("SELECT MAX(id) FROM issues"))
        roster = load(tx)
    if not filled:
        begun = time.perf_counter()
        fill(db, chosen.issues, categories, next(iter(roster.teams)))
        print(f"filled with {chosen.issues} issues in {time.perf_counter() - begun:.0f} s")
    with db.read() as tx:
        measure(tx, runtime, categories)


def measure(tx: Tx, runtime: object, categories: list[str]) -> None:
    service = runtime.service  # type: ignore[attr-defined]
    act = Act(tx, service, nobody("p", NOW), NOW, service.roster(tx))
    shared = [code for code in categories if code.startswith(("repair.", "utility.", "env."))]
    ask(act, drafts(shared, ESTATES, 2_000), "anywhere")
    ask(act, drafts([STORM], ESTATES[:1], 500), "the storm")


if __name__ == "__main__":
    main()
