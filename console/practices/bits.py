"""Small things that many areas show alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from api.problems import Fault, Problem
from console.practices.shape import Cells, Filter, Mark, Options, Tone
from data.tables import board
from desk import journal
from desk.rules.deadlines import LOCAL
from desk.service import Act

MINUTE: Final = timedelta(minutes=1)


def team(act: Act, code: str | None) -> str:
    """A team's or a unit's name."""
    known = act.roster.teams.get(code or "")
    return known.name if known else ""


def who(act: Act, person: str | None, code: str | None = None) -> str:
    """Who has it: the team, else the person."""
    return team(act, code) or (names(act, [person])[person] if person else "")


def names(act: Act, people: Iterable[str | None]) -> dict[str | None, str]:
    """The names of people, staff out of memory, the others at one go; a resident has one too."""
    wanted = {person for person in people if person}
    known = {p: act.roster.staff[p].name for p in wanted if p in act.roster.staff}
    known |= board.names(act.tx, [person for person in wanted if person not in known])
    resident = act.say("card.resident")
    return {person: known.get(person) or resident for person in wanted}


def grid(act: Act, code: str | None) -> str:
    known = act.roster.grids.get(code or "")
    return known.name if known else ""


def estates(act: Act) -> Options:
    return [(estate, estate) for estate in act.roster.estates()]


ESTATE = Filter("estate", estates)


def marked(act: Act, prefix: str, status: str, tones: Mapping[str, Tone]) -> Mark:
    """A status in its words and its colour."""
    return Mark(act.say(f"{prefix}.{status}"), tones.get(status, ""))


def statuses(prefix: str, names_: Sequence[str], column: str = "status") -> Filter:
    """A filter over statuses; their words are at `prefix`."""
    return Filter(column, lambda act: [(each, act.say(f"{prefix}.{each}")) for each in names_])


def late(act: Act, due: datetime | None, *, waits: bool) -> Mark | datetime | None:
    """A term; a mark where it is over and the thing is not done."""
    if due is not None and waits and due <= act.now:
        days = (act.now - due).days
        return Mark(act.say(f"area.common.late.{'over' if days else 'today'}", days=days), "bad")
    return last(due)


def last(end: datetime | None) -> datetime | None:
    """The last minute of a term: what ends at midnight ends on the day before."""
    local = end.astimezone(LOCAL) if end else None
    return local - MINUTE if local and (local.hour, local.minute) == (0, 0) else end


def yuan(fen: int) -> int | float:
    """An amount as people write it: 12000, 199.5."""
    return fen // 100 if fen % 100 == 0 else fen / 100


def wrong(act: Act, name: str, field: str = "") -> Problem:
    """What is said beside a field that cannot be understood; mostly that of the same name."""
    message = act.say(f"area.common.wrong.{name}")
    return Problem("invalid", faults=[Fault(field=field or name, code=name, message=message)])


def logged(act: Act, kind: str, subject: str, action: str) -> list[Cells]:
    """When something was done to a subject, and what was said of it."""
    lines = [line for line in journal.lines(act, kind, subject) if line.action == action]
    return [{"at": line.at, "note": line.note} for line in lines]
