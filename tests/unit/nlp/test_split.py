"""Where a message turns: the examples with marks, and the clauses that may begin a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.contents import BadContent, load_doubles
from nlp import Understander
from nlp.clauses import Clauses
from nlp.cut_fit import requests, run_together, unmarked
from nlp.cuts import ways
from nlp.seams import places
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


def test_spoken_requests_have_no_stop_between() -> None:
    text = run_together("灯坏了, ‖ 水也停了。")
    assert text.bare == "灯坏了水也停了"
    assert [text.bare[start:] for start in text.starts] == ["水也停了"]


def test_all_ways_to_cut_three_clauses() -> None:
    found = ways(3)
    assert found.cuts == ((), (1,), (2,), (1, 2))
    stretches = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    made = [
        [stretches[at] for at in row[real]]
        for row, real in zip(found.parts, found.real, strict=True)
    ]
    assert made == [[(0, 3)], [(0, 1), (1, 3)], [(0, 2), (2, 3)], [(0, 1), (1, 2), (2, 3)]]


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("楼道灯不亮垃圾没人倒", ["亮", "垃", "圾"]),  # four letters on both sides
        ("单元门禁1234567坏了没人修", ["1", "坏", "了"]),  # but not within a number
        ("楼道灯不亮垃圾,没人倒啊", []),  # what follows a stop goes with what stands before it
        ("停水", []),
    ],
)
def test_where_a_clause_may_be_parted(text: str, parted: list[str]) -> None:
    assert [text[at] for at in places(text, 0, len(text))] == parted


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("楼道灯不亮了门口垃圾也三天没人倒", {"repair.light", "env.garbage"}),
        ("暖气不热还有单元门禁刷不开", {"utility.heating", "repair.door"}),
    ],
)
def test_a_message_without_stops_is_cut(
    understander: Understander, text: str, codes: set[str]
) -> None:
    assert {part.category for part in understander.understand(text).parts} == codes


def test_nobody_turns_to_something_else_and_back(understander: Understander) -> None:
    found = understander.understand(
        "厨余桶里全是塑料袋，志愿者说管不了，那分什么分，桶里还是塑料袋"
    )
    codes = [part.category for part in found.parts]
    assert len(codes) == len(set(codes))


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
