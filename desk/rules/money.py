"""Money that neighbours raise together: counted in fen, said in yuan. Nothing is paid here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_YUAN = re.compile(
    r"(?<![\d.])(?P<yuan>[1-9]\d{0,6}|0)(?:\.(?P<fen>\d{1,2}))?\s*(?P<wan>万)?\s*[元块]"
)


def amount(text: str) -> tuple[int | None, str]:
    """The first sum in a text, in fen, and the text without it: 200元, 1.5万元."""
    found = _YUAN.search(text)
    if found is None:
        return None, text
    fen = int(found["yuan"]) * 100 + int((found["fen"] or "").ljust(2, "0"))
    rest = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
    return fen * 10_000 if found["wan"] else fen, rest


def yuan(fen: int) -> str:
    """As one reads it: 200 or 199.50."""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole}.{rest:02d}" if rest else f"{sign}{whole}"


@dataclass(frozen=True, slots=True)
class Account:
    """What was promised, has come, and has been spent, in fen."""

    pledged: int
    received: int
    spent: int
    households: int

    @property
    def left(self) -> int:
        return self.received - self.spent


def account(pledges: Sequence[tuple[int, int]], spendings: Sequence[int]) -> Account:
    """From what each household promised and gave, and each spending."""
    return Account(
        pledged=sum(promised for promised, _ in pledges),
        received=sum(given for _, given in pledges),
        spent=sum(spendings),
        households=len(pledges),
    )
