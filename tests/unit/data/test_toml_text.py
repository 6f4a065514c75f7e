"""A section written for people reads back as it was, and its mistakes are found by line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.contents import BadContent, load_lexicons
from data.overlay import section
from data.toml_text import written

LEXICONS = load_lexicons(Path(__file__).parents[3] / "data" / "content")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
VALUES = st.recursive(
    TEXT | st.integers(-9, 9) | st.booleans() | st.floats(-9, 9).map(lambda x: round(x, 3)),
    lambda inner: st.lists(TEXT, max_size=40) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=9,
)


def test_every_shipped_section_reads_back() -> None:
    for lexicon in LEXICONS.values():
        for key, value in lexicon.items():
            assert tomllib.loads(written(key, value)) == {key: value}


@given(TEXT, VALUES)
def test_whatever_a_section_holds_reads_back(key: str, value: object) -> None:
    assert tomllib.loads(written(key, value)) == {key: value}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a = ["词",\n"词二"', "第 2 行"),
        ('a = [\n"词",\n"词二\n]', "第 3 行第 4 个字：引号没有合上"),
        ('[a]\n名 = "x"', "第 2 行第 1 个字：名字不对"),
        ('a = ["x"]\nb = ["y"]', "请去掉 b"),
        ("a = 词", "第 1 行第 5 个字：这里要写引号里的词"),
        ("", "不能整段删掉"),
    ],
)
def test_a_mistake_is_found_by_its_line(text: str, said: str) -> None:
    with pytest.raises(BadContent, match=said):
        section(text, "a")
