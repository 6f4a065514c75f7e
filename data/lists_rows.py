"""The rows of projects, tasks, agreements, experts' answers and booked times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.rows import Words

ProjectKind = Literal["project", "case", "tri"]  # 项目, 外部协调的事, 三方联建
Stage = Literal["approved", "started", "running", "effective", "assessed", "spread"]
ProjectState = Literal["open", "done", "stopped"]
Role = Literal["co", "branch", "property", "owners"]
TaskState = Literal["open", "done", "dropped"]
QuestionState = Literal["asked", "answered", "aged", "withdrawn"]
BookingState = Literal["booked", "kept", "missed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Project:
    """One plan that several units carry out: 项-3."""

    id: int
    number: int
    kind: ProjectKind
    title: str
    stage: Stage
    state: ProjectState
    team: str | None  # the team or the person that leads
    person: str | None
    budget: str
    acceptance: str  # by what it is judged
    estate: str | None
    grid: str | None
    due: datetime | None
    need: int | None
    offer: int | None
    issue: int | None  # whose reporters hear of it
    proposer: str
    created_at: datetime
    ended_at: datetime | None
    warned: int

    @property
    def subject(self) -> str:
        """Its name in the journal."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class ProjectParty:
    """A co-unit (共建单位), or one of the three of 三方联建. `who`: a team or a person."""

    project: int
    role: Role
    who: str
    agreed_at: datetime | None
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list: 任-12."""

    id: int
    number: int
    area: str
    title: str
    team: str | None
    person: str | None
    project: int | None
    due: datetime | None
    progress: int
    state: TaskState
    note: str
    created_at: datetime
    ended_at: datetime | None
    warned: int


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How far the tasks of one area have come."""

    area: str
    tasks: int
    done: int
    late: int
    progress: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """共驻共建协议: what a unit has promised, and until when."""

    id: int
    number: int
    team: str
    commitments: Words
    since: datetime
    until: datetime
    clerk: str
    created_at: datetime
    ended_at: datetime | None
    warned: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question put to an expert and, once answered, an entry of the knowledge base: 问-5."""

    id: int
    number: int
    category: str
    question: str
    answer: str
    state: QuestionState
    expert: str
    unit: str
    issue: int | None
    asked_by: str
    asked_at: datetime
    answered_at: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Booking:
    """One time of an offer that somebody has taken: 约-9. Not `timed`: any time of its week."""

    id: int
    number: int
    offer: int
    at: datetime
    seat: int
    timed: bool
    person: str  # who comes, or is gone to
    need: int | None
    issue: int | None
    state: BookingState
    created_at: datetime
    warned: int
