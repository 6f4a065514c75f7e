"""Changing the content and settings of a running community: looked at first, then kept, undoable.

An amendment is one entry (a category, a reply, a section of a word list, a team …) in the form in
which data/overlay.py lays it. Teams live in the store: theirs are written there, and logged here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from data.contents import BadContent
from data.overlay import section
from data.rows import Team
from data.staff_rows import Amendment
from data.tables import amendments, roster
from data.toml_text import written
from desk import check
from desk.check import Finding
from desk.service import Act, NotReady

AREAS: Final = ("catalogue", "replies", "lexicons", "teams", "community", "running")
LISTED: Final = ("more_words", "more_examples")


class Refused(Exception):  # noqa: N818
    """The amendment cannot be made; the text says why, and how to mend it."""


class Overtaken(Exception):  # noqa: N818
    """Somebody else has changed the entry since the page was opened."""


@dataclass(frozen=True)
class Change:
    """An entry as it shall be: what differs from the shipped one; None is as shipped."""

    area: str
    entry: str
    value: Any | None

    @property
    def stored(self) -> str:
        return "" if self.value is None else json.dumps(self.value, ensure_ascii=False)


@dataclass(frozen=True)
class Prospect:
    """How things would be with a change: to be looked at before it is made."""

    change: Change
    ahead: Act
    diff: tuple[tuple[str, str, str], ...]  # field, what it says now, what it would say
    worse: tuple[Finding, ...]  # what `check` would find that it does not find now


def look(act: Act, change: Change) -> Prospect:
    """What a change would bring; Refused if it does not fit."""
    ahead = _ahead(act, change)
    now = set(check.standing(act.tx, act.service.content, act.roster))
    then = check.standing(act.tx, ahead.service.content, ahead.roster)
    worse = tuple(finding for finding in then if finding not in now)
    return Prospect(change, ahead, _diff(act, ahead, change), worse)


def try_reading(prospect: Prospect) -> None:
    """Refused where nothing could be understood any more: a word list with other faults."""
    if prospect.change.area == "lexicons":
        ahead = prospect.ahead
        try:
            ahead.service.understander_of(ahead.service.content, ahead.roster)
        except NotReady as failure:
            raise Refused(ahead.say("console.amend.unreadable", cause=failure)) from failure


def make(act: Act, change: Change, seen: int, undoes: int | None = None) -> Amendment:
    """Keep a change; Refused or Overtaken. `seen` is the entry's last amendment on the page."""
    last = amendments.latest(act.tx, change.area, change.entry)
    if (last.id if last else 0) != seen:
        raise Overtaken(change.entry)
    prospect = look(act, change)
    if prospect.worse:
        raise Refused("".join(finding.text for finding in prospect.worse))
    if not prospect.diff:
        raise Refused(act.say("console.amend.nothing"))
    before = _before(act, change, last)
    made = Amendment(
        0, act.now, act.person.id, change.area, change.entry, before, change.stored,
        json.dumps(prospect.diff, ensure_ascii=False), undoes,
    )  # fmt: skip
    amendments.add(act.tx, made)
    if change.area == "teams":
        roster.change_team(act.tx, prospect.ahead.roster.teams[change.entry])
    else:
        roster.touch(act.tx)
    return made


def undo(act: Act, amendment: Amendment) -> Amendment:
    """Put back what an amendment replaced: only of the latest, so that nothing else is lost."""
    before = json.loads(amendment.before) if amendment.before else None
    change = Change(amendment.area, amendment.entry, before)
    return make(act, change, amendment.id, undoes=amendment.id)


def _before(act: Act, change: Change, last: Amendment | None) -> str:
    if change.area == "teams":
        return json.dumps(as_fields(act, "teams", change.entry), ensure_ascii=False)
    return last.value if last else ""


def _ahead(act: Act, change: Change) -> Act:
    """The same moment with the change made."""
    if change.area == "teams":
        team = _team(act, change)
        teams = {**act.roster.teams, change.entry: team}
        return replace(act, roster=replace(act.roster, teams=teams))
    others = [a for a in act.roster.amendments if (a.area, a.entry) != (change.area, change.entry)]
    made = Amendment(
        0, act.now, act.person.id, change.area, change.entry, "", change.stored, "", None
    )
    later = (*others, made) if change.value is not None else tuple(others)
    service = act.service.looking_ahead(later)
    for misfit in service.misfits:
        if (misfit.area, misfit.entry) == (change.area, change.entry):
            raise Refused(misfit.reason)
    picture = replace(act.roster, amendments=later)
    return replace(act, service=service, roster=picture)


def _team(act: Act, change: Change) -> Team:
    known = act.roster.teams.get(change.entry)
    if known is None or change.value is None:
        raise Refused(act.say("console.amend.no_team", team=change.entry))
    whole = {each.name: getattr(known, each.name) for each in fields(known)} | change.value
    try:
        return TypeAdapter(Team).validate_python(whole)
    except ValidationError as error:
        raise Refused(str(error.errors()[0]["msg"])) from error


def as_fields(act: Act, area: str, entry: str) -> dict[str, Any]:
    """An entry as it is now, field by field, in plain values; KeyError if there is none."""
    content = act.service.content
    if area == "catalogue":
        return _category(act, entry)
    if area == "replies":
        return {"text": content.replies[entry]}
    if area == "lexicons":
        name, _, key = entry.partition("/")
        return {"text": written(key, content.lexicons[name][key])}
    if area == "teams":
        team = act.roster.teams[entry]
        return {each.name: plain(getattr(team, each.name)) for each in fields(team)}
    if area == "running":
        return dict(getattr(act.service.settings, entry).model_dump(mode="json"))
    if area == "community":
        return dict(content.about.model_dump(mode="json"))
    raise KeyError(area)


def _category(act: Act, code: str) -> dict[str, Any]:
    """A category's fields, with the words and examples that this community has added apart."""
    found = act.service.content.catalogue[code].model_dump(mode="json")
    shipped = act.service.shipped.catalogue[code]
    for added, name in zip(LISTED, ("words", "examples"), strict=True):
        known = getattr(shipped, name)
        found[added] = found.pop(name)[len(known) :]
    return found


def difference(act: Act, area: str, entry: str, wanted: Mapping[str, Any]) -> Any | None:
    """What of a whole entry differs from the shipped one; None if nothing does."""
    if area == "teams":
        return dict(wanted)
    if area in ("replies", "lexicons"):
        return _text_difference(act, area, entry, str(wanted["text"]))
    bare = replace(act, service=act.service.looking_ahead(()))
    shipped = as_fields(bare, area, entry)
    found = {name: value for name, value in wanted.items() if value != shipped.get(name)}
    return found or None


def _text_difference(act: Act, area: str, entry: str, text: str) -> str | None:
    if area == "replies":
        return None if text == act.service.shipped.replies[entry] else text
    name, _, key = entry.partition("/")
    try:
        same = section(text, key) == act.service.shipped.lexicons[name][key]
    except BadContent as fault:
        raise Refused(str(fault)) from fault
    return None if same else text


def plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _diff(now: Act, ahead: Act, change: Change) -> tuple[tuple[str, str, str], ...]:
    old = as_fields(now, change.area, change.entry)
    new = as_fields(ahead, change.area, change.entry)
    found = []
    for name in old:
        if old[name] != new[name]:
            was, becomes = _apart(old[name], new[name])
            found.append((name, _shown(was), _shown(becomes)))
    return tuple(found)


def _apart(was: Any, becomes: Any) -> tuple[Any, Any]:
    """Of rows only those that are not on both sides, unless it is their order that differs."""
    rows = [*was, *becomes] if isinstance(was, list) and isinstance(becomes, list) else []
    if not any(isinstance(row, dict) for row in rows):
        return was, becomes
    gone = [row for row in was if row not in becomes]
    come = [row for row in becomes if row not in was]
    return (gone, come) if gone or come else (was, becomes)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(" ".join(filter(None, v.values())) if isinstance(v, dict) else str(v)
                        for v in value)  # fmt: skip
    if isinstance(value, dict):
        return "、".join(f"{name} {each}" for name, each in value.items())
    return "" if value is None else str(value)
