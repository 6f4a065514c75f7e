"""通知: to the residents of the right grids, and who has read it (知道了)."""

from __future__ import annotations

from dataclasses import replace

from data.duty_rows import Bulletin
from data.rows import Person
from data.tables import bulletins as table
from data.tables import issues, people
from desk import access, journal
from desk.rules.lifecycle import Forbidden
from desk.rules.masking import without_doors
from desk.service import Act
from nlp.text import mask_ids

KIND = "bulletin"


def number(act: Act, bulletin: Bulletin) -> str:
    return f"{act.say('number.bulletin')}-{bulletin.number}"


def send(
    act: Act, text: str, *, estate: str | None = None, grid: str | None = None,
    about: int | None = None,
) -> tuple[Bulletin, int]:  # fmt: skip
    """To everybody of an estate, or of a grid and all below it; returns to how many it went."""
    if not may_send(act, estate, grid):
        raise Forbidden("person")
    if not text:
        raise Forbidden("note")
    bulletin = Bulletin(
        id=0, number=issues.next_number(act.tx, KIND), text=without_doors(mask_ids(text)),
        estate=estate, grid=grid, sender=act.person.id, at=act.now, round=about,
    )  # fmt: skip
    bulletin = replace(bulletin, id=table.add(act.tx, bulletin))
    readers = [p.id for p in recipients(act, estate, grid) if p.id != act.person.id]
    table.address(act.tx, bulletin.id, readers)
    data = {"people": len(readers), "estate": estate, "grid": grid}
    line = journal.append(act, KIND, str(bulletin.number), "send", data=data)
    said = act.say("bulletin.text", number=number(act, bulletin), text=bulletin.text)
    for person in readers:
        journal.tell(act, line, person, said)
    return bulletin, len(readers)


def may_send(act: Act, estate: str | None, grid: str | None) -> bool:
    """Whoever reviews, to all; a grid worker to the grids that are his."""
    if access.may(act, "secretary"):
        return True
    codes = {place.grid for place in act.roster.places if place.estate == estate}
    codes |= {grid} if grid else set()
    own = act.roster.leads()
    return bool(codes) and all(
        any(own[above] == act.person.id for above in act.roster.path(code)) for code in codes
    )


def recipients(act: Act, estate: str | None, grid: str | None) -> list[Person]:
    """The residents of that place who can be told anything."""
    if estate:
        return people.living_in(act.tx, estate)
    found = people.with_grid(act.tx)
    return [p for p in found if grid is None or grid in act.roster.path(p.grid)]


def read(act: Act, bulletin: Bulletin) -> bool:
    """知道了."""
    return table.read(act.tx, bulletin.id, act.person.id, act.now)
