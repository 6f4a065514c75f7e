"""双评价: after something is done, whoever had it done says a word on the organisation and one on
the person; of his own will, on top of 满意. Kept in the journal alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from data.practice_rows import Entry, Line
from data.rows import Issue
from data.tables import entries, members, people
from data.tables import journal as journal_table
from desk import households, journal
from desk.service import Act

KIND = "rating"


@dataclass(frozen=True, slots=True)
class Rated:
    """What can be rated: the deed's name in the journal, the organisation, the person."""

    subject: str  # issue-12, wish-3
    unit: str  # a team's code, or a unit's name
    unit_name: str
    person: str
    person_name: str


def of_issue(act: Act, issue: Issue) -> Rated | None:
    """Whoever finished it, and the team or the community for which he did."""
    if not issue.handler or issue.handler == act.person.id:
        return None
    entry = entries.of_issue(act.tx, issue.id)
    if entry is not None and entry.status == "fulfilled":
        return of_entry(act, entry)
    team = act.roster.teams.get(issue.owner_team or "")
    about = act.service.content.about
    name = act.roster.name_of(issue.handler) or _name(act, issue.handler)
    unit, unit_name = (team.code, team.name) if team else (about.desk, about.name)
    return Rated(f"issue-{issue.id}", unit, unit_name, issue.handler, name)


def of_entry(act: Act, entry: Entry) -> Rated | None:
    """Whoever brought it, and the unit he is of."""
    brought = [c for c in entries.claims_of(act.tx, entry.id) if c.state == "confirmed"]
    if not brought or brought[-1].person == act.person.id:
        return None
    person = brought[-1].person
    member = members.of_person(act.tx, person)
    teams = act.roster.teams_of(person)
    about = act.service.content.about
    if member and member.unit:
        unit, unit_name = member.unit, member.unit
    elif teams:
        unit, unit_name = teams[0], act.roster.teams[teams[0]].name
    else:
        unit, unit_name = about.desk, about.name
    return Rated(f"{entry.kind}-{entry.number}", unit, unit_name, person, _name(act, person))


def _name(act: Act, person: str) -> str:
    found = people.by_id(act.tx, person)
    return (found.name if found else "") or act.say("card.resident")


def rate_unit(act: Act, subject: str, unit: str, *, good: bool) -> Line:
    return journal.append(act, KIND, subject, "unit", data={"unit": unit, "good": good})


def rate_person(act: Act, subject: str, person: str, *, good: bool) -> Line:
    """Of one's own household it is written down that it is: a clerk looks before it counts."""
    other = people.by_id(act.tx, person)
    door = other is not None and households.together(act.person, other)
    data = {"person": person, "good": good, "door": door}
    return journal.append(act, KIND, subject, "person", data=data)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many said good, of how many."""

    good: int
    all: int


def tally(lines: Iterable[Line], name: str) -> Mapping[str, Tally]:
    """By unit or by person."""
    found: dict[str, Tally] = {}
    for line in lines:
        key = str(line.data[name])
        before = found.get(key, Tally(0, 0))
        found[key] = Tally(before.good + bool(line.data["good"]), before.all + 1)
    return found


def of_units(act: Act, since: datetime, until: datetime) -> Mapping[str, Tally]:
    return tally(journal_table.done(act.tx, KIND, "unit", since, until), "unit")


def of_people(act: Act, since: datetime, until: datetime) -> Mapping[str, Tally]:
    return tally(journal_table.done(act.tx, KIND, "person", since, until), "person")
