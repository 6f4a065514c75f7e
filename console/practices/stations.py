"""站点: places that are open to everybody: what there is, when, how many came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Cells, Filter, Mark, Options, everybody
from console.practices.shelves import Shelf, number
from data.duty_rows import Station
from data.tables import stations as table
from desk import facilities
from desk.rules import opening
from desk.service import Act

SHELF: Final = Shelf(Station, "stations", within=("name", "services", "address", "about"))


def _open(act: Act, station: Station) -> Mark | None:
    open_ = opening.is_open(station.hours, act.now)
    if open_ is None:
        return None
    state = "open" if open_ else "shut"
    return Mark(act.say(f"area.stations.state.{state}"), "good" if open_ else "past")


def _columns(act: Act, found: Sequence[Station]) -> list[Cells]:
    return [
        {
            "number": facilities.number(act, station),
            "name": station.name,
            "kind": station.kind,
            "now": _open(act, station),
            "hours": station.hours,
            "services": station.services,
            "estate": station.estate,
            "building": station.building,
            "team": bits.team(act, station.team),
            "phone": station.phone,
            "visitors": facilities.walked_in(act, station),
        }
        for station in found
    ]


def _facts(act: Act, station: Station) -> Cells:
    row = {name: value for name, value in _columns(act, [station])[0].items() if name != "number"}
    names = bits.names(act, station.keepers)
    return {**row, "address": station.address, "grid": bits.grid(act, station.grid),
            "keepers": [names[person] for person in station.keepers],
            "about": station.about}  # fmt: skip


def _kinds(act: Act) -> Options:
    return [(kind, f"{kind}（{count}）") for kind, count in table.counted(act.tx).items()]


AREA: Final = Area(
    name="stations",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda _act, station: station.name,
    may=everybody,
    filters=(Filter("kind", _kinds), bits.ESTATE),
    doings=(of_api("walk_in", "walk_in", lambda station: {"station": str(station.number)}),),
    can=lambda act, station: ("walk_in",) if facilities.keeps(act, station) else (),
    subject=lambda station: (facilities.KIND, str(station.number)),
    imports=("stations",),
)
