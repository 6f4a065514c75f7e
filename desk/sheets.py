"""Excel books as communities hand them in: a line that says whose they are, heads that stay."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from desk.rules.deadlines import LOCAL
from desk.tables import safe

_HEAD = PatternFill("solid", fgColor="E2F3EA")
_WIDEST = 48


@dataclass(frozen=True)
class Sheet:
    """One sheet. Cells are text, numbers or times; times are shown as local ones."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    shares: frozenset[int] = frozenset()  # columns that hold shares of one


def book(watermark: str, sheets: Sequence[Sheet]) -> bytes:
    """A workbook: watermark line, frozen and filterable heads, real times and numbers."""
    made = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        page = made.create_sheet(sheet.name)
        page.freeze_panes = "A3"
        for index, head in enumerate(sheet.heads):
            page.column_dimensions[get_column_letter(index + 1)].width = _width(sheet, index, head)
        last = get_column_letter(max(1, len(sheet.heads)))
        page.auto_filter.ref = f"A2:{last}{len(sheet.rows) + 2}"
        page.append([_styled(page, watermark, Font(italic=True, color="777777"))])
        page.append([_styled(page, head, Font(bold=True), _HEAD) for head in sheet.heads])
        for row in sheet.rows:
            page.append([_cell(page, value, i in sheet.shares) for i, value in enumerate(row)])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _width(sheet: Sheet, index: int, head: str) -> int:
    longest = max((len(_shown(row[index])) for row in sheet.rows[:200]), default=0)
    return min(_WIDEST, max(8, 2 * len(head) + 2, int(1.8 * longest) + 2))


def _shown(value: object) -> str:
    return "0000-00-00 0" if isinstance(value, datetime) else str(value or "")


def _styled(page: Any, text: str, font: Font, fill: PatternFill | None = None) -> Cell:
    cell: Cell = WriteOnlyCell(page, value=str(safe(text)))
    cell.font = font
    if fill:
        cell.fill = fill
    return cell


def _cell(page: Any, value: Any, share: bool) -> object:
    """A value as Excel should have it; no text is ever a formula."""
    if isinstance(value, datetime):
        cell = WriteOnlyCell(page, value=value.astimezone(LOCAL).replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    if share and isinstance(value, float):
        cell = WriteOnlyCell(page, value=value)
        cell.number_format = "0.0%"
        return cell
    if isinstance(value, str) and len(value) > 20:
        cell = WriteOnlyCell(page, value=str(safe(value)))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell
    return safe(value)
