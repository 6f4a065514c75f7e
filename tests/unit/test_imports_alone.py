"""Each room's modules can be imported first: a circle among them shows only by who comes first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRESH = """
import importlib, sys
known = set(sys.modules)
for name in sys.argv[1:]:
    for loaded in set(sys.modules) - known:
        if loaded.partition(".")[0] in ("desk", "handlers"):
            del sys.modules[loaded]
    importlib.import_module(name)
"""


@pytest.mark.parametrize("room", ["desk", "handlers"])
def test_whoever_comes_first(room: str) -> None:
    names = [f"{room}.{path.stem}" for path in sorted((ROOT / room).glob("[a-z]*.py"))]
    assert len(names) > 10
    done = subprocess.run(
        [sys.executable, "-c", FRESH, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-600:]
