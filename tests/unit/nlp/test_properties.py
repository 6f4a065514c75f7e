"""What must hold for every text, not only for those we thought of."""

from __future__ import annotations

from collections.abc import Sequence

import opencc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import Understander
from nlp.bag import Bags
from nlp.features import Features
from nlp.values import Understanding

FULL_WIDTH = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}
MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORDS = st.sampled_from(
    [
        "三号楼",
        "2单元",
        "501",
        "槐树里",
        "丽景",
        "电梯",
        "着火",
        "没有",
        "另外",
        "谢谢",
        "，",
        "。",
        "\n",
        "10:20",
        "「",
        "」",
        ":",
        "13900001111",
        "1123-07",
        "@张三",
        "停水",
        "接龙",
        "1.",
        "A座",
        "-",
        "的",
        "我家也是",
        "修好了",
        "煤气",
        "味",
        "困",
        "？",
        "!",
        "++",
        "〇",
        "①",
        "3️⃣",
        "😀",
        "[捂脸]",
        "�",
        "\x00",
        "ﷺ",
        "İ",
        "ß",
    ]
)


@MANY
@given(text=st.text(st.characters(), max_size=200))
def test_no_text_raises(understander: Understander, text: str) -> None:
    assert isinstance(understander.understand(text), Understanding)


@MANY
@given(pieces=st.lists(WORDS, max_size=40))
def test_no_mixture_of_our_own_words_raises(understander: Understander, pieces: list[str]) -> None:
    found = understander.understand("".join(pieces))
    assert (found.intent == "report") <= bool(found.parts)


@pytest.mark.parametrize(
    "text",
    [
        "槐树里小区3号楼2单元的电梯坏了，困不困人不知道",
        "请问居住证怎么办理，要带什么材料？",
        "楼上漏水把我家天花板泡了，A2栋1204",
        "厨房着火了，快来人！",
    ],
)
def test_width_and_script_do_not_matter(understander: Understander, text: str) -> None:
    plain = understander.understand(text)
    wide = understander.understand(text.translate(FULL_WIDTH))
    traditional = understander.understand(opencc.OpenCC("s2twp").convert(text))
    for other in (wide, traditional):
        assert other.intent == plain.intent
        assert other.place == plain.place
        assert [p.category for p in other.parts] == [p.category for p in plain.parts]
        assert [p.urgency for p in other.parts] == [p.urgency for p in plain.parts]


def test_work_is_bounded_for_long_texts(
    understander: Understander, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a text is, the classifiers read a bounded number of characters."""
    read: list[int] = []
    original = Features.of_each

    def counted(self: Features, texts: Sequence[str]) -> Bags:
        read.append(sum(map(len, texts)))
        return original(self, texts)

    monkeypatch.setattr(Features, "of_each", counted)
    understander.understand("楼道灯坏了，电梯也坏了。" * 1000)
    assert sum(read) <= 12_000
    assert len(read) <= 40
