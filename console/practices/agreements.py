"""共驻共建协议: what units have promised, and what they have kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from api.listing import Noted
from api.operations import Body
from api.shapes import Moment
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Block, Cells, Doing, Mark, office
from console.practices.shelves import Shelf, number
from data.lists_rows import Agreement
from desk import agreements
from desk.service import Act

SHELF: Final = Shelf(Agreement, "agreements", within=("commitments", "team"))


class Renewal(Body):
    """Until when it holds from now on."""

    until: Moment


def _over(act: Act, agreement: Agreement) -> bool:
    return agreement.ended_at is not None or act.now >= agreement.until


def _state(act: Act, agreement: Agreement) -> Mark:
    if _over(act, agreement):
        return Mark(act.say("area.agreements.state.over"), "past")
    if agreement.until - act.now <= agreements.NOTICE:
        return Mark(act.say("area.agreements.state.ending"), "wait")
    return Mark(act.say("area.agreements.state.in_force"), "good")


def _columns(act: Act, found: Sequence[Agreement]) -> list[Cells]:
    return [
        {
            "number": f"{act.say('number.agreement')}-{agreement.number}",
            "team": bits.team(act, agreement.team) or agreement.team,
            "state": _state(act, agreement),
            "commitments": agreement.commitments,
            "since": agreement.since,
            "until": bits.last(agreement.until),
        }
        for agreement in found
    ]


def _facts(act: Act, agreement: Agreement) -> Cells:
    row = {n: v for n, v in _columns(act, [agreement])[0].items() if n != "number"}
    return {**row, "clerk": bits.who(act, agreement.clerk), "ended_at": agreement.ended_at}


def _blocks(act: Act, agreement: Agreement) -> list[Block]:
    rows = bits.logged(act, agreements.KIND, str(agreement.number), "keep")
    return [Block("kept", rows)]


def _can(act: Act, agreement: Agreement) -> list[str]:
    if agreement.ended_at is not None:
        return []
    team = act.roster.teams.get(agreement.team)
    own = bool(team and act.person.id in team.members)
    able = ["keep"] if not _over(act, agreement) and (own or office(act)) else []
    return [*able, "renew", "end"] if office(act) else able


AREA: Final = Area(
    name="agreements",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, a: f"{act.say('number.agreement')}-{a.number} {bits.team(act, a.team)}",
    doings=(
        Doing("keep", Noted, lambda act, a, said: agreements.kept(act, a, said.note)),
        Doing("renew", Renewal, lambda act, a, said: agreements.renew(act, a, said.until)),
        Doing("end", Noted, lambda act, a, said: agreements.end(act, a, said.note)),
    ),
    can=_can,
    new=(of_api("sign", "create_agreement"),),
    blocks=_blocks,
    subject=lambda agreement: (agreements.KIND, str(agreement.number)),
)
