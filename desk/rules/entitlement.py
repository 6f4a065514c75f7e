"""What a card of an old person entitles to: free, or half the price, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Price = Literal["free", "half"]


@dataclass(frozen=True, slots=True)
class Terms:
    """Who pays nothing; everybody else with a card pays half."""

    groups: frozenset[str]  # 残疾, 退役军人
    age: int  # from this age nobody pays
    age_alone: int  # from this age nobody who lives alone
    alone: str  # what that group is called


def terms(words: Collection[str], alone: str) -> Terms:
    """From content: groups by name, ages as 90 and 80+独居."""
    ages = [word for word in words if word.isdecimal()]
    lone = [word.partition("+")[0] for word in words if word.endswith(f"+{alone}")]
    groups = frozenset(w for w in words if not w.isdecimal() and "+" not in w)
    return Terms(groups, int(ages[0]), int(lone[0]), alone)


def price(born: int, groups: Collection[str], year: int, by: Terms) -> tuple[Price, str]:
    """The price, and what makes it so: a group, an age, or nothing."""
    age = year - born
    for group in groups:
        if group in by.groups:
            return "free", group
    if age >= by.age:
        return "free", f"{by.age}+"
    if age >= by.age_alone and by.alone in groups:
        return "free", f"{by.age_alone}+{by.alone}"
    return "half", ""
