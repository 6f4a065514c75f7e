"""The least folding that texts of any kind can share: Simplified, half-width, lower case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

LONGEST = 10_000  # characters that are read

_BLANK = re.compile("[\\s\ud800-\udfff]+")  # half a character, as JSON can hold, is nothing


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


def plain(text: str) -> str:
    folded = _BLANK.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST]))
    return str(_simplifier().convert(folded)).lower().strip()
