"""Arrays in a file of the cache: written whole or not at all, read without running anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]


def keep(path: Path, arrays: Arrays) -> None:
    """Write them where a later start finds them."""
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **arrays)
    half = path.with_suffix(".half")
    half.write_bytes(out.getvalue())
    half.replace(path)


def kept(path: Path, names: Iterable[str]) -> dict[str, NDArray[Any]] | None:
    """What `keep` wrote under these names, or None if there is nothing that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in names}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def packed(words: Collection[str]) -> NDArray[np.uint8]:
    """Words as one array."""
    joined = "\n".join(words)
    if joined.count("\n") > max(0, len(words) - 1):
        raise ValueError("a word holds a line break")
    return np.frombuffer(joined.encode(), np.uint8)


def unpacked(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n") if array.size else []
