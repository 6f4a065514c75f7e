"""What a template message says: the vendor fixes its words, we fill its few short fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_LOCAL = ZoneInfo("Asia/Shanghai")
_NUMBER = re.compile(r"\d{4}-\d{2,4}")
_KIND = re.compile(r"[a-z_]+")
_LONGEST = {"thing": 20, "character_string": 32, "phrase": 5, "name": 10, "const": 20}
SOURCES = ("text", "number", "time")

Data = dict[str, dict[str, str]]


def template_fields(written: str) -> Mapping[str, str]:
    """`thing1=text character_string2=number` as a mapping; ValueError says what is wrong."""
    fields = dict(pair.partition("=")[::2] for pair in written.split())
    for name, source in fields.items():
        if source not in SOURCES or not _KIND.match(name):
            raise ValueError(f"{name}={source}")
    if not fields:
        raise ValueError(written)
    return fields


def template_data(fields: Mapping[str, str], text: str, now: float) -> Data:
    """The fields as the vendor takes them: each kind has its own length."""
    number = _NUMBER.search(text)
    values = {
        "text": " ".join(text.split()),
        "number": number[0] if number else "-",
        "time": f"{datetime.fromtimestamp(now, UTC).astimezone(_LOCAL):%Y-%m-%d %H:%M}",
    }
    return {name: {"value": _cut(name, values[source])} for name, source in fields.items()}


def _cut(name: str, value: str) -> str:
    kind = _KIND.match(name)
    longest = _LONGEST.get(kind[0], len(value)) if kind else len(value)
    return value if len(value) <= longest else value[: longest - 1] + "…"
