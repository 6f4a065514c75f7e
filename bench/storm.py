"""A storm of seventeen times the busy hour: `python -m bench.storm --minutes 10`.

A minute of a district's busy hour (8 messages a second), the storm (142), and a minute of the busy
hour again; signed and sealed, against two processes under gunicorn and one that works, with a
vendor that takes every push. `--postgres URL` keeps everything there instead of in a file. Fails
where an acknowledged message, or its issue, is missing or doubled.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from bench.knowledge import ROOT
from bench.servers import (
    free_port,
    fresh_folder,
    our_servers,
    prepare,
    running,
    store,
    vendor,
    wait_for,
)
from bench.storm_load import PATIENCE, Answer
from bench.storm_watch import PAGES, Seen, Watch
from data.database import Database
from data.rows import Issue, StoredMessage, StoredPush
from data.settings import Settings
from desk import audit

DRAIN = 1800.0  # seconds that the last pushes are waited for
CAUGHT_UP = 5.0  # a push that waits no longer than this is on time
_NUMBER = re.compile(r"\d{4}-\d{2,}")


@dataclass(frozen=True)
class Counts:
    """What is there in the end. Those from `given_up` on must be nought."""

    acknowledged: int
    issues: int
    without_number: int  # answered by a question, or with a few words
    pushes: int
    pushes_sent: int
    late: int  # acknowledged in the rush with a word; the receipt was pushed afterwards
    given_up: int = 0  # by WeChat, after three times
    lost: int = 0  # acknowledged, and not there
    answered_otherwise: int = 0
    issues_missing: int = 0  # a number in an answer that is no issue's
    issues_doubled: int = 0  # a number given twice, or an issue that its message's answer names not
    deferred_left: int = 0
    pushes_left: int = 0
    chains_broken: int = 0

    @property
    def faults(self) -> dict[str, int]:
        names = [field.name for field in fields(self)]
        wrong = names[names.index("given_up") :]
        return {name: getattr(self, name) for name in wrong if getattr(self, name)}


@dataclass(frozen=True)
class Phase:
    """So many messages a second for so many seconds, from `begin` on."""

    name: str
    rate: float
    begin: float
    seconds: float

    def has(self, moment: float) -> bool:
        return self.begin <= moment < self.begin + self.seconds


@dataclass(frozen=True)
class Found:
    """One run."""

    phases: Sequence[Phase]
    answers: Sequence[Answer]
    seen: Seen
    counts: Counts
    caught_up: float  # seconds after the storm's end


def phases(args: argparse.Namespace) -> list[Phase]:
    calm, storm = 60 * args.calm, 60 * args.minutes
    return [
        Phase("before", args.calm_rate, 0, calm),
        Phase("storm", args.rate, calm, storm),
        Phase("after", args.calm_rate, calm + storm, calm),
    ]


def run(args: argparse.Namespace, address: str, folder: Path) -> Found:
    [server] = our_servers(address, ["gunicorn"], args.postgres)
    port, plan = free_port(), phases(args)
    settings = Settings(data_dir=folder, database_url=store(folder, args.postgres))
    with running(server, port, folder) as started:
        wait_for(port, started, "/healthz", lambda status: status == 200)
        database = Database.of(settings)
        words = [f"{phase.rate}:{phase.seconds}" for phase in plan]
        command = (sys.executable, "-m", "bench.storm_load", "--port", str(port), *words)
        with subprocess.Popen(
            (*command, "--seed", str(args.seed)), cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as load:  # fmt: skip
            assert load.stdin is not None
            assert load.stdout is not None
            assert load.stdout.readline() == "ready\n"
            watch = Watch(port, database, time.monotonic())
            with watch.looking() as seen:
                load.stdin.write("go\n")
                load.stdin.flush()
                answers = [Answer(**each) for each in json.load(load.stdout)]
                drained(watch)
        counts = counted(database, answers)
        database.close()
    return Found(plan, answers, seen, counts, caught_up(seen, plan))


def drained(watch: Watch) -> None:
    """Wait until no message is deferred and no push is due."""
    deadline = time.monotonic() + DRAIN
    while (watch.deferred() or watch.pushes()[0] > 0) and time.monotonic() < deadline:
        time.sleep(1)


def caught_up(seen: Seen, plan: Sequence[Phase]) -> float:
    """When, after the storm, nothing was deferred any more, and pushes were on time again."""
    end = plan[1].begin + plan[1].seconds
    late = [at for at, lag, _ in seen.lags if lag > CAUGHT_UP]
    late += [at for at, waiting in seen.deferred if waiting]
    return max(max(late) - end, 0.0) if late else 0.0


def counted(database: Database, answers: Sequence[Answer]) -> Counts:
    with database.read() as tx:
        stored = {
            m.key.rsplit(":", 1)[1]: m for m in tx.all(StoredMessage, "SELECT * FROM messages")
        }
        issues = tx.all(Issue, "SELECT * FROM issues")
        pushes = Counter(row["status"] for row in tx.rows("SELECT status FROM outbox"))
        sql = "SELECT * FROM outbox WHERE key LIKE 'late:%'"
        late = {push.key.rsplit(":", 1)[1]: push.text for push in tx.all(StoredPush, sql)}
    broken = len(list(audit.verify(database)))
    good = [answer for answer in answers if answer.acknowledged]
    there = [answer for answer in good if answer.number in stored]
    numbers = Counter(issue.number for issue in issues)
    said = {answer.number: answer.reply or "" for answer in there} | late
    replies = {stored[number].key: reply for number, reply in said.items()}
    unsaid = sum(i.number not in replies.get(i.message or "", i.number) for i in issues)
    named = {number: _NUMBER.findall(reply) for number, reply in said.items()}
    return Counts(
        acknowledged=len(good),
        issues=len(issues),
        without_number=sum(not found for found in named.values()),
        pushes=sum(pushes.values()),
        pushes_sent=pushes["sent"],
        given_up=len(answers) - len(good),
        lost=len(good) - len(there),
        late=len(late),
        answered_otherwise=sum(reply != stored[number].reply for number, reply in said.items()),
        issues_missing=sum(n not in numbers for found in named.values() for n in found),
        issues_doubled=sum(n - 1 for n in numbers.values()) + unsaid,
        deferred_left=sum(message.deferred_until is not None for message in stored.values()),
        pushes_left=pushes["queued"] + pushes["sending"] + pushes["dead"],
        chains_broken=broken,
    )


# -- the report ---------------------------------------------------------------------------------


def percentile(figures: Sequence[float], share: float) -> float:
    ordered = sorted(figures)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def spread(figures: Sequence[float]) -> str:
    return (
        f"{percentile(figures, 0.5):.0f} / {percentile(figures, 0.99):.0f}"
        f" / {max(figures, default=0):.0f} ms"
    )


def column(phase: Phase, found: Found) -> dict[str, str]:
    """What one phase was like."""
    answers = [answer for answer in found.answers if phase.has(answer.due)]
    took = [answer.milliseconds for answer in answers]
    late = sum(each > 1000 * PATIENCE for each in took)
    busiest = Counter(int(answer.due) for answer in answers)
    lags = [(lag, waiting) for at, lag, waiting in found.seen.lags if phase.has(at)]
    memory = [megabytes for at, megabytes in found.seen.memory if phase.has(at)]
    lines = {
        "messages; in the busiest second": f"{len(answers)}; {max(busiest.values(), default=0)}",
        "receipts, p50 / p99 / max": spread(took),
        "over five seconds": f"{late} ({100 * late / max(len(took), 1):.2f} %)",
        "delivered again": str(sum(answer.tries - 1 for answer in answers)),
        "a push waited at most; waiting": f"{max((lag for lag, _ in lags), default=0):.0f} s;"
        f" {max((waiting for _, waiting in lags), default=0)}",
        "deferred at most": str(
            max((waiting for at, waiting in found.seen.deferred if phase.has(at)), default=0)
        ),
        "memory of all processes, at the end": f"{memory[-1] if memory else 0:.0f} MB",
    }
    for page in PAGES:
        times = [took for at, name, took in found.seen.pages if name == page and phase.has(at)]
        well = [took for took in times if took is not None]
        lines[page] = f"{spread(well)}, {len(times) - len(well)} of {len(times)} failed"
    return lines


def report(found: Found) -> str:
    columns = [column(phase, found) for phase in found.phases]
    names = [f"{phase.name}, {phase.rate:g}/s, {phase.seconds:g} s" for phase in found.phases]
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for name in columns[0]:
        lines.append(f"| {name} | {' | '.join(each[name] for each in columns)} |")
    begin, end = found.seen.memory[0][1], found.seen.memory[-1][1]
    lines += ["", f"Caught up {found.caught_up:.0f} s after the storm."]
    lines += [f"Memory of all processes: {begin:.0f} MB at the beginning, {end:.0f} MB at the end."]
    lines += [f"{name}: {figure}" for name, figure in vars(found.counts).items()]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", default="", help="keep everything there")
    parser.add_argument("--minutes", type=float, default=10, help="of the storm")
    parser.add_argument("--calm", type=float, default=1, help="minutes before and after it")
    parser.add_argument("--rate", type=float, default=142, help="messages a second in the storm")
    parser.add_argument("--calm-rate", type=float, default=8)
    parser.add_argument("--seed", type=int, default=20261128)
    args = parser.parse_args()
    prepare()
    with vendor() as address, fresh_folder() as folder:
        found = run(args, address, folder)
    print(report(found))
    return 1 if found.counts.faults else 0


if __name__ == "__main__":
    sys.exit(main())
