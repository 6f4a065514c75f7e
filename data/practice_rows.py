"""The rows of the practices' tables, as data.rows has those of the request loop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.rows import Data, Words

EntryKind = Literal["wish", "demand", "resource", "post", "area", "donation", "supply", "good"]
EntryStatus = Literal[
    "proposed", "published", "taken", "fulfilled", "refused", "withdrawn", "expired"
]
ClaimState = Literal["claimed", "delivered", "confirmed", "dropped", "lapsed"]
OccasionState = Literal["planned", "held", "missed", "cancelled"]
MotionStatus = Literal["open", "passed", "rejected", "tied", "invalid", "cancelled"]
MemberState = Literal["listed", "reported", "confirmed", "left"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal: what happened to a subject that is not an issue."""

    kind: str  # of the subject: an entry's kind, member, round, motion …
    subject: str
    seq: int
    at: datetime
    actor: str
    action: str
    status: str  # the subject's after the action; "" where it has none
    note: str
    data: Data
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody needs or offers, for others to take up: 愿-12, 岗-3."""

    id: int
    kind: EntryKind
    number: int
    status: EntryStatus
    title: str  # what everybody may read
    text: str  # as it was said: for those concerned only
    category: str
    skills: Words
    times: Words
    estate: str | None
    building: str | None
    grid: str | None
    proposer: str
    beneficiary: str | None  # shown to whoever holds a claim, to nobody else
    team: str | None  # the unit or team that offers or needs it
    issue: int | None  # the request that it is the public listing of
    capacity: int
    created_at: datetime
    listed_at: datetime | None
    valid_until: datetime | None
    warned: int
    data: Data

    @property
    def subject(self) -> str:
        """Its name in the journal."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has taken an entry up, for how many, until when, and how far he has come."""

    id: int
    entry: int
    person: str
    team: str | None
    source: int | None  # the entry it is given from: a donation, a resource
    count: int
    state: ClaimState
    claimed_at: datetime
    until: datetime | None
    delivered_at: datetime | None
    confirmed_at: datetime | None
    warned: int
    note: str


@dataclass(frozen=True, slots=True)
class Round:
    """A recurring duty: a visit, a patrol, a clinic day, a club."""

    id: int
    kind: str
    number: int
    title: str
    person: str
    team: str | None
    target: str | None  # whom it is for: told to whoever does it, to nobody else
    estate: str | None
    building: str | None
    grid: str | None
    rule: str  # desk.rules.recurring
    next_at: datetime | None  # of the occasion that is not planned yet
    remind_hours: int
    grace_hours: int
    capacity: int | None
    checklist: Words
    created_at: datetime
    ended_at: datetime | None
    data: Data


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time that a round comes due."""

    id: int
    round: int
    at: datetime
    remind_at: datetime
    lapses_at: datetime
    state: OccasionState
    person: str | None  # whose turn it is; once it is held, who did it
    done_at: datetime | None
    note: str
    answers: Words  # to the checklist, in its order
    warned: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who signed up for an occasion, and whether he came."""

    occasion: int
    person: str
    state: Literal["signed", "waiting", "came", "cancelled"]
    signed_at: datetime
    came_at: datetime | None
    clerk: str | None
    data: Data


@dataclass(frozen=True, slots=True)
class Motion:
    """A question put to the households of an estate or a grid."""

    id: int
    number: int
    question: str
    options: Words
    estate: str | None
    grid: str | None
    households: int  # how many may vote
    quorum: int  # how many must
    status: MotionStatus
    proposer: str
    created_at: datetime
    closes_at: datetime
    result: Data


@dataclass(frozen=True, slots=True)
class Member:
    """An in-service member or volunteer who has reported for service (双报到)."""

    id: int
    number: int
    person: str
    state: MemberState
    team: str | None  # the unit's code, where the unit is known
    unit: str  # its name as it was said
    occupation: str
    skills: Words
    times: Words
    tags: Words
    grid: str | None
    placed: str | None  # the team he is placed in
    reason: str
    applicant: str | None  # an account that says it is this listed person
    source: str
    created_at: datetime
    community_at: datetime | None
    community_clerk: str | None
    branch_at: datetime | None
    branch_clerk: str | None


@dataclass(frozen=True, slots=True)
class Bond:
    """Who answers for an estate, a building, a stairway or a person, and as what."""

    id: int
    kind: str  # steward (包联), pair (一帮一)
    title: str  # 楼长, 楼道长, 党员中心户 …
    person: str | None
    team: str | None
    target: str | None
    estate: str | None
    building: str | None
    unit: str | None
    since: datetime
    until: datetime | None
