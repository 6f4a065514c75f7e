"""The command line, called in this process; test_cli also starts it as a user does."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import bot


@dataclass(frozen=True)
class Done:
    """What a command leaves in a terminal."""

    returncode: int
    stdout: str
    stderr: str


def command(folder: Path, *words: str, stdin: str = "", **env: str) -> Done:
    """`python bot.py words…` over this data folder. An error that has no words is raised."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["bot.py", *words]),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        mock.patch.dict(os.environ, {"HUYING_DATA_DIR": str(folder), **env}),
        redirect_stdout(out),
        redirect_stderr(err),
        _logs_of_its_own(),
    ):
        code = _ended()
    return Done(code, out.getvalue(), err.getvalue())


def _ended() -> int:
    try:
        bot.run()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@contextmanager
def _logs_of_its_own() -> Iterator[None]:
    """Commands set up logging anew; pytest's handlers are there again afterwards."""
    root = logging.getLogger()
    kept, level = root.handlers, root.level
    root.handlers = []
    try:
        yield
    finally:
        root.handlers = kept
        root.setLevel(level)
