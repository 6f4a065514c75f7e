"""How a table is imported: the whole file is checked first; then all of it goes in, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.database import Database, Tx
from desk.tables import read_table

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row (2 is the first below the header) and how to mend it."""

    row: int
    reason: str


class BadRows(ValueError):  # noqa: N818
    """Nothing was imported: `faults` lists every bad row."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} 处错误")
        self.faults = tuple(faults)


Check = Callable[[Row], list[str]]  # what is wrong with a row, each in words


@dataclass(frozen=True)
class Kind:
    """How one kind of table is read."""

    key: str
    columns: tuple[str, ...]  # those without which a row means nothing
    optional: tuple[str, ...]
    check: Callable[[Tx], Check]
    store: Callable[[Tx, Sequence[Row], datetime], None]


def carry_out(db: Database, plan: Kind, path: Path, now: datetime) -> int:
    """Import a file; returns the number of rows. BadTable or BadRows when it is not in order."""
    rows = read_table(path)
    with db.read() as tx:
        checked(tx, plan, rows)
    with db.write() as tx:
        plan.store(tx, rows, now)
    return len(rows)


def checked(tx: Tx, plan: Kind, rows: Sequence[Row]) -> None:
    """BadRows if anything is wrong with any row."""
    if faults := find_faults(tx, plan, rows):
        raise BadRows(faults)


def find_faults(tx: Tx, plan: Kind, rows: Sequence[Row]) -> list[Fault]:
    """Everything that is wrong with a table, row by row."""
    return _columns(plan, rows) or _faults(tx, plan, rows)


def _columns(plan: Kind, rows: Sequence[Row]) -> list[Fault]:
    have = set(rows[0]) if rows else set()
    lacking = [name for name in plan.columns if name not in have]
    known = (*plan.columns, *plan.optional)
    unknown = sorted(have - set(known))
    faults = [Fault(1, f"缺少列 {name}") for name in lacking]
    return faults + [
        Fault(1, f"不认识的列 {name}；可用的列：{'、'.join(known)}") for name in unknown
    ]


def _faults(tx: Tx, plan: Kind, rows: Sequence[Row]) -> list[Fault]:
    faults: list[Fault] = []
    check = plan.check(tx)
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        faults += [Fault(number, f"{name} 不能为空") for name in plan.columns if not row[name]]
        faults += [Fault(number, reason) for reason in check(row)]
        key = row.get(plan.key, "")
        if plan.key and key in seen:
            faults.append(Fault(number, f"{plan.key} {key} 与第 {seen[key]} 行重复"))
        seen.setdefault(key, number)
    return faults
