"""72 units' offers and 64 tasks in 9 areas, from Excel: all or nothing, every bad row named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.database import Database
from data.tables import entries, journal, tasks
from desk.audit import verify
from desk.importing import BadRows
from desk.imports import import_sample, import_table
from desk.tables import write_csv, write_excel
from tests.contract.engines import keyed

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COMMUNITY = Path(__file__).parents[3] / "data" / "content" / "community"
Rows = Sequence[Mapping[str, object]]
AREAS = ("环境", "平安", "党建", "养老", "托幼", "文体", "物业", "消防", "便民")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    opened = keyed(f"sqlite:///{tmp_path / 'import.db'}")
    import_sample(opened, COMMUNITY, NOW)
    return opened


def file(folder: Path, rows: Rows, name: str = "rows.xlsx") -> Path:
    path = folder / name
    write = write_excel if name.endswith("xlsx") else write_csv
    path.write_bytes(write(list(rows[0]), rows))
    return path


def units(count: int) -> Rows:
    return [
        {"code": f"unit{n}", "name": f"驻区单位{n}", "kind": "partner", "members": "dongmei"}
        for n in range(count)
    ]


def offers(count: int) -> Rows:
    return [
        {
            "unit": f"驻区单位{n}", "title": f"上门理发{n}", "skills": "理发",
            "hours": "周二上午、周五下午", "capacity": "4", "areas": "泉馨苑小区",
            "valid_until": "2027-06-30",
        }
        for n in range(count)
    ]  # fmt: skip


def test_72_units_bring_their_catalogues(db: Database, tmp_path: Path) -> None:
    """临猗县: 72 units with what each of them can do, published at once; a second list changes."""
    import_table(db, "units", file(tmp_path, units(72), "units.csv"), NOW)
    path = file(tmp_path, offers(72))
    assert import_table(db, "resources", path, NOW) == 72
    with db.read() as tx:
        found = entries.of_kind(tx, "resource", "published", limit=200)
        assert len({entry.team for entry in found}) == 72
        assert {entry.times for entry in found} == {("周二上午", "周五下午")}
        assert {entry.data["areas"][0] for entry in found} == {"泉馨苑小区"}
        assert found[0].valid_until == datetime(2027, 6, 30, 16, tzinfo=UTC)
    assert import_table(db, "resources", path, NOW) == 72
    with db.read() as tx:
        assert len(entries.of_kind(tx, "resource", "published", limit=200)) == 72
        lines = journal.of_subject(tx, "resource", "1")
        assert [line.action for line in lines] == ["publish", "change"]
    assert list(verify(db)) == []


def test_every_bad_row_is_named_and_nothing_goes_in(db: Database, tmp_path: Path) -> None:
    rows = [
        {"unit": "七中", "title": "操场", "hours": "周六", "valid_until": "2027-06-30"},
        {"unit": "没有的单位", "title": "讲座", "hours": "", "valid_until": ""},
        {"unit": "七中", "title": "教室", "hours": "有空", "valid_until": "明年"},
        {"unit": "七中", "title": "礼堂", "hours": "", "valid_until": "", "areas": "火星小区",
         "capacity": "0", "agreement": "协-9"},
    ]  # fmt: skip
    heads = {name: "" for row in rows for name in row}
    path = file(tmp_path, [{**heads, **row} for row in rows])
    with pytest.raises(BadRows) as refused:
        import_table(db, "resources", path, NOW)
    faults = [(fault.row, fault.reason) for fault in refused.value.faults]
    assert [row for row, _ in faults] == [3, 4, 4, 5, 5, 5]
    assert "没有的单位" in faults[0][1]
    with db.read() as tx:
        assert entries.of_kind(tx, "resource", "published") == []


def plan() -> Rows:
    return [
        {
            "area": AREAS[n % 9], "title": f"任务{n}", "owner": ("绿色环保队", "王芳")[n % 2],
            "due": "2026-11-22" if n < 4 else "2027-06-30", "progress": 100 if n >= 60 else 50,
        }
        for n in range(64)
    ]  # fmt: skip


def test_9_areas_and_64_tasks(db: Database, tmp_path: Path) -> None:
    """黄陵街道: 任务清单和进度计划表, by area; the figures are those of the board."""
    path = file(tmp_path, plan())
    assert import_table(db, "tasks", path, NOW) == 64
    with db.read() as tx:
        board = tasks.board(tx, NOW)
        assert len(board) == 9
        assert sum(count.tasks for count in board) == 64
        assert sum(count.done for count in board) == 4
        assert sum(count.late for count in board) == 4
        mine = tasks.open_of(tx, "wangfang", (), 100)
        assert {task.person for task in mine} == {"wangfang"}
        assert len(mine) == 30  # of 32 two are done
    assert import_table(db, "tasks", path, NOW) == 64
    with db.read() as tx:
        assert len(tasks.page(tx, "", 0, 200)) == 64


def test_a_task_without_anybody_is_refused(db: Database, tmp_path: Path) -> None:
    rows = [
        {"area": "环境", "title": "清死角", "owner": "没这个人", "due": "13月", "progress": "120"}
    ]
    with pytest.raises(BadRows) as refused:
        import_table(db, "tasks", file(tmp_path, rows), NOW)
    assert len(refused.value.faults) == 3
