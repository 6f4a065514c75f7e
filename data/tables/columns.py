"""Rows in and out by the fields of their dataclass, for tables whose first column is `id`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from data.database import Tx, Value
from data.rows import as_json


def add(tx: Tx, table: str, row: Any) -> int:
    """Insert a row (its id is ignored); returns the id it got."""
    return int(tx.scalar(_insert(table, type(row)), **_values(tx, table, row)))


def save(tx: Tx, table: str, row: Any) -> None:
    """Write back every column of a changed row."""
    tx.run(_update(table, type(row)), id=row.id, **_values(tx, table, row))


def _columns(shape: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape) if field.name != "id")


def _insert(table: str, shape: type[Any]) -> str:
    names = _columns(shape)
    return (
        f"INSERT INTO {table} ({', '.join(names)})"
        f" VALUES ({', '.join(':' + name for name in names)}) RETURNING id"
    )


def _update(table: str, shape: type[Any]) -> str:
    sets = ", ".join(f"{name} = :{name}" for name in _columns(shape))
    return f"UPDATE {table} SET {sets} WHERE id = :id"


def _values(tx: Tx, table: str, row: Any) -> dict[str, Value]:
    values = {name: _stored(getattr(row, name)) for name in _columns(type(row))}
    return tx.sealed(table, values)


def _stored(value: Any) -> Value:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        return as_json(list(value))
    if isinstance(value, Mapping):
        return as_json(dict(value))
    return value  # type: ignore[no-any-return]
