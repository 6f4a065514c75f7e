"""The least folding that texts of any kind can share: Simplified, half-width, lower case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

LONGEST = 10_000  # characters that are read

_BLANK = re.compile(r"\s+")


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


def plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:LONGEST])
    return _BLANK.sub(" ", _simplifier().convert(folded).lower()).strip()
