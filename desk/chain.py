"""What makes a log evidence: every line carries the hash of the one before it.

Forgetting does not break it. A line whose personal part was taken out keeps its hash, so that what
follows still fits; the line that says so (`REDACTION`) carries the digest of what is left of each,
and is itself part of the chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from data.database import stamp
from data.rows import as_json

REDACTION = "anonymise"
_PERSONAL = frozenset(("media",))  # of a line's data: the vendor's address of a photo


class Link(Protocol):
    """What a line of a log has (a frozen dataclass: data.rows.Event, data.practice_rows.Line)."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def prev(self) -> str: ...
    @property
    def hash(self) -> str: ...


L = TypeVar("L", bound=Link)


def digest(line: Link) -> str:
    """SHA-256 over everything a line says and over its predecessor's digest."""
    names = [field.name for field in fields(line) if field.name != "hash"]  # type: ignore[arg-type]
    body = {name: getattr(line, name) for name in names}
    body |= {"at": stamp(line.at), "data": dict(line.data)}
    return hashlib.sha256(as_json(body).encode()).hexdigest()


def broken(log: Sequence[Link]) -> int | None:
    """The first sequence number at which a log does not hold together, or None."""
    before, left = "", _redacted(log)
    for place, line in enumerate(log, 1):
        now = digest(line)
        whole = now == line.hash or (now == left.get(line.seq) and not line.note)
        if line.seq != place or line.prev != before or not whole:
            return place
        before = line.hash
    return None


def _redacted(log: Sequence[Link]) -> dict[int, str]:
    """By sequence number, the digest of what was left of a line, as the latest redaction has it."""
    said = [line for line in log if line.action == REDACTION]
    return {int(seq): left for line in said for seq, left in line.data.get("lines", ())}


def without(line: L, person: Collection[str], stand_in: str) -> L:
    """A line without its words, and without who said them if that is one of these persons."""
    return replace(  # type: ignore[type-var]
        line,
        actor=stand_in if line.actor in person else line.actor,
        note="",
        data={name: value for name, value in line.data.items() if name not in _PERSONAL},
    )
