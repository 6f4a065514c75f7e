"""兑换: goods and services that can be had for points."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Moment, Whole, Words
from console.practices import entries
from console.practices.shape import Doing
from data.practice_rows import Entry
from desk import redeeming
from desk.service import Act

Count = Annotated[int, Field(ge=1, le=9999), Whole]


class NewGood(Body):
    """What can be had, for how many points, how often, until when."""

    title: Words
    price: Count
    stock: Count
    valid_until: Moment


def _offer(act: Act, _row: object, said: NewGood) -> Entry:
    return redeeming.offer(act, said.title, said.price, said.stock, said.valid_until)


AREA: Final = entries.area(
    "goods",
    entries.Kind(
        "good", new=(Doing("offer", NewGood, _offer),),
        extra=lambda _act, entry: {"price": int(entry.data.get("points", 0))},
    ),
)  # fmt: skip
