"""Pages of any table whose rows are numbered: the newest first, narrowed by columns and words.

Words are looked for by the database, but where a column lies sealed (data/sealing.py): those rows
are read, and looked through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import Any, TypeVar

from data.database import Tx, Value
from data.sealing import SEALED

T = TypeVar("T")
_NUMBER = re.compile(r"(?:\S-)?(\d{1,9})", re.ASCII)  # 12, or as people say it: 愿-12
_BATCH = 500
_SPECIAL = re.compile(r"([\\%_])")


@dataclass(frozen=True)
class Wanted:
    """What rows must have in common. The names of columns come from our own code."""

    among: Mapping[str, Sequence[Value]] = field(default_factory=dict)  # a column: one of these
    words: str = ""  # each of them is in one of the columns `within`
    within: tuple[str, ...] = ()
    before: int | None = None  # rows with smaller numbers


def page(tx: Tx, shape: type[T], table: str, wanted: Wanted, limit: int) -> list[T]:
    """The rows of a table that are wanted, the highest numbers first."""
    if _is_sealed(table, wanted):
        return list(islice(_read(tx, shape, table, wanted), limit))
    clauses, values = _where(shape, wanted)
    sql = f"SELECT * FROM {table} WHERE {' AND '.join(clauses)} ORDER BY number DESC LIMIT :limit"
    return tx.all(shape, sql, limit=limit, **values)


def count(tx: Tx, shape: type[Any], table: str, wanted: Wanted) -> int:
    """How many rows are wanted."""
    if _is_sealed(table, wanted):
        return sum(1 for _ in _read(tx, shape, table, wanted))
    clauses, values = _where(shape, wanted)
    return int(tx.scalar(f"SELECT COUNT(*) FROM {table} WHERE {' AND '.join(clauses)}", **values))


def _is_sealed(table: str, wanted: Wanted) -> bool:
    """Whether words are looked for where the database cannot read."""
    sealed = SEALED[table][1] if table in SEALED else ()
    words = bool(wanted.words.strip()) and not _NUMBER.fullmatch(wanted.words)
    return words and not set(sealed).isdisjoint(wanted.within)


def _read(tx: Tx, shape: type[T], table: str, wanted: Wanted) -> Iterator[T]:
    """The rows in which the words are, a batch at a time."""
    words = wanted.words.casefold().split()
    rest = replace(wanted, words="")
    while found := page(tx, shape, table, rest, _BATCH):
        for row in found:
            said = [_text(getattr(row, name)) for name in wanted.within]
            if all(any(word in text for text in said) for word in words):
                yield row
        rest = replace(rest, before=found[-1].number)  # type: ignore[attr-defined]


def _text(value: object) -> str:
    return (" ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")).casefold()


def _where(shape: type[Any], wanted: Wanted) -> tuple[list[str], dict[str, Value]]:
    known = {each.name for each in fields(shape)}
    assert known >= {*wanted.among, *wanted.within}, "columns are ours to name"
    clauses, values = ["1 = 1"], dict[str, Value]()
    for column, allowed in wanted.among.items():
        names = {f"{column}_{index}": value for index, value in enumerate(allowed)}
        among = ", ".join(f":{name}" for name in names)
        clauses.append(f"{column} IN ({among})" if names else "1 = 0")
        values |= names
    if number := _NUMBER.fullmatch(wanted.words):
        clauses.append("number = :number")
        values["number"] = int(number[1])
    elif wanted.within:
        for index, word in enumerate(wanted.words.replace("\x00", "").split()):
            found = " OR ".join(f"{name} LIKE :word_{index} ESCAPE '\\'" for name in wanted.within)
            clauses.append(f"({found})")
            values[f"word_{index}"] = "%" + _SPECIAL.sub(r"\\\1", word) + "%"
    if wanted.before is not None:
        clauses.append("number < :before")
        values["before"] = wanted.before
    return clauses, values
