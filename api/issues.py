"""Issues and their events: list, read, create, follow, reveal."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api import intake
from api.intake import Recorded, Request
from api.operations import Body, Call, Operation, Query
from api.problems import Problem
from api.shapes import REFERENCE, Cursor, Kept, Limit, Moment, Name, Words
from data.rows import Event, Issue, Status, StoredMessage, as_json
from data.tables import issues as table
from data.tables import ledger, messages
from data.tables.ledger import Wanted
from desk import access, views
from desk.hidden import masked
from desk.recording import Origin
from desk.service import Act, Service
from desk.views import EventView, IssueView, Personal
from nlp.text import mask_ids
from nlp.values import Place, Understanding

CHANNEL = "api"
_LOOKED_AT = 2000  # issues looked at for one page, whether or not the key may see them
_BATCH = 200
_PHONE = r"^[0-9+ -]{5,20}$"
_CATEGORY: dict[str, Any] = {
    "known": "category"
}  # openapi.py puts the catalogue's codes in its place

Text = Annotated[str, Field(min_length=1, max_length=64), Kept]


class IssueQuery(Query):
    """Which issues."""

    status: tuple[Status, ...] = Field((), description="状态，可以写几个")
    category: tuple[Text, ...] = Field((), description="类别编号，或大类（点号前的部分）")
    estate: Text | None = Field(None, description="小区")
    grid: Text | None = Field(None, description="网格编号，含下级网格")
    level: tuple[Literal["U0", "U1", "U2", "U3"], ...] = Field((), description="紧急度")
    since: Moment | None = Field(None, description="从几时登记的起（含）")
    until: Moment | None = Field(None, description="到几时登记的为止（不含）")
    q: Text | None = Field(None, description="原话里的字，或者事项编号")
    cursor: Cursor | None = Field(None, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几件")


class IssuePage(BaseModel):
    """一页事项，新的在前。"""

    items: list[IssueView]
    next: int | None = Field(description="下一页的 cursor；没有了就是空。一页可能不满")


class WithEvents(BaseModel):
    """一件事项和它的日志。"""

    issue: IssueView
    events: list[EventView]


class Reporter(Body):
    """替谁反映；只有工作人员的密钥可以写。"""

    name: Name = Field(description="称呼")
    phone: Annotated[str, Field(pattern=_PHONE)] | None = Field(None, description="电话")


class NewIssue(Body):
    """一句话，和已经知道的地点、类别。"""

    text: Words = Field(description="反映的事，平常话就行；说了几件就登记几件")
    category: Text | None = Field(
        None, description="类别编号；不写就由程序判断", json_schema_extra=_CATEGORY
    )
    estate: Text | None = Field(None, description="小区")
    building: Text | None = Field(None, description="楼号，例如 3、甲2")
    unit: Text | None = Field(None, description="单元")
    room: Text | None = Field(None, description="室")
    reporter: Reporter | None = Field(None, description="替谁反映")


class Outcome(BaseModel):
    """登记出来的（或并入的）一件。"""

    issue: IssueView
    joined: bool = Field(description="true：这件事已经有人反映，加到了那一件里")
    missing: list[str] = Field(description="办这类事还缺的地点：estate、building……")


class Created(BaseModel):
    """一句话登记出来的各件事。"""

    items: list[Outcome]


class FeedQuery(Query):
    """Which events."""

    after: Cursor = Field(0, description="上次读到的 cursor")
    limit: Limit = Field(100, description="一次几条")


class Feed(BaseModel):
    """事件，按写下的次序。"""

    items: list[EventView]
    next: int = Field(description="下次从这个 cursor 接着读")
    more: bool = Field(description="后面还有")


class Reason(Body):
    """为什么要看。"""

    reason: Words = Field(description="写进事项日志")


def find(call: Call[Any, Any]) -> Issue:
    """The issue that the path names, if the key may see it; else as if there were none."""
    return by_reference(call.act, call.path["reference"])


def by_reference(act: Act, reference: str) -> Issue:
    """2026-1123-07 or 1123-07 (of the latest year)."""
    issue = named(act, reference)
    if issue is None or not access.may_see(act, issue, act.person):
        raise Problem("not_found", reference)
    return issue


def named(act: Act, reference: str) -> Issue | None:
    """The issue of that name, whoever asks."""
    if not re.fullmatch(REFERENCE, reference):
        return None
    if reference.count("-") == 1:
        return table.by_number(act.tx, reference)
    year, day, count = reference.split("-")
    return ledger.by_day(act.tx, f"{year}-{day[:2]}-{day[2:]}", f"{day}-{count}")


def list_issues(call: Call[IssueQuery, None]) -> IssuePage:
    query = call.query
    found: list[Issue] = []
    before: int | None = query.cursor
    for issue in _newest_first(call.act, _wanted(call.act, query), query.cursor):
        if issue is None or len(found) == query.limit:
            return _page(call.act, found, before)
        before = issue.id
        if _shown(call.act, issue, query.q):
            found.append(issue)
    return _page(call.act, found, None)


def _page(act: Act, found: list[Issue], after: int | None) -> IssuePage:
    return IssuePage(items=[views.issue_view(act, issue) for issue in found], next=after)


def _newest_first(act: Act, wanted: Wanted, before: int | None) -> Iterator[Issue | None]:
    """The issues asked for; None when enough have been looked at for one page."""
    for _ in range(_LOOKED_AT // _BATCH):
        batch = ledger.search(act.tx, wanted, before, _BATCH)
        yield from batch
        if len(batch) < _BATCH:
            return
        before = batch[-1].id
    yield None


def _shown(act: Act, issue: Issue, words: str | None) -> bool:
    """Visible, and the words are found in what is shown: a search reveals nothing hidden."""
    if not access.may_see(act, issue, act.person):
        return False
    return words is None or words == issue.number or words in masked(act, issue, issue.text)


def _wanted(act: Act, query: IssueQuery) -> Wanted:
    below = [code for code in act.roster.grids if query.grid in act.roster.path(code)]
    return Wanted(
        statuses=query.status,
        categories=query.category,
        estate=query.estate,
        grids=(below or [query.grid]) if query.grid else (),
        levels=query.level,
        since=query.since,
        until=query.until,
        text=query.q,
    )


def get_issue(call: Call[Any, None]) -> WithEvents:
    issue = find(call)
    return WithEvents(issue=views.issue_view(call.act, issue), events=_events(call.act, issue))


def _events(act: Act, issue: Issue) -> list[EventView]:
    cursors = ledger.numbers(act.tx, issue.id)
    return [
        views.event_view(act, issue, event, cursors[event.seq])
        for event in table.events(act.tx, issue.id)
    ]


def feed(call: Call[FeedQuery, None]) -> Feed:
    """Everything that has happened since a cursor, to issues that the key may see."""
    lines = ledger.feed(call.act.tx, call.query.after, call.query.limit)
    known: dict[int, Issue | None] = {}
    for number in {line.issue for line in lines}:
        issue = table.by_id(call.act.tx, number)
        seen = issue is not None and access.may_see(call.act, issue, call.act.person)
        known[number] = issue if seen else None
    shown: list[tuple[Issue, Event, int]] = [
        (issue, line, line.cursor) for line in lines if (issue := known[line.issue]) is not None
    ]
    return Feed(
        items=[views.event_view(call.act, *each) for each in shown],
        next=lines[-1].cursor if lines else call.query.after,
        more=len(lines) == call.query.limit,
    )


def understand(service: Service, body: NewIssue) -> Understanding:
    """What the text says, outside any transaction."""
    return service.understander.understand(body.text)


def create(call: Call[Any, NewIssue]) -> Created:
    """Record what a program reports; a repeat under the same key gets the same answer."""
    act, body = call.act, call.body
    if body.category is not None and body.category not in act.service.content.catalogue:
        raise Problem("unknown_category", body.category)
    key = f"{CHANNEL}:{call.token.id}:{call.key or secrets.token_hex(16)}"
    earlier = messages.by_key(act.tx, key)
    if earlier is not None:
        return _again(act, earlier)
    reporter = act.person
    if body.reporter is not None:
        if act.person.role == "resident":
            raise Problem("not_staff")
        address = f"{call.token.id}:{body.reporter.phone or body.reporter.name}"
        reporter = intake.known_reporter(
            act, CHANNEL, address, body.reporter.name, body.reporter.phone or ""
        )
    place = Place(body.estate, body.building, body.unit, body.room)
    request = Request(body.text, body.category, place)
    keep(act, key, CHANNEL, reporter.id, body.text)
    origin = Origin(reporter, CHANNEL, "", key)
    found = intake.record(act, request, call.prepared, origin)
    result = [[each.issue.id, each.joined, list(each.missing)] for each in found]
    messages.answer(act.tx, key, as_json(result), act.touched[-1] if act.touched else None)
    return _created(act, found)


def keep(act: Act, key: str, channel: str, person: str, text: str) -> None:
    """Store a program's words like any message, under the key that makes it count once."""
    stored = StoredMessage(
        key=key,
        channel=channel,
        chat="",
        person=person,
        kind="text",
        text=mask_ids(text),
        media={},
        received_at=act.now,
        reply=None,
    )
    messages.receive(act.tx, stored)


def _again(act: Act, earlier: StoredMessage) -> Created:
    found = []
    for number, joined, missing in json.loads(earlier.reply or "[]"):
        issue = table.by_id(act.tx, number)
        if issue is not None:
            found.append(Recorded(issue, joined, tuple(missing)))
    return _created(act, found)


def _created(act: Act, found: list[Recorded]) -> Created:
    return Created(
        items=[
            Outcome(
                issue=views.issue_view(act, each.issue),
                joined=each.joined,
                missing=list(each.missing),
            )
            for each in found
        ]
    )


def reveal(call: Call[Any, Reason]) -> Personal:
    """Name, phone and door of whoever reported it: logged with the reason."""
    return views.reveal(call.act, find(call), call.body.reason, call.token.name)


OPERATIONS = (
    Operation("list_issues", "GET", "/issues", "read", IssuePage, list_issues, query=IssueQuery),
    Operation(
        "create_issue", "POST", "/issues", "write", Created, create,
        body=NewIssue, status=201, prepare=understand,
    ),
    Operation(
        "get_issue", "GET", "/issues/<reference>", "read", WithEvents, get_issue, problems=(404,)
    ),
    Operation(
        "reveal", "POST", "/issues/<reference>/personal", "personal", Personal, reveal,
        body=Reason, problems=(404,),
    ),
    Operation("events", "GET", "/events", "read", Feed, feed, query=FeedQuery, tag="events"),
)  # fmt: skip
