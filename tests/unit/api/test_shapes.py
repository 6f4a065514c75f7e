"""What is taken for a moment, and what only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic_core import PydanticCustomError

from api.shapes import moment


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-23T09:00:00+08:00", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("2026-11-23T01:00:00Z", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("2026-11-23t01:00:00.5z", datetime(2026, 11, 23, 1, 0, 0, 500000, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:59", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_moment(text: str, meant: datetime) -> None:
    assert moment(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2026-11-23T09:00:00",
        "1795400000",
        "2026-02-30T00:00:00Z",
        "",
        "昨天",
        7,
        None,
    ],
)
def test_no_moment(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        moment(text)
