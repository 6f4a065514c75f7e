"""What makes a log evidence: every line carries the hash of the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Protocol

from data.database import stamp
from data.rows import as_json


class Link(Protocol):
    """What a line of a log has (a frozen dataclass: data.rows.Event, data.practice_rows.Line)."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def prev(self) -> str: ...
    @property
    def hash(self) -> str: ...


def digest(line: Link) -> str:
    """SHA-256 over everything a line says and over its predecessor's digest."""
    names = [field.name for field in fields(line) if field.name != "hash"]  # type: ignore[arg-type]
    body = {name: getattr(line, name) for name in names}
    body |= {"at": stamp(line.at), "data": dict(line.data)}
    return hashlib.sha256(as_json(body).encode()).hexdigest()


def broken(log: Sequence[Link]) -> int | None:
    """The first sequence number at which a log does not hold together, or None."""
    before = ""
    for place, line in enumerate(log, 1):
        if line.seq != place or line.prev != before or line.hash != digest(line):
            return place
        before = line.hash
    return None
