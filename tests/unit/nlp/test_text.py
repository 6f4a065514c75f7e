"""Folding: what residents type becomes one plain form, and numbers stay numbers."""

from __future__ import annotations

import pytest

from nlp.text import Folder, mask_ids
from nlp.values import Knowledge


@pytest.fixture(scope="module")
def folder(content: Knowledge) -> Folder:
    return Folder(content.lexicons["text"])


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("３號樓停電了", "3号楼停电了"),
        ("3️⃣号楼2️⃣单元", "3号楼2单元"),
        ("①号楼没水", "1号楼没水"),
        ("🔟号楼", "10号楼"),
        ("灯坏了[捂脸][流泪]😭😭", "灯坏了"),
        ("[3号楼]停水", "[3号楼]停水"),
        ("@所有人 明天停水", "明天停水"),
        ("@网格员小李\u2005灯坏了", "灯坏了"),
        ("太慢了！！！！！！", "太慢了!!"),
        ("6 号 楼 2 单元", "6号楼2单元"),
        ("零\u200b宽\ufeff字", "零宽字"),
        ("\ud83d半个字", "半个字"),
    ],
)
def test_folds(folder: Folder, written: str, folded: str) -> None:
    assert folder.fold(written) == folded


def test_a_numbered_list_stays_a_list(folder: Folder) -> None:
    assert folder.fold("①停水②停电").splitlines() == ["1、停水", "2、停电"]


def test_a_quotation_is_not_what_the_sender_says(folder: Folder) -> None:
    text = folder.fold("「李姐：5号楼没电了」\n- - - - - - - - - -\n我家也是")
    assert folder.own_words(text) == ("我家也是", "5号楼没电了")


def test_pasted_lines_lose_their_heads(folder: Folder) -> None:
    own, _ = folder.own_words(folder.fold("王姐 10:32\n停水了\n李哥 11:05: 我家也没有"))
    assert own == "停水了\n我家也没有"


def test_a_time_in_a_sentence_is_not_a_head(folder: Folder) -> None:
    own, _ = folder.own_words(folder.fold("下午3:20停的水"))
    assert own == "下午3:20停的水"


def test_dialect_becomes_standard(folder: Folder) -> None:
    assert folder.plain("水管咋整，莫得人来") == "水管怎么办，没有人来"


@pytest.mark.parametrize(
    "number",
    [
        "140302194501011234",
        "14030219450101123X",
        "140302 19450101 1234",
        "１４０３０２１９４５０１０１１２３４",
    ],
)
def test_identity_numbers_are_hidden(number: str) -> None:
    masked = mask_ids(f"我的身份证{number}，谢谢")
    assert not any(c.isdigit() for c in masked)
    assert masked.strip("*") == masked
    assert masked == "我的身份证" + "*" * masked.count("*") + "，谢谢"


@pytest.mark.parametrize(
    "number", ["13800138000", "6222021234567890123", "2024112300017", "140302194599991234"]
)
def test_other_numbers_are_left_alone(number: str) -> None:
    assert mask_ids(f"号码{number}") == f"号码{number}"
