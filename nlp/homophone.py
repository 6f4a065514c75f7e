"""One letter per pronunciation: words that sound alike become equal strings of equal length.

A text and a lexicon written in these letters can be compared position by position, so 店梯 finds
电梯 and 单元们 finds 单元门. Confusions that voice input and dialects make anyway (zh/z, n/l before
nothing, en/eng, in/ing …) are one pronunciation here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_FIRST = 0x4E00
_LAST = 0x9FFF
_CODES = 0x20000  # letters far away from anything a resident types


def _syllable(reading: str) -> str:
    bare = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    bare = "".join(c for c in bare if c.isalpha()).lower()
    bare = re.sub(r"^([zcs])h", r"\1", bare)
    return re.sub(r"(?<=[aei])ng$", "n", bare)


@cache
def sound_table() -> dict[int, int]:
    """Translation table: code point of a character → code point of its pronunciation."""
    from pypinyin.pinyin_dict import pinyin_dict  # 40,000 readings: loaded when first needed

    codes: dict[str, int] = {}
    table: dict[int, int] = {}
    for point, readings in pinyin_dict.items():
        if _FIRST <= point <= _LAST:
            syllable = _syllable(readings.split(",")[0])
            table[point] = codes.setdefault(syllable, _CODES + len(codes))
    return table


def sounds(text: str) -> str:
    """The text with every Chinese character replaced by the letter of its pronunciation."""
    return text.translate(sound_table())
