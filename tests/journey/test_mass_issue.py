"""A hundred and twenty-four households without heating: one issue, everybody kept, each told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from data.database import Database
from data.tables import people
from desk import audit
from desk.service import nobody
from tests.journey.town import Town

HOUSES, FLATS = 4, 31  # 124 households
ESTATE = "泉馨苑小区"


def households(town: Town) -> dict[str, int]:
    """Neighbours with phones, and the house each lives in."""
    found = {}
    with town.runtime.db.write() as tx:
        for house in range(1, HOUSES + 1):
            for flat in range(FLATS):
                name = f"neighbour-{house}-{flat:02d}"
                person = nobody(name, town.now)
                people.put(tx, replace(person, estate=ESTATE, building=str(house), unit="1"))
                people.bind(tx, "wechat", f"sim-{name}", name)
                found[name] = house
    return found


def shown(db: Database, words: str) -> Counter[str]:
    """On how many lines of whose phones these words stand."""
    with db.read() as tx:
        rows = tx.rows("SELECT person, text FROM phone_lines WHERE mine = 0")
    return Counter(row["person"] for row in rows if words in row["text"])


def deliver(town: Town) -> None:
    while town.runtime.courier.deliver_due():
        pass


def test_one_parent_and_everybody_told(town: Town) -> None:
    neighbours = households(town)
    for name, house in neighbours.items():
        town.phones.send(name, None, f"{ESTATE}{house}号楼暖气不热")
    first, *others = town.issues()
    assert len(others) == HOUSES - 1, "one for each house, its neighbours joined to it"
    for child in others:
        town.say("吴倩", f"合并 {child.number} {first.number}")
    town.say("温建平", f"接单 {first.number}")
    town.say("温建平", f"办结 {first.number} 换热站修好了")
    deliver(town)
    assert shown(town.runtime.db, "换热站修好了") == Counter(list(neighbours))
    loud = next(name for name, house in neighbours.items() if house == HOUSES)
    town.phones.send(loud, None, "不满意 我家还是凉的")
    assert (town.issue(first.number).status, town.issue(first.number).level) == ("assigned", "U1")
    town.say("温建平", f"办结 {first.number} 立管排了气")
    deliver(town)
    assert shown(town.runtime.db, "立管排了气") == Counter(list(neighbours))
    assert [issue.status for issue in town.issues()] == ["done", *["merged"] * (HOUSES - 1)]
    assert list(audit.verify(town.runtime.db)) == []
