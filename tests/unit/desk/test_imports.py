"""Tables in: all of a file or nothing, every bad row named."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.database import Database
from data.tables import people, roster
from desk.importing import BadRows
from desk.imports import import_sample, import_table
from desk.tables import BadTable, read_table, write_csv, write_excel
from tests.contract.engines import keyed

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COMMUNITY = Path(__file__).parents[3] / "data" / "content" / "community"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return keyed(f"sqlite:///{tmp_path / 'import.db'}")


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_the_sample_goes_in_once(db: Database) -> None:
    assert import_sample(db, COMMUNITY, NOW)
    assert not import_sample(db, COMMUNITY, NOW)
    with db.read() as tx:
        assert len(roster.grids(tx)) > 20
        assert {grid.level for grid in roster.grids(tx)} == {"大", "小", "微", "密"}


def test_every_bad_row_is_named_and_nothing_goes_in(db: Database, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "code,name,level,parent,person\nA,大网格,大,,\nB,,小,A,\nA,又一个,中,,\n",
    )
    with pytest.raises(BadRows) as caught:
        import_table(db, "grids", path, NOW)
    faults = [(fault.row, fault.reason) for fault in caught.value.faults]
    assert faults == [
        (3, "name 不能为空"),
        (4, "level 要是 大、小、微、密 之一"),
        (4, "code A 与第 2 行重复"),
    ]
    with db.read() as tx:
        assert roster.grids(tx) == []


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("grids", "code,name\nA,大网格\n", "缺少列 level"),
        ("places", "estate,grid,颜色\n某小区,A,红\n", "不认识的列 颜色"),
        ("people", "key,name,role\nwang,王芳,皇帝\n", "role 要是"),
        ("teams", "code,name,kind,capacity\nt,队,volunteer,很多\n", "capacity 要是整数"),
        ("units", "code,name,kind\nu,单位,company\n", "kind 要是"),
    ],
)
def test_faults(db: Database, tmp_path: Path, kind: str, text: str, reason: str) -> None:
    with pytest.raises(BadRows) as caught:
        import_table(db, kind, csv_file(tmp_path, text), NOW)
    assert any(reason in fault.reason for fault in caught.value.faults)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_of_excel(db: Database, tmp_path: Path, encoding: str) -> None:
    path = csv_file(tmp_path, "code,name,level\nA,大网格,大\n", encoding)
    assert import_table(db, "grids", path, NOW) == 1


def test_excel(db: Database, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["key", "name", "role", "phone", "building"])
    sheet.append(["wang", "王芳", "worker", 13900000201, 3.0])
    path = tmp_path / "people.xlsx"
    book.save(path)
    assert import_table(db, "people", path, NOW) == 1
    with db.read() as tx:
        person = people.by_id(tx, "wang")
    assert person is not None
    assert (person.phone, person.building) == ("13900000201", "3")
    assert person.invite is not None
    assert len(person.invite) == 6


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04broken"])
def test_what_is_no_table(tmp_path: Path, content: bytes) -> None:
    for name in ("a.csv", "a.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        if (name, content) == ("a.csv", b"PK\x03\x04broken"):
            continue  # a header without rows, as far as a text file can tell
        with pytest.raises(BadTable):
            read_table(path)


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="打不开"):
        read_table(tmp_path / "none.csv")


def test_importing_people_again_keeps_what_they_have(db: Database, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "key,name,role\nwang,王芳,worker\n")
    import_table(db, "people", path, NOW)
    with db.read() as tx:
        first = people.by_id(tx, "wang")
    import_table(db, "people", csv_file(tmp_path, "key,name,role\nwang,王芳芳,worker\n"), NOW)
    with db.read() as tx:
        second = people.by_id(tx, "wang")
    assert first is not None
    assert second is not None
    assert (second.name, second.invite) == ("王芳芳", first.invite)


def test_accounts_of_every_channel_come_with_their_people(db: Database, tmp_path: Path) -> None:
    header = "key,name,role,wechat,wecom,robot\n"
    path = csv_file(tmp_path, header + "wang,王芳,worker,oWX,WangFang,grp\nli,李强,worker,,,\n")
    import_table(db, "people", path, NOW)
    with db.read() as tx:
        accounts = {a.channel: a.address for a in people.accounts_of(tx, "wang")}
        wang, li = people.by_id(tx, "wang"), people.by_id(tx, "li")
    assert accounts == {"wechat": "oWX", "wecom": "wangfang", "aibot": "grp"}
    assert wang is not None
    assert li is not None
    assert wang.invite is None, "whoever can be reached needs no invitation"
    assert li.invite


@pytest.mark.parametrize("start", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1"])
def test_no_cell_becomes_a_formula(start: str) -> None:
    rows = [{"内容": start}]
    assert f"'{start}" in write_csv(["内容"], rows).decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(write_excel(["内容"], rows)))
    assert book.worksheets[0]["A2"].data_type == "s"
    assert book.worksheets[0].freeze_panes == "A2"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1)))
@settings(max_examples=50, deadline=None)
def test_csv_round_trip(texts: list[str]) -> None:
    rows = [{"a": text, "b": "x"} for text in texts]
    assert write_csv(["a", "b"], rows).decode("utf-8-sig").count("\r\n") == len(rows) + 1
