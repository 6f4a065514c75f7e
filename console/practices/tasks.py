"""任务清单: by area, who has each, how far it has come, what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, get_args

from pydantic import Field

from api.listing import Noted
from api.operations import Body
from api.shapes import Moment, Name, Whole, Words
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Cells, Doing, Filter, Options, Share, Tone
from console.practices.shelves import Shelf, number
from data.lists_rows import Task, TaskState
from data.tables import projects as project_table
from data.tables import tasks as table
from desk import access, task_list
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {"open": "good", "done": "past", "dropped": "past"}
SHELF: Final = Shelf(Task, "tasks", within=("title", "area", "note"))
Number = Annotated[int, Field(ge=1, le=999_999), Whole]


class NewTask(Body):
    """What is to be done, in which area, by whom, until when."""

    area: Name
    title: Words
    team: Name | None = None
    person: Name | None = None
    due: Moment | None = None
    project: Number | None = None


def _set(act: Act, _row: object, said: NewTask) -> Task:
    project = project_table.by_number(act.tx, said.project) if said.project else None
    return task_list.set_task(
        act, said.area, said.title, team=said.team, person=None if said.team else said.person,
        project=project.id if project else None, due=said.due,
    )  # fmt: skip


def _areas(act: Act) -> Options:
    return [(each.area, each.area) for each in table.board(act.tx, act.now)]


def _columns(act: Act, found: Sequence[Task]) -> list[Cells]:
    names = bits.names(act, [task.person for task in found])
    return [
        {
            "number": f"{act.say('number.task')}-{task.number}",
            "title": task.title,
            "area": task.area,
            "owner": bits.team(act, task.team) or names.get(task.person, ""),
            "progress": Share(task.progress),
            "state": bits.marked(act, "area.tasks.state", task.state, TONES),
            "due": bits.late(act, task.due, waits=task.state == "open"),
            "note": task.note,
        }
        for task in found
    ]


def _facts(act: Act, task: Task) -> Cells:
    row = {name: value for name, value in _columns(act, [task])[0].items() if name != "number"}
    return {**row, "created_at": task.created_at, "ended_at": task.ended_at}


def _can(act: Act, task: Task) -> list[str]:
    office = access.may(act, "secretary")
    if task.state == "done":
        return ["reopen"] if office else []
    mine = office or act.person.id in task_list.owners(act, task)
    return ["move"] if mine and task.state == "open" else []


def _figures(act: Act) -> Cells:
    found = table.board(act.tx, act.now)
    return {
        "areas": len(found),
        "tasks": sum(each.tasks for each in found),
        "done": sum(each.done for each in found),
        "late": sum(each.late for each in found),
    }


AREA: Final = Area(
    name="tasks",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, task: f"{act.say('number.task')}-{task.number} {task.title}",
    may=lambda act: access.may(act, "member"),
    filters=(
        Filter("area", _areas),
        bits.statuses("area.tasks.state", get_args(TaskState), "state"),
    ),
    doings=(
        of_api("move", "move_task", lambda task: {"task": str(task.number)},
               given=lambda _act, task: {"progress": str(task.progress)}),
        Doing("reopen", Noted, lambda act, task, said: task_list.reopen(act, task, said.note)),
    ),
    can=_can,
    new=(Doing("set", NewTask, _set),),
    subject=lambda task: (task_list.KIND, str(task.number)),
    figures=_figures,
    imports=("tasks",),
)  # fmt: skip
