"""驿站物品: what lies at a station for whoever needs it."""

from __future__ import annotations

from typing import Final

from console.practices import entries

AREA: Final = entries.area("supplies", entries.Kind("supply", new=(entries.setting_up("supply"),)))
