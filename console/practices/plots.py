"""片区: pieces of an estate that somebody takes on to keep clean (认领片区)."""

from __future__ import annotations

from typing import Final

from console.practices import entries

AREA: Final = entries.area("plots", entries.Kind("area", new=(entries.setting_up("area"),)))
