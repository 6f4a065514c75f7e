"""岗位: posts by need (按需设岗); who takes one answers for it by name."""

from __future__ import annotations

from typing import Final

from console.practices import entries

AREA: Final = entries.area("posts", entries.Kind("post", new=(entries.setting_up("post"),)))
