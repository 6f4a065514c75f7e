"""Tables in and out: CSV and Excel files as rows of text, and back without formula injection."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

SEPARATORS = re.compile(r"[、,，;；]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadTable(ValueError):  # noqa: N818
    """The file is not a table; the text says why, in Chinese."""


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a .csv (UTF-8 or GB18030, as Excel saves it) or .xlsx file, as text."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadTable(f"打不开 {path.name}：{error.strerror}") from error
    return read_bytes(path.name, raw)


def read_bytes(name: str, raw: bytes) -> list[dict[str, str]]:
    """The same of a file's content; its name says which kind it is."""
    lines = _excel(name, raw) if name.lower().endswith(".xlsx") else _csv(name, _decoded(raw))
    if not lines:
        raise BadTable("表是空的:第一行要有列名")
    names = [name.strip() for name in lines[0]]
    if len(set(names)) < len(names):
        raise BadTable("列名重复:" + "、".join(sorted({n for n in names if names.count(n) > 1})))
    return [
        {name: (row[i].strip() if i < len(row) else "") for i, name in enumerate(names) if name}
        for row in lines[1:]
    ]


def _csv(name: str, text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise BadTable(f"{name} 不是合格的 CSV 文件") from error


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable("文件不是 UTF-8,也不是 GBK 编码,请另存为 UTF-8 CSV 或 xlsx")


def _excel(name: str, raw: bytes) -> list[list[str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError) as error:
        raise BadTable(f"打不开 {name}：不是合格的 xlsx 文件") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    found = [["" if cell is None else _cell(cell) for cell in row] for row in rows]
    book.close()
    return [row for row in found if any(row)]


def _cell(value: object) -> str:
    """A cell as text: Excel makes a float of every number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def safe(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    text = value if isinstance(value, str) else None
    return f"'{text}" if text and text.startswith(FORMULA) else value


def write_csv(names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> bytes:
    """A CSV that Excel opens with its Chinese intact."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([safe(row.get(name, "")) for name in names] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_excel(names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> bytes:
    """An Excel book with a frozen, filterable header."""
    book = openpyxl.Workbook(write_only=False)
    sheet = book.active
    assert sheet is not None
    sheet.append(list(names))
    for row in rows:
        sheet.append([safe(row.get(name, "")) for name in names])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def words(text: str) -> tuple[str, ...]:
    """A cell's list: 水电、木工."""
    return tuple(word.strip() for word in SEPARATORS.split(text) if word.strip())
