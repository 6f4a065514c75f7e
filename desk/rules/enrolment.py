"""Who may be enrolled by whom: under 14 a guardian enrols and consents (个保法第三十一条)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

GUARDED, GROWN = 14, 18
_AGE = re.compile(r"(\d{1,2})\s*(?:周?岁|多岁)")
_GAP = re.compile(r"[\s,，。;；、:：]+")


@dataclass(frozen=True, slots=True)
class Child:
    """What is kept of a child: what it is called, and whether a guardian had to consent."""

    called: str
    guarded: bool


class NotEnough(ValueError):  # noqa: N818
    """It cannot be enrolled yet; the text is the key of why: words, consent, grown."""


def read(text: str, consenting: Collection[str]) -> Child:
    """小明 8岁 同意: the age decides and is not kept."""
    found = _AGE.search(text)
    words = [word for word in _GAP.split(_AGE.sub(" ", text)) if word]
    consents = any(word in consenting for word in words)
    called = next((word for word in words if word not in consenting), "")
    if found is None or not called:
        raise NotEnough("words")
    age = int(found[1])
    if age >= GROWN:
        raise NotEnough("grown")
    if age < GUARDED and not consents:
        raise NotEnough("consent")
    return Child(called, guarded=age < GUARDED)
