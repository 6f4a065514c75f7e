"""The task list for programs: by area, how far each has come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.lists import number, staff
from api.operations import Body, Call, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Whole
from data.lists_rows import Task, TaskState
from data.tables import tasks as table
from desk import task_list

Code = Annotated[str, Field(min_length=1, max_length=64), Kept]
Short = Annotated[str, Field(max_length=200), Kept]
Share = Annotated[int, Field(ge=0, le=100), Whole]


class TaskQuery(Query):
    """Which tasks."""

    area: Code | None = Field(None, description="领域；不写是全部")
    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几条")


class TaskView(BaseModel):
    """一条任务。"""

    id: int = Field(description="任-后面的数字")
    area: str
    title: str
    team: str | None
    progress: int
    state: TaskState
    due: datetime | None
    note: str


class TaskPage(BaseModel):
    """一页，编号小的在前。"""

    items: list[TaskView]
    next: int | None


class AreaView(BaseModel):
    """一个领域。"""

    area: str
    tasks: int
    done: int
    late: int
    progress: float = Field(description="平均完成百分之几")


class Board(BaseModel):
    """各领域的进度。"""

    areas: list[AreaView]
    tasks: int
    done: int
    late: int


class Progress(Body):
    """做到几成。"""

    progress: Share = Field(description="0 到 100；100 是完成，要写做了什么")
    note: Short = Field("", description="做了什么")


def list_tasks(call: Call[TaskQuery, None]) -> TaskPage:
    staff(call.act)
    query = call.query
    found = table.page(call.act.tx, query.area or "", query.cursor, query.limit)
    more = len(found) == query.limit
    return TaskPage(items=[_task(task) for task in found], next=found[-1].number if more else None)


def _task(task: Task) -> TaskView:
    return TaskView(
        id=task.number,
        area=task.area,
        title=task.title,
        team=task.team,
        progress=task.progress,
        state=task.state,
        due=task.due,
        note=task.note,
    )


def board(call: Call[Any, None]) -> Board:
    staff(call.act)
    found = table.board(call.act.tx, call.act.now)
    return Board(
        areas=[
            AreaView(area=c.area, tasks=c.tasks, done=c.done, late=c.late, progress=c.progress)
            for c in found
        ],
        tasks=sum(c.tasks for c in found),
        done=sum(c.done for c in found),
        late=sum(c.late for c in found),
    )


def move_task(call: Call[Any, Progress]) -> TaskView:
    task = table.by_number(call.act.tx, number(call.path["task"]))
    if task is None:
        raise Problem("not_found", call.path["task"])
    return _task(task_list.move(call.act, task, call.body.progress, call.body.note))


OPERATIONS = (
    Operation(
        "list_tasks", "GET", "/tasks", "read", TaskPage, list_tasks, query=TaskQuery,
        tag="practices",
    ),
    Operation("task_board", "GET", "/tasks/board", "read", Board, board, tag="practices"),
    Operation(
        "move_task", "POST", "/tasks/<task>/actions/progress", "write", TaskView, move_task,
        body=Progress, problems=(404, 409), tag="practices",
    ),
)  # fmt: skip
