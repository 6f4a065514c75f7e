"""The same random steps from several threads and processes: nothing is lost, no chain breaks."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from data.contents import load_content
from data.settings import ROOT
from data.tables import issues as table
from desk import audit
from tests.contract.engines import ENGINES, together
from tests.journey.lifecycle_oracle import reachable
from tests.journey.lifecycle_town import MATTERS, PARTS, STEPS, TEAMS, Move, Office

# What a step writes into the log, where it is not the step's own name.
LOGGED = {
    "fairly": "satisfied", "ask_pause": "ask", "ask_extend": "ask", "ask_exclude": "ask",
    "agree": "decide",
    "refuse": "decide",
}  # fmt: skip
CALLS = ("assist", "whistle")  # who was called one way is not called the other way as well
ONCE = ("arrive", *CALLS, "join")  # a second time, they change nothing
THREADS, MOVES_EACH, ISSUES_EACH = 4, 300, 6


def _script(seed: int, numbers: list[int]) -> list[tuple[int, Move]]:
    chance = random.Random(seed)
    return [
        (
            chance.choice(numbers),
            Move(
                chance.choice(sorted(STEPS)),
                chance.choice(PARTS),
                target=chance.choice(TEAMS),
                other=chance.choice(numbers),
            ),
        )
        for _ in range(MOVES_EACH)
    ]


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_many_hands_at_once_lose_nothing(engine: str, tmp_path: Path) -> None:
    """Every step that was allowed is in the log, whoever else was at work."""
    url, content = ENGINES[engine](tmp_path), load_content(ROOT / "data" / "content")
    offices = [Office(url, content), Office(url, content)]  # as two processes have it
    office = offices[0]
    numbers = [office.report(matter) for matter in MATTERS * ISSUES_EACH]

    def work(index: int) -> Counter[tuple[int, str]]:
        mine = offices[index % 2]
        taken: Counter[tuple[int, str]] = Counter()
        for number, move in _script(index, numbers):
            if mine.attempt(number, move, watch=False) is None:
                taken[number, LOGGED.get(move.action, move.action)] += 1
            mine.sweep()
        return taken

    taken = sum(together(THREADS, work), Counter())
    assert list(audit.verify(office.db)) == []
    written: Counter[tuple[int, str]] = Counter()
    with office.db.read() as tx:
        for number in numbers:
            log = table.events(tx, number)
            reachable(log, office.issue(tx, number))
            written.update((number, event.action) for event in log)
        urges = sum(office.issue(tx, number).urges for number in numbers)
    for key, count in taken.items():
        if key[1] in ONCE:
            assert written[key] <= 2 * count  # a whistle calls two units
            alike = CALLS if key[1] in CALLS else key[1:]
            assert sum(written[key[0], action] for action in alike) >= 1
        elif key[1] == "transfer":  # a whistle's leading unit takes the issue over, too
            assert written[key] >= count
        else:
            assert written[key] == count, key
    assert urges == sum(count for (_, action), count in taken.items() if action == "urge")
    assert sum(taken.values()) > THREADS * MOVES_EACH // 10
    for each in offices:
        each.db.close()
