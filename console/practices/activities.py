"""活动: service days, clinics, clubs, classes: when, who signed up, who came, how often."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Kept, Name, Whole, Words
from console.practices import bits, rounds
from console.practices.rounds import Often
from console.practices.shape import Block, Cells, Doing, Options, everybody
from data.practice_rows import Round
from data.tables import people as people_table
from data.tables import rounds as table
from desk import access, activities, attending, naming
from desk import rounds as duties
from desk.rules.lifecycle import Forbidden
from desk.rules.masking import without_readings
from desk.service import Act
from nlp.text import mask_ids
from nlp.values import Place

Count = Annotated[int, Field(ge=1, le=9999), Whole]
Service = Annotated[str, Field(min_length=1, max_length=20), Kept]


class NewActivity(Body):
    """What takes place, when, where, for how many."""

    title: Words
    when: Often
    estate: Name | None = None
    capacity: Count | None = None
    services: list[Service] = Field(default_factory=list, max_length=50)
    course: bool = False


class Arrival(Body):
    """Who came, to which service."""

    name: Name
    service: Service | None = None


class HeadCount(Body):
    """How many came whose names nobody asks."""

    count: Count
    service: Service | None = None


def _begin(act: Act, _row: object, said: NewActivity) -> Round:
    words = act.service.content.words
    plan = activities.Plan(
        title=said.title,
        when=rounds.often(act, said.when),
        place=Place(said.estate) if said.estate else None,
        capacity=said.capacity,
        services=tuple(said.services),
        course=said.course,
        minors=any(word in said.title for word in words["minors"]),
        by_consent=any(word in said.title for word in words["by_consent"]),
    )
    return activities.begin(act, plan)


def _check_in(act: Act, known: Round, said: Arrival) -> object:
    """代签到: somebody who signed up, else the resident of that name."""
    occasion = activities.under_way(act, known)
    names = bits.names(act, [row.person for row in table.attendance(act.tx, occasion.id)])
    signed = [person for person, name in names.items() if name == said.name and person]
    person = signed[0] if len(signed) == 1 else naming.resident(act, said.name).id
    return attending.check_in(act, occasion, person, said.service or "")


def _count_in(act: Act, known: Round, said: HeadCount) -> None:
    occasion = activities.under_way(act, known)
    activities.count_in(act, known, occasion, said.count, said.service or "")


def _services(_act: Act, known: Round | None) -> Options:
    offered = known.data.get("services", ()) if known else ()
    return [(service, service) for service in offered]


def _finish(act: Act, known: Round, reason: str) -> object:
    if known.ended_at is not None:
        raise Forbidden("status")
    return activities.finish(act, known, without_readings(mask_ids(reason)))


def _extra(act: Act, known: Round) -> Cells:
    found = activities.figures(act, [known])
    return {
        "signed": found.signed,
        "came": found.came,
        "times": found.times,
        "course": bool(known.data.get("course")),
        "code": f"event-{known.number}",
    }


def _blocks(act: Act, known: Round) -> list[Block]:
    services = activities.figures(act, [known]).services
    offered = dict.fromkeys((*known.data.get("services", ()), *services))
    rows: list[Cells] = [{"service": each, "times": services.get(each, 0)} for each in offered]
    return [Block("services", rows)]


def _reveal(act: Act, known: Round) -> Cells:
    """报名名单: for whoever runs it; that it was looked at is written down."""
    occasion = activities.under_way(act, known)
    duties.log(act, known, "disclose", data={"occasion": occasion.id})
    lines = []
    for row in table.attendance(act.tx, occasion.id):
        person = people_table.by_id(act.tx, row.person)
        contact = people_table.by_id(act.tx, attending.told_for(row))
        name = (person.name if person else "") or act.say("card.resident")
        lines.append(act.say("attendance.line", name=name, phone=contact.phone if contact else "",
                             state=act.say(f"attendance.state.{row.state}")))  # fmt: skip
    return {"at": occasion.at, "names": "\n".join(lines)}


def _can(act: Act, known: Round) -> list[str]:
    if known.ended_at is not None or not duties.may_do(act, known):
        return []
    return ["check_in", "count_in"]


def _figures(act: Act) -> Cells:
    every = table.ever_of_kind(act.tx, activities.KIND)
    return {"going": sum(known.ended_at is None for known in every), "ever": len(every)}


AREA: Final = rounds.area(
    "activities",
    rounds.Kind(
        activities.KIND,
        new=(Doing("begin", NewActivity, _begin),),
        more=(
            Doing("check_in", Arrival, _check_in, {"service": _services}),
            Doing("count_in", HeadCount, _count_in, {"service": _services}),
        ),
        can_more=_can,
        blocks=_blocks,
        extra=_extra,
        end=_finish,
        reveal=_reveal,
        may=everybody,
        may_new=lambda act: access.may(act, "member"),
        figures=_figures,
    ),
)
