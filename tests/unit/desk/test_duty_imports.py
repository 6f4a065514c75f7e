"""Grids of four levels, yards, stations and elder cards from Excel: all or nothing, row by row."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.database import Database
from data.tables import elder_cards, journal, people, roster, stations, yards
from desk import coverage, grid_map, qr
from desk import roster as rosters
from desk.audit import verify
from desk.importing import BadRows
from desk.imports import import_sample, import_table
from desk.tables import write_excel
from nlp.gazetteer import Gazetteer
from nlp.values import Place, PlaceRow
from tests.contract.engines import keyed

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COMMUNITY = Path(__file__).parents[3] / "data" / "content" / "community"
Rows = list[Mapping[str, object]]


@pytest.fixture
def db(tmp_path: Path) -> Database:
    opened = keyed(f"sqlite:///{tmp_path / 'import.db'}")
    import_sample(opened, COMMUNITY, NOW)
    return opened


def excel(folder: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path = folder / "table.xlsx"
    path.write_bytes(write_excel(list(rows[0]), rows))
    return path


def faults(db: Database, kind: str, path: Path) -> list[tuple[int, str]]:
    with pytest.raises(BadRows) as caught:
        import_table(db, kind, path, NOW)
    return [(fault.row, fault.reason) for fault in caught.value.faults]


# -- 大小微密: 21 / 61 / 110 / 891 ----------------------------------------------------------------

COUNTS = (("大", 21), ("小", 61), ("微", 110), ("密", 891))


def grids() -> Rows:
    """The tree of 黄陵街道, each level hung evenly below the one above."""
    rows: Rows = []
    for depth, (level, count) in enumerate(COUNTS):
        above, many = COUNTS[depth - 1] if depth else ("", 0)
        rows += [
            {
                "code": f"{level}{n}", "name": f"{level}网格{n}号", "level": level,
                "parent": f"{above}{n * many // count}" if depth else "", "person": "wangfang",
                "title": ("党支部", "党小组", "网格员", "房东")[depth],
            }
            for n in range(count)
        ]  # fmt: skip
    return rows


def places() -> Rows:
    """Every fine grid is an estate of nine buildings."""
    return [
        {"estate": f"黄陵{n}院", "grid": f"密{n}", "buildings": "1-9", "aliases": "", "units": ""}
        for n in range(891)
    ]


def test_1083_grids_in_five_seconds_and_from_address_to_grid(db: Database, tmp_path: Path) -> None:
    tree, estates = excel(tmp_path, grids()), tmp_path / "places.xlsx"
    estates.write_bytes(write_excel(list(places()[0]), places()))
    begun = time.process_time()
    assert import_table(db, "grids", tree, NOW) == 21 + 61 + 110 + 891
    assert import_table(db, "places", estates, NOW) == 891
    assert time.process_time() - begun < 5
    with db.read() as tx:
        picture = rosters.load(tx)
        gazetteer = Gazetteer(
            PlaceRow(p.estate, p.aliases, p.buildings, p.units, p.grid) for p in roster.places(tx)
        )
        drawn = grid_map.rows(tx, picture)
    found = {n: gazetteer.grid_of(Place(f"黄陵{n}院", "7")) for n in range(891)}
    assert found == {n: f"密{n}" for n in range(891)}
    assert {len(picture.path(grid)) for grid in found.values()} == {4}
    assert len(drawn) == 1083
    assert {(row["level"], row["depth"]) for row in drawn} == {
        ("大", 0), ("小", 1), ("微", 2), ("密", 3),
    }  # fmt: skip
    assert {row["title"] for row in drawn} == {"党支部", "党小组", "网格员", "房东"}


def test_a_bad_grid_is_named_by_its_row_and_nothing_goes_in(db: Database, tmp_path: Path) -> None:
    rows = [dict(row) for row in grids()]
    rows[5]["level"] = "中"
    rows[900]["name"] = ""
    rows[1000]["code"] = "密0"
    found = faults(db, "grids", excel(tmp_path, rows))
    assert [row for row, _ in found] == [7, 902, 1002]
    with db.read() as tx:
        assert len(roster.grids(tx)) == 25  # the sample's


def test_what_is_bare_in_a_map_is_found(db: Database, tmp_path: Path) -> None:
    rows = [dict(row) for row in grids()]
    rows[0]["person"] = "nobody"
    import_table(db, "grids", excel(tmp_path, rows), NOW)
    import_table(db, "places", excel(tmp_path, places()[:890]), NOW)
    with db.read() as tx:
        found = coverage.gaps(tx, rosters.load(tx))
    assert [gap.where for gap in found if gap.sort == "lead"] == ["大网格0号"]
    assert [gap.where for gap in found if gap.sort == "empty"] == ["密网格890号"]


# -- yards ----------------------------------------------------------------------------------------


def gates(count: int) -> Rows:
    return [
        {
            "label": f"黄陵{n}号院", "estate": "泉馨苑小区", "building": str(n % 8 + 1), "grid": "",
            "landlord": f"房东{n // 2}", "phone": f"139{n // 2:08d}",
            "colour": ("蓝", "黄", "橙", "红")[n % 4], "stars": n % 6,
        }
        for n in range(count)
    ]  # fmt: skip


def test_yards_with_their_landlords(db: Database, tmp_path: Path) -> None:
    path = excel(tmp_path, gates(400))
    assert import_table(db, "yards", path, NOW) == 400
    with db.read() as tx:
        found = yards.page(tx)
        owners = {yard.landlord for yard in found}
        first = people.by_id(tx, found[0].landlord or "")
    assert len(found) == 400
    assert len(owners) == 200  # one landlord for two yards
    assert first is not None
    assert (first.name, first.phone, first.role) == ("房东0", "13900000000", "resident")
    assert {yard.grid for yard in found} == {"CYJ-2-1-1", "CYJ-2-1-2"}
    assert len({yard.code for yard in found}) == 400
    assert import_table(db, "yards", path, NOW) == 400
    with db.read() as tx:
        assert [yard.code for yard in yards.page(tx)] == [yard.code for yard in found]
        assert [line.action for line in journal.of_subject(tx, "yard", "1")] == ["list", "change"]
    assert list(verify(db)) == []


def test_faults_of_yards(db: Database, tmp_path: Path) -> None:
    good = dict(gates(1)[0])
    rows = [
        good,
        {**good, "label": "a", "colour": "紫"},
        {**good, "label": "b", "stars": "9"},
        {**good, "label": "c", "grid": "GONE"},
        {**good, "label": "d", "phone": "12"},
        {**good, "label": "e", "estate": ""},
        {**good, "label": "f", "building": "99"},
        {**good},
    ]
    found = faults(db, "yards", excel(tmp_path, rows))
    assert sorted({row for row, _ in found}) == [3, 4, 5, 6, 7, 8, 9]


# -- stations and cards ---------------------------------------------------------------------------


def test_faults_of_stations(db: Database, tmp_path: Path) -> None:
    good = {"name": "北园驿站", "kind": "暖心驿站", "hours": "08:00-20:00", "keepers": "liping"}
    rows = [
        good,
        {**good, "name": "a", "hours": "早上到晚上"},
        {**good, "name": "b", "keepers": "nobody"},
        {**good},
    ]
    assert [row for row, _ in faults(db, "stations", excel(tmp_path, rows))] == [3, 4, 5]
    with db.read() as tx:
        assert stations.every(tx) == []


def test_no_identity_number_for_a_card(db: Database, tmp_path: Path) -> None:
    rows = [
        {"name": "赵桂英", "born": "1943", "phone": "13900000104", "groups": "独居"},
        {"name": "李大爷", "born": "110101194301011234", "phone": "", "groups": ""},
    ]
    [(row, reason)] = faults(db, "cards", excel(tmp_path, rows))
    assert row == 3
    assert "出生年份" in reason
    assert import_table(db, "cards", excel(tmp_path, rows[:1]), NOW) == 1
    with db.read() as tx:
        card = elder_cards.of_person(tx, "zhaoguiying")  # the resident of that name and phone
    assert card is not None
    assert (card.born, card.groups) == (1943, ("独居",))


# -- codes ----------------------------------------------------------------------------------------


def test_every_yard_has_another_code() -> None:
    drawn = {qr.svg(f"yuan-{n}") for n in range(40)}
    assert len(drawn) == 40
    page = qr.sheet("社区<", [qr.Label("yuan-1", "1号院<b>", "扫一扫")])
    assert "1号院&lt;b&gt;" in page
    assert "<b>" not in page
