"""四色: how dangerous a yard is, and how often it is therefore looked at."""

from __future__ import annotations

COLOURS = ("红", "橙", "黄", "蓝")  # the most dangerous first
SAFE = COLOURS[-1]
DAYS = {"红": 1, "橙": 7, "黄": 15, "蓝": 30}  # between one visit and the next
MOST_STARS = 5


def calmer(colour: str, than: str) -> bool:
    """Whether one colour means less danger than another."""
    return COLOURS.index(colour) > COLOURS.index(than)
