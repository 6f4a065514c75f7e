"""Standing rules, promises, outcomes, stars and property ratings for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from api.council import span
from api.members import SpanQuery
from api.operations import Call, Operation
from api.problems import Problem
from data.tables import journal as journal_table
from desk import access, appraisal, outcomes, policies, promises, themes
from desk.rules import stars
from desk.rules.punctual import Share
from desk.rules.quarters import quarter_of


class PolicyView(BaseModel):
    """一项制度的现行版本。"""

    id: str
    version: int
    since: date
    title: str
    text: str
    read: int = Field(description="几人看过")


class PolicyList(BaseModel):
    """现行制度。"""

    items: list[PolicyView]


def list_policies(call: Call[Any, None]) -> PolicyList:
    return PolicyList(
        items=[
            PolicyView(
                id=each.id,
                version=each.version,
                since=each.since,
                title=each.title,
                text=each.text,
                read=len(policies.readers(call.act, each)),
            )
            for each in policies.today(call.act)
        ]
    )


class ShareView(BaseModel):
    """几件里的几件；没有样本时 rate 为空。"""

    kept: int
    all: int
    rate: float | None


class PromiseView(BaseModel):
    """承诺兑现。"""

    receipt: ShareView = Field(description="说了马上有编号")
    contact: ShareView = Field(description="按时联系")
    done: ShareView = Field(description="按时办结")


def _share(found: Share) -> ShareView:
    return ShareView(kept=found.kept, all=found.all, rate=found.rate)


def kept(call: Call[SpanQuery, None]) -> PromiseView:
    _staff(call)
    found = promises.kept(call.act, *span(call))
    return PromiseView(
        receipt=_share(found.receipt), contact=_share(found.contact), done=_share(found.done)
    )


class UnitView(BaseModel):
    """一个单位一个月的哨单。"""

    team: str
    month: str
    called: int
    led: int
    arrived: ShareView
    done: ShareView


class UnitList(BaseModel):
    """各单位各月。"""

    items: list[UnitView]


def whistle_rates(call: Call[SpanQuery, None]) -> UnitList:
    _staff(call)
    return UnitList(
        items=[
            UnitView(
                team=each.team,
                month=each.month,
                called=each.called,
                led=each.led,
                arrived=_share(each.arrived),
                done=_share(each.done),
            )
            for each in promises.by_unit(call.act, *span(call))
        ]
    )


class OutcomeView(BaseModel):
    """办成的事。"""

    name: str
    received: int
    done: int
    on_time: int
    reopened: int
    solution: float | None
    satisfaction: float | None


class OutcomeList(BaseModel):
    """按名字排，不排名次。"""

    items: list[OutcomeView]


def _outcome(name: str, found: outcomes.Outcome) -> OutcomeView:
    return OutcomeView(
        name=name,
        received=found.received,
        done=found.done,
        on_time=found.on_time,
        reopened=found.reopened,
        solution=found.rates.solution if found.rates else None,
        satisfaction=found.rates.satisfaction if found.rates else None,
    )


def by_estate(call: Call[SpanQuery, None]) -> OutcomeList:
    """Only where the community has switched comparing on."""
    if not access.may(call.act, "secretary") or not call.act.service.settings.practices.compare:
        raise Problem("forbidden_person")
    found = outcomes.measure(call.act, *span(call), outcomes.estate)
    return OutcomeList(items=[_outcome(name, each) for name, each in found.items()])


class StarView(BaseModel):
    """本季度的依据、按依据的建议，和街道评过的。"""

    quarter: str
    evidence: dict[str, float | None]
    suggested: int | None
    given: dict[str, int] = Field(description="人:季度 → 几星")


def star_view(call: Call[Any, None]) -> StarView:
    _staff(call)
    act, quarter = call.act, quarter_of(call.act.now)
    seen = appraisal.evidence(act, quarter)
    given = {
        f"{person.id}:{line.data['quarter']}": int(line.data["stars"])
        for person in act.roster.staff.values()
        if person.role == "secretary"
        for line in appraisal.given(act, person)
    }
    return StarView(quarter=quarter.name, evidence=seen, suggested=stars.suggest(seen), given=given)


class PropertyRating(BaseModel):
    """一家物业的一个季度。"""

    team: str
    quarter: str
    owners: list[int] = Field(description="满意、基本满意、不满意各几户，投完的")
    community: bool | None = Field(description="社区说好不好；没有说为空")
    outcome: OutcomeView


def property_rating(call: Call[Any, None]) -> PropertyRating:
    team = call.act.roster.teams.get(call.path["team"])
    if team is None or team.kind != appraisal.PROPERTY:
        raise Problem("not_found", call.path["team"])
    quarter = quarter_of(call.act.now)
    found = appraisal.view(call.act, team, quarter)
    return PropertyRating(
        team=team.code,
        quarter=quarter.name,
        owners=list(found.ballots),
        community=bool(found.community.data["good"]) if found.community else None,
        outcome=_outcome(team.name, found.outcome),
    )


class ThemeCounts(BaseModel):
    """各主题几件。"""

    themes: dict[str, int]


def theme_counts(call: Call[SpanQuery, None]) -> ThemeCounts:
    _staff(call)
    lines = journal_table.done(call.act.tx, themes.KIND, "tag", *span(call))
    return ThemeCounts(themes=themes.counted(lines))


def _staff(call: Call[Any, Any]) -> None:
    if not access.may(call.act, "worker"):
        raise Problem("not_staff")


OPERATIONS = (
    Operation(
        "list_policies", "GET", "/policies", "read", PolicyList, list_policies, tag="governance"
    ),
    Operation(
        "promises", "GET", "/statistics/promises", "read", PromiseView, kept, query=SpanQuery,
        tag="governance",
    ),
    Operation(
        "whistle_rates", "GET", "/statistics/whistles", "read", UnitList, whistle_rates,
        query=SpanQuery, tag="governance",
    ),
    Operation(
        "outcomes", "GET", "/statistics/outcomes", "read", OutcomeList, by_estate,
        query=SpanQuery, tag="governance",
    ),
    Operation(
        "themes", "GET", "/statistics/themes", "read", ThemeCounts, theme_counts,
        query=SpanQuery, tag="governance",
    ),
    Operation("stars", "GET", "/appraisals/stars", "read", StarView, star_view, tag="governance"),
    Operation(
        "property_rating", "GET", "/appraisals/property/<team>", "read", PropertyRating,
        property_rating, problems=(404,), tag="governance",
    ),
)  # fmt: skip
