"""双报到名册: who has reported for service, with which skills, placed where and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, get_args

from pydantic import Field

from api.operations import Body
from api.shapes import Kept, Name
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Cells, Doing, Options, Tone, Waits, office, staff
from console.practices.shelves import Shelf, number
from data.practice_rows import Member, MemberState
from data.tables import members as table
from data.tables import people as people_table
from desk import access, enrolling, members, people
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {"reported": "wait", "confirmed": "good", "left": "past"}
SHELF: Final = Shelf(
    Member, "members", within=("unit", "occupation", "skills", "tags"),
    allowed=lambda _act: {"state": ("listed", "reported", "confirmed")},
)  # fmt: skip
Short = Annotated[str, Field(max_length=40), Kept]
Phone = Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$"), Kept]


class Report(Body):
    """代报到, at the desk."""

    name: Name
    team: Name | None = None
    unit: Short = ""
    skills: list[Short] = Field(min_length=1, max_length=20)
    estate: Name
    occupation: Short = ""
    phone: Phone | None = None


class Tags(Body):
    """Role tags: 宣讲 参议 示范 安全 …"""

    tags: list[Name] = Field(min_length=1, max_length=20)


def _report(act: Act, _row: object, said: Report) -> Member:
    """By the clerk whose name is kept; confirmed at once. Who is listed is not entered twice."""
    unit = bits.team(act, said.team) or said.unit
    listed = table.named(act.tx, said.name, unit)
    if len(listed) == 1:
        return members.confirm(act, listed[0])
    found = enrolling.Enrolment(
        name=said.name, phone=said.phone or "", team=said.team, unit=unit,
        occupation=said.occupation, skills=tuple(said.skills),
        place=act.service.understander.place(said.estate),
    )  # fmt: skip
    person = people.known_by_name(act, said.name)
    return members.confirm(act, members.report(act, found, person, source="desk"))


def _tags(act: Act, _row: object) -> Options:
    words = act.service.content.words
    return [(tag, tag) for tag in (*words["member_tags"], *words["council_roles"])]


def _masked(act: Act, name: str | None) -> str:
    return act.say("member.masked", first=name[:1]) if name else ""


def _columns(act: Act, found: Sequence[Member]) -> list[Cells]:
    names = bits.names(act, [member.person for member in found])
    return [
        {
            "number": members.number(act, member),
            "name": _masked(act, names[member.person]),
            "state": bits.marked(act, "member.state", member.state, TONES),
            "unit": member.unit,
            "skills": member.skills,
            "tags": member.tags,
            "placed": bits.team(act, member.placed),
            "grid": bits.grid(act, member.grid),
            "created_at": member.created_at,
        }
        for member in found
    ]


def _facts(act: Act, member: Member) -> Cells:
    row = {n: v for n, v in _columns(act, [member])[0].items() if n != "number"}
    return {
        **row,
        "occupation": member.occupation,
        "times": member.times,
        "reason": member.reason,
        "community_at": member.community_at,
        "community_clerk": bits.who(act, member.community_clerk),
        "branch_at": member.branch_at,
        "branch_clerk": bits.who(act, member.branch_clerk),
    }


def _reveal(act: Act, member: Member) -> Cells:
    """Everything, and that it was looked at is written down."""
    members.log(act, member, "disclose", {})
    person = people_table.by_id(act.tx, member.person)
    if person is None:
        return {}
    return {"name": person.name, "phone": person.phone, "estate": person.estate,
            "building": person.building}  # fmt: skip


def _can(act: Act, member: Member) -> list[str]:
    leads = [act.roster.grids[code].person for code in act.roster.path(member.grid)]
    desk = access.may(act, "secretary") and member.community_at is None
    branch = act.person.id in leads and member.branch_at is None
    able = ["confirm"] if desk or branch else []
    return [*able, "tag"] if office(act) else able


def _figures(act: Act) -> Cells:
    counts = table.counted(act.tx, "state")
    units = [unit for unit in table.counted(act.tx, "unit") if unit]
    shown: dict[str, int] = {state: counts.get(state, 0) for state in ("listed", "reported",
                                                                       "confirmed")}  # fmt: skip
    return {"units": len(units), **shown}


AREA: Final = Area(
    name="members",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, member: f"{members.number(act, member)} {member.unit}",
    filters=(bits.statuses("member.state", get_args(MemberState)[:3], "state"),),
    doings=(
        of_api("confirm", "confirm_member", lambda member: {"member": str(member.number)}),
        Doing("tag", Tags, lambda act, m, said: members.tag(act, m, tuple(said.tags)),
              {"tags": _tags}),
    ),
    can=_can,
    new=(Doing("report", Report, _report),),
    subject=lambda member: (members.KIND, str(member.number)),
    reveal=_reveal,
    figures=_figures,
    imports=("members",),
    waits=Waits("state", "reported", SHELF.count, staff),
)  # fmt: skip
