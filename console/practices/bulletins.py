"""通知: to the residents of which place, to how many it went, how many have said 知道了."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Cells, Share, staff
from console.practices.shelves import Shelf, number
from data.duty_rows import Bulletin
from data.tables import bulletins as table
from desk import bulletins
from desk.service import Act

SHELF: Final = Shelf(Bulletin, "bulletins", within=("text", "estate"))


def _columns(act: Act, found: Sequence[Bulletin]) -> list[Cells]:
    names = bits.names(act, [bulletin.sender for bulletin in found])
    rows: list[Cells] = []
    for bulletin in found:
        sent, read = table.counts(act.tx, bulletin.id)
        rows.append(
            {
                "number": bulletins.number(act, bulletin),
                "text": bulletin.text,
                "to": bulletin.estate or bits.grid(act, bulletin.grid)
                or act.say("area.bulletins.all"),
                "at": bulletin.at,
                "sender": names[bulletin.sender],
                "sent": sent,
                "read": read,
                "share": Share(round(100 * read / sent)) if sent else None,
            }
        )  # fmt: skip
    return rows


AREA: Final = Area(
    name="bulletins",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=lambda act, bulletin: {
        name: value for name, value in _columns(act, [bulletin])[0].items() if name != "number"
    },
    title=lambda act, bulletin: bulletins.number(act, bulletin),
    filters=(bits.ESTATE,),
    new=(of_api("send", "send_bulletin"),),
    may_new=staff,
    subject=lambda bulletin: (bulletins.KIND, str(bulletin.number)),
)
