"""What must not be kept or shown: identity numbers, and personal data in a group."""

from __future__ import annotations

import re

_ID = re.compile(
    r"(?<!\d)(\d{6})((?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3})([\dXx])(?!\d)"
)
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")


def without_ids(text: str) -> str:
    """Identity numbers are never needed: keep the first six digits, hide the rest."""
    return _ID.sub(lambda m: f"{m[1]}{'*' * 12}", text)


def without_phones(text: str) -> str:
    """Telephone numbers with their middle hidden."""
    return _PHONE.sub(lambda m: f"{m[1]}****{m[3]}", text)
