"""调解台账: read by its mediators and by the secretary, who answers for them; by nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from pydantic import Field

from api.operations import Body
from api.problems import Problem
from api.shapes import Name, Words
from console.practices import bits
from console.practices.shape import Area, Cells, Doing, Options, Tone
from console.practices.shelves import Shelf, number
from data.council_rows import Dispute, DisputeStatus
from data.tables import disputes as table
from desk import access, mediation, naming
from desk.rules import mediation as rules
from desk.rules.lifecycle import Forbidden
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {
    "accepted": "wait", "mediating": "wait", "agreed": "good", "closed": "past",
    "unsettled": "bad", "withdrawn": "past",
}  # fmt: skip
SHELF: Final = Shelf(Dispute, "disputes", within=("text", "estate"), sees=mediation.may_read)


class NewCase(Body):
    """What it is about, and between whom."""

    text: Words
    parties: list[Name] = Field(min_length=2, max_length=9)


class Parties(Body):
    """Who else takes part."""

    parties: list[Name] = Field(min_length=1, max_length=9)


class Record(Body):
    """What is to be written down."""

    note: Words


class HandOver(Body):
    """To which judicial mediators, and why."""

    team: Name
    note: Words


def _begin(act: Act, _row: object, said: NewCase) -> Dispute:
    return mediation.begin(act, said.text, [naming.resident(act, n) for n in said.parties])


def _party(act: Act, dispute: Dispute, said: Parties) -> object:
    people = [naming.resident(act, name) for name in said.parties]
    return mediation.add_parties(act, dispute, people)


def _hand_over(act: Act, dispute: Dispute, said: HandOver) -> object:
    team = act.roster.teams.get(said.team)
    if team is None:
        raise Problem("unknown_target", said.team)
    return mediation.hand_over(act, dispute, team, said.note)


def _judicial(act: Act, _row: object) -> Options:
    return [(team.code, team.name) for team in mediation.targets(act)]


def _may(act: Act) -> bool:
    return access.may(act, "mediator") or act.person.role == "secretary"


def _columns(act: Act, found: Sequence[Dispute]) -> list[Cells]:
    names = bits.names(act, [dispute.mediator for dispute in found])
    return [
        {
            "number": mediation.number(act, dispute),
            "status": bits.marked(act, "area.disputes.status", dispute.status, TONES),
            "stage": act.say(f"area.disputes.stage.{dispute.stage}"),
            "estate": dispute.estate,
            "mediator": names[dispute.mediator],
            "team": bits.team(act, dispute.team),
            "opened_at": dispute.opened_at,
            "agreed_at": dispute.agreed_at,
            "closed_at": dispute.closed_at,
        }
        for dispute in found
    ]


def _facts(act: Act, dispute: Dispute) -> Cells:
    parties = table.parties(act.tx, dispute.id)
    names = bits.names(act, parties)
    return {
        "text": dispute.text,
        "parties": [names[person] for person in parties],
        **{name: value for name, value in _columns(act, [dispute])[0].items()
           if name != "number"},
        "agreement": dispute.agreement,
    }  # fmt: skip


def _can(act: Act, dispute: Dispute) -> list[str]:
    who = mediation.who_is(act, dispute)
    able = []
    for name in get_args(rules.Action):
        try:
            rules.step(dispute.status, dispute.stage, name, who, "-")
        except Forbidden:
            continue
        able.append(name)
    return able


AREA: Final = Area(
    name="disputes",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, dispute: mediation.number(act, dispute),
    may=_may,
    filters=(bits.statuses("area.disputes.status", get_args(DisputeStatus)), bits.ESTATE),
    doings=(
        Doing("mediate", Record, lambda act, d, said: mediation.mediate(act, d, said.note)),
        Doing("agree", Record, lambda act, d, said: mediation.agree(act, d, said.note)),
        Doing("follow", Record, lambda act, d, said: mediation.follow(act, d, said.note)),
        Doing("break", Record, lambda act, d, said: mediation.broken(act, d, said.note)),
        Doing("party", Parties, _party),
        Doing("hand_over", HandOver, _hand_over, {"team": _judicial}),
        Doing("fail", Record, lambda act, d, said: mediation.fail(act, d, said.note)),
        Doing("withdraw", Record, lambda act, d, said: mediation.withdraw(act, d, said.note)),
    ),
    can=_can,
    new=(Doing("begin", NewCase, _begin),),
    may_new=lambda act: access.may(act, "mediator"),
    subject=lambda dispute: (mediation.KIND, dispute.subject),
)
