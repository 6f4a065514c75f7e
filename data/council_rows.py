"""The rows of deliberation, mediation, opinions and points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.rows import Words

TopicStatus = Literal[
    "proposed", "adopted", "invited", "meeting", "voting", "resolved", "tracking", "closed",
    "refused", "withdrawn",
]  # fmt: skip
InviteeState = Literal["invited", "coming", "declined", "came"]
DisputeStatus = Literal["accepted", "mediating", "agreed", "closed", "unsettled", "withdrawn"]
NominationStatus = Literal[
    "nominated", "consented", "declined", "voting", "chosen", "published", "refused"
]


@dataclass(frozen=True, slots=True)
class Topic:
    """What neighbours sit down over: 题-3."""

    id: int
    number: int
    status: TopicStatus
    title: str  # what everybody may read
    text: str  # as it was said: for those who review
    category: str
    estates: Words
    grid: str | None
    issues: Words  # the requests it came from, as day/number
    proposer: str
    chair: str | None
    venue: str
    meets_at: datetime | None
    motion: int | None
    resolution: str
    created_at: datetime
    closed_at: datetime | None

    @property
    def subject(self) -> str:
        """Its name in the journal."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who was asked to come, and as what."""

    id: int
    topic: int
    person: str
    role: str  # 党员, 组长, 居民代表, 业委会, 专业人士, or the unit's name
    team: str | None
    state: InviteeState
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a resolution has somebody do, until when: an issue, a project, or his word."""

    id: int
    topic: int
    text: str
    person: str | None
    team: str | None
    issue: int | None
    project: str  # its number, as it was said
    due_at: datetime
    created_at: datetime
    done_at: datetime | None
    warned: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """A mediation case: read by its mediators and by who answers for them, by nobody else."""

    id: int
    number: int
    status: DisputeStatus
    stage: Literal["people", "judicial"]
    category: str
    text: str
    estate: str | None
    issue: int | None
    team: str  # whose mediators it is with
    mediator: str
    agreement: str
    opened_at: datetime
    agreed_at: datetime | None
    closed_at: datetime | None

    @property
    def subject(self) -> str:
        """Its name in the journal."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Fund:
    """What neighbours raise money for; amounts are in fen."""

    id: int
    number: int
    status: Literal["open", "settled"]
    title: str
    estate: str
    goal: int
    topic: int | None
    keeper: str
    created_at: datetime
    settled_at: datetime | None

    @property
    def subject(self) -> str:
        """Its name in the journal."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Pledge:
    """What a household has promised, and what of it has come."""

    id: int
    fund: int
    household: str
    person: str
    amount: int
    received: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Spending:
    """What was paid out of a fund, and for what."""

    id: int
    fund: int
    amount: int
    what: str
    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody said without his name: no person and no hour is kept."""

    id: int
    number: int
    receipt: str
    day: str
    status: Literal["received", "answered"]
    text: str
    estate: str | None
    reply: str
    topic: int | None


@dataclass(frozen=True, slots=True)
class Points:
    """One line of the point ledger, computed from the logs and from nothing else."""

    id: int
    person: str
    points: int
    rule: str
    version: int
    subject: str  # of the deed: issue-12, wish-3 …
    at: datetime
    undone: int  # 1: taken back, because the deed did not hold


@dataclass(frozen=True, slots=True)
class Nomination:
    """Who was put forward as 榜样, by whom, and how far it has come."""

    id: int
    number: int
    status: NominationStatus
    person: str
    proposer: str
    story: str
    motion: int | None
    created_at: datetime
    published_at: datetime | None

    @property
    def subject(self) -> str:
        """Its name in the journal."""
        return str(self.number)
