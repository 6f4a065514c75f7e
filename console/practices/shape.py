"""How an area of the practices is described: its rows, what is shown of them, what may be done.

One file an area says it; `pages` shows every area alike. Whatever a person reads of it is in
data/content/areas/<area>.toml, what areas share in common.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, Literal, TypeVar

from api.operations import Body
from data.practice_rows import Line
from desk import access
from desk.service import Act

T = TypeVar("T")
Tone = Literal["", "wait", "good", "bad", "past"]


@dataclass(frozen=True)
class Mark:
    """Where something stands, in one word and one colour."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Link:
    """A text that leads to another page of the console."""

    text: str
    path: str


@dataclass(frozen=True)
class Share:
    """A part of one hundred."""

    percent: int


Cell = str | int | float | bool | datetime | Mark | Link | Share | Sequence[str] | None
Cells = Mapping[str, Cell]  # by the name of their column, in its order
Options = Sequence[tuple[str, str]]  # what is sent, and what is read


@dataclass(frozen=True)
class Asked:
    """What a list is asked for: words, the filters chosen, and from where on."""

    words: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    before: int | None = None
    limit: int = 30


@dataclass(frozen=True)
class Found(Generic[T]):
    """A page of rows, and what to ask for the next one with."""

    rows: Sequence[T]
    next: int | None = None


@dataclass(frozen=True)
class Filter:
    """One choice above a list. Its name is the column's."""

    name: str
    options: Callable[[Act], Options]


@dataclass(frozen=True)
class Doing:
    """What may be done: its form is made from the body; `row` is None where one is made anew."""

    name: str
    body: type[Body]
    do: Callable[[Act, Any, Any], object]
    choices: Mapping[str, Callable[[Act, Any], Options]] = field(default_factory=dict)
    given: Callable[[Act, Any], Mapping[str, str]] = lambda _act, _row: {}  # filled in beforehand
    asks: Callable[[Any], Doing] | None = None  # what else of a row, where each asks otherwise

    def about(self, row: Any) -> Doing:
        """As it is asked of a row; a field that only this row has brings its label as its title."""
        return self.asks(row) if self.asks is not None else self


@dataclass(frozen=True)
class Waits:
    """Rows that wait for whoever may see to them: a choice above the list, and how many."""

    name: str
    value: str
    count: Callable[[Act, Mapping[str, str]], int]
    may: Callable[[Act], bool]

    @property
    def chosen(self) -> dict[str, str]:
        return {self.name: self.value}


@dataclass(frozen=True)
class Block:
    """A table on a row's page: claims, guests, dates … Its name is the key of its words."""

    name: str
    rows: Sequence[Cells]


def staff(act: Act) -> bool:
    """Grid workers and those above them."""
    return access.may(act, "worker")


def office(act: Act) -> bool:
    """Those who review."""
    return access.may(act, "secretary")


def everybody(_act: Act) -> bool:
    """Whoever may sign in."""
    return True


@dataclass(frozen=True)
class Area(Generic[T]):
    """One kind of thing that a community keeps a list of."""

    name: str
    find: Callable[[Act, Asked], Found[T]]
    one: Callable[[Act, str], T | None]  # None also for who may not see it
    key: Callable[[T], str]  # its name in addresses
    columns: Callable[[Act, Sequence[T]], Sequence[Cells]]  # the first one leads to the row's page
    facts: Callable[[Act, T], Cells]
    title: Callable[[Act, T], str]
    may: Callable[[Act], bool] = staff
    filters: tuple[Filter, ...] = ()
    doings: tuple[Doing, ...] = ()
    can: Callable[[Act, T], Collection[str]] = lambda _act, _row: ()
    new: tuple[Doing, ...] = ()
    may_new: Callable[[Act], bool] = office
    blocks: Callable[[Act, T], Sequence[Block]] = lambda _act, _row: ()
    subject: Callable[[T], tuple[str, str]] | None = None  # its kind and name in the journal
    lines: Callable[[T, Line], bool] = lambda _row, _line: True  # which of that journal are its own
    shown: Callable[[Act, T, str], str] = lambda _act, _row, note: note  # of a note in the journal
    reveal: Callable[[Act, T], Cells] | None = None  # names and doors; that it was seen is logged
    may_reveal: Callable[[Act, T], bool] = lambda _act, _row: True
    waits: Waits | None = None  # what somebody must look at, counted on the page of all areas
    prints: str = ""  # the page that prints the list
    figures: Callable[[Act], Cells] | None = None  # above the list
    imports: tuple[str, ...] = ()  # tables that fill it


NOTHING: Final[Found[Any]] = Found(())
