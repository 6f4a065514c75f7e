"""What is left at the end: what was acknowledged, made and pushed, and how often."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from bench.faults.site import Site
from bench.faults.stream import Stream
from channels.document import clean
from channels.door import cut
from data.database import Database
from data.rows import Issue, StoredMessage, StoredPush
from data.tables import outbox
from desk import audit
from tests.journey.fake_wechat import FakeWechat

DRAIN = 600.0  # seconds that the last pushes may take; they need a lease and a sweep
TEXT_BYTES = 2048
TOMORROW = timedelta(minutes=10)  # whatever waits longer waits for the vendor's next day


@dataclass(frozen=True)
class Counts:
    """Figures of one run. Those from `lost` on must be nought."""

    acknowledged: int
    delivered_again: int
    never_answered: int
    issues: int
    pushes: int
    sent: int
    in_doubt: int
    waiting_for_tomorrow: int
    lost: int = 0  # acknowledged, but not there
    answered_otherwise: int = 0  # the second time
    issues_missing: int = 0
    issues_doubled: int = 0
    pushes_doubled: int = 0  # more often on the phone than queued, and nobody is told
    pushes_lost: int = 0  # written down as sent, and never on the phone
    chains_broken: int = 0

    @property
    def faults(self) -> dict[str, int]:
        names = [field.name for field in fields(self)]
        bad = names[names.index("lost") :]
        return {name: getattr(self, name) for name in bad if getattr(self, name)}


def drain(database: Database) -> None:
    """Wait until every push has come to an end, or waits for another day."""
    deadline = time.monotonic() + DRAIN
    sql = "SELECT COUNT(*) FROM outbox WHERE status = 'sending' OR (status = 'queued'" \
          " AND next_at < :soon)"  # fmt: skip
    while True:
        with database.read() as tx:
            left = int(tx.scalar(sql, soon=datetime.now(UTC) + TOMORROW))
        if not left:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{left} pushes are still on their way")
        time.sleep(0.2)


def count(site: Site, stream: Stream, vendor: FakeWechat) -> Counts:
    """Deliver everything once more, wait for the last push, and look."""
    first = {number: reply for number, (_, reply) in stream.acknowledged.items()}
    otherwise = sum(stream.again(number) != reply for number, reply in first.items())
    with site.store() as database:
        drain(database)
        with database.read() as tx:
            messages = tx.all(StoredMessage, "SELECT * FROM messages")
            issues = tx.all(Issue, "SELECT * FROM issues")
            pushes = tx.all(StoredPush, "SELECT * FROM outbox")
            told = {push.id for push in outbox.troubled(tx, limit=10**9)}
        broken = len(list(audit.verify(database)))
    stored = {message.key.rsplit(":", 1)[1]: message for message in messages}
    made = Counter(issue.message for issue in issues)
    names = Counter(issue.number for issue in issues)
    numbers = {issue.message: issue.number for issue in issues}
    missing = [
        number
        for number, reply in first.items()
        if number in stored and numbers.get(stored[number].key, "?") not in (reply or "")
    ]
    doubled, lost = _pushes(pushes, Counter(vendor.sent), told)
    return Counts(
        acknowledged=len(first),
        delivered_again=sum(stream.failures.values()),
        never_answered=len(stream.given_up),
        issues=len(issues),
        pushes=len(pushes),
        sent=sum(push.status == "sent" for push in pushes),
        in_doubt=len(told),
        waiting_for_tomorrow=sum(push.status == "queued" for push in pushes),
        lost=len(set(first) - set(stored)),
        answered_otherwise=otherwise,
        issues_missing=len(missing),
        issues_doubled=sum(n - 1 for n in (*made.values(), *names.values())),
        pushes_doubled=doubled,
        pushes_lost=lost,
        chains_broken=broken,
    )


def _pushes(
    pushes: list[StoredPush], came: Mapping[tuple[str, str], int], told: set[int]
) -> tuple[int, int]:
    """How many came too often, and how many never, without a word of doubt."""
    # A phone shows no ids: pushes are told apart by their words.
    groups: dict[tuple[str, str], list[StoredPush]] = {}
    for push in pushes:
        shown = cut(clean(push.text), TEXT_BYTES)
        groups.setdefault((push.address, shown), []).append(push)
    doubled = lost = 0
    for name, group in groups.items():
        times = came.get(name, 0)
        sent = sum(push.status == "sent" and push.id not in told for push in group)
        # What is left in doubt was tried once, what was sent all the same once more.
        doubtful = sum(1 if push.status != "sent" else 2 for push in group if push.id in told)
        doubled += max(times - sent - doubtful, 0)
        lost += max(sent - times, 0)
    return doubled, lost + sum(n for name, n in came.items() if name not in groups)
