"""The forms of the settings: which fields an entry has, how they are read, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, Literal, get_args

from werkzeug.datastructures import MultiDict

from console import amend_groups, amend_limits
from data.contents import OWNER_TYPES
from desk import amending
from desk.service import Act

Kind = Literal["text", "number", "choice", "checks", "flag", "words", "lines", "pairs", "long",
               "groups", "limit"]  # fmt: skip
Options = Sequence[tuple[str, str]]
Form = MultiDict[str, str]
LEVELS: Final = ("U0", "U1", "U2", "U3")
SLOTS: Final = ("estate", "building", "unit", "room")
MODES: Final = ("", "visit", "errand", "urgent", "online")
COMMUNITY: Final[Mapping[str, tuple[tuple[str, Kind], ...]]] = {
    "offices": (("name", "text"), ("city", "text"), ("desk", "choice"), ("superior", "choice"),
                ("street", "choice"), ("duty", "words")),
    "groups": (("groups", "groups"),),
    "days": (("days_off", "lines"), ("days_on", "lines")),
    "numbers": (("numbers", "pairs"),),
}  # fmt: skip
_SPLIT: Final = re.compile(r"[、,，\s]+")


@dataclass(frozen=True)
class Field:
    """One field: what it holds, and for a choice what there is to choose from."""

    name: str
    kind: Kind
    label: str
    options: Options = ()
    hint: str = ""
    free: bool = True  # words beyond the options are allowed

    def shown(self, value: Any) -> Any:
        """A plain value as the form shows it."""
        if self.kind == "words":
            names = dict(self.options)
            return "、".join(names.get(each, each) if not self.free else each for each in value)
        if self.kind == "lines":
            return "\n".join(str(each) for each in value)
        if self.kind == "groups":
            return amend_groups.padded(value)
        if self.kind == "pairs":
            return "\n".join(f"{name} {each}" for name, each in value.items())
        return "" if value is None else value


class Misread(Exception):  # noqa: N818
    """What was typed into a field makes no sense; the text says why, and what would."""


def fields_of(act: Act, area: str, entry: str) -> list[Field]:
    """The fields of an entry's form."""
    if area in ("replies", "lexicons"):
        return [Field("text", "long", act.say(f"console.amend.{area}.text"))]
    if area == "running":
        return _running(act, entry)
    specs = {"catalogue": _CATALOGUE, "teams": _TEAM}.get(area) or COMMUNITY[entry]
    return [_field(act, area, name, kind) for name, kind in specs]


_CATALOGUE: Final[tuple[tuple[str, Kind], ...]] = (
    ("name", "text"), ("sub", "text"), ("owner", "choice"), ("level", "choice"),
    ("limit", "limit"), ("mode", "choice"), ("slots", "checks"), ("skills", "words"),
    ("private", "flag"), ("more_words", "lines"), ("more_examples", "lines"),
)  # fmt: skip
_TEAM: Final[tuple[tuple[str, Kind], ...]] = (
    ("name", "text"), ("aliases", "words"), ("kind", "choice"), ("categories", "words"),
    ("skills", "words"), ("areas", "words"), ("capacity", "number"), ("members", "words"),
    ("phone", "text"), ("about", "text"),
)  # fmt: skip


def _field(act: Act, area: str, name: str, kind: Kind) -> Field:
    label = act.say(f"console.amend.{area}.{name}")
    hint = act.service.content.replies.get(f"console.amend.{area}.{name}_hint", "")
    options = _options(act, name)
    return Field(name, kind, label, options, hint, free=not options or name == "categories")


def _options(act: Act, name: str) -> Options:
    """What a field offers; nothing where anything may be written."""
    roster = act.roster
    staff = [(person.id, _called(act, person.id)) for person in roster.staff.values()]
    made: dict[str, Callable[[], Options]] = {
        "owner": lambda: [(each, act.say(f"console.amend.owner.{each}")) for each in OWNER_TYPES],
        "kind": lambda: [(each, act.say(f"console.amend.owner.{each}")) for each in OWNER_TYPES],
        "level": lambda: [(each, act.say(f"level.{each}")) for each in LEVELS],
        "mode": lambda: [(each, act.say(f"console.amend.mode.{each or 'none'}")) for each in MODES],
        "slots": lambda: [(each, act.say(f"console.amend.slot.{each}")) for each in SLOTS],
        "desk": lambda: [(team.code, team.name) for team in roster.teams.values()],
        "groups": lambda: [
            ("", act.say("console.amend.no_estate")),
            *((estate, estate) for estate in roster.estates()),
        ],
        "areas": lambda: [
            *((estate, estate) for estate in roster.estates()),
            *((code, grid.name) for code, grid in roster.grids.items()),
        ],
        "categories": lambda: [(c.code, c.name) for c in act.service.content.catalogue.values()],
    }
    if name in ("members", "duty", "superior", "street"):
        return staff
    return made[name]() if name in made else ()


def _called(act: Act, person: str) -> str:
    """A name that means one person: with the key where two have the same."""
    name = act.roster.name_of(person)
    alike = sum(other.name == name for other in act.roster.staff.values())
    return name if alike == 1 else f"{name}({person})"


def _running(act: Act, section: str) -> list[Field]:
    """A section of the settings by its declaration."""
    made = []
    shape = type(getattr(act.service.settings, section))
    for name, info in shape.model_fields.items():
        kind: Kind = "number"
        options: Options = ()
        if info.annotation is bool:
            kind = "flag"
        elif info.annotation is time:
            kind = "text"
        elif choices := get_args(info.annotation):
            kind, options = "choice", [(each, each) for each in choices]
        made.append(Field(name, kind, info.description or name, options))
    return made


def read(act: Act, area: str, entry: str, form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """What a form says, and by field what is wrong with it."""
    said: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields_of(act, area, entry):
        try:
            said[field.name] = _said(act, field, form)
        except Misread as fault:
            faults[field.name] = str(fault)
    return said, faults


def _said(act: Act, field: Field, form: Form) -> Any:
    raw = form.get(field.name, "").replace("\r\n", "\n")
    if field.kind == "long":
        return raw.strip("\n") + "\n" if field.name == "text" and "=" in raw else raw.strip("\n")
    if field.kind == "flag":
        return bool(raw)
    if field.kind == "checks":
        return [value for value, _ in field.options if value in form.getlist(field.name)]
    if field.kind == "number":
        return _number(act, raw.strip(), empty=field.name == "capacity")
    if field.kind == "choice":
        if raw not in dict(field.options):
            raise Misread(act.say("console.amend.choose"))
        return raw or None
    if field.kind == "groups":
        return _groups(act, field, form)
    if field.kind == "limit":
        return _limit(act, raw)
    if field.kind == "words":
        return [_known(act, field, word) for word in _SPLIT.split(raw.strip()) if word]
    if field.kind == "lines":
        lines = [line.strip() for line in raw.splitlines() if line.strip()]
        return [_day(act, i, line) for i, line in enumerate(lines, 1)] if "days" in field.name \
            else list(dict.fromkeys(lines))  # fmt: skip
    if field.kind == "pairs":
        return dict(_pair(act, i, line) for i, line in enumerate(raw.splitlines(), 1)
                    if line.strip())  # fmt: skip
    return raw.strip()


def _groups(act: Act, field: Field, form: Form) -> list[dict[str, str]]:
    try:
        return amend_groups.read(form, field.name, [value for value, _ in field.options])
    except amend_groups.BadRow as bad:
        fault = act.say(f"console.amend.{bad.fault}")
        raise Misread(act.say("console.amend.in_line", line=bad.at, fault=fault)) from bad


def _limit(act: Act, raw: str) -> str:
    found = amend_limits.read(act, raw)
    if found is None:
        raise Misread(act.say("console.amend.no_limit", said=raw.strip()))
    return found


def _number(act: Act, raw: str, *, empty: bool) -> float | int | None:
    if not raw and empty:
        return None
    try:
        value = float(raw)
    except ValueError:
        raise Misread(act.say("console.amend.number")) from None
    return int(value) if value.is_integer() else value


def _known(act: Act, field: Field, word: str) -> str:
    """A word as it is kept: people write names, the roster has keys."""
    by_name = {label: value for value, label in field.options}
    if field.free or word in dict(field.options):
        return word
    if word not in by_name:
        raise Misread(act.say("console.amend.unknown", word=word))
    return by_name[word]


def _day(act: Act, number: int, line: str) -> str:
    try:
        return date.fromisoformat(line).isoformat()
    except ValueError:
        raise Misread(act.say("console.amend.day", line=number, said=line)) from None


def _pair(act: Act, number: int, line: str) -> tuple[str, str]:
    name, _, value = line.strip().partition(" ")
    if not value.strip():
        raise Misread(act.say("console.amend.pair", line=number, said=line))
    return name, value.strip()


def present(act: Act, area: str, entry: str) -> dict[str, Any]:
    """An entry as its form shows it now."""
    values = amending.as_fields(act, area, entry)
    return {f.name: _present(act, f, values[f.name]) for f in fields_of(act, area, entry)}


def _present(act: Act, field: Field, value: Any) -> Any:
    return amend_limits.shown(act, value) if field.kind == "limit" else field.shown(value)


def typed(field: Field, form: Form) -> Any:
    """A field as it was sent."""
    if field.kind == "groups":
        return amend_groups.padded(amend_groups.typed(form, field.name))
    return form.getlist(field.name) if field.kind == "checks" else form.get(field.name, "")
