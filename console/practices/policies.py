"""工作制度: the standing rules in force, and who has read which version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final

from api.operations import NoBody
from console.practices.shape import Area, Asked, Cells, Doing, Found, Mark, office
from console.practices.shelves import listed
from data.contents import Policy
from desk import policies
from desk.rules.deadlines import LOCAL
from desk.service import Act


def _find(act: Act, asked: Asked) -> Found[Policy]:
    return listed(policies.today(act), asked, lambda policy: policy.title + policy.text)


def _columns(act: Act, found: Sequence[Policy]) -> list[Cells]:
    rows: list[Cells] = []
    for policy in found:
        readers = policies.readers(act, policy)
        seen = act.person.id in readers
        rows.append(
            {
                "title": policy.title,
                "version": policy.version,
                "since": datetime.combine(policy.since, time(), LOCAL),
                "readers": len(readers),
                "mine": Mark(act.say(f"area.policies.{'seen' if seen else 'unseen'}"),
                             "past" if seen else "wait"),
            }
        )  # fmt: skip
    return rows


def _facts(act: Act, policy: Policy) -> Cells:
    unread = policies.unread(act, policy) if office(act) else ()
    return {**_columns(act, [policy])[0], "text": policy.text, "unread": tuple(unread)}


AREA: Final = Area(
    name="policies",
    find=_find,
    one=lambda act, key: next((p for p in policies.today(act) if p.id == key), None),
    key=lambda policy: policy.id,
    columns=_columns,
    facts=_facts,
    title=lambda _act, policy: policy.title,
    doings=(Doing("read", NoBody, lambda act, policy, _: policies.read(act, policy)),),
    can=lambda act, policy: () if act.person.id in policies.readers(act, policy) else ("read",),
)
