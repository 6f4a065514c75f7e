"""The answer to a check-list: 都好, or the numbers of what is wrong and a few words for each."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_ITEM = re.compile(
    r"\s*第?(\d{1,2})\s*(?:项|号(?!楼|院|门))?\s*[、.．:：,，)）]?\s*(.*)", re.DOTALL
)
_BETWEEN = re.compile(r"[;；\n]+|(?<=[^\d\s])[,，。]\s*(?=第?\d{1,2}\s*(?:项|[、.．:：]|\s)\D)")


class NoAnswer(ValueError):  # noqa: N818
    """Not to be read as an answer to this list."""


def read(text: str, checks: Sequence[str], all_well: Collection[str]) -> dict[int, str]:
    """What is wrong, by the index of the check; nothing where all is well. NoAnswer otherwise."""
    said = text.strip(" \t\n。.!！~～")
    if said in all_well:
        return {}
    found: dict[int, str] = {}
    for piece in filter(None, (p.strip(" ,，。") for p in _BETWEEN.split(said))):
        item = _ITEM.fullmatch(piece)
        if item is None or not 1 <= int(item[1]) <= len(checks):
            raise NoAnswer(piece)
        words = item[2].strip()
        index = int(item[1]) - 1
        found[index] = "，".join(filter(None, (found.get(index, ""), words)))
    if not found:
        raise NoAnswer(text)
    return found


def finding(check: str, words: str, bare: str) -> str:
    """What is wrong as a sentence of its own, for whoever is to mend it; `bare`: 有问题."""
    if not words:
        return check + bare
    return words if check in words else f"{check}{words}"
