"""院落: a number on the gate, a colour for its danger, stars, and somebody who lets its rooms.

A landlord's name and phone are read by whoever answers for the yard's grid, by those above him, and
by the landlord; in no group, in no list, by no program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from data.duty_rows import Yard
from data.practice_rows import Line
from data.rows import Person
from data.tables import issues as issue_table
from data.tables import journal as lines
from data.tables import people, rounds
from data.tables import yards as table
from desk import access, journal, notices
from desk import rounds as duties
from desk.rules import recurring
from desk.rules import yards as rules
from desk.rules.lifecycle import Forbidden
from desk.service import Act
from nlp.values import Place

KIND = "yard"
UNDER_WAY = ("assigned", "accepted", "paused")


@dataclass(frozen=True)
class Described:
    """A yard as a grid worker enters it."""

    label: str
    place: Place
    grid: str
    landlord: Person | None = None


def enter(act: Act, said: Described) -> Yard:
    """登记院落: safe until somebody has looked at it."""
    if any(yard.label == said.label for yard in table.page(act.tx)):
        raise Forbidden("status")
    running = issue_table.next_number(act.tx, KIND)
    yard = Yard(
        id=0, number=running, code=f"yuan-{running}", label=said.label, estate=said.place.estate,
        building=said.place.building, address="", grid=said.grid,
        landlord=said.landlord.id if said.landlord else None, colour=rules.SAFE, stars=0,
        reason="", changed_at=act.now,
    )  # fmt: skip
    if not answers_for(act, yard):
        raise Forbidden("person")
    yard = replace(yard, id=table.add(act.tx, yard))
    log(act, yard, "list", data={"colour": yard.colour})
    return yard


def number(act: Act, yard: Yard) -> str:
    return f"{act.say('number.yard')}-{yard.number}"


def answers_for(act: Act, yard: Yard) -> bool:
    """The grid workers above the yard, and whoever reviews."""
    return access.answers_for(act, yard.grid)


def landlord(act: Act, yard: Yard) -> str:
    """Name and phone, to whom they may be told; looking is written down."""
    if yard.landlord is None or not (answers_for(act, yard) or act.person.id == yard.landlord):
        return ""
    person = people.by_id(act.tx, yard.landlord)
    if person is None:
        return ""
    if act.person.id != yard.landlord:
        log(act, yard, "disclose")
    return act.say("yard.landlord", name=person.name, phone=person.phone)


def card(act: Act, yard: Yard) -> str:
    """A yard as far as whoever asks may read it."""
    grid = act.roster.grids.get(yard.grid)
    text = act.say(
        "yard.card", number=number(act, yard), label=yard.label, colour=yard.colour,
        stars=stars(act, yard), reason=yard.reason, grid=grid.name if grid else yard.grid,
        worker=act.roster.name_of(grid.person) if grid else "",
    )  # fmt: skip
    return "\n".join(filter(None, (text, landlord(act, yard))))


def stars(act: Act, yard: Yard) -> str:
    return act.say("yard.stars", stars=yard.stars) if yard.stars else act.say("yard.no_stars")


def rate(act: Act, yard: Yard, colour: str, reason: str, hazard: int | None = None) -> Yard:
    """定色, with the reason; `hazard`: the issue by which it is to be mended.

    Nobody calls a yard safer while its hazard is still there.
    """
    if not answers_for(act, yard):
        raise Forbidden("person")
    if not reason:
        raise Forbidden("note")
    if rules.calmer(colour, yard.colour) and hazards(act, yard):
        raise Forbidden("status")
    changed = replace(yard, colour=colour, reason=reason, changed_at=act.now)
    table.save(act.tx, changed)
    data = {"colour": colour, "was": yard.colour, "issue": hazard}
    line = log(act, changed, "rate", reason, data)
    _visited_by_colour(act, changed)
    if changed.landlord and notices.can_reach(act, changed.landlord):
        text = act.say("yard.told", number=number(act, changed), label=changed.label,
                       colour=colour, reason=reason)  # fmt: skip
        journal.tell(act, line, changed.landlord, text)
    return changed


def hazards(act: Act, yard: Yard) -> list[str]:
    """The numbers of its hazards that are not mended yet."""
    log_ = lines.of_subject(act.tx, KIND, str(yard.number))
    ids = [line.data["issue"] for line in log_ if line.action == "rate" and line.data.get("issue")]
    found = [issue_table.by_id(act.tx, id_) for id_ in ids]
    return [issue.number for issue in found if issue is not None and issue.status in UNDER_WAY]


def _visited_by_colour(act: Act, yard: Yard) -> None:
    """The grid worker goes there as often as its colour says."""
    grid = act.roster.grids.get(yard.grid)
    worker = act.roster.staff.get(grid.person or "") if grid else None
    if worker is None:
        return
    for known in rounds.of_person(act.tx, worker.id, ("visit",), 5000):
        if known.data.get("yard") == yard.number:
            duties.end(act, known, yard.colour)
    duty = duties.Duty(
        kind="visit",
        title=act.say("yard.visit", label=yard.label, colour=yard.colour),
        person=worker.id,
        rule=recurring.every(rules.DAYS[yard.colour]),
        estate=yard.estate,
        building=yard.building,
        grid=yard.grid,
        data={"yard": yard.number},
    )
    duties.begin(act, duty)


def award(act: Act, yard: Yard, count: int, reason: str) -> Yard:
    """星级."""
    if not answers_for(act, yard):
        raise Forbidden("person")
    if not reason or not 0 <= count <= rules.MOST_STARS:
        raise Forbidden("note")
    changed = replace(yard, stars=count)
    table.save(act.tx, changed)
    log(act, changed, "award", reason, {"stars": count})
    return changed


def mended(act: Act, yard: Yard, note: str) -> None:
    """整改: the landlord says that the hazard is gone; whoever answers for the grid sees to it."""
    if act.person.id != yard.landlord:
        raise Forbidden("person")
    if not note:
        raise Forbidden("note")
    line = log(act, yard, "mended", note)
    grid = act.roster.grids.get(yard.grid)
    text = act.say("yard.mended_told", number=number(act, yard), label=yard.label, note=note)
    journal.tell(act, line, grid.person if grid else None, text)


def log(
    act: Act, yard: Yard, action: str, note: str = "", data: Mapping[str, object] | None = None
) -> Line:
    return journal.append(act, KIND, str(yard.number), action, note, data)
