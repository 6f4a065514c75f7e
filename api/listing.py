"""The listing for programs: wishes, posts, donations …, with the same desk functions as chat.

No answer names a beneficiary, a phone or a door: whoever claims an entry is told in chat.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.operations import Body, Call, NoBody, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Whole, Words
from data.practice_rows import Entry, EntryKind, EntryStatus
from data.tables import entries
from desk import access, claims, donations, entry_wording, fulfilling, listing
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
)  # fmt: skip
