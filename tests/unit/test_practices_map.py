"""docs/practices.md tells the truth: every practice once, every module and test it names there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from api.rest import OPERATIONS

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"\| (\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|")
ROWS = [
    (int(found[1]), *(cell.strip() for cell in found.groups()[1:]))
    for line in (ROOT / "docs" / "practices.md").read_text(encoding="utf-8").splitlines()
    if (found := ROW.fullmatch(line))
]
NOT_YET = "–"


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def functions_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def exists(test: str) -> bool:
    """A test function by its node id, or a transcript, which test_transcripts.py plays."""
    path, _, name = test.partition("::")
    file = ROOT / path
    if file.parent.name == "transcripts":
        return file.is_file() and file.suffix == ".txt"
    return file.is_file() and file.name.startswith("test_") and name in functions_in(path)


def test_every_practice_once_and_in_order() -> None:
    assert [row[0] for row in ROWS] == list(range(1, 90))


def test_nothing_is_still_to_come() -> None:
    empty = {number for number, _, *cells in ROWS if set(cells) & {NOT_YET}}
    assert not empty


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_a_row_names_what_there_is(row: tuple[int, str, str, str, str, str]) -> None:
    _, _, module, words, path, tests = row
    assert words
    assert quoted(module)
    assert all((ROOT / name).is_file() for name in quoted(module))
    known = {f"{o.method} {o.path}".replace("<", "{").replace(">", "}") for o in OPERATIONS}
    assert quoted(path)
    assert set(quoted(path)) <= known
    assert quoted(tests)
    assert [test for test in quoted(tests) if not exists(test)] == []


@pytest.mark.parametrize(
    "test",
    [
        "tests/unit/test_practices_map.py::test_that_is_not_there",
        "tests/unit/test_nowhere.py::test_every_practice_once_and_in_order",
        "tests/transcripts/没有这一出.txt",
        "tests/unit/test_practices_map.py",
    ],
)
def test_a_test_that_is_not_there_is_found_out(test: str) -> None:
    assert not exists(test)
