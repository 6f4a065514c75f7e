"""The ledger of members and the stewards, from Excel: all or nothing, every bad row named."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.database import Database
from data.tables import journal, members, people, roster
from desk.audit import verify
from desk.importing import BadRows
from desk.imports import import_sample, import_table
from desk.tables import write_csv, write_excel
from tests.contract.engines import keyed

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COMMUNITY = Path(__file__).parents[3] / "data" / "content" / "community"
SKILLS = ("法律援助", "水电", "家教", "巡逻", "")
ESTATES = (("泉馨苑小区", "3"), ("朝阳街小区", "10"), ("铁路新村", "甲2"), ("滨河花园二期", "7"))
Rows = list[Mapping[str, object]]


@pytest.fixture
def db(tmp_path: Path) -> Database:
    opened = keyed(f"sqlite:///{tmp_path / 'import.db'}")
    import_sample(opened, COMMUNITY, NOW)
    return opened


def ledger(count: int, units: int) -> Rows:
    return [
        {
            "name": f"党员{n}", "phone": f"139{n:08d}", "unit": f"第{n % units}单位",
            "estate": ESTATES[n % 4][0], "building": ESTATES[n % 4][1],
            "skills": SKILLS[n % 5], "hours": "周末", "tags": "宣讲" if n % 50 == 0 else "",
        }
        for n in range(count)
    ]  # fmt: skip


def excel(folder: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path = folder / "members.xlsx"
    path.write_bytes(write_excel(list(rows[0]), rows))
    return path


def test_1969_members_of_72_units_in_five_seconds(db: Database, tmp_path: Path) -> None:
    path = excel(tmp_path, ledger(1969, 72))
    begun = time.process_time()
    assert import_table(db, "members", path, NOW) == 1969
    assert time.process_time() - begun < 5
    with db.read() as tx:
        assert members.counted(tx, "state") == {"listed": 1969}
        assert len(members.counted(tx, "unit")) == 72
        assert members.tagged(tx) == {"宣讲": 40}
        assert members.counted(tx, "placed")["xiaobanshou"] > 300
        grids = {member.grid for member in members.page(tx, 0, 2000)}
        assert grids == {"CYJ-2-1-1", "CYJ-1-1-3", "CYJ-2-3-1", "CYJ-2-2-4"}
    assert list(verify(db)) == []


def test_a_second_list_changes_and_doubles_nobody(db: Database, tmp_path: Path) -> None:
    rows = ledger(124, 10)
    import_table(db, "members", excel(tmp_path, rows), NOW)
    changed = [{**row, "skills": "调解"} for row in rows]
    import_table(db, "members", excel(tmp_path, changed), NOW)
    with db.read() as tx:
        assert members.counted(tx, "state") == {"listed": 124}
        assert len(members.with_word(tx, "调解", 200)) == 124
        log = journal.of_subject(tx, "member", "1")
    assert [line.action for line in log] == ["list", "change"]


def test_faults_row_by_row(db: Database, tmp_path: Path) -> None:
    rows: Rows = [
        {"name": "王春", "phone": "13900000001", "unit": "司法局", "estate": "", "building": ""},
        {"name": "", "phone": "", "unit": "司法局", "estate": "", "building": ""},
        {"name": "李雷", "phone": "12", "unit": "司法局", "estate": "", "building": ""},
        {"name": "韩梅", "phone": "", "unit": "司法局", "estate": "没有的小区", "building": "3"},
        {"name": "赵六", "phone": "", "unit": "司法局", "estate": "泉馨苑小区", "building": "99"},
        {"name": "王春", "phone": "13900000001", "unit": "司法局", "estate": "", "building": ""},
    ]
    with pytest.raises(BadRows) as caught:
        import_table(db, "members", excel(tmp_path, rows), NOW)
    faults = [(fault.row, fault.reason[:12]) for fault in caught.value.faults]
    assert [row for row, _ in faults] == [3, 4, 5, 6, 7]
    with db.read() as tx:
        assert members.counted(tx, "state") == {}


def test_nobody_of_a_list_joins_the_staff(db: Database, tmp_path: Path) -> None:
    with db.read() as tx:
        before = {person.id for person in people.staff(tx)}
        version = roster.version(tx)
    import_table(db, "members", excel(tmp_path, ledger(20, 4)), NOW)
    with db.read() as tx:
        assert {person.id for person in people.staff(tx)} == before
        assert roster.version(tx) == version  # the understander need not be built anew


def test_stewards(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "stewards.csv"
    rows: Rows = [
        {"who": "wangfang", "title": "楼长", "estate": "泉馨苑小区", "building": "3", "unit": ""},
        {"who": "sifaju", "title": "包联单位", "estate": "泉馨苑小区", "building": "", "unit": ""},
    ]
    path.write_bytes(write_csv(list(rows[0]), rows))
    assert import_table(db, "stewards", path, NOW) == 2
    with db.read() as tx:
        found = members.stewards(tx, "泉馨苑小区", "3", None)
    assert [(bond.title, bond.person, bond.team) for bond in found] == [
        ("包联单位", None, "sifaju"), ("楼长", "wangfang", None),
    ]  # fmt: skip
    path.write_bytes(write_csv(list(rows[0]), [{**rows[0], "who": "nobody"}]))
    with pytest.raises(BadRows):
        import_table(db, "stewards", path, NOW)
