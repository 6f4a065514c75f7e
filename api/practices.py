"""The practices for programs: the listing, the ledger of members, and their figures.

No answer names a beneficiary, a phone or a door: whoever claims an entry is told in chat.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.operations import Body, Call, NoBody, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Moment, Whole, Words
from data.practice_rows import Entry, EntryKind, EntryStatus, Member, MemberState
from data.tables import entries, journal
from data.tables import members as member_table
from desk import access, claims, donations, entry_wording, fulfilling, listing, members
from desk.service import Act

Text = Annotated[str, Field(min_length=1, max_length=64), Kept]
Count = Annotated[int, Field(ge=1, le=9999), Whole]


class EntryQuery(Query):
    """Which entries."""

    kind: EntryKind = Field(description="种类")
    status: tuple[EntryStatus, ...] = Field((), description="状态；不写是已发布的和已认领的")
    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几件")


class EntryView(BaseModel):
    """一件心愿、岗位、资源……不含给谁。"""

    id: str = Field(description="例如 wish-12")
    number: str = Field(description="居民说的编号，例如 愿-12")
    kind: EntryKind
    status: EntryStatus
    status_text: str
    title: str
    category: str
    estate: str | None
    team: str | None = Field(description="提供的单位或队伍")
    capacity: int
    left: int = Field(description="还能认领几份")
    issue: int | None = Field(description="有没有对应的事项")
    created_at: datetime
    listed_at: datetime | None


class EntryPage(BaseModel):
    """一页，编号小的在前。"""

    items: list[EntryView]
    next: int | None


class NewEntry(Body):
    """要发布的。"""

    kind: EntryKind
    title: Words = Field(description="公开的说法；不要写姓名和门牌")
    category: Text | None = Field(
        None, description="类别编号", json_schema_extra={"known": "category"}
    )
    estate: Text | None = Field(None, description="小区")
    capacity: Count = Field(1, description="几份、几人")


class Noted(Body):
    """要说明的动作。"""

    note: Words = Field(description="说明")


class Retitled(Body):
    """发布时可以换个说法。"""

    title: Words | None = Field(None, description="公开的说法")


def _reviewer(act: Act) -> bool:
    return access.may(act, "secretary")


def list_entries(call: Call[EntryQuery, None]) -> EntryPage:
    query, open_ones = call.query, ("published", "taken")
    wanted = query.status or open_ones
    if not _reviewer(call.act) and not set(wanted) <= {*open_ones, "fulfilled"}:
        raise Problem("forbidden_person")
    found = entries.page(call.act.tx, query.kind, wanted, query.cursor, query.limit)
    more = len(found) == query.limit
    return EntryPage(
        items=[view(call.act, entry) for entry in found], next=found[-1].number if more else None
    )


def view(act: Act, entry: Entry) -> EntryView:
    return EntryView(
        id=f"{entry.kind}-{entry.number}",
        number=entry_wording.number(act, entry),
        kind=entry.kind,
        status=entry.status,
        status_text=act.say(f"entry.status.{entry.status}"),
        title=entry.title,
        category=entry.category,
        estate=entry.estate,
        team=entry.team,
        capacity=entry.capacity,
        left=entry_wording.left(act, entry),
        issue=entry.issue,
        created_at=entry.created_at,
        listed_at=entry.listed_at,
    )


def find(call: Call[Any, Any]) -> Entry:
    """The entry that the path names, if the key may see it; else as if there were none."""
    kind, _, digits = call.path["entry"].rpartition("-")
    number = int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else 0
    entry = entries.by_number(call.act.tx, kind, number)
    if entry is None or (
        entry.status in ("proposed", "refused")
        and not listing.who_is(call.act, entry, ()) & {"proposer", "beneficiary", "reviewer"}
    ):
        raise Problem("not_found", call.path["entry"])
    return entry


def get_entry(call: Call[Any, None]) -> EntryView:
    return view(call.act, find(call))


def create_entry(call: Call[Any, NewEntry]) -> EntryView:
    body = call.body
    if body.category is not None and body.category not in call.act.service.content.catalogue:
        raise Problem("unknown_category", body.category)
    proposal = listing.Proposal(
        kind=body.kind,
        title=body.title,
        category=body.category or "",
        estate=body.estate,
        capacity=body.capacity,
    )
    return view(call.act, listing.propose(call.act, proposal))


class MemberQuery(Query):
    """Which members."""

    word: Text | None = Field(None, description="特长或标签")
    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几人")


class MemberView(BaseModel):
    """名册里的一人，不含姓名、电话、住址。"""

    id: int = Field(description="员-后面的数字")
    state: MemberState
    unit: str
    skills: list[str]
    times: list[str]
    tags: list[str]
    grid: str | None
    team: str | None = Field(description="编入的队伍")
    reason: str = Field(description="为什么这样编")
    community_at: datetime | None
    branch_at: datetime | None


class MemberPage(BaseModel):
    """一页名册。"""

    items: list[MemberView]
    next: int | None


def list_members(call: Call[MemberQuery, None]) -> MemberPage:
    """For grid workers and above."""
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")
    tx, query = call.act.tx, call.query
    if query.word:
        found = member_table.with_word(tx, query.word, query.limit)
    else:
        found = member_table.page(tx, query.cursor, query.limit)
    more = len(found) == query.limit and not query.word
    return MemberPage(items=[_member(m) for m in found], next=found[-1].number if more else None)


def _member(member: Member) -> MemberView:
    return MemberView(
        id=member.number,
        state=member.state,
        unit=member.unit,
        skills=list(member.skills),
        times=list(member.times),
        tags=list(member.tags),
        grid=member.grid,
        team=member.placed,
        reason=member.reason,
        community_at=member.community_at,
        branch_at=member.branch_at,
    )


def confirm_member(call: Call[Any, NoBody]) -> MemberView:
    digits = call.path["member"]
    number = int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else 0
    member = member_table.by_number(call.act.tx, number)
    if member is None or not access.may(call.act, "worker"):
        raise Problem("not_found", digits)
    return _member(members.confirm(call.act, member))


class SpanQuery(Query):
    """Of which time."""

    since: Moment | None = Field(None, description="从几时起（含）；不写是全部")
    until: Moment | None = Field(None, description="到几时为止（不含）；不写是现在")


class Figure(BaseModel):
    """一种事做了几次。"""

    kind: str
    action: str
    count: int


class PracticeFigures(BaseModel):
    """按日志数出来的数字，和名册现在的人数。"""

    journal: list[Figure]
    members: dict[str, int] = Field(description="按状态")
    units: dict[str, int] = Field(description="各单位几人")
    tags: dict[str, int] = Field(description="各标签几人")


def figures(call: Call[SpanQuery, None]) -> PracticeFigures:
    """For staff only."""
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")
    tx, query = call.act.tx, call.query
    since = query.since or datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    counted = journal.counted(tx, since, query.until or datetime.max.replace(tzinfo=since.tzinfo))
    return PracticeFigures(
        journal=[
            Figure(kind=kind, action=action, count=n) for (kind, action), n in counted.items()
        ],
        members=member_table.counted(tx, "state"),
        units=member_table.counted(tx, "unit"),
        tags=member_table.tagged(tx),
    )


def _action(name: str, body: type[Body], do: Callable[[Act, Entry, Any], object]) -> Operation:
    def handle(call: Call[Any, Any]) -> EntryView:
        entry = find(call)
        do(call.act, entry, call.body)
        return view(call.act, entries.by_id(call.act.tx, entry.id) or entry)

    return Operation(
        f"entry_{name}", "POST", f"/entries/<entry>/actions/{name}", "write", EntryView, handle,
        body=body, problems=(404, 409), tag="practices", said=f"api.does.entry_{name}",
    )  # fmt: skip


def _deliver(act: Act, entry: Entry, body: Noted) -> object:
    if entry.kind == "donation":
        return donations.deliver(act, entry, body.note)
    return fulfilling.deliver(act, entry, body.note)


def _confirm(act: Act, entry: Entry, _: NoBody) -> object:
    if entry.kind == "donation":
        return donations.confirm(act, entry)
    return fulfilling.confirm(act, entry)


OPERATIONS = (
    Operation(
        "list_entries", "GET", "/entries", "read", EntryPage, list_entries, query=EntryQuery,
        tag="practices",
    ),
    Operation(
        "create_entry", "POST", "/entries", "write", EntryView, create_entry, body=NewEntry,
        status=201, tag="practices",
    ),
    Operation(
        "get_entry", "GET", "/entries/<entry>", "read", EntryView, get_entry, problems=(404,),
        tag="practices",
    ),
    _action("publish", Retitled, lambda act, e, body: listing.publish(act, e, body.title or "")),
    _action("refuse", Noted, lambda act, e, body: listing.refuse(act, e, body.note)),
    _action("claim", NoBody, lambda act, e, _: claims.claim(act, e)),
    _action("drop", Noted, lambda act, e, body: claims.drop(act, e, body.note)),
    _action("deliver", Noted, _deliver),
    _action("confirm", NoBody, _confirm),
    _action("dispute", Noted, lambda act, e, body: fulfilling.dispute(act, e, body.note)),
    _action("withdraw", NoBody, lambda act, e, _: listing.withdraw(act, e)),
    _action("close", NoBody, lambda act, e, _: listing.close(act, e)),
    Operation(
        "list_members", "GET", "/members", "read", MemberPage, list_members, query=MemberQuery,
        tag="practices",
    ),
    Operation(
        "confirm_member", "POST", "/members/<member>/actions/confirm", "write", MemberView,
        confirm_member, body=NoBody, problems=(404, 409), tag="practices",
    ),
    Operation(
        "practice_figures", "GET", "/practices/statistics", "read", PracticeFigures, figures,
        query=SpanQuery, tag="practices",
    ),
)  # fmt: skip
