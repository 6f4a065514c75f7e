"""The words that were met: a text is cut into the likeliest of them, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.vocabulary import Vocabulary

MET = Vocabulary.of(["楼道", "楼道", "灯", "坏", "了", "了", "了", "道灯", ",", "水管"])


@given(st.text(alphabet="楼道灯坏了水管漏,A ", max_size=20))
def test_words_cover_the_text(text: str) -> None:
    assert "".join(MET.cut(text)) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("楼道灯坏了", ["楼道", "灯", "坏", "了"]),
        ("水管漏了,", ["水管", "漏", "了", ","]),
        ("", []),
    ],
)
def test_the_likeliest_words(text: str, words: list[str]) -> None:
    assert MET.cut(text) == words


def test_what_a_community_names_is_not_cut() -> None:
    assert MET.knowing(["楼道灯"]).cut("楼道灯坏了") == ["楼道灯", "坏", "了"]


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    MET.save(tmp_path / "met.npz")
    read = Vocabulary.load(tmp_path / "met.npz")
    assert read is not None
    assert read.shares == pytest.approx(MET.shares)
    assert read.cut("楼道灯坏了") == MET.cut("楼道灯坏了")


def test_nothing_is_read_where_nothing_was_kept(tmp_path: Path) -> None:
    assert Vocabulary.load(tmp_path / "met.npz") is None
