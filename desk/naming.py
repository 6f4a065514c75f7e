"""People named in a sentence of whoever arranges something: staff and members, by their names."""

from __future__ import annotations

from data.rows import Person
from data.tables import members, people
from desk.people import known_by_name
from desk.service import Act


def helpers(act: Act, text: str) -> list[Person]:
    """Everybody in a text whom something can be given to do, in the order of the text."""
    staff = {person.name: person for person in act.roster.staff.values() if person.name}
    found = {text.find(name): person for name, person in staff.items() if name in text}
    for word in text.replace("、", " ").replace(",", " ").split():
        member = _member(act, word)
        if member is not None:
            found.setdefault(text.find(word), member)
    return [found[at] for at in sorted(found)]


def _member(act: Act, name: str) -> Person | None:
    """The resident of that name who has reported for service, if there is just one."""
    able = [p for p in people.by_name(act.tx, name) if members.of_person(act.tx, p.id)]
    return able[0] if len(able) == 1 else None


def resident(act: Act, name: str) -> Person:
    """The resident of that name, if there is just one; else somebody known by name only."""
    found = people.by_name(act.tx, name)
    return found[0] if len(found) == 1 else known_by_name(act, name)
