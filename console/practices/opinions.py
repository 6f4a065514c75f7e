"""民意: what was said without a name. No person, no hour, no receipt is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from api.operations import NoBody
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Cells, Doing, Link, Tone, Waits, office
from console.practices.shelves import Shelf, number
from data.council_rows import Opinion
from data.tables import topics as topic_table
from desk import opinions
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {"received": "wait", "answered": "past"}
SHELF: Final = Shelf(Opinion, "opinions", within=("text", "estate"))


def _columns(act: Act, found: Sequence[Opinion]) -> list[Cells]:
    return [
        {
            "number": opinions.number(act, opinion),
            "text": opinion.text,
            "status": bits.marked(act, "area.opinions.status", opinion.status, TONES),
            "estate": opinion.estate,
            "day": opinion.day,
            "reply": opinion.reply,
        }
        for opinion in found
    ]


def _facts(act: Act, opinion: Opinion) -> Cells:
    topic = topic_table.by_id(act.tx, opinion.topic) if opinion.topic else None
    link = Link(topic.title, f"practices/topics/{topic.number}") if topic else None
    return {**_columns(act, [opinion])[0], "topic": link}


AREA: Final = Area(
    name="opinions",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, opinion: opinions.number(act, opinion),
    may=office,
    filters=(bits.statuses("area.opinions.status", ("received", "answered")), bits.ESTATE),
    doings=(
        of_api("answer", "answer_opinion", lambda opinion: {"opinion": str(opinion.number)}),
        Doing("take_up", NoBody, lambda act, opinion, _: opinions.take_up(act, opinion)),
    ),
    can=lambda _act, opinion: ("answer",) if opinion.topic else ("answer", "take_up"),
    waits=Waits("status", "received", SHELF.count, office),
)
