"""No column that names a person is forgotten, neither by an export nor by erasing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from data.database import Database
from data.sealing import SEALED
from data.tables import people, persons
from tests.contract.test_tables import NOW, PERSON


def test_every_column_that_refers_to_people_is_dealt_with(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'huying.db'}").close()
    listed = {(table, column) for table, column, _ in persons.NAMING}
    with closing(sqlite3.connect(tmp_path / "huying.db")) as raw:
        tables = [n for (n,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        referring = {
            (table, row[3])
            for table in tables
            for row in raw.execute(f"PRAGMA foreign_key_list({table})")
            if row[2] == "people"
        }
        columns = {t: {r[1] for r in raw.execute(f"PRAGMA table_info({t})")} for t in tables}
    assert referring <= listed
    assert all(column in columns[table] for table, column in listed)
    assert all({*key, *sealed} <= columns[table] for table, (key, sealed) in SEALED.items())


def test_taking_somebody_out_runs_on_every_store(database: Database) -> None:
    """Every statement, on either engine; that nothing is left is for the journey to show."""
    with database.write() as tx:
        for id_ in ("p", "nobody"):
            people.put(tx, replace(PERSON, id=id_))
        people.bind(tx, "wechat", "a", "p")
        persons.take_out(tx, "p", "nobody", NOW)
        left = {
            (table, column)
            for table, column, _ in persons.NAMING
            if persons.rows_of(tx, table, column, "p")
        }
    assert left == set()
