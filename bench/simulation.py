"""Ninety days of a community of ten thousand: `python -m bench.simulation` (`--days`, `--seed`).

Messages through `Inbound`, workers who are late, a vendor with faults, restarts and kills, sweeps
every ten simulated minutes; nothing sleeps. At the end what must hold is looked up again.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from unittest import mock

from pydantic import SecretStr

from bench import simulation_checks as checks
from bench.simulated_people import CHATTER, Public, Reports, Resident, Staff, residents
from bench.simulated_vendor import Clock, Killed, Vendor
from bot import Runtime, create_app
from data.settings import Quiet, Retention, Settings, Wechat
from data.tables import people, roster
from desk import service
from desk.message import Message, Push
from desk.outbox import Courier
from desk.service import nobody
from nlp import Understander
from nlp.values import Knowledge

log = logging.getLogger("bench.simulation")
BEGIN = datetime(2026, 10, 9, 16, 0, tzinfo=UTC)  # midnight in China, a Saturday
SWEEP = timedelta(minutes=10)
ADMIN = "sim-wuqian"
KEPT = Retention(chat_hours=10**6, raw_days=10**4)  # so that whatever is missing was lost
TWICE, KILL_INBOUND, RESTART = 0.05, 0.002, 0.0008  # shares of messages


@dataclass(frozen=True)
class Plan:
    """How long, how many, how bad."""

    days: int = 90
    seed: int = 1
    people: int = 10_000
    issues_a_day: float = 40.0
    storm_day: int = 45
    storm: float = 17.0


@dataclass
class Outcome:
    """What a run came to."""

    faults: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)


_BUILT: list[tuple[Knowledge, Understander]] = []


def _understander(knowledge: Knowledge, cache: Path) -> Understander:
    """Built once for all the restarts."""
    for known, built in _BUILT:
        if known == knowledge:
            return built
    _BUILT.append((knowledge, Understander(knowledge, cache)))
    return _BUILT[-1][1]


class Simulation:
    """One community's time, from its first midnight to its last."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._chance = random.Random(plan.seed)
        self._clock = Clock(BEGIN)
        self._settings = Settings(
            data_dir=folder,
            simulator="off",
            quiet=Quiet(hours="on"),
            wechat=Wechat(token=SecretStr("t" * 16), appid="wx", secret=SecretStr("a secret")),
            retention=KEPT,
        )
        spent = frozenset(self._chance.sample(range(plan.days), k=max(1, plan.days // 30)))
        self._vendor = Vendor(self._clock, self._chance, spent, BEGIN, self._arrived)
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._keys = itertools.count(1)
        self._sent: dict[str, str] = {}  # key of every acknowledged message, and its reply
        self._counts: Counter[str] = Counter()
        self._faults: list[str] = []
        self._runtime = self._start()
        self._populate()

    # -- the process ----------------------------------------------------------------------------

    def _start(self) -> Runtime:
        runtime: Runtime = create_app(self._settings, self._clock).extensions["huying"]
        courier = Courier(runtime.db, {"wechat": self._vendor}, self._settings, self._clock)
        return replace(runtime, courier=courier)

    def _restart(self) -> None:
        self._runtime.db.close()
        self._runtime = self._start()

    @contextmanager
    def _survived(self, kind: str) -> Iterator[None]:
        """A process that dies in here is started again on the same data."""
        try:
            yield
        except Killed:
            self._counts[f"killed while {kind}"] += 1
            self._restart()

    def _deliver(self) -> None:
        """Everything that is due, through however many deaths."""
        tried = True
        while tried:
            tried = False
            with self._survived("sending"):
                tried = self._runtime.courier.deliver_due() > 0

    def _sweep(self) -> None:
        self._runtime.sweep()
        self._runtime.inbox.catch_up()
        self._deliver()
        self._counts["sweeps"] += 1
        self._faults += checks.unsaid(self._runtime.db, self._clock.now)

    # -- messages -------------------------------------------------------------------------------

    def say(self, address: str, text: str, chat: str | None = None) -> str | None:
        channel = "aibot" if chat else "wechat"
        now = self._clock.now
        return self._tell(Message(channel, address, self._key(), "text", now, text, chat))

    def click(self, address: str, key: str) -> str | None:
        return self._tell(
            Message("wechat", address, self._key(), "event", self._clock.now, event="click",
                    event_key=key)
        )  # fmt: skip

    def _key(self) -> str:
        return f"simulated:{next(self._keys)}"

    def _tell(self, message: Message) -> str | None:
        """Deliver a message as the vendor does: again where no answer came, at times once more."""
        self._vendor.wrote[message.sender] = self._clock.now
        self._clock.armed = self._chance.random() < KILL_INBOUND
        answered = False
        reply = None
        while not answered:
            with self._survived("answering"):
                reply, answered = self._runtime.inbox(message), True
        self._sent[message.key] = reply or ""
        self._counts["messages"] += 1
        if self._chance.random() < RESTART:
            self._counts["restarts"] += 1
            self._restart()
        if self._chance.random() < TWICE:
            self._counts["delivered again"] += 1
            if self._runtime.inbox(message) != reply:
                self._faults.append(f"{message.key} got another answer the second time")
        self._deliver()
        return reply

    def _arrived(self, push: Push) -> None:
        if push.address.startswith("sim-"):
            self._staff.hears(push)
        for _, key in push.actions:
            name, _, number = key.partition(":")
            if name == "satisfied":
                self._public.asked_to_rate(push.address, number)

    # -- the community --------------------------------------------------------------------------

    def _populate(self) -> None:
        """Ten thousand residents with homes, and those who work for them."""
        content = self._runtime.service.content
        with self._runtime.db.write() as tx:
            places = roster.places(tx)
            self._residents = residents(places, self._plan.people, self._chance)
            for resident in self._residents:
                name = resident.address.removeprefix("openid-")
                person = nobody(f"p-{name}", BEGIN, name=f"居民{name}")
                estate, building, unit = resident.estate, resident.building, resident.unit
                people.put(tx, replace(person, estate=estate, building=building, unit=unit))
                people.bind(tx, "wechat", resident.address, person.id)
                people.bind(tx, "aibot", resident.robot, person.id)
            teams = tuple(team.name for team in roster.teams(tx))
        self._chats = {group.estate: group.chat for group in content.about.groups if group.estate}
        self._reports = Reports(content, self._chance)
        self._public = Public(self.say, self.click, self._later, self._chance)
        self._staff = Staff(self.say, self.click, self._later, self._clock, self._chance, teams)

    def _later(self, span: timedelta, act: Callable[[], object]) -> None:
        heapq.heappush(self._queue, (self._clock.now + span, next(self._order), act))

    def _day(self, number: int) -> None:
        """Put down what is to be said this day."""
        storm = number == self._plan.storm_day
        expected = self._plan.issues_a_day * (self._plan.storm if storm else 1.0)
        today = self._clock.local.replace(tzinfo=None)
        for at in self._reports.times(today, expected):
            resident = self._chance.choice(self._residents)
            text = self._reports.text(resident, storm=storm)
            self._later(at - today, partial(self._one_reports, resident, text))
        for _ in range(round(self._plan.issues_a_day / 2)):
            resident = self._chance.choice(self._residents)
            words = self._chance.choice(CHATTER)
            span = timedelta(hours=self._chance.uniform(7, 22))
            self._later(span, partial(self._in_group, resident, words))
        self._later(timedelta(hours=10), self._merge_some)

    def _one_reports(self, resident: Resident, text: str) -> None:
        if self._chance.random() < 0.1 and resident.estate in self._chats:
            self._in_group(resident, text)
        else:
            self._public.report(resident, text)
        if self._chance.random() < 0.08:  # a neighbour says the same
            same = [r for r in self._residents if r.home == resident.home]
            neighbour = self._chance.choice(same)
            span = timedelta(hours=self._chance.uniform(0.1, 20))
            self._later(span, partial(self._public.report, neighbour, text))

    def _in_group(self, resident: Resident, text: str) -> None:
        chat = self._chats.get(resident.estate)
        if chat:
            self.say(resident.robot, text, chat)

    def _merge_some(self) -> None:
        """Once a day the desk puts two of its newest issues together, and at times apart again."""
        with self._runtime.db.read() as tx:
            rows = tx.rows(
                "SELECT a.number AS a, b.number AS b FROM issues a JOIN issues b"
                " ON a.category = b.category AND a.estate = b.estate AND a.id < b.id"
                " WHERE a.status IN ('assigned', 'accepted') AND b.status = 'assigned'"
                " ORDER BY b.id DESC LIMIT 1"
            )
        for row in rows:
            self.say(ADMIN, f"合并 {row['b']} {row['a']}")
            if self._chance.random() < 0.2:
                self._later(timedelta(days=1), partial(self.say, ADMIN, f"拆开 {row['b']}"))

    # -- the run --------------------------------------------------------------------------------

    def run(self) -> Outcome:
        """Live through all days, and look up what must hold."""
        began = time.perf_counter()
        for number in range(self._plan.days):
            self._day(number)
            self._until(BEGIN + timedelta(days=number + 1))
            log.info("day %s: %s messages", number + 1, self._counts["messages"])
        self._until(BEGIN + timedelta(days=self._plan.days, hours=2), last=True)
        seconds = time.perf_counter() - began
        self._conclude()
        outcome = Outcome(self._faults, self._figures(seconds))
        self._runtime.db.close()
        return outcome

    def _until(self, end: datetime, *, last: bool = False) -> None:
        """Everything that happens before a moment, with the sweeps in between."""
        sweep_at = self._clock.now + SWEEP
        while sweep_at <= end:
            while self._queue and self._queue[0][0] <= sweep_at and not last:
                self._clock.now, _, act = heapq.heappop(self._queue)
                act()
            self._clock.now = sweep_at
            self._sweep()
            sweep_at += SWEEP

    def _conclude(self) -> None:
        db = self._runtime.db
        self._faults += checks.messages(db, self._sent)
        self._faults += checks.pushes(db, self._vendor.arrived, self._clock.now)
        self._faults += checks.untold(db)
        self._faults += checks.three_rates(db, self._public.ratings, self._clock.now)
        self._faults += checks.chains(db)

    def _figures(self, seconds: float) -> dict[str, object]:
        db = self._runtime.db
        with db.read() as tx:
            issues = checks.by(tx, "issues", "status")
            events = checks.by(tx, "events", "action")
            outbox = checks.by(tx, "outbox", "status")
        return {
            "seconds": round(seconds, 1),
            "issues": sum(issues.values()),
            "by status": issues,
            "events": sum(events.values()),
            "by action": events,
            "pushes": sum(outbox.values()),
            "by fate": outbox,
            "vendor": dict(self._vendor.faults),
            "rated": len(self._public.ratings),
            "database MB": round(_size(self._settings.data_dir) / 1e6, 1),
            **self._counts,
        }


def _size(folder: Path) -> int:
    return (folder / "huying.db").stat().st_size


def simulate(plan: Plan, folder: Path) -> Outcome:
    """Run a plan on an empty folder."""
    with mock.patch.object(service, "Understander", _understander):
        return Simulation(plan, folder).run()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--issues", type=float, default=40.0, help="a day, on average")
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    log.setLevel(logging.INFO)
    plan = Plan(days=wanted.days, seed=wanted.seed, issues_a_day=wanted.issues,
                storm_day=wanted.days // 2)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        outcome = simulate(plan, Path(folder))
    for name, value in outcome.figures.items():
        print(f"{name}: {value}")
    for fault in outcome.faults[:50]:
        print("FAULT", fault)
    print(f"{len(outcome.faults)} faults")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
