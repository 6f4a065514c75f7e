"""A whole store into another, empty one, in one transaction; every table compared afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from data.database import open_driver
from data.driver import Kind, Transaction

_BATCH = 2000


class NotEmpty(ValueError):  # noqa: N818
    """The target holds something already: nothing was moved."""


class NotTheSame(RuntimeError):  # noqa: N818
    """What arrived is not what was sent: nothing was kept."""


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows a table has, and a sum over what they say, in whatever order they lie."""

    rows: int
    checksum: str


def move(source: str, target: str, *, still: bool) -> dict[str, Contents]:
    """Copy everything from one address to another; what each table holds now.

    `still`: nobody writes into the source meanwhile (they wait). Else it is copied as it was at
    one moment.
    """
    with closing(open_driver(source)) as there, closing(open_driver(target)) as here:
        kind: Kind = "alone" if still else "read"
        with there.transaction(kind) as old, here.transaction("alone") as new:
            return _copy(old, new)


def _copy(old: Transaction, new: Transaction) -> dict[str, Contents]:
    tables = new.tables()
    taken = [name for name in tables if next(_rows(new, name, ["1 AS one"]), None)]
    if taken:
        raise NotEmpty("、".join(taken))
    new.check_references_at_commit()
    sent = {name: _send(old, new, name, columns) for name, columns in tables.items()}
    new.set_counters(old.counters())
    for name, columns in tables.items():
        arrived = _contents(_rows(new, name, columns))
        if arrived != sent[name]:
            raise NotTheSame(f"{name}: {sent[name]} → {arrived}")
    return sent


def _send(old: Transaction, new: Transaction, table: str, columns: Sequence[str]) -> Contents:
    values = ", ".join(f":{name}" for name in columns)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"

    def passing() -> Iterator[dict[str, Any]]:
        rows = _rows(old, table, columns)
        while batch := list(islice(rows, _BATCH)):
            new.execute_many(sql, batch)
            yield from batch

    return _contents(passing())


def _rows(tx: Transaction, table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Without NUL characters, which not every store can hold."""
    for row in tx.stream(f"SELECT {', '.join(columns)} FROM {table}"):
        yield {k: v.replace("\0", "") if isinstance(v, str) else v for k, v in row.items()}


def _contents(rows: Iterable[dict[str, Any]]) -> Contents:
    count = total = 0
    for row in rows:
        digest = hashlib.sha256(repr(tuple(row.values())).encode()).digest()
        count, total = count + 1, (total + int.from_bytes(digest)) % (1 << 256)
    return Contents(count, f"{total:064x}")
