"""巡查和值守: whose turn it is, what is looked at on the way, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from api import intake
from api.intake import Request
from api.issues import keep
from api.operations import Body
from api.shapes import Kept, Name, Words
from console.practices import bits, rounds
from console.practices.rounds import Often
from console.practices.shape import Area, Cells, Doing, staff
from data.practice_rows import Round
from data.rows import Issue
from desk import patrols
from desk import rounds as duties
from desk.recording import Origin
from desk.service import Act
from nlp.values import Place

CHANNEL: Final = "console"
Short = Annotated[str, Field(max_length=40), Kept]


class NewBeat(Body):
    """What is walked, by whom in turn, when, and what is looked at."""

    title: Words
    turns: list[Name] = Field(min_length=1, max_length=50)
    estate: Name | None = None
    when: Often
    checklist: list[Short] = Field(default_factory=list, max_length=30)


class Walked(Body):
    """What was found; nothing where all was well."""

    found: list[Words] = Field(default_factory=list, max_length=30)


def _arrange(kind: str, act: Act, said: NewBeat) -> Round:
    people = [act.roster.staff[person] for person in said.turns if person in act.roster.staff]
    if len(people) < len(said.turns):
        raise bits.wrong(act, "person")
    place = Place(said.estate) if said.estate else None
    if place is not None:
        place = Place(said.estate, grid=act.service.understander.grid_of(place))
    beat = patrols.Beat(
        title=said.title,
        when=rounds.often(act, said.when),
        checks=tuple(said.checklist) or act.service.content.words["patrol_checks"],
        place=place,
        watch=kind == "watch",
    )
    return patrols.arrange(act, beat, people)


def _walk(act: Act, known: Round, said: Walked) -> object:
    """Each finding becomes an issue that nobody had to call for (未呼先应)."""
    issues = [issue for index, text in enumerate(said.found)
              for issue in _record(act, known, text, index)]  # fmt: skip
    fine = [act.say("patrol.fine") for _ in known.checklist]
    note = "；".join(said.found) or act.say("patrol.fine")
    data: dict[str, object] = {"found": [issue.id for issue in issues], "seconds": None}
    return duties.hold(act, duties.current(act, known), note, fine, data=data)


def _record(act: Act, known: Round, text: str, index: int) -> Sequence[Issue]:
    key = f"{CHANNEL}:{known.kind}-{known.number}:{act.now.isoformat()}#{index}"
    keep(act, key, CHANNEL, act.person.id, text)
    said = act.service.understander.understand(text, addressed=True)
    request = Request(text, place=Place(known.estate, known.building, grid=known.grid),
                      source="found")  # fmt: skip
    found = intake.record(act, request, said, Origin(act.person, CHANNEL, "", key))
    return [each.issue for each in found]


def _figures(act: Act) -> Cells:
    found = patrols.figures(act)
    return {"walked": found["walked"], "lapsed": found["missed"], "found": found["found"]}


def _area(name: str, kind: str, *, walks: bool) -> Area[Round]:
    return rounds.area(
        name,
        rounds.Kind(
            kind,
            new=(Doing("arrange", NewBeat, lambda act, _row, said: _arrange(kind, act, said)),),
            hold=Doing("hold", Walked, _walk) if walks else None,
            may=staff,
            figures=_figures if walks else None,
        ),
    )


PATROLS: Final = _area("patrols", "patrol", walks=True)
WATCHES: Final = _area("watches", "watch", walks=False)
