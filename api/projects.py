"""Projects, tasks and agreements for programs. Nobody who follows a project is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.listing import Noted
from api.lists import number, staff
from api.operations import Body, Call, NoBody, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Moment, Whole, Words
from data.lists_rows import Agreement, Project, ProjectKind, ProjectState, Stage, Task, TaskState
from data.tables import agreements as agreement_table
from data.tables import entries
from data.tables import projects as table
from data.tables import tasks as task_table
from desk import agreements, projects, task_list
from desk.projects import Plan
from desk.service import Act

Code = Annotated[str, Field(min_length=1, max_length=64), Kept]
Short = Annotated[str, Field(max_length=200), Kept]
Share = Annotated[int, Field(ge=0, le=100), Whole]


class ProjectQuery(Query):
    """Which projects."""

    state: ProjectState | None = Field(None, description="状态；不写是全部")
    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几个")


class ProjectView(BaseModel):
    """一个项目。"""

    id: int = Field(description="项-后面的数字")
    kind: ProjectKind = Field(description="project 项目、case 外部协调、tri 三方联建")
    title: str
    stage: Stage = Field(description="立项 开工 投产 达效 评估 推广")
    state: ProjectState
    team: str | None = Field(description="牵头的单位或队伍")
    units: list[str] = Field(description="共建的单位或队伍")
    budget: str
    acceptance: str
    estate: str | None
    due: datetime | None
    tasks: int = Field(description="有几条任务")


class ProjectPage(BaseModel):
    """一页，编号小的在前。"""

    items: list[ProjectView]
    next: int | None


class NewProject(Body):
    """立项。"""

    title: Words = Field(description="名称；不要写姓名和门牌")
    team: Code | None = Field(None, description="牵头的单位或队伍的编号")
    units: Annotated[list[Code], Field(max_length=8)] = Field(
        default_factory=list, description="共建的单位或队伍的编号"
    )
    budget: Short = Field("", description="预算")
    acceptance: Short = Field("", description="验收标准")
    estate: Code | None = Field(None, description="小区")
    due: Moment | None = Field(None, description="期限")
    need: Annotated[int, Field(ge=1, le=999_999_999), Whole] | None = Field(
        None, description="需-后面的数字"
    )


class Move(Body):
    """到哪一步。"""

    stage: Stage = Field(description="下一步；也可以退回")
    note: Short = Field("", description="做了什么、为什么退回")


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


class AgreementView(BaseModel):
    """一份共驻共建协议。"""

    id: int = Field(description="协-后面的数字")
    team: str
    commitments: list[str]
    since: datetime
    until: datetime


class Agreements(BaseModel):
    """在有效期内的，快到期的在前。"""

    items: list[AgreementView]


class NewAgreement(Body):
    """签约。"""

    team: Code = Field(description="单位的编号")
    commitments: Annotated[list[Words], Field(min_length=1, max_length=20)] = Field(
        description="承诺，一条一项"
    )
    since: Moment
    until: Moment


def list_projects(call: Call[ProjectQuery, None]) -> ProjectPage:
    query = call.query
    found = table.page(call.act.tx, query.state or "", query.cursor, query.limit)
    more = len(found) == query.limit
    return ProjectPage(
        items=[view(call.act, each) for each in found], next=found[-1].number if more else None
    )


def view(act: Act, project: Project) -> ProjectView:
    parties = table.parties(act.tx, project.id)
    return ProjectView(
        id=project.number,
        kind=project.kind,
        title=project.title,
        stage=project.stage,
        state=project.state,
        team=project.team,
        units=[party.who for party in parties if party.who in act.roster.teams],
        budget=project.budget,
        acceptance=project.acceptance,
        estate=project.estate,
        due=project.due,
        tasks=len(task_table.of_project(act.tx, project.id)),
    )


def find(call: Call[Any, Any]) -> Project:
    found = table.by_number(call.act.tx, number(call.path["project"]))
    if found is None:
        raise Problem("not_found", call.path["project"])
    return found


def get_project(call: Call[Any, None]) -> ProjectView:
    return view(call.act, find(call))


def create_project(call: Call[Any, NewProject]) -> ProjectView:
    body, act = call.body, call.act
    for code in (*([body.team] if body.team else []), *body.units):
        if code not in act.roster.teams:
            raise Problem("unknown_target", code)
    need = entries.by_number(act.tx, "demand", body.need) if body.need else None
    if body.need and need is None:
        raise Problem("unknown_target", f"demand-{body.need}")
    plan = Plan(
        title=body.title,
        team=body.team,
        units=tuple(body.units),
        budget=body.budget,
        acceptance=body.acceptance,
        estate=body.estate,
        due=body.due,
        need=need.id if need else None,
        issue=need.issue if need else None,
    )
    return view(act, projects.start(act, plan))


def _action(name: str, body: type[Body], do: Callable[[Act, Project, Any], object]) -> Operation:
    def handle(call: Call[Any, Any]) -> ProjectView:
        project = find(call)
        do(call.act, project, call.body)
        return view(call.act, table.by_id(call.act.tx, project.id) or project)

    return Operation(
        f"project_{name}", "POST", f"/projects/<project>/actions/{name}", "write", ProjectView,
        handle, body=body, problems=(404, 409), tag="practices",
        said=f"api.does.project_{name}",
    )  # fmt: skip


def list_tasks(call: Call[TaskQuery, None]) -> TaskPage:
    staff(call.act)
    query = call.query
    found = task_table.page(call.act.tx, query.area or "", query.cursor, query.limit)
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
    found = task_table.board(call.act.tx, call.act.now)
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
    task = task_table.by_number(call.act.tx, number(call.path["task"]))
    if task is None:
        raise Problem("not_found", call.path["task"])
    return _task(task_list.move(call.act, task, call.body.progress, call.body.note))


def list_agreements(call: Call[Any, None]) -> Agreements:
    staff(call.act)
    found = agreement_table.in_force(call.act.tx, call.act.now)
    return Agreements(items=[_agreement(each) for each in found])


def _agreement(agreement: Agreement) -> AgreementView:
    return AgreementView(
        id=agreement.number,
        team=agreement.team,
        commitments=list(agreement.commitments),
        since=agreement.since,
        until=agreement.until,
    )


def create_agreement(call: Call[Any, NewAgreement]) -> AgreementView:
    body = call.body
    team = call.act.roster.teams.get(body.team)
    if team is None:
        raise Problem("unknown_target", body.team)
    commitments = tuple(body.commitments)
    made = agreements.sign(call.act, team, commitments, body.since, body.until)
    return _agreement(made)


OPERATIONS = (
    Operation(
        "list_projects", "GET", "/projects", "read", ProjectPage, list_projects,
        query=ProjectQuery, tag="practices",
    ),
    Operation(
        "create_project", "POST", "/projects", "write", ProjectView, create_project,
        body=NewProject, status=201, problems=(409,), tag="practices",
    ),
    Operation(
        "get_project", "GET", "/projects/<project>", "read", ProjectView, get_project,
        problems=(404,), tag="practices",
    ),
    _action("move", Move, lambda act, p, body: projects.advance(act, p, body.stage, body.note)),
    _action("milestone", Noted, lambda act, p, body: projects.milestone(act, p, body.note)),
    _action("follow", NoBody, lambda act, p, _: projects.follow(act, p)),
    _action("agree", NoBody, lambda act, p, _: projects.agree(act, p)),
    _action("stop", Noted, lambda act, p, body: projects.stop(act, p, body.note)),
    Operation(
        "list_tasks", "GET", "/tasks", "read", TaskPage, list_tasks, query=TaskQuery,
        tag="practices",
    ),
    Operation("task_board", "GET", "/tasks/board", "read", Board, board, tag="practices"),
    Operation(
        "move_task", "POST", "/tasks/<task>/actions/progress", "write", TaskView, move_task,
        body=Progress, problems=(404, 409), tag="practices",
    ),
    Operation(
        "list_agreements", "GET", "/agreements", "read", Agreements, list_agreements,
        tag="practices",
    ),
    Operation(
        "create_agreement", "POST", "/agreements", "write", AgreementView, create_agreement,
        body=NewAgreement, status=201, problems=(409,), tag="practices",
    ),
)  # fmt: skip
