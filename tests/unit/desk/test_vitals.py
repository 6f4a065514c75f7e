"""What running processes leave for `check`: seldom written, and never in anybody's way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.database import Database, StoreFailed, Tx
from data.tables import vitals
from desk.vitals import Gatekeeper, Heart, VendorClock
from tests.contract.engines import keyed, together

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass
class Bench:
    """A store that counts what is written, under a clock that moves when told to."""

    db: Database
    now: datetime = START
    writes: int = 0
    broken: bool = False

    def clock(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        if self.broken:
            raise StoreFailed("database is locked")
        self.writes += 1
        with self.db.write() as tx:
            yield tx

    def refusals(self) -> dict[tuple[str, str], int]:
        with self.db.read() as tx:
            found = vitals.refusals(tx, self.now - timedelta(days=1))
        return {(each.channel, each.reason): each.count for each in found}

    def skew(self) -> float | None:
        with self.db.read() as tx:
            found = vitals.skew(tx)
        return found[0] if found else None


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(keyed(f"sqlite:///{tmp_path / 'vitals.db'}"))


def test_a_heart_beats_at_most_every_half_minute(bench: Bench) -> None:
    done: list[int] = []
    rounds = Heart(bench, bench.clock).beating("sweep", lambda: done.append(1))  # type: ignore[arg-type]
    for _ in range(61):
        rounds()
        bench.later(1)
    assert (len(done), bench.writes) == (61, 3)
    with bench.db.read() as tx:
        assert vitals.last_beat(tx, "sweep") == START + timedelta(seconds=60)
        assert vitals.last_beat(tx, "courier") is None


def test_a_round_that_fails_is_no_sign_of_life(bench: Bench) -> None:
    def fails() -> None:
        raise StoreFailed("disk full")

    with pytest.raises(StoreFailed):
        Heart(bench, bench.clock).beating("sweep", fails)()  # type: ignore[arg-type]
    assert bench.writes == 0


def test_the_skew_is_noted_when_it_changes_or_grows_old(bench: Bench) -> None:
    clock = VendorClock(bench, bench.clock)  # type: ignore[arg-type]
    for there, writes, skew in (
        (0, 1, 0), (3, 1, 0), (-9, 1, 0), (-100, 2, 100), (-103, 2, 100), (50, 3, -50), (0, 4, 0),
    ):  # fmt: skip
        clock.heard(bench.now + timedelta(seconds=there))
        assert (bench.writes, bench.skew()) == (writes, skew)
    bench.later(3601)
    clock.heard(bench.now)
    assert bench.writes == 5


def test_a_flood_of_forged_callbacks_is_one_write_in_ten_seconds(bench: Bench) -> None:
    gate = Gatekeeper(bench, bench.clock)  # type: ignore[arg-type]
    for _ in range(500):
        gate.refused("wechat", "signature")
    assert (bench.writes, bench.refusals()) == (1, {("wechat", "signature"): 1})
    bench.later(10)
    gate.refused("wecom", "decrypt")
    assert bench.writes == 2
    assert bench.refusals() == {("wechat", "signature"): 500, ("wecom", "decrypt"): 1}


def test_many_threads_lose_no_count(bench: Bench) -> None:
    gate = Gatekeeper(bench.db, bench.clock)

    def knock(_: int) -> None:
        for _ in range(50):
            gate.refused("wechat", "signature")

    together(4, knock)
    bench.later(10)
    gate.refused("wechat", "signature")
    assert bench.refusals() == {("wechat", "signature"): 201}


def test_an_address_found_right_is_forgiven(bench: Bench) -> None:
    gate = Gatekeeper(bench, bench.clock)  # type: ignore[arg-type]
    for channel in ("wechat", "wecom"):
        gate.refused(channel, "signature")
        gate.refused(channel, "signature")
    gate.verified("wechat")
    bench.later(10)
    gate.refused("wecom", "signature")
    assert bench.refusals() == {("wecom", "signature"): 3}


def test_old_refusals_are_not_kept(bench: Bench) -> None:
    gate = Gatekeeper(bench, bench.clock)  # type: ignore[arg-type]
    gate.refused("wechat", "signature")
    bench.later(3 * 86400)
    gate.refused("wechat", "stale")
    with bench.db.read() as tx:
        assert tx.scalar("SELECT COUNT(*) FROM refusals") == 1


def test_a_store_that_fails_stops_nobody(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.broken = True
    gate = Gatekeeper(bench, bench.clock)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        gate.refused("wechat", "signature")
        gate.verified("wechat")
        VendorClock(bench, bench.clock).heard(bench.now)  # type: ignore[arg-type]
    assert len(caplog.records) == 3
