"""Words: the community's vocabulary is not cut."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from nlp.tokens import Tokens, usable_cache


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    return Tokens(["楼道灯", "微心愿", "网格员"], tmp_path_factory.mktemp("jieba"))


def test_the_vocabulary_stays_whole(tokens: Tokens) -> None:
    assert tokens.words("网格员说楼道灯坏了，微心愿也收到了")[:4] == [
        "网格员",
        "说",
        "楼道灯",
        "坏",
    ]


def test_punctuation_and_blanks_are_no_words(tokens: Tokens) -> None:
    assert tokens.words(" ，。 !! ") == []


def test_the_cache_is_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = usable_cache(None)
    assert folder.parent == tmp_path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_replaced(tmp_path: Path) -> None:
    taken = tmp_path / "a file"
    taken.touch()
    assert usable_cache(taken).is_dir()


def test_words_cover_the_text(tokens: Tokens) -> None:
    text = "网格员说楼道灯坏了,微心愿"
    assert "".join(tokens.surely(text)) == text
    assert "楼道灯" in tokens.surely(text)
