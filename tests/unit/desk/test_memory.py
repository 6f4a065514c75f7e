"""Large pieces of memory go back to the system, however often they come."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desk import memory

# In a process of its own: what is told to the C library holds for all of it.
SCRIPT = """
import ctypes, sys
from desk import memory

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost")]

libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Info
if sys.argv[1] == "told":
    memory.give_back()
large = 8 << 20
for _ in range(2):  # the first one that is freed would change what is done with the second
    before = libc.mallinfo2().hblkhd
    piece = bytearray(large)
    own_pages = libc.mallinfo2().hblkhd - before >= large
    del piece
print(own_pages)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own way with memory")
@pytest.mark.parametrize(("told", "own_pages"), [("told", "True"), ("untold", "False")])
def test_a_large_piece_has_its_own_pages_every_time(told: str, own_pages: str) -> None:
    command = (sys.executable, "-c", SCRIPT, told)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == own_pages
    assert memory.LARGE < 8 << 20
