"""Each room's modules can be imported first: a circle among them shows only by who comes first.

A module that is in no circle finds whatever it needs complete, or comes upon a circle as one of its
members does that comes first. So only the members are tried.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("desk", "handlers")
FRESH = """
import importlib, sys
known = set(sys.modules)
for name in sys.argv[1:]:
    for loaded in set(sys.modules) - known:
        if loaded.partition(".")[0] in ("desk", "handlers"):
            del sys.modules[loaded]
    importlib.import_module(name)
"""


def modules() -> dict[str, Path]:
    """By name. No `__init__` imports anything, else all the modules beside it would need it."""
    assert not any(
        path.read_text() for room in ROOMS for path in (ROOT / room).rglob("__init__.py")
    )
    paths = (path for room in ROOMS for path in (ROOT / room).rglob("[a-z]*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}


def at_once(node: ast.AST) -> Iterator[ast.AST]:
    """What is carried out when a module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from at_once(child)


def imported(path: Path) -> Iterator[str]:
    for node in at_once(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached(name: str, needs: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [name]
    while ahead:
        further = needs[ahead.pop()] - found
        found |= further
        ahead += further
    return found


def test_whoever_comes_first() -> None:
    known = modules()
    needs = {name: set(imported(path)) & known.keys() for name, path in known.items()}
    assert sum(map(len, needs.values())) > len(known) > 100, "little was read"
    round_about = [name for name in known if name in reached(name, needs)]
    done = subprocess.run(
        [sys.executable, "-c", FRESH, *round_about],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-600:]
