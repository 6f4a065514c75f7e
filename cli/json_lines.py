"""JSON lines in and out, with clear words about the line that is wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping

import click


def read() -> Iterator[Mapping[str, object]]:
    """The objects of standard input; each must have a "text"."""
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise click.ClickException(f"第 {number} 行不是 JSON：{error.msg}") from None
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            raise click.ClickException(f'第 {number} 行要有 "text"')
        yield value


def write(value: Mapping[str, object]) -> None:
    """One object as one line."""
    click.echo(json.dumps(value, ensure_ascii=False))
