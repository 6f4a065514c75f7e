"""Where a message turns: the examples with marks, and the clauses that may begin a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.contents import BadContent, load_doubles
from nlp import Understander
from nlp.clauses import Clauses
from nlp.cut_fit import requests, unmarked
from nlp.values import Knowledge


@pytest.mark.parametrize(
    ("marked", "bare", "second"),
    [
        ("灯坏了, ‖ 水也停了", "灯坏了,水也停了", "水也停了"),
        ("灯坏了 ‖ 水也停了", "灯坏了 水也停了", "水也停了"),
        ("灯坏了‖水也停了", "灯坏了水也停了", "水也停了"),
    ],
)
def test_a_mark_is_where_the_second_request_begins(marked: str, bare: str, second: str) -> None:
    text = unmarked(marked)
    assert text.bare == bare
    assert [text.bare[start:] for start in text.starts] == [second]


def test_every_request_has_its_category() -> None:
    assert requests("a、b", "灯坏了 ‖ 停水") == [("a", "灯坏了"), ("b", "停水")]


def test_marks_and_categories_must_agree(tmp_path: Path) -> None:
    path = tmp_path / "doubles.csv"
    path.write_text("codes,text\na、b,灯坏了 ‖ 停水\na、b,灯坏了\n", encoding="utf-8")
    with pytest.raises(BadContent, match="第 3 行"):
        load_doubles(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("楼道灯坏了,麻烦派人看一下", ["楼道灯坏了,麻烦派人看一下"]),
        ("我妈87了一个人住,想找人买菜", ["我妈87了一个人住,想找人买菜"]),
        ("楼道灯坏了,另外水停了", ["楼道灯坏了,", "另外水停了"]),
        ("楼道灯坏了 垃圾也没人倒", ["楼道灯坏了 ", "垃圾也没人倒"]),
    ],
)
def test_what_says_nothing_alone_goes_with_its_neighbour(
    content: Knowledge, text: str, expected: list[str]
) -> None:
    clauses = Clauses(content.lexicons["split"])(text)
    assert [text[clause.start : clause.end] for clause in clauses] == expected


def test_a_place_between_is_no_seam(understander: Understander) -> None:
    found = understander.understand("就是那个槐树里3号楼底下的路灯坏了好几天")
    assert [part.category for part in found.parts] == ["repair.light"]
