"""Topics for programs. What chat keeps back is kept back here too: no invitee and no minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.listing import Noted, Retitled
from api.members import SpanQuery
from api.operations import Body, Call, NoBody, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Whole, Words
from data.council_rows import Topic, TopicStatus
from data.rows import Team
from data.tables import motions as motion_table
from data.tables import topics as topic_table
from desk import access, followups, inviting, joint_meeting, topics
from desk.motions import Question
from desk.recording import Origin
from desk.rules import deliberation
from desk.service import Act

Text = Annotated[str, Field(min_length=1, max_length=64), Kept]


class NumberPage(Query):
    """A page of a list."""

    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几件")


class TopicQuery(NumberPage):
    """Which topics."""

    status: tuple[TopicStatus, ...] = Field((), description="状态；不写是所有公开的")


class TopicView(BaseModel):
    """一个议题。"""

    id: int = Field(description="题-后面的数字")
    status: TopicStatus
    title: str
    category: str
    estates: list[str]
    meets_at: datetime | None
    venue: str
    motion: int | None = Field(description="付表决的，议-后面的数字")
    resolution: str
    asked: int = Field(description="请了几人")
    followups: int = Field(description="议定几项")
    followups_done: int
    created_at: datetime
    closed_at: datetime | None


class TopicPage(BaseModel):
    """一页，编号小的在前。"""

    items: list[TopicView]
    next: int | None


class NewTopic(Body):
    """提议。"""

    title: Words = Field(description="想商量的事")
    estate: Text | None = Field(None, description="小区")


class Invitation(Body):
    """请谁来。"""

    roles: tuple[Text, ...] = Field((), max_length=20, description="身份：居民代表、业委会……")
    teams: tuple[Text, ...] = Field((), max_length=20, description="单位或队伍的编号")
    venue: Text | None = Field(None, description="地点")


class TopicBallot(Body):
    """付表决。"""

    options: tuple[Text, ...] = Field(min_length=2, max_length=9, description="选项")
    households: Annotated[int, Field(ge=1, le=99_999), Whole] = Field(description="应到几户")
    days: Annotated[int, Field(ge=1, le=99), Whole] = Field(7, description="几天")


class TopicTask(Body):
    """谁在几天里做什么；写了 project 就不另立事项。"""

    team: Text = Field(description="单位或队伍的编号")
    note: Words = Field(description="做什么")
    days: Annotated[int, Field(ge=1, le=999), Whole] = Field(description="几天以内")
    project: Annotated[int, Field(ge=1, le=999_999), Whole] | None = Field(
        None, description="由哪个项目来做，项-后面的数字"
    )


def topic_view(act: Act, topic: Topic) -> TopicView:
    rows = topic_table.followups(act.tx, topic.id)
    motion = motion_table.by_id(act.tx, topic.motion) if topic.motion else None
    return TopicView(
        id=topic.number,
        status=topic.status,
        title=topic.title,
        category=topic.category,
        estates=list(topic.estates),
        meets_at=topic.meets_at,
        venue=topic.venue,
        motion=motion.number if motion else None,
        resolution=topic.resolution,
        asked=len(topic_table.invitees(act.tx, topic.id)),
        followups=len(rows),
        followups_done=sum(row.done_at is not None for row in rows),
        created_at=topic.created_at,
        closed_at=topic.closed_at,
    )


def list_topics(call: Call[TopicQuery, None]) -> TopicPage:
    query, act = call.query, call.act
    wanted = query.status or tuple(sorted(deliberation.PUBLIC))
    if not set(wanted) <= deliberation.PUBLIC and not access.may(act, "secretary"):
        raise Problem("forbidden_person")
    found = topic_table.page(act.tx, wanted, query.cursor, query.limit)
    more = len(found) == query.limit
    return TopicPage(
        items=[topic_view(act, topic) for topic in found], next=found[-1].number if more else None
    )


def number(call: Call[Any, Any], name: str) -> int:
    """The number in the path; 0, which nothing has, where it is none."""
    digits = call.path[name]
    good = digits.isdecimal() and digits.isascii() and len(digits) < 10
    return int(digits) if good else 0


def find_topic(call: Call[Any, Any]) -> Topic:
    topic = topic_table.by_number(call.act.tx, number(call, "topic"))
    if topic is None or not topics.may_see(call.act, topic):
        raise Problem("not_found", call.path["topic"])
    return topic


def get_topic(call: Call[Any, None]) -> TopicView:
    return topic_view(call.act, find_topic(call))


def create_topic(call: Call[Any, NewTopic]) -> TopicView:
    estates = (call.body.estate,) if call.body.estate else ()
    said = topics.Proposal(call.body.title, estates=estates)
    return topic_view(call.act, topics.propose(call.act, said))


def _action(name: str, body: type[Body], do: Callable[[Act, Topic, Any], Topic]) -> Operation:
    def handle(call: Call[Any, Any]) -> TopicView:
        return topic_view(call.act, do(call.act, find_topic(call), call.body))

    return Operation(
        f"topic_{name}", "POST", f"/topics/<topic>/actions/{name}", "write", TopicView, handle,
        body=body, problems=(404, 409), tag="council", said=f"api.does.topic_{name}",
    )  # fmt: skip


def _team(act: Act, code: str) -> Team:
    team = act.roster.teams.get(code)
    if team is None:
        raise Problem("unknown_target", code)
    return team


def _invite(act: Act, topic: Topic, body: Invitation) -> Topic:
    guests = [guest for role in body.roles for guest in inviting.of_role(act, topic, role)]
    guests += [inviting.of_team(_team(act, code)) for code in body.teams]
    return inviting.invite(act, topic, guests, None, body.venue or "")[0]


def _vote(act: Act, topic: Topic, body: TopicBallot) -> Topic:
    until = act.now + timedelta(days=body.days)
    estate = topic.estates[0] if topic.estates else None
    question = Question(topic.title, body.options, body.households, until, estate=estate)
    topics.vote(act, topic, question)
    return _again(act, topic)


def _track(act: Act, topic: Topic, body: TopicTask) -> Topic:
    due = act.now + timedelta(days=body.days)
    task = followups.Task(body.note, _team(act, body.team), due, body.project)
    origin = Origin(act.person, "api", "", f"api:topic-{topic.number}:{act.now.isoformat()}")
    followups.track(act, topic, task, origin)
    return _again(act, topic)


def _again(act: Act, topic: Topic) -> Topic:
    return topic_table.by_id(act.tx, topic.id) or topic


class CouncilFigures(BaseModel):
    """共商的数字，按日志数。"""

    topics: int
    estates: int
    sittings: int
    resolved: int
    closed: int


def span(call: Call[Any, Any]) -> tuple[datetime, datetime]:
    """The span that is asked for, over everything where none is named."""
    since = call.query.since or datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return since, call.query.until or datetime.max.replace(tzinfo=since.tzinfo)


def council_figures(call: Call[SpanQuery, None]) -> CouncilFigures:
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")
    return CouncilFigures.model_validate(
        joint_meeting.figures(call.act, *span(call)), from_attributes=True
    )


OPERATIONS = (
    Operation(
        "list_topics", "GET", "/topics", "read", TopicPage, list_topics, query=TopicQuery,
        tag="council",
    ),
    Operation(
        "create_topic", "POST", "/topics", "write", TopicView, create_topic, body=NewTopic,
        status=201, tag="council",
    ),
    Operation(
        "get_topic", "GET", "/topics/<topic>", "read", TopicView, get_topic, problems=(404,),
        tag="council",
    ),
    _action("adopt", Retitled, lambda act, t, body: topics.adopt(act, t, body.title or "")),
    _action("refuse", Noted, lambda act, t, body: topics.refuse(act, t, body.note)),
    _action("withdraw", NoBody, lambda act, t, _: topics.withdraw(act, t)),
    _action("invite", Invitation, _invite),
    _action("convene", NoBody, lambda act, t, _: topics.convene(act, t)),
    _action("minute", Noted, lambda act, t, body: topics.minute(act, t, body.note)),
    _action("vote", TopicBallot, _vote),
    _action("track", TopicTask, _track),
    _action("resolve", Noted, lambda act, t, body: topics.resolve(act, t, body.note)),
    _action("close", NoBody, lambda act, t, _: topics.close(act, t)),
    _action("again", Noted, lambda act, t, body: topics.again(act, t, body.note)),
    Operation(
        "council_figures", "GET", "/council/statistics", "read", CouncilFigures, council_figures,
        query=SpanQuery, tag="council",
    ),
)  # fmt: skip
