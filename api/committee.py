"""兼任委员 for programs: who holds which office, and one's own queue."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.operations import Call, Operation
from data.tables import members
from desk import committee, entry_wording


class Office(BaseModel):
    """一位兼任委员。"""

    title: str
    name: str
    estate: str | None


class OfficeList(BaseModel):
    """兼任委员名单。"""

    items: list[Office]


def list_committee(call: Call[Any, None]) -> OfficeList:
    return OfficeList(
        items=[
            Office(
                title=bond.title,
                name=entry_wording.name_of(call.act, bond.person or ""),
                estate=bond.estate,
            )
            for bond in members.bonds_of(call.act.tx, committee.KIND)
        ]
    )


class CommitteeQueue(BaseModel):
    """委员待办：不含反映人、门牌和原话。"""

    issues: list[str]
    topics: list[int] = Field(description="请他参加的，题-后面的数字")
    tasks: list[str] = Field(description="要他办的")


def committee_queue(call: Call[Any, None]) -> CommitteeQueue:
    issues, asked, owed = committee.queue(call.act)
    return CommitteeQueue(
        issues=issues, topics=[each.number for each in asked], tasks=[each.text for each in owed]
    )


OPERATIONS = (
    Operation(
        "list_committee", "GET", "/committee", "read", OfficeList, list_committee, tag="council"
    ),
    Operation(
        "committee_queue",
        "GET",
        "/committee/queue",
        "read",
        CommitteeQueue,
        committee_queue,
        tag="council",
    ),
)
