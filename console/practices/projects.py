"""项目清单: six steps, who takes part, the tasks of each, and what was achieved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, get_args

from pydantic import Field

from api.operations import Body
from api.problems import Problem
from api.shapes import Kept, Moment, Name
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import (
    Area,
    Block,
    Cells,
    Doing,
    Link,
    Mark,
    Options,
    Share,
    Tone,
)
from console.practices.shelves import Shelf, number
from data.lists_rows import Project, ProjectKind, ProjectState
from data.tables import projects as table
from data.tables import tasks as task_table
from desk import access, project_parties, projects
from desk.rules import stages
from desk.rules.deadlines import LOCAL
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {"open": "good", "done": "past", "stopped": "past"}
SHELF: Final = Shelf(Project, "projects", within=("title", "budget", "acceptance", "estate"))


Short = Annotated[str, Field(max_length=200), Kept]


class Complete(Body):
    """What was not known when it was set up, or has changed."""

    team: Name | None = None
    due: Moment | None = None
    budget: Short = ""
    acceptance: Short = ""


def _path(project: Project) -> dict[str, str]:
    return {"project": str(project.number)}


def _steps(act: Act, project: Project | None) -> Options:
    """Forward or back, as far as the person acting may; what is lacking is said."""
    if project is None:
        return []
    who = project_parties.who_is(act, project)
    lacking = project_parties.lacking(act, project)
    found = []
    for (at, to), step in stages.TABLE.items():
        forward = to == stages.next_after(project.stage)
        if at == project.stage and step.who & who and not (forward and lacking):
            found.append((to, act.say(f"area.projects.stage.{to}")))
    return found


def stage(act: Act, project: Project) -> Mark:
    if project.state == "stopped":
        return bits.marked(act, "area.projects.state", "stopped", TONES)
    return Mark(act.say(f"area.projects.stage.{project.stage}"), TONES[project.state])


def _complete(act: Act, project: Project, said: Complete) -> Project:
    if said.team and said.team not in act.roster.teams:
        raise Problem("unknown_target", said.team)
    return projects.complete(
        act, project, team=said.team or project.team, due=said.due or project.due,
        budget=said.budget, acceptance=said.acceptance,
    )  # fmt: skip


def _known(_act: Act, project: Project) -> dict[str, str]:
    """What is written of it now."""
    due = f"{project.due.astimezone(LOCAL):%Y-%m-%dT%H:%M}" if project.due else ""
    return {"team": project.team or "", "due": due, "budget": project.budget,
            "acceptance": project.acceptance}  # fmt: skip


def _columns(act: Act, found: Sequence[Project]) -> list[Cells]:
    return [
        {
            "number": f"{act.say('number.project')}-{project.number}",
            "title": project.title,
            "stage": stage(act, project),
            "kind": act.say(f"area.projects.kind.{project.kind}"),
            "lead": bits.who(act, project.person, project.team),
            "estate": project.estate,
            "due": bits.late(act, project.due, waits=project.state == "open"),
            "created_at": project.created_at,
        }
        for project in found
    ]


def _facts(act: Act, project: Project) -> Cells:
    row = {name: value for name, value in _columns(act, [project])[0].items() if name != "number"}
    return {**row, **terms(act, project), "ended_at": project.ended_at}


def terms(act: Act, project: Project) -> Cells:
    """What it costs, what it is judged by, and what is still lacking."""
    lacking = project_parties.lacking(act, project)
    return {
        "budget": project.budget,
        "acceptance": project.acceptance,
        "lacking": [act.say(f"area.projects.lacking.{name}") for name in lacking],
    }


def blocks(act: Act, project: Project) -> list[Block]:
    """Its tasks, and who takes part."""
    parties: list[Cells] = [
        {"role": act.say(f"area.projects.role.{party.role}"),
         "who": project_parties.party_name(act, party.who),
         "agreed_at": party.agreed_at, "accepted_at": party.accepted_at}
        for party in table.parties(act.tx, project.id)
    ]  # fmt: skip
    tasks: list[Cells] = [
        {"task": Link(task.title, f"practices/tasks/{task.number}"),
         "owner": bits.who(act, task.person, task.team), "progress": Share(task.progress),
         "due": bits.late(act, task.due, waits=task.state == "open")}
        for task in task_table.of_project(act.tx, project.id)
    ]  # fmt: skip
    return [Block("tasks", tasks), Block("parties", parties)]


def can(act: Act, project: Project) -> list[str]:
    """What the person acting may do with it now."""
    if project.state == "stopped":
        return []
    who = project_parties.who_is(act, project)
    able = ["move"] if _steps(act, project) else []
    if project.state != "open":
        return able
    office = "reviewer" in who
    able += ["milestone"] if who else []
    able += ["complete", "stop"] if office else []
    mine = project_parties.unsaid(project, project_parties.own(act, project))
    if mine and project.kind == "tri":
        able.append("accept" if project_parties.accepting(project) else "agree")
    return able


DOINGS: Final = (
    of_api("agree", "project_agree", _path),
    of_api("accept", "project_agree", _path),
    of_api("move", "project_move", _path, {"stage": _steps}),
    of_api("milestone", "project_milestone", _path),
    Doing("complete", Complete, _complete, given=_known),
    of_api("stop", "project_stop", _path),
)


AREA: Final = Area(
    name="projects",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, p: f"{act.say('number.project')}-{p.number} {p.title}",
    may=lambda act: access.may(act, "member"),
    filters=(
        bits.statuses("area.projects.kind", get_args(ProjectKind), "kind"),
        bits.statuses("area.projects.state", get_args(ProjectState), "state"),
        bits.ESTATE,
    ),
    doings=DOINGS,
    can=can,
    new=(of_api("start", "create_project"),),
    blocks=blocks,
    subject=lambda project: (project_parties.KIND, project.subject),
)
