"""打扫: the rounds of whoever has taken a piece of an estate on."""

from __future__ import annotations

from typing import Final

from console.practices import rounds
from desk import areas

AREA: Final = rounds.area("cleaning", rounds.Kind(areas.KIND))
