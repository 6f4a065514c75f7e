"""The form in which issues and events leave the house: for programs, in the API and in webhooks.

Residents' names, phones and door numbers are left out or hidden; whoever needs them asks for them
by themselves, with a reason that is written down (`reveal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from data.rows import Event, Issue, Mode, Role, Source, Status
from data.tables import issues as table
from data.tables import people, reporters
from desk import events, wording
from desk.hidden import masked
from desk.service import Act

# What an event's data may say to a program. Ids in it are of staff and teams, never of residents.
_TOLD = frozenset((
    "team", "person", "level", "to", "kind", "days", "decision", "was", "now", "into", "from",
    "card", "count", "contacted", "solved", "satisfaction", "step", "leads", "stage",
    "teams", "mode", "entry",
))  # fmt: skip


class Where(BaseModel):
    """地点：到楼栋为止。"""

    estate: str | None = Field(description="小区")
    building: str | None = Field(description="楼号")
    grid: str | None = Field(description="最细一级网格的编号")


class Owner(BaseModel):
    """负责办理的队伍或人。"""

    team: str | None = Field(description="队伍或单位的编号")
    person: str | None = Field(description="工作人员的编号")
    name: str = Field(description="队伍或工作人员的名字")
    handler: str | None = Field(description="接单人的编号")


class IssueView(BaseModel):
    """一件事项，不含个人信息。"""

    id: str = Field(description="全局唯一的编号：年份加事项编号")
    number: str = Field(description="居民看到的编号，每年重新开始")
    status: Status = Field(description="状态")
    status_text: str = Field(description="状态的中文说法")
    category: str = Field(description="类别编号")
    category_name: str = Field(description="类别名")
    nature: str = Field(description="诉求性质")
    level: str = Field(description="紧急度")
    text: str = Field(description="居民的原话，电话、门牌和反映人姓名已遮盖")
    place: Where
    owner: Owner
    route_reason: str = Field(description="为什么派给他")
    channel: str = Field(description="从哪里来的")
    source: Source = Field(description="三呼三应：asked 有呼必应、called 一呼百应、found 未呼先应")
    mode: Mode = Field(description="办理方式：visit 上门、errand 跑腿、urgent 应急、online 网上")
    reporters: int = Field(description="有几个人反映")
    created_at: datetime
    updated_at: datetime
    contact_due: datetime = Field(description="几时前要联系居民")
    done_due: datetime = Field(description="几时前要办完")
    accepted_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None
    result: str = Field(description="办理结果")
    rating: str | None = Field(description="居民的评价：satisfied、fairly、unsatisfied")
    card: str = Field(description="督办：空、yellow、red")
    returns: int = Field(description="退单次数")
    reopens: int = Field(description="重办次数")
    urges: int = Field(description="催办次数")
    merged_into: str | None = Field(description="并入了哪一件")


class Actor(BaseModel):
    """谁做的；居民只说是居民。"""

    role: Role | None = Field(description="角色；系统自己做的为空")
    person: str | None = Field(description="工作人员的编号")
    name: str = Field(description="工作人员的名字")


class EventView(BaseModel):
    """事项日志里的一条，写下就不会改。"""

    cursor: int = Field(description="全部事件里的次序，拿它接着读")
    issue: str = Field(description="事项的全局编号")
    number: str = Field(description="事项编号")
    seq: int = Field(description="这件事项的第几条")
    at: datetime
    action: str = Field(description="动作")
    action_text: str = Field(description="动作的中文说法")
    status: Status = Field(description="动作之后的状态")
    actor: Actor
    note: str = Field(description="说明，已遮盖个人信息")
    data: dict[str, object] = Field(description="随动作不同的附加内容")
    hash: str = Field(description="这一条和前一条连起来的 SHA-256")


class Personal(BaseModel):
    """一件事项里的个人信息；每看一次都记在事项日志里。"""

    id: str
    number: str
    name: str = Field(description="反映人")
    phone: str = Field(description="反映人的电话")
    estate: str | None
    building: str | None
    unit: str | None
    room: str | None
    text: str = Field(description="未遮盖的原话")


def reference(issue: Issue) -> str:
    """An issue's name among those of all years: 2026-1123-07."""
    return f"{issue.day[:4]}-{issue.number}"


def issue_view(act: Act, issue: Issue) -> IssueView:
    """What a program reads of an issue."""
    parent = table.by_id(act.tx, issue.parent) if issue.parent else None
    last = table.last_event(act.tx, issue.id)
    return IssueView(
        id=reference(issue),
        number=issue.number,
        status=issue.status,
        status_text=wording.status(issue, act),
        category=issue.category,
        category_name=act.service.category(issue.category).name,
        nature=issue.nature,
        level=issue.level,
        text=masked(act, issue, issue.text),
        place=Where(estate=issue.estate, building=issue.building, grid=issue.grid),
        owner=Owner(
            team=issue.owner_team,
            person=issue.owner_person,
            name=act.roster.owner_name(issue),
            handler=issue.handler,
        ),
        route_reason=issue.route_reason,
        channel=issue.channel,
        source=issue.source,
        mode=issue.mode,
        reporters=len({issue.reporter, *reporters.of_issue(act.tx, issue.id)}),
        created_at=issue.created_at,
        updated_at=last.at if last else issue.created_at,
        contact_due=issue.contact_due,
        done_due=issue.done_due,
        accepted_at=issue.accepted_at,
        done_at=issue.done_at,
        closed_at=issue.closed_at,
        result=masked(act, issue, issue.result),
        rating=issue.rating,
        card=issue.card,
        returns=issue.returns,
        reopens=issue.reopens,
        urges=issue.urges,
        merged_into=reference(parent) if parent else None,
    )


def event_view(act: Act, issue: Issue, event: Event, cursor: int) -> EventView:
    """What a program reads of an event."""
    return EventView(
        cursor=cursor,
        issue=reference(issue),
        number=issue.number,
        seq=event.seq,
        at=event.at,
        action=event.action,
        action_text=act.say(f"action.{event.action}"),
        status=event.status,
        actor=_actor(act, event.actor),
        note=masked(act, issue, event.note),
        data=_told(event.data),
        hash=event.hash,
    )


def _actor(act: Act, person: str) -> Actor:
    known = act.roster.staff.get(person)
    if known is not None:
        return Actor(role=known.role, person=known.id, name=known.name)
    return Actor(role=None if person == "system" else "resident", person=None, name="")


def _told(data: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in data.items() if name in _TOLD}


def reveal(act: Act, issue: Issue, reason: str, token: str) -> Personal:
    """Who reported an issue and from which door; that it was asked, by whom and why is logged."""
    events.append(act, issue, "disclose", reason, {"token": token})
    reporter = people.by_id(act.tx, issue.reporter)
    return Personal(
        id=reference(issue),
        number=issue.number,
        name=reporter.name if reporter else "",
        phone=reporter.phone if reporter else "",
        estate=issue.estate,
        building=issue.building,
        unit=issue.unit,
        room=issue.room,
        text=issue.text,
    )


def confidential(act: Act, issue: Issue) -> bool:
    """What nobody is told who has no part in it: private matters, and complaints about people."""
    private = act.service.category(issue.category).private
    return private or bool(issue.against) or issue.nature in ("投诉", "举报")
