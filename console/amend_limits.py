"""Time limits as people write them, 24小时, 3天, 5个工作日; kept as 24h, 3d, 5wd."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from desk.service import Act
from nlp.numbers import NUMERALS, arabic

UNITS: Final = ("min", "h", "d", "wd")
_KEPT: Final = re.compile(rf"(\d+)({'|'.join(sorted(UNITS, key=len, reverse=True))})")
_COUNT: Final = re.compile(rf"\d{{1,4}}|[{NUMERALS}]{{1,4}}", re.ASCII)


def shown(act: Act, limit: str) -> str:
    """As people say it; what is none is left as it is."""
    found = _KEPT.fullmatch(limit)
    return found[1] + _words(act, found[2])[0] if found else limit


def read(act: Act, said: str) -> str | None:
    """As it is kept, out of 三天, 24 小时 or 24h; None if it is no limit."""
    text = "".join(unicodedata.normalize("NFKC", said).split()).lower()
    units = {word: unit for unit in UNITS for word in (*_words(act, unit), unit)}
    word = next((w for w in sorted(units, key=len, reverse=True) if text.endswith(w)), "")
    count = text.removesuffix(word)
    return arabic(count) + units[word] if word and _COUNT.fullmatch(count) else None


def _words(act: Act, unit: str) -> list[str]:
    """How a unit is said; as it is shown first."""
    return act.say(f"console.amend.unit.{unit}").split("、")
