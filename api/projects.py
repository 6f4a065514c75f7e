"""Projects for programs. Nobody who follows one is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.listing import Noted
from api.lists import number
from api.operations import Body, Call, NoBody, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Moment, Whole, Words
from data.lists_rows import Project, ProjectKind, ProjectState, Stage
from data.tables import entries
from data.tables import projects as table
from data.tables import tasks as task_table
from desk import projects
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
)  # fmt: skip
