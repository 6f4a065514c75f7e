"""What the store gives back: one frozen value per table row, named as the columns are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator


def parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def as_json(value: object) -> str:
    """A list or mapping as stored: compact, readable, stable."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


Words = Annotated[tuple[str, ...], BeforeValidator(parsed)]
Pairs = Annotated[tuple[tuple[str, str], ...], BeforeValidator(parsed)]
Scores = Annotated[tuple[tuple[str, float], ...], BeforeValidator(parsed)]
Data = Annotated[Mapping[str, Any], BeforeValidator(parsed)]

Role = Literal["resident", "worker", "member", "secretary", "street", "admin"]
Status = Literal[
    "assigned", "accepted", "paused", "done", "closed", "withdrawn", "merged", "rejected"
]  # fmt: skip
Source = Literal["asked", "called", "found"]  # 有呼必应, 一呼百应, 未呼先应
Mode = Literal["visit", "errand", "urgent", "online"]  # 上门访办, 跑腿代办, 应急立办, 网上快办
MediaKind = Literal["image", "voice", "video"]
MediaStatus = Literal["waiting", "kept", "refused", "dead", "gone", "noted"]
PushStatus = Literal["queued", "sending", "sent", "held", "doubt", "dead", "cancelled"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes to us or acts for the community."""

    id: str
    name: str
    role: Role
    phone: str
    estate: str | None
    building: str | None
    unit: str | None
    room: str | None
    grid: str | None
    invite: str | None
    noticed_at: datetime | None
    created_at: datetime
    withdrawn_at: datetime | None = None  # 撤回同意
    erase_at: datetime | None = None  # when erasing was asked for, while something holds it up


@dataclass(frozen=True, slots=True)
class Account:
    """One address of a person on one channel."""

    channel: str
    address: str
    person: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Grid:
    """A node of the 大小微密 tree and who answers for it."""

    code: str
    name: str
    level: str
    parent: str | None
    person: str | None
    title: str = ""  # what it is beside its level: 党支部, 党小组 …


@dataclass(frozen=True, slots=True)
class PlaceRange:
    """An estate, or some of its buildings, and the finest grid they belong to."""

    id: int
    estate: str
    aliases: Words
    buildings: str
    units: str
    grid: str
    code: str  # what the yard's QR code carries
    lat: float | None = None  # where it lies, in degrees: for the drawn plan
    lng: float | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Whoever takes work: a volunteer team, a partner unit, a property company, a department."""

    code: str
    name: str
    aliases: Words
    kind: str
    categories: Words  # codes or globs: repair.light, env.*
    skills: Words
    areas: Words  # estates or grid codes; none means the whole community
    capacity: int | None  # most open issues at a time
    members: Words  # person ids; the first leads and gets the cards
    phone: str
    about: str
    source: str = "teams"  # or units: which of the two tables it came from


@dataclass(frozen=True, slots=True)
class Issue:
    """One request and where it stands. Exactly one of owner_team / owner_person answers for it."""

    id: int
    day: str  # 2026-11-23, local
    number: str  # 1123-07, as residents say it
    status: Status
    category: str
    nature: str
    level: str
    text: str
    estate: str | None
    building: str | None
    unit: str | None
    room: str | None
    grid: str | None
    reporter: str
    channel: str
    chat: str
    message: str
    owner_team: str | None
    owner_person: str | None
    handler: str | None
    route_reason: str
    confidence: float
    evidence: Words
    candidates: Scores
    level_reason: str
    against: Words  # persons and teams complained about: they never own or see it
    created_at: datetime
    contact_due: datetime
    done_due: datetime
    accepted_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None
    result: str
    returns: int
    reopens: int
    urges: int
    duty_step: int
    rating: str | None
    parent: int | None  # the issue this one was merged into
    paused_at: datetime | None
    card: str  # 督办: "", "yellow" or "red"
    warned: int  # the last stage of lateness that was told: desk.reminders
    source: Source
    mode: Mode
    held_at: datetime | None = None  # 冻结: nothing of it is forgotten
    anonymous_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an issue's append-only log."""

    issue: int
    seq: int
    at: datetime
    actor: str
    action: str
    status: str
    note: str
    data: Data
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class FeedLine(Event):
    """An event with its place in the one order of all events."""

    cursor: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """A category that staff corrected: the text is an example of `code` from then on."""

    id: int
    issue: int
    text: str
    code: str
    was: str
    person: str
    at: datetime
    active: bool


@dataclass(frozen=True, slots=True)
class Party:
    """A team that works along on an issue, with its own clocks for coming and for finishing."""

    issue: int
    team: str
    kind: str  # assist (协办) or whistle (吹哨)
    leads: bool
    asked_by: str
    asked_at: datetime
    arrive_due: datetime
    arrived_at: datetime | None
    done_due: datetime
    done_at: datetime | None
    note: str
    warned: int


@dataclass(frozen=True, slots=True)
class Approval:
    """A pause or an extension somebody asked for; `decision` is "" until it is decided."""

    id: int
    issue: int
    kind: Literal["pause", "extend", "exclude"]
    person: str
    reason: str
    days: int
    at: datetime
    decision: str
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A question that waits for its answer."""

    channel: str
    chat: str
    person: str
    awaiting: str
    asked: int
    draft: Data
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredPush:
    """One row of the outbox."""

    id: int
    key: str
    issue: int | None
    person: str
    channel: str
    address: str
    text: str
    actions: Pairs
    urgent: bool
    status: PushStatus
    attempts: int
    next_at: datetime
    lease_until: datetime | None
    in_doubt: bool
    cause: str
    created_at: datetime
    sent_at: datetime | None
    step: int | None  # the last line of the issue's log when it was written
    tried: Pairs  # channels that failed before this one, and why


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card with buttons on somebody's phone, and the code that changes it once."""

    push: int
    task: str
    code: str
    good_until: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message as received, with the answer it got."""

    key: str
    channel: str
    chat: str
    person: str
    kind: str
    text: str
    media: Data
    received_at: datetime
    reply: str | None
    issue: int | None = None  # what it led to, if anything
    deferred_until: datetime | None = None  # it came too fast or in a rush, and waits


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """A file that a message brought along: still with the vendor, kept here, or why not."""

    id: int
    issue: int | None  # None: so far it belongs to nothing
    message: str
    person: str
    channel: str
    reference: str  # the vendor's id of it, or its address there
    kind: MediaKind
    status: MediaStatus
    cause: str
    attempts: int
    next_at: datetime
    lease_until: datetime | None
    at: datetime
    sha: str  # the kept file's name; "" while or when there is none
    type: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """One line on a simulated phone."""

    id: int
    person: str
    chat: str
    sender: str
    mine: bool
    kind: Literal["text", "image", "note"]
    text: str
    at: datetime
    push: int | None
    actions: Pairs


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's key: what it may do, and as whom. Only the key's hash is kept."""

    id: int
    name: str
    hash: str
    scopes: Words
    person: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a program wants to hear of events; `after` is the last one that was queued for it."""

    id: int
    token: int
    url: str
    events: Words  # actions; none means all
    personal: bool
    secret: str
    after: int
    created_at: datetime
    closed_at: datetime | None
    cause: str
