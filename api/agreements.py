"""共驻共建协议 for programs: those in force, and signing one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.lists import staff
from api.operations import Body, Call, Operation
from api.problems import Problem
from api.shapes import Kept, Moment, Whole, Words
from data.lists_rows import Agreement
from data.tables import agreements as table
from desk import agreements

Code = Annotated[str, Field(min_length=1, max_length=64), Kept]
Short = Annotated[str, Field(max_length=200), Kept]
Share = Annotated[int, Field(ge=0, le=100), Whole]


class AgreementView(BaseModel):
    """一份共驻共建协议。"""

    id: int = Field(description="协-后面的数字")
    team: str
    commitments: list[str]
    since: datetime
    until: datetime


class Agreements(BaseModel):
    """在有效期内的，快到期的在前。"""

    items: list[AgreementView]


class NewAgreement(Body):
    """签约。"""

    team: Code = Field(description="单位的编号")
    commitments: Annotated[list[Words], Field(min_length=1, max_length=20)] = Field(
        description="承诺，一条一项"
    )
    since: Moment
    until: Moment


def list_agreements(call: Call[Any, None]) -> Agreements:
    staff(call.act)
    found = table.in_force(call.act.tx, call.act.now)
    return Agreements(items=[_agreement(each) for each in found])


def _agreement(agreement: Agreement) -> AgreementView:
    return AgreementView(
        id=agreement.number,
        team=agreement.team,
        commitments=list(agreement.commitments),
        since=agreement.since,
        until=agreement.until,
    )


def create_agreement(call: Call[Any, NewAgreement]) -> AgreementView:
    body = call.body
    team = call.act.roster.teams.get(body.team)
    if team is None:
        raise Problem("unknown_target", body.team)
    commitments = tuple(body.commitments)
    made = agreements.sign(call.act, team, commitments, body.since, body.until)
    return _agreement(made)


OPERATIONS = (
    Operation(
        "list_agreements", "GET", "/agreements", "read", Agreements, list_agreements,
        tag="practices",
    ),
    Operation(
        "create_agreement", "POST", "/agreements", "write", AgreementView, create_agreement,
        body=NewAgreement, status=201, problems=(409,), tag="practices",
    ),
)  # fmt: skip
