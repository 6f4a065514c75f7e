"""需求清单: what is needed, what fits it, and who is asked to do it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Kept, Moment, Name, Whole, Words
from console.practices import bits, entries
from console.practices.doing import of_api
from console.practices.shape import Block, Cells, Doing, Link, Options, staff
from data.practice_rows import Entry
from desk import access, listing, matches, needs, projects
from desk.projects import Plan
from desk.service import Act
from nlp.values import Place

SHOWN: Final = 5
Short = Annotated[str, Field(max_length=200), Kept]
Count = Annotated[int, Field(ge=1, le=9999), Whole]


class NewNeed(Body):
    """What is needed, where, how often."""

    title: Words
    estate: Name | None = None
    category: Name | None = None
    capacity: Count = 1


class Heard(Body):
    """走访需求: what somebody wants who was visited."""

    whom: Name
    title: Words
    estate: Name
    building: Name | None = None
    unit: Name | None = None


class NewProject(Body):
    """立项 for a need."""

    title: Words
    team: Name
    units: list[Name] = Field(default_factory=list, max_length=8)
    due: Moment
    budget: Short = ""
    acceptance: Short = ""


def _enter(act: Act, _row: object, said: NewNeed) -> Entry:
    return listing.propose(
        act,
        listing.Proposal(
            kind="demand", title=said.title, category=said.category or "", estate=said.estate,
            capacity=said.capacity,
        ),
    )  # fmt: skip


def _heard(act: Act, _row: object, said: Heard) -> Entry:
    home = Place(said.estate, said.building, said.unit, None)
    return needs.propose(act, said.title, name=said.whom, home=home, source="visit")


def _start(act: Act, need: Entry, said: NewProject) -> object:
    return projects.start(
        act,
        Plan(
            title=said.title, team=said.team, units=tuple(said.units), budget=said.budget,
            acceptance=said.acceptance, estate=need.estate, due=said.due, need=need.id,
            issue=need.issue,
        ),
    )  # fmt: skip


def _fitting(act: Act, need: Entry) -> Options:
    """What fits best first, with its score and the reasons."""
    return [
        (str(found.offer.number),
         f"{found.offer.title}　{found.score:.0%}　{matches.reasons(act, found)}")
        for found in matches.best(act, need, "resource", 9)
    ]  # fmt: skip


def _blocks(act: Act, need: Entry) -> list[Block]:
    if need.status != "published" or not access.may(act, "worker"):
        return []
    rows: list[Cells] = [
        {
            "offer": Link(found.offer.title, f"practices/resources/{found.offer.number}"),
            "team": bits.team(act, found.offer.team),
            "score": f"{found.score:.0%}",
            "reasons": matches.reasons(act, found),
        }
        for found in matches.best(act, need, "resource", SHOWN)
    ]
    return [Block("matches", rows)]


def _can(act: Act, need: Entry) -> list[str]:
    if need.status != "published":
        return []
    able = ["assign"] if access.may(act, "worker") and _fitting(act, need) else []
    return [*able, "start"] if access.may(act, "secretary") else able


def _titled(_act: Act, need: Any) -> dict[str, str]:
    return {"title": need.title}


AREA: Final = entries.area(
    "needs",
    entries.Kind(
        "demand",
        new=(Doing("heard", Heard, _heard), Doing("enter", NewNeed, _enter)),
        may_new=staff,
        more=(
            of_api("assign", "assign_entry", entries.path, {"offer": _fitting}),
            Doing("start", NewProject, _start, given=_titled),
        ),
        can_more=_can,
        blocks=_blocks,
    ),
)
