"""What people read of an area: its own words, else those that areas share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words of one area, out of all replies."""

    replies: Mapping[str, str]
    area: str

    def find(self, kind: str, *names: str) -> str | None:
        """The first there is: the area's own before the common ones, the exact before the wide."""
        for name in names:
            for owner in (self.area, "common"):
                found = self.replies.get(f"area.{owner}.{kind}.{name}")
                if found is not None:
                    return found
        return None

    def __call__(self, kind: str, *names: str) -> str:
        found = self.find(kind, *names)
        if found is None:
            raise KeyError(f"area.{self.area}.{kind}.{names[0]}")
        return found

    @property
    def title(self) -> str:
        return self.replies[f"area.{self.area}.title"]

    @property
    def about(self) -> str:
        return self.replies[f"area.{self.area}.about"]
