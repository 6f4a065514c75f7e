"""项目清单: six steps, who takes part, the tasks of each, and what was achieved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Block, Cells, Link, Mark, Options, Share, Tone
from console.practices.shelves import Shelf, number
from data.lists_rows import Project, ProjectState
from data.tables import projects as table
from data.tables import tasks as task_table
from desk import access, project_parties
from desk.rules import stages
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {"open": "good", "done": "past", "stopped": "past"}
SHELF: Final = Shelf(Project, "projects", within=("title", "budget", "acceptance", "estate"))


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


def _stage(act: Act, project: Project) -> Mark:
    if project.state == "stopped":
        return bits.marked(act, "area.projects.state", "stopped", TONES)
    return Mark(act.say(f"area.projects.stage.{project.stage}"), TONES[project.state])


def _columns(act: Act, found: Sequence[Project]) -> list[Cells]:
    return [
        {
            "number": f"{act.say('number.project')}-{project.number}",
            "title": project.title,
            "stage": _stage(act, project),
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
    lacking = project_parties.lacking(act, project)
    return {
        **row,
        "budget": project.budget,
        "acceptance": project.acceptance,
        "lacking": [act.say(f"area.projects.lacking.{name}") for name in lacking],
        "ended_at": project.ended_at,
    }


def _blocks(act: Act, project: Project) -> list[Block]:
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


def _can(act: Act, project: Project) -> list[str]:
    if project.state == "stopped":
        return []
    who = project_parties.who_is(act, project)
    able = ["move"] if _steps(act, project) else []
    if project.state != "open":
        return able
    able += ["milestone", "stop"] if who else []
    mine = {act.person.id, *act.roster.teams_of(act.person.id)}
    waiting = [p for p in table.parties(act.tx, project.id) if p.who in mine and not p.agreed_at]
    return [*able, "agree"] if waiting and project.kind == "tri" else able


AREA: Final = Area(
    name="projects",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, p: f"{act.say('number.project')}-{p.number} {p.title}",
    may=lambda act: access.may(act, "member"),
    filters=(bits.statuses("area.projects.state", get_args(ProjectState), "state"), bits.ESTATE),
    doings=(
        of_api("move", "project_move", _path, {"stage": _steps}),
        of_api("milestone", "project_milestone", _path),
        of_api("agree", "project_agree", _path),
        of_api("stop", "project_stop", _path),
    ),
    can=_can,
    new=(of_api("start", "create_project"),),
    blocks=_blocks,
    subject=lambda project: (project_parties.KIND, project.subject),
)
