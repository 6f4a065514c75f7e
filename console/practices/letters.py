"""季度函: letters to members, units and residents; what says too much does not leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from console.practices.points import quarter, quarters
from console.practices.shape import Area, Asked, Cells, Filter, Found, Mark, Options, office
from console.practices.shelves import listed
from desk import letters
from desk.letters import Letter
from desk.rules.quarters import read_quarter
from desk.service import Act

KINDS: Final = ("member", "unit", "resident")


def written(act: Act, asked: Asked) -> list[Letter]:
    """The letters that are asked for."""
    kind = asked.chosen.get("kind", "")
    found = letters.write(act, quarter(act, asked))
    return [letter for letter in found if kind in ("", letter.kind)]


def _find(act: Act, asked: Asked) -> Found[Letter]:
    return listed(written(act, asked), asked, lambda letter: letter.text)


def _one(act: Act, key: str) -> Letter | None:
    known = read_quarter(key)
    found = letters.write(act, known) if known else ()
    return next((letter for letter in found if letter.name == key), None)


def _columns(act: Act, found: Sequence[Letter]) -> list[Cells]:
    return [
        {
            "name": letter.name,
            "kind": act.say(f"area.letters.kind.{letter.kind}"),
            "first": letter.text.partition("\n")[0],
            "state": Mark(act.say("area.letters.held"), "bad")
            if letter.leaks
            else Mark(act.say("area.letters.ready"), "good"),
        }
        for letter in found
    ]


def _facts(act: Act, letter: Letter) -> Cells:
    row = _columns(act, [letter])[0]
    return {"kind": row["kind"], "state": row["state"], "leaks": letter.leaks, "text": letter.text}


def _kinds(act: Act) -> Options:
    return [(kind, act.say(f"area.letters.kind.{kind}")) for kind in KINDS]


AREA: Final = Area(
    name="letters",
    find=_find,
    one=_one,
    key=lambda letter: letter.name,
    columns=_columns,
    facts=_facts,
    title=lambda _act, letter: letter.name,
    may=office,
    filters=(Filter("quarter", quarters), Filter("kind", _kinds)),
    prints="letters_print",
)
