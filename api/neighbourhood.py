"""The grid and its yards for programs: the map, what is bare, from address to grid, QR codes.

No answer names a landlord.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.operations import Body, Call, Operation, Query
from api.problems import Problem
from api.shapes import Cursor, Kept, Limit, Words
from data.duty_rows import Yard
from data.tables import yards as table
from desk import access, coverage, forecast, grid_map, qr, yards
from desk.service import Act

Colour = Literal["红", "橙", "黄", "蓝"]
Address = Annotated[str, Field(min_length=1, max_length=200), Kept]


class GridRow(BaseModel):
    """网格图的一行。"""

    code: str
    name: str
    level: str
    title: str = Field(description="组织上叫什么，例如党支部")
    parent: str
    lead: str = Field(description="负责人")
    phone: str
    places: str = Field(description="小区和楼栋")
    stewards: str = Field(description="包楼的人")
    yards: str = Field(description="各色院落几个")
    gaps: str = Field(description="没人管的")
    depth: int


class GridMap(BaseModel):
    """网格图：上级在前。"""

    items: list[GridRow]


class GapView(BaseModel):
    """一处没人管的。"""

    sort: str = Field(description="lead、empty、grid、unit、building、yard、landlord")
    where: str
    what: str
    text: str


class Gaps(BaseModel):
    """没人管的地方。"""

    items: list[GapView]


class LookupQuery(Query):
    """Which address."""

    address: Address = Field(description="地址，例如 泉馨苑3号楼2单元")


class Found(BaseModel):
    """地址在哪个网格。"""

    estate: str | None
    building: str | None
    grid: str | None = Field(description="最细的网格；没有就是认不出来")
    path: list[str] = Field(description="从最细到最大")


class HotspotView(BaseModel):
    """下周要防的一处。"""

    category: str
    place: str
    weeks: list[int] = Field(description="近八周各几件")
    expected: float


class Hotspots(BaseModel):
    """预计多的在前。"""

    items: list[HotspotView]


def _staff(call: Call[Any, Any]) -> None:
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")


def drawn(call: Call[Any, None]) -> GridMap:
    _staff(call)
    rows = grid_map.rows(call.act.tx, call.act.roster)
    return GridMap(items=[GridRow.model_validate(row) for row in rows])


def bare(call: Call[Any, None]) -> Gaps:
    _staff(call)
    found = coverage.gaps(call.act.tx, call.act.roster)
    return Gaps(
        items=[
            GapView(
                sort=gap.sort,
                where=gap.where,
                what=gap.what,
                text=call.act.say(f"gap.{gap.sort}", where=gap.where, what=gap.what),
            )
            for gap in found
        ]
    )


def lookup(call: Call[LookupQuery, None]) -> Found:
    understander = call.act.service.understander
    place = understander.place(call.query.address)
    grid = understander.grid_of(place) if place and place.estate else None
    return Found(
        estate=place.estate if place else None,
        building=place.building if place else None,
        grid=grid,
        path=list(call.act.roster.path(grid)),
    )


def expected(call: Call[Any, None]) -> Hotspots:
    _staff(call)
    return Hotspots(
        items=[
            HotspotView(
                category=s.category, place=s.place, weeks=list(s.weeks), expected=s.expected
            )
            for s in forecast.hotspots(call.act)
        ]
    )


# -- yards ----------------------------------------------------------------------------------------


class YardQuery(Query):
    """Which yards."""

    cursor: Cursor = Field(0, description="上一页给的 next")
    limit: Limit = Field(50, description="一页几个")


class YardView(BaseModel):
    """一个院落，不含房东。"""

    id: int = Field(description="院-后面的数字")
    label: str = Field(description="门上的编号")
    code: str = Field(description="二维码的参数")
    estate: str | None
    building: str | None
    grid: str
    colour: Colour
    stars: int
    reason: str
    changed_at: datetime
    hazards: list[str] = Field(description="还没办结的隐患的编号")


class YardPage(BaseModel):
    """一页院落。"""

    items: list[YardView]
    next: int | None


class Rated(Body):
    """定色。"""

    colour: Colour
    note: Words = Field(description="理由")


class YardCode(BaseModel):
    """院落的二维码。"""

    code: str
    title: str
    svg: str = Field(description="码里只有参数；公众号的码用 python bot.py qr 打印")


def list_yards(call: Call[YardQuery, None]) -> YardPage:
    _staff(call)
    found = table.page(call.act.tx, call.query.cursor, call.query.limit)
    more = len(found) == call.query.limit
    return YardPage(
        items=[_yard(call.act, yard) for yard in found], next=found[-1].number if more else None
    )


def _yard(act: Act, yard: Yard) -> YardView:
    return YardView(
        id=yard.number,
        label=yard.label,
        code=yard.code,
        estate=yard.estate,
        building=yard.building,
        grid=yard.grid,
        colour=yard.colour,
        stars=yard.stars,
        reason=yard.reason,
        changed_at=yard.changed_at,
        hazards=yards.hazards(act, yard),
    )


def find(call: Call[Any, Any]) -> Yard:
    digits = call.path["yard"]
    number = int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else 0
    yard = table.by_number(call.act.tx, number)
    if yard is None or not access.may(call.act, "worker"):
        raise Problem("not_found", digits)
    return yard


def rate(call: Call[Any, Rated]) -> YardView:
    yard = yards.rate(call.act, find(call), call.body.colour, call.body.note)
    return _yard(call.act, yard)


def code(call: Call[Any, None]) -> YardCode:
    yard = find(call)
    return YardCode(code=yard.code, title=yard.label, svg=qr.svg(yard.code))


OPERATIONS = (
    Operation("grid_map", "GET", "/grids/map", "read", GridMap, drawn, tag="practices"),
    Operation("grid_gaps", "GET", "/grids/gaps", "read", Gaps, bare, tag="practices"),
    Operation(
        "grid_lookup", "GET", "/grids/lookup", "read", Found, lookup, query=LookupQuery,
        tag="practices",
    ),
    Operation("forecast", "GET", "/forecast", "read", Hotspots, expected, tag="practices"),
    Operation(
        "list_yards", "GET", "/yards", "read", YardPage, list_yards, query=YardQuery,
        tag="practices",
    ),
    Operation(
        "rate_yard", "POST", "/yards/<yard>/actions/rate", "write", YardView, rate, body=Rated,
        problems=(404, 409), tag="practices",
    ),
    Operation(
        "yard_code", "GET", "/yards/<yard>/qr", "read", YardCode, code, problems=(404,),
        tag="practices",
    ),
)  # fmt: skip
