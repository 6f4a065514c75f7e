"""What must not leave the house on paper: numbers, doors, and names of those it is not about."""

from __future__ import annotations

from collections.abc import Iterable

from desk.rules.masking import without_doors

SHORTEST = 2  # a name of one letter stands in any text


def leaks(text: str, names: Iterable[str], numbers: Iterable[str] = ()) -> list[str]:
    """What a text says that it must not: telephone and room numbers, and these names."""
    found = [name for name in names if len(name) >= SHORTEST and name in text]
    found += [number for number in numbers if number and number in text]
    if without_doors(text) != text:
        found.append("…")
    return found
