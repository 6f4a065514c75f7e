"""The lists of the settings: the entries of an area, and the history of what was changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from console import amend_forms as forms
from console import amend_limits
from console.shell import Visit
from data.overlay import RUNNING
from data.staff_rows import Amendment
from data.tables import amendments, board
from desk.service import Act


@dataclass(frozen=True)
class Entry:
    """One line of an area's list."""

    entry: str
    title: str
    about: str
    amended: bool


def entries(act: Act, area: str, wanted: str) -> list[Entry]:
    """An area's entries, those that hold the words that are looked for."""
    changed = {a.entry for a in act.roster.amendments if a.area == area}
    found = [
        Entry(entry, title(act, area, entry), about, entry in changed)
        for entry, about in _lines(act, area)
    ]
    if area == "replies":
        found.sort(key=lambda each: not each.amended)
    return [e for e in found if wanted in e.entry or wanted in e.title or wanted in e.about]


def _lines(act: Act, area: str) -> list[tuple[str, str]]:
    """(entry, what it says in short)."""
    content = act.service.content
    if area == "catalogue":
        return [
            (c.code, "　".join((c.top, act.say(f"console.amend.owner.{c.owner}")
                               if f"console.amend.owner.{c.owner}" in content.replies else c.owner,
                               act.say(f"level.{c.level}"), amend_limits.shown(act, c.limit))))
            for c in content.catalogue.values()
        ]  # fmt: skip
    if area == "replies":
        return list(content.replies.items())
    if area == "lexicons":
        return [
            (f"{name}/{key}", _size(value))
            for name, lexicon in content.lexicons.items()
            if not name.startswith("phrases")
            for key, value in lexicon.items()
        ]
    if area == "teams":
        return [(team.code, "、".join(team.categories)) for team in act.roster.teams.values()]
    names = tuple(forms.COMMUNITY) if area == "community" else RUNNING
    return [(name, "") for name in names]


def _size(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())[:40]
    return "、".join(map(str, value))[:40] if isinstance(value, list | dict) else str(value)


def title(act: Act, area: str, entry: str) -> str:
    if area == "catalogue":
        return act.service.category(entry).sub
    if area == "teams":
        return act.roster.teams[entry].name
    name = f"console.amend.entry.{entry}"
    return act.service.content.replies.get(name, entry)


@dataclass(frozen=True)
class Past:
    """One amendment in the history: who, what, and whether it can be taken back."""

    amendment: Amendment
    who: str
    title: str
    diff: list[tuple[str, str, str]]
    last: bool


def history(visit: Visit, before: int | None, most: int) -> list[Past]:
    act = visit.act
    found = amendments.page(act.tx, before, most)
    names = board.names(act.tx, [each.person for each in found])
    return [
        Past(each, names.get(each.person, each.person), _safe_title(act, each),
             named(act, each.area, json.loads(each.diff)),
             amendments.latest(act.tx, each.area, each.entry) == each)
        for each in found
    ]  # fmt: skip


def _safe_title(act: Act, each: Amendment) -> str:
    """The title of an entry that may be gone by now."""
    try:
        return title(act, each.area, each.entry)
    except KeyError:
        return each.entry


def named(act: Act, area: str, diff: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """The lines of a difference under the names that the forms give their fields."""
    return [
        (_label(act, area, name), _said(act, area, name, old), _said(act, area, name, new))
        for name, old, new in diff
    ]


def _said(act: Act, area: str, name: str, value: str) -> str:
    """A value as the forms show it."""
    return amend_limits.shown(act, value) if (area, name) == ("catalogue", "limit") else value


def _label(act: Act, area: str, name: str) -> str:
    return act.service.content.replies.get(f"console.amend.{area}.{name}", name)
