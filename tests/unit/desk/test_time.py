"""Quiet hours, lateness, and the heat of common problems."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from desk.rules.heat import heat
from desk.rules.quiet import waking
from tests.journey.town import Town

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    """That time in China on 23 November 2026."""
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (at(12), at(12)),
        (at(21, 59), at(21, 59)),
        (at(22), at(7) + timedelta(days=1)),
        (at(23, 30), at(7) + timedelta(days=1)),
        (at(3), at(7)),
        (at(7), at(7)),
    ],
)
def test_nobody_is_woken(moment: datetime, told: datetime) -> None:
    assert waking(moment, time(22), time(7)) == told


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    assert waking(at(13), time(12), time(14)) == at(14)
    assert waking(at(15), time(12), time(14)) == at(15)
    assert waking(at(3), time(0), time(0)) == at(3)


def test_heat_halves_every_week() -> None:
    week = timedelta(days=7)
    assert heat([NOW, NOW], NOW) == 2
    assert heat([NOW - week], NOW) == pytest.approx(0.5)
    assert heat([NOW + week], NOW) == 1


def due(town: Town, name: str) -> list[datetime]:
    with town.runtime.db.read() as tx:
        rows = tx.rows(
            "SELECT next_at FROM outbox WHERE person = :person ORDER BY id",
            person=town.names[name],
        )
    return [datetime.fromisoformat(row["next_at"]) for row in rows]


def night(town: Town) -> Town:
    """The same town at half past eleven, with quiet hours in force."""
    settings = town.runtime.service.settings
    settings.quiet.hours = "on"
    town.now = at(23, 30)
    return town


def test_a_lamp_waits_for_the_morning_and_gas_does_not(town: Town) -> None:
    night(town)
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    assert due(town, "张建国") == [at(7) + timedelta(days=1)]
    town.say("李秀兰", "家里一股煤气味!!")
    assert due(town, "王芳") == [at(23, 30)]


def test_each_stage_of_lateness_is_told_once(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    town.heard("张建国")
    for _ in range(3):
        town.wait(hours=25 / 3)
    told = [text for text in town.heard("张建国") if "没人接" in text]
    assert len(told) == 1
    town.wait(days=3)
    town.wait(minutes=1)
    assert len([text for text in town.heard("张建国") if "超期" in text and "【" in text]) == 1


def test_one_digest_a_morning(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    town.heard("张建国")
    town.wait(minutes=1)
    town.wait(minutes=1)
    digests = [text for text in town.heard("张建国") if text.startswith("早上好")]
    assert len(digests) == 1
    town.wait(days=1)
    assert any(text.startswith("早上好") for text in town.heard("张建国"))
