"""Traditional characters → Simplified ones, and Taiwan's words with them.

A text without one Traditional character is left alone: Taiwan's words for other things are written
like ours (程序, 呼叫, 桌布), and would be changed into what nobody meant.
"""

from __future__ import annotations

from functools import lru_cache

import opencc

_FIRST, _LAST = 0x3400, 0x9FFF
_OURS_TOO = "么"  # alone it would become 幺, but people write 什么


def simplified(text: str) -> str:
    """The text in Simplified characters; as it is if it has no other."""
    if _traditional().isdisjoint(text):
        return text
    return str(_converter("tw2sp").convert(text))


@lru_cache(maxsize=2)
def _converter(configuration: str) -> opencc.OpenCC:
    return opencc.OpenCC(configuration)


@lru_cache(maxsize=1)
def _traditional() -> frozenset[str]:
    """Every character that is written another way in Simplified text."""
    characters = "".join(map(chr, range(_FIRST, _LAST + 1)))
    converted = _converter("tw2s").convert(characters)
    both = zip(characters, converted, strict=True)
    return frozenset(one for one, other in both if one != other and one not in _OURS_TOO)
