"""Sealing a whole store, the first time or under another key: one transaction, all or nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from typing import Any

from data.driver import Transaction
from data.sealing import SEALED, Keys, looks_sealed

PAGE = 500
_PEPPER = "pepper"  # the row of `state` by which a key is known to be the right one
_LIST = "sealed"  # … and the one that says which list of columns the store was sealed by
_PRESENT = hashlib.sha256(repr(sorted(SEALED.items())).encode()).hexdigest()
_PROGRAMS = "('api', 'open311')"  # whose accounts were once named after phones


def pepper(tx: Transaction) -> str | None:
    """The store's pepper as it lies there; None where nothing has been sealed yet."""
    return _state(tx, _PEPPER)


def up_to_date(tx: Transaction) -> bool:
    """Whether the store was sealed by the present list of columns."""
    return _state(tx, _LIST) == _PRESENT


def fit(keys: Keys, sealed: str) -> Keys:
    """Ready for this store; WrongKey if they are another's."""
    keys.pepper = bytes.fromhex(keys.open("value", sealed))
    return keys


def seal_all(tx: Transaction, keys: Keys) -> int:
    """What an earlier version wrote in plain words; afterwards the store knows its key."""
    keys.pepper = os.urandom(32)
    _put(tx, _PEPPER, keys.seal("value", keys.pepper.hex()))
    found = tx.execute("SELECT id, name, phone, invite FROM people", {}).fetchall()
    hashed = [
        {"id": row["id"]} | {c: keys.fingerprint(c, row[c] or "") for c in row if c != "id"}
        for row in found
    ]
    tx.execute_many(
        "UPDATE people SET name_key = :name, phone_key = :phone, invite_key = :invite"
        " WHERE id = :id",
        hashed,
    )
    count = _rewrite(tx, lambda column, value: value, keys)  # noqa: ARG005  all of it is plain
    told = tx.execute(f"SELECT channel, address FROM accounts WHERE channel IN {_PROGRAMS}", {})
    for row in told.fetchall():
        new = keys.fingerprint("address", row["address"])
        tx.execute(
            "UPDATE accounts SET address = :new WHERE channel = :channel AND address = :address",
            {**row, "new": new},
        )
    return count


def catch_up(tx: Transaction, keys: Keys) -> int:
    """Columns that an earlier version did not seal; returns how many rows were looked at."""
    return _rewrite(tx, _opened_by(keys), keys)


def rotate(tx: Transaction, old: Keys, new: Keys) -> int:
    """Open under the old key, seal under the new one; returns how many rows there were."""
    new.pepper = old.pepper
    _put(tx, _PEPPER, new.seal("value", new.pepper.hex()))
    return _rewrite(tx, _opened_by(old), new)


def _state(tx: Transaction, name: str) -> str | None:
    row = tx.execute("SELECT value FROM state WHERE name = :name", {"name": name}).fetchone()
    return None if row is None else str(row["value"])


def _put(tx: Transaction, name: str, value: str) -> None:
    tx.execute(
        "INSERT INTO state (name, value) VALUES (:name, :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {"name": name, "value": value},
    )


def _opened_by(keys: Keys) -> Callable[[str, str], str]:
    return lambda column, value: keys.open(column, value) if looks_sealed(value) else value


def _rewrite(tx: Transaction, opened: Callable[[str, str], str], new: Keys) -> int:
    count = 0
    for table, (key, columns) in SEALED.items():
        sets = ", ".join(f"{column} = :{column}" for column in columns)
        same = " AND ".join(f"{column} = :{column}" for column in key)
        for page in _pages(tx, table, key, columns):
            changed = [
                row | {c: new.seal(c, opened(c, row[c])) for c in columns if row[c]} for row in page
            ]
            tx.execute_many(f"UPDATE {table} SET {sets} WHERE {same}", changed)
            count += len(changed)
    _put(tx, _LIST, _PRESENT)
    return count


def _pages(
    tx: Transaction, table: str, key: tuple[str, ...], columns: tuple[str, ...]
) -> Iterator[list[dict[str, Any]]]:
    """A table's rows in the order of its key, so that changing them does not disturb it."""
    names = ", ".join((*key, *columns))
    order = ", ".join(key)
    last: dict[str, Any] = {}
    while True:
        after = f"WHERE ({order}) > ({', '.join(':' + name for name in key)})" if last else ""
        sql = f"SELECT {names} FROM {table} {after} ORDER BY {order} LIMIT {PAGE}"
        page = tx.execute(sql, last).fetchall()
        if not page:
            return
        yield page
        last = {name: page[-1][name] for name in key}
