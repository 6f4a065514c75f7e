"""Memory that was used once goes back to the system."""

from __future__ import annotations

import ctypes
import sys

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
LARGE = 128 * 1024  # bytes; glibc's own first value


def give_back() -> None:
    """Every large piece on its own pages, which the system has back when it is freed.

    Left to itself glibc takes each large piece that is freed for a sign that more will come, and
    from then on keeps up to 64 MB at the top of every thread's heap: building an understander
    grew the process by some 20 MB at a time. Where there is no glibc, nothing needs to be done.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, LARGE)
