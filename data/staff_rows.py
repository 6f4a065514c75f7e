"""What the store gives back of the console: who signs in, what was done there, what was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Login:
    """A member of staff who may sign in; without a password only the one-time code helps."""

    person: str
    name: str
    password: str  # werkzeug's hash, "" before the first one is chosen
    code: str  # hash of the one-time code, "" when there is none
    code_until: datetime | None
    totp: str  # base32 secret, "" while the second factor is off
    totp_step: int  # the last time step whose code was used: none counts twice
    failures: int
    locked_until: datetime | None
    disabled_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StaffSession:
    """One signed-in browser. Only the hash of its key is kept."""

    hash: str
    person: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    agent: str


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One thing done in the console that must be answered for: a sign-in, an export …"""

    id: int
    at: datetime
    person: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list somebody comes back to: its name and its query string."""

    id: int
    person: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What the issues of one name (a grid, a team, a category) add up to."""

    name: str
    received: int
    done: int
    open: int
    late: int  # done after the deadline, or not done and past it
    returned: int
    reopened: int
    repeated: int  # reported by several


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in hours: the middle case, and what nine of ten stay under."""

    name: str
    count: int
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Amendment:
    """An entry of the content as this community wants it, who wanted it, and when.

    `value` and `before` are JSON of what differs from the shipped entry; "" is: as shipped.
    """

    id: int
    at: datetime
    person: str
    area: str
    entry: str
    before: str
    value: str
    diff: str  # JSON: [field, what it said, what it says]
    undoes: int | None  # the amendment that this one takes back
