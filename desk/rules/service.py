"""三呼三应 and the ways of serving: where a request came from, and how it is to be met.

Source: the field's 有呼必应 (a resident asks), 一呼百应 (several partners are called at once) and
未呼先应 (found by those on duty before anybody asked); 上门访办, 跑腿代办, 应急立办, 网上快办.
"""

from __future__ import annotations

from typing import Literal

Source = Literal["asked", "called", "found"]  # 有呼必应, 一呼百应, 未呼先应
Mode = Literal["visit", "errand", "urgent", "online"]  # 上门访办, 跑腿代办, 应急立办, 网上快办
CONSULTATION = "咨询"  # a nature of nlp's


def mode(level: str, usual: Mode | None, nature: str) -> Mode:
    """How it is met: at once where life is at stake, else as its category says, else by its nature.

    A question can be answered where it was asked; anything else takes somebody to the door.
    """
    if level == "U0":
        return "urgent"
    if usual is not None:
        return usual
    return "online" if nature == CONSULTATION else "visit"


def source(role: str) -> Source:
    """Staff who report something themselves have found it before anybody asked."""
    return "asked" if role == "resident" else "found"
