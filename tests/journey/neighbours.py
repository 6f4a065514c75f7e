"""What the journeys of the practices share: more people with phones, and the last word heard."""

from __future__ import annotations

from data.tables import people
from desk.service import nobody
from tests.journey.town import Town


def last(town: Town, name: str) -> str:
    return town.heard(name)[-1]


def residents(town: Town, count: int) -> list[str]:
    """So many people with phones of their own."""
    names = [f"街坊{number}" for number in range(count)]
    with town.runtime.db.write() as tx:
        for number, name in enumerate(names):
            people.put(tx, nobody(f"n{number}", town.now, name=name))
            people.move(tx, f"n{number}", estate="泉馨苑小区", building="3", unit="2", room=None,
                        grid="CYJ-2-1-1")  # fmt: skip
            people.bind(tx, "wechat", f"sim-n{number}", f"n{number}")
            town.names[name] = f"n{number}"
    return names
