"""The least folding that texts of any kind can share: Simplified, half-width, lower case."""

from __future__ import annotations

import re
import unicodedata

from nlp.script import simplified

LONGEST = 10_000  # characters that are read

_BLANK = re.compile("[\\s\ud800-\udfff]+")  # half a character, as JSON can hold, is nothing


def plain(text: str) -> str:
    folded = _BLANK.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST]))
    return simplified(folded).lower().strip()
