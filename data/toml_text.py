"""A section of a word list as the text that people edit: TOML, one entry a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

WIDTH = 96


def written(key: str, value: Any) -> str:
    """`key = value`, or `[key]` with its entries below it; tomllib reads it as it was."""
    if isinstance(value, Mapping):
        lines = [f"{_name(name)} = {_value(each)}" for name, each in value.items()]
        return "\n".join([f"[{_name(key)}]", *lines]) + "\n"
    return f"{_name(key)} = {_value(value)}\n"


def _name(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _quoted(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return _list([_quoted(each) if isinstance(each, str) else _value(each) for each in value])
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_name(name)} = {_value(each)}" for name, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return repr(value)


def _text(text: str) -> str:
    """A text of several lines keeps them, as far as TOML can say it so."""
    plain = (
        "'''" not in text
        and not text.endswith("'")
        and all(c in "\n\t" or (c >= " " and c != "\x7f") for c in text)
    )
    return f"'''\n{text}'''" if "\n" in text and plain else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: list[str]) -> str:
    """What was written of a list's entries, in as many lines as it needs."""
    whole = ", ".join(values)
    if len(whole) < WIDTH:
        return f"[{whole}]"
    lines, line = [], ""
    for each in values:
        if line and len(line) + len(each) > WIDTH:
            lines.append(line.rstrip())
            line = ""
        line += f"{each}, "
    return "[\n  " + "\n  ".join([*lines, line.rstrip()]) + "\n]"
