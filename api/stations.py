"""Stations, notices, elder cards and questionnaires for programs. No answer names anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.operations import Body, Call, Operation, Query
from api.problems import Problem
from api.shapes import Kept, Whole, Words
from data.duty_rows import Bulletin, Station, Survey
from data.tables import bulletins as bulletin_table
from data.tables import elder_cards as card_table
from data.tables import stations as table
from data.tables import surveys as survey_table
from desk import access, bulletins, elder_cards, facilities, surveys
from desk.rules import opening
from desk.service import Act
from nlp.values import Place

Text = Annotated[str, Field(min_length=1, max_length=64), Kept]
Count = Annotated[int, Field(ge=1, le=9999), Whole]


class StationQuery(Query):
    """Which, and from where."""

    service: Text | None = Field(None, description="要什么：充电、喝水、歇脚……")
    estate: Text | None = Field(None, description="从哪个小区算远近")


class StationView(BaseModel):
    """一个站点。"""

    id: int = Field(description="站-后面的数字")
    name: str
    kind: str
    estate: str | None
    building: str | None
    address: str
    grid: str | None
    hours: str
    open: bool | None = Field(description="现在开不开；不知道时间就是空")
    services: list[str]
    phone: str
    team: str | None
    visitors: int = Field(description="来访人次")


class Stations(BaseModel):
    """近的在前。"""

    items: list[StationView]


class Visit(Body):
    """来访，不写姓名。"""

    count: Count = Field(1, description="几人")
    topic: Words = Field(description="什么事")


def list_stations(call: Call[StationQuery, None]) -> Stations:
    act, query = call.act, call.query
    wanted = facilities.services_in(act, query.service) if query.service else []
    if query.service and not wanted:
        return Stations(items=[])
    home = Place(query.estate) if query.estate else None
    return Stations(items=[_station(act, s) for s in facilities.near(act, wanted, home)])


def _station(act: Act, station: Station) -> StationView:
    return StationView(
        id=station.number,
        name=station.name,
        kind=station.kind,
        estate=station.estate,
        building=station.building,
        address=station.address,
        grid=station.grid,
        hours=station.hours,
        open=opening.is_open(station.hours, act.now),
        services=list(station.services),
        phone=station.phone,
        team=station.team,
        visitors=facilities.walked_in(act, station),
    )


def walk_in(call: Call[Any, Visit]) -> StationView:
    station = table.by_number(call.act.tx, _number(call, "station"))
    if station is None:
        raise Problem("not_found", call.path["station"])
    facilities.walk_in(call.act, station, call.body.count, call.body.topic)
    return _station(call.act, station)


def _number(call: Call[Any, Any], name: str) -> int:
    digits = call.path[name]
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else 0


# -- notices --------------------------------------------------------------------------------------


class NewBulletin(Body):
    """要发的通知。"""

    text: Words
    estate: Text | None = Field(None, description="发给哪个小区；不写是全部")


class BulletinView(BaseModel):
    """一份通知，和有几人知道了。"""

    id: int = Field(description="通-后面的数字")
    text: str
    estate: str | None
    grid: str | None
    at: datetime
    sent: int
    read: int


class Bulletins(BaseModel):
    """新的在前。"""

    items: list[BulletinView]


def list_bulletins(call: Call[Any, None]) -> Bulletins:
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")
    return Bulletins(items=[_bulletin(call.act, b) for b in bulletin_table.latest(call.act.tx)])


def _bulletin(act: Act, bulletin: Bulletin) -> BulletinView:
    sent, read = bulletin_table.counts(act.tx, bulletin.id)
    return BulletinView(
        id=bulletin.number, text=bulletin.text, estate=bulletin.estate, grid=bulletin.grid,
        at=bulletin.at, sent=sent, read=read,
    )  # fmt: skip


def send(call: Call[Any, NewBulletin]) -> BulletinView:
    act, body = call.act, call.body
    if body.estate is not None and body.estate not in act.roster.estates():
        raise Problem("unknown_target", body.estate)
    bulletin, _ = bulletins.send(act, body.text, estate=body.estate)
    return _bulletin(act, bulletin)


# -- elder cards ----------------------------------------------------------------------------------


class CardView(BaseModel):
    """一张助老卡，不写是谁的。"""

    id: int = Field(description="卡-后面的数字")
    price: Literal["free", "half"]
    why: str
    ended_at: datetime | None


class Redeemed(Body):
    """核销。"""

    item: Words = Field(description="哪一项服务")


class CardFigures(BaseModel):
    """发了多少张，用了多少次。"""

    cards: int
    redeemed: int
    prices: dict[str, int]
    items: dict[str, int]


def redeem(call: Call[Any, Redeemed]) -> CardView:
    """By a member of a merchant's team."""
    card = card_table.by_number(call.act.tx, _number(call, "card"))
    if card is None or not access.may(call.act, "member"):
        raise Problem("not_found", call.path["card"])
    elder_cards.redeem(call.act, card, call.body.item)
    price, why = elder_cards.price(call.act, card)
    return CardView(id=card.number, price=price, why=why, ended_at=card.ended_at)


def card_figures(call: Call[Any, None]) -> CardFigures:
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")
    found = elder_cards.figures(call.act)
    return CardFigures(
        cards=found.cards, redeemed=found.redeemed, prices=dict(found.prices),
        items=dict(found.items),
    )  # fmt: skip


# -- questionnaires -------------------------------------------------------------------------------


class QuestionResult(BaseModel):
    """一题，各答案几份。"""

    question: str
    options: list[str]
    counts: dict[str, int]


class SurveyView(BaseModel):
    """一份问卷和它的结果；谁答的看不出来。"""

    id: int = Field(description="卷-后面的数字")
    title: str
    estate: str | None
    closed_at: datetime | None
    answered: int
    visited: int = Field(description="入户代填的份数")
    questions: list[QuestionResult]


def get_survey(call: Call[Any, None]) -> SurveyView:
    survey = survey_table.by_number(call.act.tx, _number(call, "survey"))
    if survey is None or not access.may(call.act, "worker"):
        raise Problem("not_found", call.path["survey"])
    return _survey(call.act, survey)


def _survey(act: Act, survey: Survey) -> SurveyView:
    given = survey_table.answers(act.tx, survey.id)
    return SurveyView(
        id=survey.number,
        title=survey.title,
        estate=survey.estate,
        closed_at=survey.closed_at,
        answered=len(given),
        visited=sum(each.source == "visit" for each in given),
        questions=[
            QuestionResult(question=question, options=list(options), counts=dict(counts))
            for (question, options), counts in zip(
                survey.questions, surveys.results(act, survey), strict=True
            )
        ],
    )


OPERATIONS = (
    Operation(
        "list_stations", "GET", "/stations", "read", Stations, list_stations, query=StationQuery,
        tag="practices",
    ),
    Operation(
        "walk_in", "POST", "/stations/<station>/actions/walk_in", "write", StationView, walk_in,
        body=Visit, problems=(404,), tag="practices",
    ),
    Operation(
        "list_bulletins", "GET", "/bulletins", "read", Bulletins, list_bulletins, tag="practices"
    ),
    Operation(
        "send_bulletin", "POST", "/bulletins", "write", BulletinView, send, body=NewBulletin,
        status=201, problems=(409,), tag="practices",
    ),
    Operation(
        "redeem_card", "POST", "/elder-cards/<card>/actions/redeem", "write", CardView, redeem,
        body=Redeemed, problems=(404, 409), tag="practices",
    ),
    Operation(
        "card_figures", "GET", "/elder-cards/statistics", "read", CardFigures, card_figures,
        tag="practices",
    ),
    Operation(
        "get_survey", "GET", "/surveys/<survey>", "read", SurveyView, get_survey,
        problems=(404,), tag="practices",
    ),
)  # fmt: skip
