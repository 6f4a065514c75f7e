"""How long the console's pages take on the server with 200,000 issues in the store.

    python -m bench.console [--issues 200000] [--rounds 20] [--folder DIR]

Fills a store with a year of issues (their logs and search index with them), signs in as the
secretary and as a grid worker, and asks for each page. Prints median and p95 in milliseconds. A
folder that is given is kept, and used again as it is.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from bot import create_app
from data.database import Database, Tx, stamp
from data.rows import as_json
from data.settings import Settings
from data.tables import logins, people, search
from desk import logins as door
from desk.roster import load
from desk.rules.deadlines import DONE, LOCAL, done_due
from desk.service import is_workday

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"
PAGES = (
    "today", "today/piles", "issues", "issues?status=open", "issues?status=closed",
    "issues?flag=overdue", "issues?flag=returned", "issues?category=legal.fraud",
    "issues?category=repair&grid=CYJ-2-1", "issues?q=楼道灯", "issues?q=不可能的话",
    "issues?q=楼道灯&status=open", "issues?before=5000", "board", "board?category=repair",
    "statistics", "statistics/category", "statistics/grid", "statistics/team",
    "statistics?grid=CYJ-2-1", "statistics?period=quarter", "statistics?period=year",
    "ledger", "reports?period=week", "reports?period=month", "grids", "wall", "{issue}",
)  # fmt: skip
WORDS = (
    "3号楼2单元的楼道灯坏了，老人下楼看不见", "家里停水了，什么时候来", "门口垃圾没人清，味道很大",
    "楼上装修太吵了，晚上还在敲", "电梯又坏了，困过人", "下水道堵了，污水往外冒", "停车位被人占了",
    "想问一下高龄津贴怎么办", "有人在消防通道停车", "希望公交加一站", "暖气不热，只有十五度",
)  # fmt: skip


def fill(db: Database, count: int, categories: list[str]) -> None:
    """A year of issues, a tenth of a percent of them urgent, the last ones still open."""
    dice = random.Random(1)
    with db.read() as tx:
        roster = load(tx)
    grids = [place.grid for place in roster.places]
    estates = {place.grid: place.estate for place in roster.places}
    teams = list(roster.teams)
    for start in range(0, count, 5000):
        with db.write() as tx:
            for i in range(start, min(count, start + 5000)):
                at = NOW - timedelta(days=365) * (1 - i / count)
                level = dice.choices(("U0", "U1", "U2", "U3"), (1, 40, 500, 459))[0]
                is_open = i > count * 0.985 or dice.random() < 0.002
                grid = dice.choice(grids)
                text = f"{dice.choice(WORDS)}，{dice.randrange(10**6)}"
                due = done_due(level, DONE[level], at, is_workday, level)
                took = at + timedelta(hours=dice.expovariate(1 / 40))
                done = None if is_open else min(NOW, took)
                status = dice.choice(("assigned", "accepted")) if is_open else "closed"
                local = at.astimezone(LOCAL)
                day = f"{local:%Y-%m-%d}"
                number = f"{local:%m%d}-{i % 10_000:04d}"
                accepted = None if status == "assigned" else at + timedelta(minutes=30)
                tx.run(
                    "INSERT INTO issues (id, day, number, status, category, nature, level, text,"
                    " estate, building, grid, reporter, channel, chat, message, owner_team,"
                    " route_reason, confidence, evidence, candidates, level_reason, against,"
                    " created_at, contact_due, done_due, accepted_at, done_at, closed_at, result,"
                    " returns, reopens, urges, duty_step, rating, card, warned)"
                    " VALUES (:id, :day, :number, :status, :category, '求助', :level, :text,"
                    " :estate, '3', :grid, 'lixiulan', 'wechat', '', 'm', :team,"
                    " '', 0.9, '[\"楼道灯\"]', '[[\"repair.light\",0.9]]', '', '[]',"
                    " :at, :at, :due, :accepted, :done, :done, '办好了', :returns, 0, 0, 0,"
                    " :rating, '', 3)",
                    id=i + 1, day=day, number=number, status=status, level=level, text=text,
                    category=dice.choice(categories), estate=estates[grid], grid=grid,
                    team=dice.choice(teams), at=at, due=due, accepted=accepted, done=done,
                    returns=int(dice.random() < 0.03), rating=None if is_open else "satisfied",
                )  # fmt: skip
                _log(tx, i + 1, stamp(at), stamp(done) if done else "")
                search.put(tx, i + 1, f"{number} ; {estates[grid]}3 ; {text}")


def _log(tx: Tx, issue: int, at: str, done: str) -> None:
    """An event for the record and one for the resident's answer."""
    answer = as_json({"contacted": True, "satisfaction": "satisfied", "solved": True})
    lines = [(1, at, "record", "{}")] + ([(2, done, "satisfied", answer)] if done else [])
    for seq, when, action, data in lines:
        tx.run(
            "INSERT INTO events (issue, seq, at, actor, action, status, note, data, prev, hash)"
            " VALUES (:issue, :seq, :at, 'lixiulan', :action, 'x', '', :data, '', '')",
            issue=issue, seq=seq, at=when, action=action, data=data,
        )  # fmt: skip


def sign_in(app: Flask, db: Database, settings: Settings, person: str) -> FlaskClient:
    with db.write() as tx:
        known = people.by_id(tx, person)
        assert known is not None
        code = door.invite(tx, known, person, NOW)
    door.set_up(db, settings, person, code, PASSWORD, NOW)
    client: FlaskClient = app.test_client()
    token = client.get("/console/signin").text.split('csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "name": person, "password": PASSWORD}
    assert client.post("/console/signin", data=form).status_code == 302
    return client


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=None)
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp())
    settings = Settings(data_dir=folder, simulator="on")
    app = create_app(settings, lambda: NOW)
    runtime = app.extensions["huying"]
    db: Database = runtime.db
    with db.read() as tx:
        filled = bool(tx.scalar("SELECT MAX(id) FROM issues"))
    if not filled:
        begun = time.perf_counter()
        fill(db, chosen.issues, list(runtime.service.content.catalogue))
        print(f"filled with {chosen.issues} issues in {time.perf_counter() - begun:.0f} s")
    begun = time.perf_counter()
    runtime.service.columns.warm(db)  # as `serve` does in a thread when it starts
    print(f"columns of the figures read in {time.perf_counter() - begun:.1f} s")
    for person in ("gaojianmin", "wangfang"):
        client = sign_in(app, db, settings, person)
        with db.read() as tx:
            assert logins.by_person(tx, person)
            last = tx.rows("SELECT day, number FROM issues WHERE grid = 'CYJ-2-1-1' ORDER BY id"
                           " DESC LIMIT 1")[0]  # fmt: skip
        for page in PAGES:
            path = page.format(issue=f"issues/{last['day'][:4]}-{last['number']}")
            _measure(client, person, path, chosen.rounds)


def _measure(client: FlaskClient, person: str, path: str, rounds: int) -> None:
    """Time on the clock, and of the processor: on a shared machine only the latter holds still."""
    client.get(f"/console/{path}")  # templates are compiled once in a server's life
    taken: list[float] = []
    spent: list[float] = []
    status = 0
    for _ in range(rounds):
        begun, worked = time.perf_counter(), time.thread_time()
        status = client.get(f"/console/{path}").status_code
        spent.append((time.thread_time() - worked) * 1000)
        taken.append((time.perf_counter() - begun) * 1000)
    print(f"{person:<11}{path:<42}{status} {_line(taken)} ms, processor {_line(spent)} ms")


def _line(figures: list[float]) -> str:
    """Median and p95, by the nearest rank."""
    ordered = sorted(figures)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return f"{statistics.median(ordered):8.1f} {p95:8.1f}"


if __name__ == "__main__":
    main()
