"""What does not change from day to day: categories, places, grids, teams."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.operations import Call, Operation


class CategoryView(BaseModel):
    """一类诉求。"""

    code: str
    top: str = Field(description="大类")
    name: str
    owner: str = Field(description="归口")
    level: str = Field(description="缺省紧急度")
    limit: str = Field(description="办结时限：min 分钟、h 小时、d 天、wd 工作日")
    private: bool = Field(description="涉密：只有承办的人和负责人看得到")
    needs: list[str] = Field(description="不知道就没法办的地点")


class Categories(BaseModel):
    """分类目录。"""

    items: list[CategoryView]


class PlaceView(BaseModel):
    """一个小区，或它的几栋楼。"""

    code: str = Field(description="院落码；Open311 里就是 address_id")
    estate: str
    aliases: list[str] = Field(description="别名")
    buildings: str = Field(description="楼号范围；空是全部")
    units: str = Field(description="单元范围；空是全部")
    grid: str = Field(description="网格编号")


class Places(BaseModel):
    """小区和楼栋。"""

    items: list[PlaceView]


class GridView(BaseModel):
    """一个网格。"""

    code: str
    name: str
    level: str = Field(description="大、小、微、密")
    parent: str | None
    person: str | None = Field(description="负责人的编号")


class Grids(BaseModel):
    """网格。"""

    items: list[GridView]


class TeamView(BaseModel):
    """一支队伍或一个单位。"""

    code: str
    name: str
    aliases: list[str]
    kind: str
    categories: list[str] = Field(description="能办的类别，可以带 *")
    skills: list[str]
    areas: list[str] = Field(description="负责的小区或网格；空是全社区")
    capacity: int | None = Field(description="同时最多办几件")
    members: list[str] = Field(description="成员的编号，第一位牵头")
    about: str


class Teams(BaseModel):
    """队伍和单位。"""

    items: list[TeamView]


def categories(call: Call[Any, None]) -> Categories:
    return Categories(
        items=[
            CategoryView(
                code=category.code,
                top=category.top,
                name=category.name,
                owner=category.owner,
                level=category.level,
                limit=category.limit,
                private=category.private,
                needs=list(category.slots),
            )
            for category in call.act.service.content.catalogue.values()
        ]
    )


def places(call: Call[Any, None]) -> Places:
    return Places(
        items=[
            PlaceView(
                code=place.code,
                estate=place.estate,
                aliases=list(place.aliases),
                buildings=place.buildings,
                units=place.units,
                grid=place.grid,
            )
            for place in call.act.roster.places
        ]
    )


def grids(call: Call[Any, None]) -> Grids:
    return Grids(
        items=[
            GridView(
                code=grid.code,
                name=grid.name,
                level=grid.level,
                parent=grid.parent,
                person=grid.person,
            )
            for grid in call.act.roster.grids.values()
        ]
    )


def teams(call: Call[Any, None]) -> Teams:
    return Teams(
        items=[
            TeamView(
                code=team.code,
                name=team.name,
                aliases=list(team.aliases),
                kind=team.kind,
                categories=list(team.categories),
                skills=list(team.skills),
                areas=list(team.areas),
                capacity=team.capacity,
                members=list(team.members),
                about=team.about,
            )
            for team in call.act.roster.teams.values()
        ]
    )


OPERATIONS = tuple(
    Operation(name, "GET", f"/{name}", "read", answer, handle, tag="reference")
    for name, answer, handle in (
        ("categories", Categories, categories),
        ("places", Places, places),
        ("grids", Grids, grids),
        ("teams", Teams, teams),
    )
)
