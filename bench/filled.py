"""Whether a receipt takes longer when the store is full: an empty one and a full one, in turns.

    python -m bench.filled [--issues 1000000] [--messages 10000000] [--folder DIR] [--postgres URL]

Fills a store with a year of issues and of messages (`--folder` is kept and used again as it is:
let each run start at another `--first`, else its messages join the issues of the run before), then
sends the same sealed messages to a server on it and to one on an empty store of the same kind,
block by block in turns, in one process. Prints the medians and their ratio.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from pydantic import SecretStr
from werkzeug.test import Client

from bench.console import fill
from bench.load import CONFIG, sentences
from bench.servers import store
from bot import create_app
from channels.simulator import Delivery, WechatClientSide
from data.database import Database, stamp
from data.rows import Issue
from data.settings import Settings, Wechat

BLOCK, ROUNDS, WARM = 50, 40, 100  # messages to one store at a stretch; turns; before it counts
PEOPLE, BATCH = 20_000, 100_000
_NUMBERS = (
    "WITH RECURSIVE n (i) AS (SELECT :first + 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :last)"
)


def stored(db: Database, table: str) -> int:
    with db.read() as tx:
        return int(tx.scalar(f"SELECT COUNT(*) FROM {table}"))


def copy(db: Database, found: int, count: int) -> None:
    """As many issues again, with their logs and their words, under further numbers."""
    own = {"id": "id + :found", "number": "number || '-' || :found"}
    names = ["id", *(f.name for f in fields(Issue) if f.name != "id")]
    chosen = ", ".join(own.get(name, name) for name in names)
    log = "seq, at, actor, action, status, note, data, prev, hash"
    with db.write() as tx:
        for sql in (
            f"INSERT INTO issues ({', '.join(names)}) SELECT {chosen} FROM issues WHERE id <= :n",
            f"INSERT INTO events (issue, {log}) SELECT issue + :found, {log} FROM events"
            " WHERE issue <= :n",
            "INSERT INTO issue_words (issue, words) SELECT issue + :found, words FROM issue_words"
            " WHERE issue <= :n",
        ):
            tx.run(sql, found=found, n=count)


def fill_messages(db: Database, count: int, now: datetime) -> None:
    """As many messages of as many residents, spread over the year before `now`."""
    with db.write() as tx:
        tx.run(
            f"{_NUMBERS} INSERT INTO people (id, name, role, phone, created_at)"
            " SELECT 'filled-' || i, '', 'resident', '', :at FROM n",
            first=0, last=PEOPLE, at=now,
        )  # fmt: skip
    for first in range(0, count, BATCH):
        at = now - timedelta(days=365) * (1 - first / count)
        with db.write() as tx:
            tx.run(
                f"{_NUMBERS} INSERT INTO messages (key, channel, chat, person, kind, text, media,"
                " received_at, reply) SELECT 'wechat:filled:' || i, 'wechat', '', 'filled-' ||"
                f" (i % {PEOPLE} * 7919 % {PEOPLE}), 'text', '楼道灯又不亮了，第' || i || '次说',"
                " '{}', :at, '已收到，编号请见上一条' FROM n",
                first=first, last=min(first + BATCH, count), at=stamp(at),
            )  # fmt: skip


class Receiver:
    """One server in this process, and what its answers took."""

    def __init__(self, settings: Settings) -> None:
        app = create_app(settings)
        self.runtime = app.extensions["huying"]
        assert self.runtime.service.prepared(None)
        self._client = Client(app)
        self.took: list[float] = []

    def post(self, sent: Delivery) -> None:
        start = time.perf_counter()
        answer = self._client.post(
            sent.path, query_string=sent.query, data=sent.body, headers=sent.headers
        )
        self.took.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.status_code

    def figures(self) -> str:
        counted = self.took[WARM:]
        return f"median {median(counted):.2f} ms, p99 {quantiles(counted, n=100)[98]:.2f} ms"


def deliveries(first: int) -> Iterator[Delivery]:
    phone = WechatClientSide(CONFIG, mode="safe")
    for number, text in itertools.islice(enumerate(sentences()), first, None):
        yield phone.request("text", f"resident-{number}", text)


def settings(folder: Path, postgres: str) -> Settings:
    account = Wechat(
        token=SecretStr(CONFIG.token),
        appid=CONFIG.app_id,
        secret=SecretStr(CONFIG.secret),
        aes_key=SecretStr(CONFIG.aes_key),
    )
    return Settings(
        data_dir=folder, simulator="off", wechat=account, database_url=store(folder, postgres)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--postgres", metavar="URL", default="", help="keep both there")
    parser.add_argument("--first", type=int, default=0, help="number of the first message sent")
    chosen = parser.parse_args()
    full = Receiver(settings(chosen.folder or Path(tempfile.mkdtemp()), chosen.postgres))
    empty = Receiver(settings(Path(tempfile.mkdtemp()), chosen.postgres))
    db: Database = full.runtime.db
    begun = time.perf_counter()
    if not stored(db, "issues"):
        fill(db, chosen.issues // 8, list(full.runtime.service.content.catalogue))
    while (found := stored(db, "issues")) < chosen.issues:
        copy(db, found, min(found, chosen.issues - found))
    if stored(db, "messages") < chosen.messages:
        fill_messages(db, chosen.messages, datetime.now(UTC))
    with db._driver.transaction("alone") as tx:
        tx.set_counters({})  # the next numbers follow those that were given
    print(f"filled in {time.perf_counter() - begun:.0f} s", flush=True)
    messages = deliveries(chosen.first)
    for _ in range(WARM // BLOCK + ROUNDS):
        block = list(itertools.islice(messages, BLOCK))
        for receiver in (empty, full):
            for sent in block:
                receiver.post(sent)
    print(f"empty: {empty.figures()}")
    print(f"{chosen.issues:,} issues, {chosen.messages:,} messages: {full.figures()}")
    print(f"ratio of the medians {median(full.took[WARM:]) / median(empty.took[WARM:]):.2f}")


if __name__ == "__main__":
    main()
