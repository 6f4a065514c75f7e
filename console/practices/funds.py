"""共同筹资: what neighbours raise together, shown to all of them. Nothing is paid here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.problems import Problem
from api.shapes import Kept, Name, Whole, Words
from console.practices import bits
from console.practices.shape import Area, Block, Cells, Doing, Options, Tone, everybody
from console.practices.shelves import Shelf, number
from data.council_rows import Fund
from data.tables import funds as table
from data.tables import people
from data.tables import topics as topic_table
from desk import funds
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {"open": "wait", "settled": "past"}
SHELF: Final = Shelf(Fund, "funds", within=("title", "estate"))
Yuan = Annotated[int, Field(ge=1, le=1_000_000), Whole]
Short = Annotated[str, Field(max_length=200), Kept]


class NewFund(Body):
    """What money is raised for, how much, where."""

    title: Words
    estate: Name
    goal: Yuan
    topic: Name | None = None


class Received(Body):
    """From which household, how much."""

    payer: Name
    amount: Yuan


class Spent(Body):
    """How much, for what."""

    amount: Yuan
    note: Words


class Settled(Body):
    """What becomes of the rest."""

    note: Short = ""


def _begin(act: Act, _row: object, said: NewFund) -> Fund:
    named = said.topic or ""
    topic = topic_table.by_number(act.tx, int(named)) if named.isdecimal() else None
    return funds.begin(act, said.title, said.estate, said.goal * 100, topic)


def _topics(act: Act, _row: object) -> Options:
    """Those that were resolved: money is raised after it was talked over."""
    found = topic_table.latest(act.tx, ("resolved", "tracking"), 50)
    return [(str(topic.number), topic.title) for topic in found]


def _receive(act: Act, fund: Fund, said: Received) -> object:
    found = [p for p in people.by_name(act.tx, said.payer) if p.estate == fund.estate]
    if len(found) != 1:
        raise Problem("unknown_target", said.payer)
    return funds.receive(act, fund, found[0], said.amount * 100)


def _columns(act: Act, found: Sequence[Fund]) -> list[Cells]:
    rows: list[Cells] = []
    for fund in found:
        account = funds.account(act, fund)
        rows.append(
            {
                "number": funds.number(act, fund),
                "title": fund.title,
                "status": bits.marked(act, "area.funds.status", fund.status, TONES),
                "estate": fund.estate,
                "goal": bits.yuan(fund.goal),
                "households": account.households,
                "pledged": bits.yuan(account.pledged),
                "received": bits.yuan(account.received),
                "spent": bits.yuan(account.spent),
                "rest": bits.yuan(account.left),
            }
        )
    return rows


def _facts(act: Act, fund: Fund) -> Cells:
    row = dict(_columns(act, [fund])[0])
    del row["number"]
    return {**row, "keeper": bits.who(act, fund.keeper), "settled_at": fund.settled_at}


def _blocks(act: Act, fund: Fund) -> list[Block]:
    rows: list[Cells] = [{"at": row.at, "what": row.what, "spent": bits.yuan(row.amount)}
                         for row in table.spendings(act.tx, fund.id)]  # fmt: skip
    return [Block("spendings", rows)]


def _can(act: Act, fund: Fund) -> Sequence[str]:
    """Only whoever keeps the money writes it down."""
    open_ = fund.status == "open" and act.person.id == fund.keeper
    return ("receive", "spend", "settle") if open_ else ()


AREA: Final = Area(
    name="funds",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, fund: f"{funds.number(act, fund)} {fund.title}",
    may=everybody,
    filters=(bits.statuses("area.funds.status", ("open", "settled")), bits.ESTATE),
    doings=(
        Doing("receive", Received, _receive),
        Doing("spend", Spent, lambda act, fund, said: funds.spend(
            act, fund, said.amount * 100, said.note)),
        Doing("settle", Settled, lambda act, fund, said: funds.settle(act, fund, said.note)),
    ),
    can=_can,
    new=(Doing("begin", NewFund, _begin, {"topic": _topics}),),
    blocks=_blocks,
    subject=lambda fund: (funds.KIND, fund.subject),
)  # fmt: skip
