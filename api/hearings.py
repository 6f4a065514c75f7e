"""Votes, funds, mediation cases and opinions for programs.

What chat keeps back is kept back here too: no household, no party, no word of a case, and of an
opinion nothing by which whoever gave it could be found.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.council import NumberPage, number
from api.listing import Noted
from api.operations import Body, Call, Operation
from api.problems import Problem
from api.shapes import Whole
from data.council_rows import Dispute, DisputeStatus, Fund, Opinion
from data.practice_rows import Motion, MotionStatus
from data.tables import disputes, opinions
from data.tables import funds as fund_table
from data.tables import motions as motion_table
from desk import access, funds, mediation, motions
from desk import opinions as opinion_desk
from desk.rules.lifecycle import Forbidden
from desk.service import Act


class MotionView(BaseModel):
    """一次一户一票；没有结束的只给投了几户。"""

    id: int = Field(description="议-后面的数字")
    status: MotionStatus
    question: str
    options: list[str]
    estate: str | None
    households: int
    quorum: int
    voted: int
    counts: list[int] | None = Field(description="各选项几票，结束以后才有")
    closes_at: datetime


class MotionPage(BaseModel):
    """一页，编号小的在前。"""

    items: list[MotionView]
    next: int | None


def list_motions(call: Call[NumberPage, None]) -> MotionPage:
    query = call.query
    found = motion_table.page(call.act.tx, query.cursor, query.limit)
    return MotionPage(
        items=[_motion(call.act, motion) for motion in found],
        next=found[-1].number if len(found) == query.limit else None,
    )


def _motion(act: Act, motion: Motion) -> MotionView:
    found = motions.count(act, motion)
    return MotionView(
        id=motion.number,
        status=motion.status,
        question=motion.question,
        options=list(motion.options),
        estate=motion.estate,
        households=motion.households,
        quorum=motion.quorum,
        voted=found.voted,
        counts=None if motion.status == "open" else list(found.counts),
        closes_at=motion.closes_at,
    )


class MotionVote(Body):
    """投哪一项。"""

    choice: Annotated[int, Field(ge=0, le=8), Whole] = Field(description="选项的序号，从 0 数起")


def cast(call: Call[Any, MotionVote]) -> MotionView:
    """By the person whose key it is, for his household."""
    motion = motion_table.by_number(call.act.tx, number(call, "motion"))
    if motion is None:
        raise Problem("not_found", call.path["motion"])
    if not motions.cast(call.act, motion, call.body.choice):
        raise Forbidden("status")
    return _motion(call.act, motion)


class FundView(BaseModel):
    """一笔共同筹资的公示，金额是分。"""

    id: int = Field(description="筹-后面的数字")
    status: str
    title: str
    estate: str
    goal: int
    households: int
    pledged: int
    received: int
    spent: int
    left: int


class FundList(BaseModel):
    """共同筹资，新的在前。"""

    items: list[FundView]


def list_funds(call: Call[NumberPage, None]) -> FundList:
    found = fund_table.latest(call.act.tx, call.query.limit)
    return FundList(items=[_fund(call.act, fund) for fund in found])


def _fund(act: Act, fund: Fund) -> FundView:
    account = funds.account(act, fund)
    return FundView(
        id=fund.number,
        status=fund.status,
        title=fund.title,
        estate=fund.estate,
        goal=fund.goal,
        households=account.households,
        pledged=account.pledged,
        received=account.received,
        spent=account.spent,
        left=account.left,
    )


class FundPledge(Body):
    """认多少。"""

    amount: Annotated[int, Field(ge=0, le=100_000_000), Whole] = Field(description="分")


def pledge(call: Call[Any, FundPledge]) -> FundView:
    """By the person whose key it is, for his household."""
    fund = fund_table.by_number(call.act.tx, number(call, "fund"))
    if fund is None:
        raise Problem("not_found", call.path["fund"])
    funds.pledge(call.act, fund, call.body.amount)
    return _fund(call.act, fund)


class DisputeView(BaseModel):
    """一起调解，不含当事人和内容。"""

    id: int = Field(description="案-后面的数字")
    status: DisputeStatus
    stage: str
    team: str
    opened_at: datetime
    agreed_at: datetime | None
    closed_at: datetime | None


class DisputePage(BaseModel):
    """一页，编号小的在前；只有这个密钥看得到的。"""

    items: list[DisputeView]
    next: int | None


def list_disputes(call: Call[NumberPage, None]) -> DisputePage:
    act, query = call.act, call.query
    if not access.may(act, "mediator") and act.person.role != "secretary":
        raise Problem("not_staff")
    found = disputes.page(act.tx, (), query.cursor, query.limit)
    return DisputePage(
        items=[_dispute(each) for each in found if mediation.may_read(act, each)],
        next=found[-1].number if len(found) == query.limit else None,
    )


def _dispute(dispute: Dispute) -> DisputeView:
    return DisputeView(
        id=dispute.number,
        status=dispute.status,
        stage=dispute.stage,
        team=dispute.team,
        opened_at=dispute.opened_at,
        agreed_at=dispute.agreed_at,
        closed_at=dispute.closed_at,
    )


class OpinionView(BaseModel):
    """一条匿名意见，没有人，没有时辰，没有回执号。"""

    id: int = Field(description="意-后面的数字")
    day: str
    status: str
    text: str
    estate: str | None
    reply: str


class OpinionPage(BaseModel):
    """一页，编号小的在前。"""

    items: list[OpinionView]
    next: int | None


def list_opinions(call: Call[NumberPage, None]) -> OpinionPage:
    if not access.may(call.act, "secretary"):
        raise Problem("not_staff")
    found = opinions.page(call.act.tx, call.query.cursor, call.query.limit)
    more = len(found) == call.query.limit
    return OpinionPage(
        items=[_opinion(each) for each in found], next=found[-1].number if more else None
    )


def _opinion(opinion: Opinion) -> OpinionView:
    return OpinionView(
        id=opinion.number,
        day=opinion.day,
        status=opinion.status,
        text=opinion.text,
        estate=opinion.estate,
        reply=opinion.reply,
    )


def answer_opinion(call: Call[Any, Noted]) -> OpinionView:
    opinion = opinions.by_number(call.act.tx, number(call, "opinion"))
    if opinion is None or not access.may(call.act, "secretary"):
        raise Problem("not_found", call.path["opinion"])
    return _opinion(opinion_desk.answer(call.act, opinion, call.body.note))


OPERATIONS = (
    Operation(
        "list_motions", "GET", "/motions", "read", MotionPage, list_motions, query=NumberPage,
        tag="council",
    ),
    Operation(
        "cast_vote", "POST", "/motions/<motion>/actions/vote", "write", MotionView, cast,
        body=MotionVote, problems=(404, 409), tag="council",
    ),
    Operation(
        "pledge", "POST", "/funds/<fund>/actions/pledge", "write", FundView, pledge,
        body=FundPledge, problems=(404, 409), tag="council",
    ),
    Operation(
        "list_funds", "GET", "/funds", "read", FundList, list_funds, query=NumberPage,
        tag="council",
    ),
    Operation(
        "list_disputes", "GET", "/disputes", "read", DisputePage, list_disputes, query=NumberPage,
        tag="council",
    ),
    Operation(
        "list_opinions", "GET", "/opinions", "read", OpinionPage, list_opinions, query=NumberPage,
        tag="council",
    ),
    Operation(
        "answer_opinion", "POST", "/opinions/<opinion>/actions/answer", "write", OpinionView,
        answer_opinion, body=Noted, problems=(404, 409), tag="council",
    ),
)  # fmt: skip
