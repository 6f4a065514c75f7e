"""Kinds of values that several requests share, each saying in its schema what it accepts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

_RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,6}\d*)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)
REFERENCE = r"^(?:[0-9]{4}-)?[0-9]{4}-[0-9]{2,4}$"
SHA = r"^[0-9a-f]{64}$"
SPOKEN = r"[^\s\x00-\x1f]"  # says something


def moment(value: Any) -> datetime:
    """A moment with its offset, as RFC 3339 writes it; nothing that merely looks like one."""
    if isinstance(value, str) and _RFC3339.fullmatch(value):
        text = value.upper().replace("Z", "+00:00")
        if text[17:19] == "60":  # a leap second: Python knows none
            text = f"{text[:17]}59{text[19:]}"
        try:
            return min(max(datetime.fromisoformat(text), _EARLIEST), _LATEST)
        except ValueError:
            pass
    raise PydanticCustomError("moment", "not a moment")


def _count(value: Any) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise PydanticCustomError("count", "not a count")


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 3.0 is 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _kept(value: str) -> str:
    """Text as it can be kept: without NUL."""
    return value.replace("\x00", "")


Moment = Annotated[
    datetime,
    BeforeValidator(moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Kept = AfterValidator(_kept)
Whole = BeforeValidator(_whole)
Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=SPOKEN), Kept]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=SPOKEN), Kept]
Reference = Annotated[str, Field(pattern=REFERENCE)]


Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(_count)]
Cursor = Annotated[int, Field(ge=0, le=999_999_999), BeforeValidator(_count)]
