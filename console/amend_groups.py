"""The group chats in the settings: which chat is whose, and those that nobody has named yet."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, takewhile
from typing import Any, Final

from data.tables import messages
from desk.service import Act

COLUMNS: Final = ("chat", "name", "estate")
EMPTY: Final = 2  # rows to write a new one into
LONGEST: Final = 64
Row = dict[str, str]


class BadRow(Exception):  # noqa: N818
    """A line that cannot be kept: its number, and what is wrong with it."""

    def __init__(self, at: int, fault: str) -> None:
        super().__init__(fault)
        self.at = at
        self.fault = fault


@dataclass(frozen=True)
class Stray:
    """A chat in which the bot was spoken to, and of which nobody has said whose it is."""

    chat: str
    at: datetime


def padded(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows as the form shows them, with empty ones below."""
    shown = [{name: str(row.get(name) or "") for name in COLUMNS} for row in rows]
    return [*shown, *(dict.fromkeys(COLUMNS, "") for _ in range(EMPTY))]


def typed(form: Mapping[str, str], field: str) -> list[Row]:
    """The rows that a form says, without those that were left or made empty."""
    found = []
    for at in takewhile(lambda at: f"{field}-{at}-chat" in form, count()):
        row = {name: _clean(form.get(f"{field}-{at}-{name}", "")) for name in COLUMNS}
        if row["chat"] or row["name"]:
            found.append(row)
    return found


def _clean(said: str) -> str:
    return unicodedata.normalize("NFKC", said.replace("\x00", "")).strip()[:LONGEST]


def read(form: Mapping[str, str], field: str, estates: Sequence[str]) -> list[Row]:
    """The rows as they are kept; BadRow names the first that makes no sense."""
    rows = typed(form, field)
    seen: set[str] = set()
    for at, row in enumerate(rows, 1):
        if not row["chat"] or not row["name"]:
            raise BadRow(at, "group_bare")
        if row["chat"] in seen:
            raise BadRow(at, "group_twice")
        if row["estate"] and row["estate"] not in estates:
            raise BadRow(at, "choose")
        seen.add(row["chat"])
    return rows


def strays(act: Act) -> list[Stray]:
    """The latest first."""
    known = {group.chat for group in act.service.content.about.groups}
    return [Stray(chat, at) for chat, at in messages.chats(act.tx) if chat not in known]
