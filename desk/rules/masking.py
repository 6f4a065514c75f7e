"""What must not be shown to everybody. (Identity numbers are hidden at the door: nlp.text.)"""

from __future__ import annotations

import re

_ID = re.compile(
    r"(?<!\d)(\d{6})((?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3})([\dXx])(?!\d)"
)
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")


HIDDEN = "＊"
_DOOR = re.compile(r"(?<=单元)\s*\d{3,4}(?!\d)|(?<!\d)\d{3,4}(?=\s*(?:室|户|号房|房间))")
_DASHED = re.compile(r"(?<!\d)(\d{1,3}\s*[-－—–]\s*\d{1,2}\s*[-－—–]\s*)\d{3,4}(?!\d)")


def without_doors(text: str) -> str:
    """A text without telephone numbers and room numbers."""
    return _DASHED.sub(lambda found: found[1] + HIDDEN, _DOOR.sub(HIDDEN, without_phones(text)))


def without_phones(text: str) -> str:
    """Telephone numbers with their middle hidden."""
    return _PHONE.sub(lambda m: f"{m[1]}****{m[3]}", text)
