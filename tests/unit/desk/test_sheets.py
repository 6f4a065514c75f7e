"""Books that Excel opens: real times and numbers, no formulas, whatever somebody has written."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from desk.sheets import Sheet, book

AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)


def opened(*sheets: Sheet) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(book("朝阳街社区 内部资料", sheets)))


def page_of(sheet: Sheet) -> Worksheet:
    return opened(sheet).worksheets[0]


def test_a_line_says_whose_it_is_and_the_heads_stay() -> None:
    page = opened(Sheet("台账", ("编号", "时间"), (("1128-01", AT), ("1128-02", None)))).worksheets[
        0
    ]
    assert page["A1"].value == "朝阳街社区 内部资料"
    assert [cell.value for cell in page[2]] == ["编号", "时间"]
    assert page["A2"].font.bold
    assert (page.freeze_panes, page.auto_filter.ref) == ("A3", "A2:B4")
    assert page["B4"].value is None


def test_times_are_local_and_shares_are_percentages() -> None:
    page = opened(Sheet("数", ("时间", "率", "件"), ((AT, 0.85, 12),), frozenset({1}))).worksheets[
        0
    ]
    assert page["A3"].value == datetime(2026, 11, 28, 9, 30)  # noqa: DTZ001  Excel knows no zones
    assert page["A3"].number_format == "yyyy-mm-dd hh:mm"
    assert (page["B3"].value, page["B3"].number_format) == (0.85, "0.0%")
    assert (page["C3"].value, page["C3"].number_format) == (12, "General")


@pytest.mark.parametrize("said", ["=1+1", "+86 139", "@SUM(A1)", "http://x.example", "=" * 40])
def test_no_words_become_a_formula_or_a_link(said: str) -> None:
    cell = page_of(Sheet("话", ("内容",), ((said,),)))["A3"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert str(cell.value).endswith(said)


@pytest.mark.parametrize("said", ["字" * 40_000, "响铃\x07了", "家🏠里"])
def test_no_words_are_too_strange(said: str) -> None:
    cell = page_of(Sheet("话", ("内容",), ((said,),)))["A3"]
    assert str(cell.value)[:1] == said[0]
    assert len(str(cell.value)) <= 32_767


@pytest.mark.parametrize(
    ("name", "shown"), [("按类别/网格", "按类别 网格"), ("题" * 40, "题" * 31), ("[]", "1")]
)
def test_a_sheet_has_a_name_that_excel_takes(name: str, shown: str) -> None:
    assert opened(Sheet(name, ("编号",), ())).sheetnames == [shown]
