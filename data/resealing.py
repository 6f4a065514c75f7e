"""Sealing a whole store, the first time or under another key: one transaction, all or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from data.driver import Transaction
from data.sealing import MARK, SEALED, Keys, NoKeys, Sealer

PAGE = 500
_PEPPER = "pepper"  # the row of `state` by which a key is known to be the right one
_PROGRAMS = "('api', 'open311')"  # whose accounts were once named after phones


def pepper(tx: Transaction) -> str | None:
    """The store's pepper as it lies there; None where nothing has been sealed yet."""
    row = tx.execute("SELECT value FROM state WHERE name = :name", {"name": _PEPPER}).fetchone()
    return None if row is None else str(row["value"])


def fit(keys: Keys, sealed: str) -> Keys:
    """Ready for this store; WrongKey if they are another's."""
    keys.pepper = bytes.fromhex(keys.open("value", sealed))
    return keys


def seal_all(tx: Transaction, keys: Keys) -> None:
    """What an earlier version wrote in plain words; afterwards the store knows its key."""
    keys.pepper = os.urandom(32)
    _put_pepper(tx, keys)
    _rewrite(tx, NoKeys(), keys)
    for row in tx.execute("SELECT id, name, phone FROM people", {}).fetchall():
        name, phone = (_plain(keys, column, row[column]) for column in ("name", "phone"))
        tx.execute(
            "UPDATE people SET name_key = :name, phone_key = :phone WHERE id = :id",
            {
                "id": row["id"],
                "name": keys.fingerprint("name", name),
                "phone": keys.fingerprint("phone", phone),
            },
        )
    told = tx.execute(f"SELECT channel, address FROM accounts WHERE channel IN {_PROGRAMS}", {})
    for row in told.fetchall():
        new = keys.fingerprint("address", row["address"])
        tx.execute(
            "UPDATE accounts SET address = :new WHERE channel = :channel AND address = :address",
            {**row, "new": new},
        )


def rotate(tx: Transaction, old: Keys, new: Keys) -> int:
    """Open under the old key, seal under the new one; returns how many rows there were."""
    new.pepper = old.pepper
    count = _rewrite(tx, old, new)
    _put_pepper(tx, new)
    return count


def _put_pepper(tx: Transaction, keys: Keys) -> None:
    tx.execute(
        "INSERT INTO state (name, value) VALUES (:name, :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {"name": _PEPPER, "value": keys.seal("value", keys.pepper.hex())},
    )


def _rewrite(tx: Transaction, old: Sealer, new: Sealer) -> int:
    count = 0
    for table, (key, columns) in SEALED.items():
        sets = ", ".join(f"{column} = :{column}" for column in columns)
        same = " AND ".join(f"{column} = :{column}" for column in key)
        for page in _pages(tx, table, key, columns):
            changed = [
                row | {c: new.seal(c, _plain(old, c, row[c])) for c in columns if row[c]}
                for row in page
            ]
            tx.execute_many(f"UPDATE {table} SET {sets} WHERE {same}", changed)
            count += len(changed)
    return count


def _plain(keys: Sealer, column: str, value: str) -> str:
    return keys.open(column, value) if value.startswith(MARK) else value


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
