"""How figures compare."""

from __future__ import annotations


def change(now: float | None, before: float | None) -> float | None:
    """环比: by which share it grew; None where there is nothing to compare with."""
    return None if now is None or not before else (now - before) / before
