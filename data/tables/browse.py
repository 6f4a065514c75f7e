"""Pages of any table whose rows are numbered: the newest first, narrowed by columns and words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from data.database import Tx, Value

T = TypeVar("T")
_NUMBER = re.compile(r"(?:\S-)?(\d{1,9})", re.ASCII)  # 12, or as people say it: 愿-12
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
    clauses, values = _where(shape, wanted)
    sql = f"SELECT * FROM {table} WHERE {' AND '.join(clauses)} ORDER BY number DESC LIMIT :limit"
    return tx.all(shape, sql, limit=limit, **values)


def count(tx: Tx, shape: type[Any], table: str, wanted: Wanted) -> int:
    """How many rows are wanted."""
    clauses, values = _where(shape, wanted)
    return int(tx.scalar(f"SELECT COUNT(*) FROM {table} WHERE {' AND '.join(clauses)}", **values))


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
