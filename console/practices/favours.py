"""待核实: praise that looks like a favour; it counts only once a clerk has looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from api.operations import NoBody
from console.practices import bits
from console.practices.shape import (
    Area,
    Asked,
    Cells,
    Doing,
    Found,
    Link,
    Tone,
    Waits,
    office,
)
from console.practices.shelves import listed
from data.tables import issues
from desk import access, points, views
from desk.deeds import ISSUE
from desk.rules.points import Deed
from desk.service import Act

State = Literal["open", "count", "discount"]
STATES: Final[Mapping[str, Tone]] = {"open": "wait", "count": "good", "discount": "past"}
PAGES: Final = {"wish": "wishes", "demand": "needs", "donation": "donations"}


@dataclass(frozen=True)
class Favour:
    """A deed with what is odd about it, and what a clerk has said of it."""

    deed: Deed
    state: State


def _all(act: Act) -> list[Favour]:
    """Those that wait first, the latest of the others next."""
    seen = points.looked_at(act.tx)
    found = [
        Favour(deed, _state(seen.get(deed.key))) for deed in points.compute(act.tx, act.service).odd
    ]
    waiting = [each for each in found if each.state == "open"]
    return [*waiting, *(each for each in reversed(found) if each.state != "open")]


def _state(counted: bool | None) -> State:
    if counted is None:
        return "open"
    return "count" if counted else "discount"


def _find(act: Act, asked: Asked) -> Found[Favour]:
    state = asked.chosen.get("state", "")
    found = [each for each in _all(act) if state in ("", each.state)]
    people = {p for each in found for p in (each.deed.person, each.deed.by)} if asked.words else ()
    names = bits.names(act, people)
    return listed(found, asked, lambda each: "".join(
        names.get(person, "") for person in (each.deed.person, each.deed.by)))  # fmt: skip


def _one(act: Act, key: str) -> Favour | None:
    return next((each for each in _all(act) if each.deed.key == key), None)


def _columns(act: Act, found: Sequence[Favour]) -> list[Cells]:
    names = bits.names(act, [p for each in found for p in (each.deed.person, each.deed.by)])
    titles = {rule.event: rule.title for rule in act.service.content.practices["points"].rule}
    return [
        {
            "subject": _subject(act, each.deed),
            "state": bits.marked(act, "area.favours.state", each.state, STATES),
            "person": names[each.deed.person],
            "by": names.get(each.deed.by, ""),
            "why": act.say(f"points.flag.{each.deed.flag}"),
            "rule": titles.get(each.deed.event, ""),
            "at": each.deed.at,
        }
        for each in found
    ]


def _subject(act: Act, deed: Deed) -> str:
    return points.shown_subject(act, deed.subject) or act.say("area.favours.gone")


def _facts(act: Act, favour: Favour) -> Cells:
    return {**_columns(act, [favour])[0], "subject": _link(act, favour.deed)}


def _link(act: Act, deed: Deed) -> Link | str:
    """Its page, for whoever may read it."""
    kind, _, digits = deed.subject.rpartition("-")
    text = _subject(act, deed)
    if kind in PAGES:
        return Link(text, f"practices/{PAGES[kind]}/{digits}")
    issue = issues.by_id(act.tx, int(digits)) if kind == ISSUE else None
    seen = issue is not None and access.may_see(act, issue, act.person)
    return Link(text, f"issues/{views.reference(issue)}") if issue and seen else text


def _look(count: bool) -> Doing:
    name = "count" if count else "discount"
    return Doing(name, NoBody, lambda act, favour, _: points.look_at(
        act, favour.deed.key, count=count))  # fmt: skip


def _can(act: Act, favour: Favour) -> tuple[str, ...]:
    may = favour.state == "open" and points.may_look(act, favour.deed)
    return ("count", "discount") if may else ()


AREA: Final = Area(
    name="favours",
    find=_find,
    one=_one,
    key=lambda favour: favour.deed.key,
    columns=_columns,
    facts=_facts,
    title=lambda act, favour: f"{_subject(act, favour.deed)} {bits.who(act, favour.deed.person)}",
    may=office,
    filters=(bits.statuses("area.favours.state", tuple(STATES), "state"),),
    doings=(_look(count=True), _look(count=False)),
    can=_can,
    subject=lambda favour: (points.CHECK, favour.deed.key),
    waits=Waits("state", "open", lambda act, _: points.waiting(act), office),
)
