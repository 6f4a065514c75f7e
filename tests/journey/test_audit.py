"""The log as evidence."""

from __future__ import annotations

import pytest

from desk.audit import Breach, verify
from tests.journey.town import Town


@pytest.fixture
def lived(town: Town) -> Town:
    """A town in which something has happened."""
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    town.say("张建国", "接单")
    town.say("张建国", "办结 换了灯泡")
    town.say("李秀兰", "满意")
    return town


def found(town: Town) -> list[Breach]:
    return list(verify(town.runtime.db))


def test_an_honest_log_holds(lived: Town) -> None:
    assert found(lived) == []


@pytest.mark.parametrize(
    ("tampering", "reason"),
    [
        ("UPDATE events SET note = '换了两次' WHERE seq = 3", "chain"),
        ("UPDATE events SET actor = 'somebody' WHERE seq = 2", "chain"),
        ("DELETE FROM events WHERE seq = 2", "chain"),
        ("DELETE FROM events", "empty"),
        ("UPDATE issues SET status = 'assigned'", "status"),
    ],
)
def test_tampering_is_found(lived: Town, tampering: str, reason: str) -> None:
    with lived.runtime.db.write() as tx:
        tx.run(tampering)
    assert [breach.reason for breach in found(lived)] == [reason]
