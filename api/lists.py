"""The three lists for programs: what fits a need, times that are free, the list of problems.

No answer names who needs something: whoever takes it on is told in chat.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.issues import by_reference
from api.listing import EntryView, find, view
from api.operations import Body, Call, NoBody, Operation
from api.problems import Problem
from api.shapes import Moment, Reference, Whole, Words
from data.lists_rows import Booking, BookingState
from data.practice_rows import Entry
from data.tables import bookings as booking_table
from data.tables import entries
from desk import access, assigning, bookings, matches, offers, problems
from desk.service import Act


class MatchView(BaseModel):
    """一项合适的资源。"""

    offer: EntryView
    score: float = Field(description="0 到 1")
    reasons: str = Field(description="为什么合适")


class Matches(BaseModel):
    """合适的资源，最合适的在前。"""

    items: list[MatchView]


class TimeView(BaseModel):
    """一个可以约的时间。"""

    at: datetime
    left: int = Field(description="还有几个名额")


class Calendar(BaseModel):
    """四周内的时间；没有固定时间的按周。"""

    items: list[TimeView]


class Assignment(Body):
    """请谁办。"""

    offer: Annotated[int, Field(ge=1, le=999_999_999), Whole] = Field(description="资-后面的数字")
    at: Moment | None = Field(None, description="哪个时间；不写是最近的")


class Appointment(Body):
    """约哪个时间。"""

    at: Moment = Field(description="日历里给的时间")


class BookingView(BaseModel):
    """一个预约，不含谁约的。"""

    id: int = Field(description="约-后面的数字")
    offer: str = Field(description="例如 resource-3")
    at: datetime
    state: BookingState


class CommonTopicView(BaseModel):
    """一类事情在一个小区。"""

    category: str
    place: str
    count: int
    open: int
    issues: list[str] = Field(description="事项编号")


class TopicList(BaseModel):
    """近 30 天的问题清单，没办结的多的在前。"""

    items: list[CommonTopicView]


class Listing(Body):
    """列进需求清单。"""

    issue: Reference = Field(description="事项编号")
    title: Words | None = Field(None, description="公开的说法")


def staff(act: Act) -> None:
    if not access.may(act, "worker"):
        raise Problem("not_staff")


def number(digits: str) -> int:
    """A number in a path; 0 for what is none."""
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else 0


def list_matches(call: Call[Any, None]) -> Matches:
    staff(call.act)
    found = matches.best(call.act, find(call), "resource", 9)
    return Matches(
        items=[
            MatchView(
                offer=view(call.act, each.offer),
                score=each.score,
                reasons=matches.reasons(call.act, each),
            )
            for each in found
        ]
    )


def assign(call: Call[Any, Assignment]) -> EntryView:
    need = find(call)
    offer = entries.by_number(call.act.tx, "resource", call.body.offer)
    if offer is None:
        raise Problem("unknown_target", f"resource-{call.body.offer}")
    assigning.assign(call.act, need, offer, call.body.at)
    return view(call.act, entries.by_id(call.act.tx, need.id) or need)


def calendar(call: Call[Any, None]) -> Calendar:
    free = offers.free(call.act, _offer(call), 4 * 7)
    return Calendar(items=[TimeView(at=time.at, left=time.left) for time in free])


def book(call: Call[Any, Appointment]) -> BookingView:
    return _booking(call.act, bookings.book(call.act, _offer(call), call.body.at))


def cancel(call: Call[Any, NoBody]) -> BookingView:
    found = booking_table.by_number(call.act.tx, number(call.path["booking"]))
    if found is None:
        raise Problem("not_found", call.path["booking"])
    return _booking(call.act, bookings.cancel(call.act, found, ""))


def _offer(call: Call[Any, Any]) -> Entry:
    offer = find(call)
    if offer.kind != "resource":
        raise Problem("not_found", call.path["entry"])
    return offer


def _booking(act: Act, booking: Booking) -> BookingView:
    offer = entries.by_id(act.tx, booking.offer)
    return BookingView(
        id=booking.number,
        offer=f"resource-{offer.number if offer else 0}",
        at=booking.at,
        state=booking.state,
    )


def list_problems(call: Call[Any, None]) -> TopicList:
    staff(call.act)
    return TopicList(
        items=[
            CommonTopicView(
                category=topic.category,
                place=topic.place,
                count=len(topic.issues),
                open=topic.open,
                issues=[issue.number for issue in topic.issues],
            )
            for topic in problems.topics(call.act)
        ]
    )


def list_problem(call: Call[Any, Listing]) -> EntryView:
    staff(call.act)
    issue = by_reference(call.act, call.body.issue)
    return view(call.act, problems.list_issue(call.act, issue, call.body.title or ""))


OPERATIONS = (
    Operation(
        "list_matches", "GET", "/entries/<entry>/matches", "read", Matches, list_matches,
        problems=(404,), tag="practices",
    ),
    Operation(
        "assign_entry", "POST", "/entries/<entry>/actions/assign", "write", EntryView, assign,
        body=Assignment, problems=(404, 409), tag="practices",
    ),
    Operation(
        "calendar", "GET", "/entries/<entry>/calendar", "read", Calendar, calendar,
        problems=(404,), tag="practices",
    ),
    Operation(
        "book", "POST", "/entries/<entry>/actions/book", "write", BookingView, book,
        body=Appointment, problems=(404, 409), tag="practices",
    ),
    Operation(
        "cancel_booking", "POST", "/bookings/<booking>/actions/cancel", "write", BookingView,
        cancel, body=NoBody, problems=(404, 409), tag="practices",
    ),
    Operation(
        "list_problems", "GET", "/problems", "read", TopicList, list_problems, tag="practices",
    ),
    Operation(
        "list_problem", "POST", "/problems", "write", EntryView, list_problem, body=Listing,
        status=201, problems=(404, 409), tag="practices",
    ),
)  # fmt: skip
