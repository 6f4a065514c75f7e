"""三方联建: branch, property company and owners agree before it starts, and say at the end that
it was done well. A project like others, with three who must speak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, get_args

from pydantic import Field

from api.operations import Body
from api.shapes import Kept, Moment, Name, Words
from console.practices import bits, projects
from console.practices.shape import Area, Cells, Doing, Link, Mark
from console.practices.shelves import Shelf, number
from data.lists_rows import Project, ProjectParty, ProjectState
from data.tables import projects as table
from desk import access, project_parties
from desk import projects as desk
from desk.projects import Plan
from desk.service import Act

SHELF: Final = Shelf(Project, "projects", within=("title", "estate"), fixed={"kind": "tri"})
Short = Annotated[str, Field(max_length=200), Kept]


class ThreeSided(Body):
    """What is built together, where, and who speaks for the owners."""

    estate: Name
    title: Words
    owners: Name
    due: Moment
    team: Name | None = None
    budget: Short = ""
    acceptance: Short = ""


def _start(act: Act, _row: object, said: ThreeSided) -> Project:
    plan = Plan(
        title=said.title, team=said.team, budget=said.budget, acceptance=said.acceptance,
        estate=said.estate, due=said.due,
    )  # fmt: skip
    try:
        whole = desk.three_sided(act, plan, said.estate, said.owners)
    except project_parties.NoSuchSide as lacking:
        field = "owners" if lacking.role == "owners" else "estate"
        raise bits.wrong(act, lacking.role, field) from lacking
    return desk.start(act, whole)


def _said(act: Act, project: Project, party: ProjectParty) -> Mark:
    """What a side has said last, or that it is waited for."""
    if party.accepted_at:
        return Mark(act.say("area.three_sides.said.accepted"), "good")
    if project_parties.unsaid(project, [party]):
        asked = "accept" if project_parties.accepting(project) else "agree"
        return Mark(act.say(f"area.three_sides.said.{asked}"), "wait")
    return Mark(act.say(f"area.three_sides.said.{'agreed' if party.agreed_at else 'none'}"))


def _columns(act: Act, found: Sequence[Project]) -> list[Cells]:
    rows: list[Cells] = []
    for project in found:
        sides = {p.role: p for p in table.parties(act.tx, project.id)}
        said: dict[str, Mark | None] = {
            role: _said(act, project, sides[role]) if role in sides else None
            for role in project_parties.TRI
        }
        rows.append(
            {
                "number": f"{act.say('number.project')}-{project.number}",
                "title": project.title,
                "stage": projects.stage(act, project),
                **said,
                "lead": bits.who(act, project.person, project.team),
                "estate": project.estate,
                "due": bits.late(act, project.due, waits=project.state == "open"),
            }
        )
    return rows


def _facts(act: Act, project: Project) -> Cells:
    row = {name: value for name, value in _columns(act, [project])[0].items() if name != "number"}
    return {
        **row,
        **projects.terms(act, project),
        "project": Link(act.say("area.three_sides.as_project"),
                        f"practices/projects/{project.number}"),
    }  # fmt: skip


AREA: Final = Area(
    name="three_sides",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, p: f"{act.say('number.project')}-{p.number} {p.title}",
    may=lambda act: access.may(act, "member"),
    filters=(bits.statuses("area.projects.state", get_args(ProjectState), "state"), bits.ESTATE),
    doings=projects.DOINGS,
    can=projects.can,
    new=(Doing("start", ThreeSided, _start),),
    blocks=projects.blocks,
    subject=lambda project: (project_parties.KIND, project.subject),
)
