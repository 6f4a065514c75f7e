"""Forms out of the bodies of operations: what is asked for, what was typed, what is wrong where."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from werkzeug.datastructures import MultiDict

from api import problems
from api.operations import Body
from api.problems import Problem
from console.practices.shape import Doing, Options
from console.practices.words import Words
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.service import Act

Form = MultiDict[str, str]
LONG = 200  # a text that may be longer gets several lines


@dataclass(frozen=True)
class Fault:
    """What was wrong with a form: of each field, and of it as a whole."""

    fields: Mapping[str, str]
    whole: str = ""


@dataclass(frozen=True)
class Input:
    """One field of a form as the page draws it."""

    name: str
    label: str
    hint: str
    kind: Literal["text", "long", "number", "time", "tick", "choice", "choices", "lines"]
    required: bool
    options: Options
    values: Sequence[str]
    fault: str

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True)
class Drawn:
    """A form as the page draws it."""

    name: str
    label: str
    inputs: Sequence[Input]
    whole: str = ""  # what is wrong with all of it
    open: bool = False


class NotDone(Exception):  # noqa: N818
    """Nothing was done; `fault` says what to mend."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.whole or "; ".join(fault.fields.values()))
        self.fault = fault


def draw(
    act: Act, words: Words, doing: Doing, row: Any, form: Form | None = None,
    fault: Fault | None = None,
) -> Drawn:  # fmt: skip
    """The form of a doing; with what was typed, and what was wrong with it."""
    doing = doing.about(row)
    given = {**_defaults(doing.body), **doing.given(act, row)}
    fault = fault or Fault({})
    inputs = []
    for name, info in doing.body.model_fields.items():
        kept = form.getlist(name) if form is not None else [given[name]] if name in given else []
        inputs.append(_input(act, words, doing, row, name, info, kept, fault.fields.get(name, "")))
    label = words("do", doing.name)
    return Drawn(doing.name, label, inputs, fault.whole, open=form is not None)


def _defaults(body: type[Body]) -> dict[str, str]:
    """What is meant where nothing else is said."""
    defaults = {name: info.default for name, info in body.model_fields.items()}
    return {name: str(value) for name, value in defaults.items() if type(value) in (str, int)}


def _input(
    act: Act, words: Words, doing: Doing, row: Any, name: str, info: FieldInfo,
    values: Sequence[str], fault: str,
) -> Input:  # fmt: skip
    offer = doing.choices.get(name) or _CHOICES.get(name)
    options = offer(act, row) if offer else _named(words, name, info)
    names = (f"{doing.name}.{name}", name)
    return Input(
        name=name,
        label=info.title or words("field", *names),
        hint=words.find("hint", *names) or "",
        kind=_kind(info, bool(offer or options)),
        required=info.is_required(),
        options=options,
        values=values,
        fault=fault,
    )


def _named(words: Words, name: str, info: FieldInfo) -> Options:
    """The values of a Literal, in words."""
    found = _plain(info.annotation)
    if get_origin(found) is not Literal:
        return ()
    return [(value, words("value", f"{name}.{value}", value)) for value in get_args(found)]


def _kind(info: FieldInfo, chosen: bool) -> Any:
    plain = _plain(info.annotation)
    if get_origin(plain) in (list, tuple):
        return "choices" if chosen else "lines"
    if chosen:
        return "choice"
    if plain in (int, float):
        return "number"
    if plain is datetime:
        return "time"
    if plain is bool:
        return "tick"
    most = max((m.max_length for m in info.metadata if hasattr(m, "max_length")), default=0)
    return "long" if most > LONG else "text"


def _plain(annotation: Any) -> Any:
    """A type without `| None` and without what Annotated adds."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _plain(next(each for each in get_args(annotation) if each is not type(None)))
    return annotation


# -- what was typed ---------------------------------------------------------------------------


def carry_out(act: Act, doing: Doing, row: Any, form: Form) -> object:
    """Do it with what the form says; NotDone, and nothing kept of it, where that cannot be."""
    doing = doing.about(row)
    try:
        body = doing.body.model_validate_json(json.dumps(filled(doing.body, form)))
        return doing.do(act, row, body)
    except ValidationError as invalid:
        raise NotDone(_of_problem(act, problems.of_validation(act.service, invalid))) from invalid
    except Problem as problem:
        raise NotDone(_of_problem(act, problem)) from problem
    except Forbidden as forbidden:
        raise NotDone(Fault({}, act.say(f"console.forbidden.{forbidden.reason}"))) from forbidden


def _of_problem(act: Act, problem: Problem) -> Fault:
    if problem.faults:
        return Fault({each.field.split(".")[0]: each.message for each in problem.faults})
    words = act.say(f"api.problem.{problem.code}")
    return Fault({}, f"{words}{problem.detail}")


def filled(body: type[Body], form: Form) -> dict[str, object]:
    """What a form says, as JSON would say it; what was left empty is not there."""
    found: dict[str, object] = {}
    for name, info in body.model_fields.items():
        plain = _plain(info.annotation)
        if get_origin(plain) in (list, tuple):
            lines = [line.strip() for each in form.getlist(name) for line in each.splitlines()]
            value: object = [line for line in lines if line]
        else:
            value = _value(plain, form.get(name, "").strip())
        if value not in ("", [], None):
            found[name] = value
    return found


def _value(plain: Any, said: str) -> object:
    if plain is int and said.lstrip("-").isdecimal() and said.isascii():
        return int(said)
    if plain is bool:
        return bool(said) or None
    if plain is datetime:
        return _moment(said)
    return said


def _moment(said: str) -> str:
    """What <input type=datetime-local> sends is the time on the wall here."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=LOCAL).isoformat(timespec="seconds")
    except ValueError:
        return said


# -- what can be chosen -----------------------------------------------------------------------


def teams(act: Act, _row: Any = None) -> Options:
    return [(team.code, team.name) for team in act.roster.teams.values()]


def estates(act: Act, _row: Any = None) -> Options:
    return [(estate, estate) for estate in act.roster.estates()]


def people(act: Act, _row: Any = None) -> Options:
    return [(person.id, person.name or person.id) for person in act.roster.staff.values()]


def categories(act: Act, _row: Any = None) -> Options:
    catalogue = act.service.content.catalogue.values()
    return [(each.code, f"{each.top} › {each.sub}") for each in catalogue]


_CHOICES: Mapping[str, Callable[[Act, Any], Options]] = {
    "team": teams, "teams": teams, "units": teams, "estate": estates, "person": people,
    "turns": people, "expert": people, "category": categories,
}  # fmt: skip
