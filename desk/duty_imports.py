"""The tables of yards, stations and elder cards: added to and changed by a list, never removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from data.database import Tx
from data.duty_rows import ElderCard, Station, Yard
from data.rows import Person
from data.tables import elder_cards, issues, people, roster, stations, yards
from desk import journal
from desk.importing import Check, Kind, Row
from desk.rules import opening
from desk.rules.yards import COLOURS, MOST_STARS, SAFE
from desk.service import nobody
from desk.tables import words
from nlp.gazetteer import Gazetteer, label
from nlp.values import Place, PlaceRow

_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")


class _Known:
    """The places and grids that a row may name."""

    def __init__(self, tx: Tx) -> None:
        self.gazetteer = Gazetteer(
            PlaceRow(p.estate, p.aliases, p.buildings, p.units, p.grid) for p in roster.places(tx)
        )
        self.grids = {grid.code for grid in roster.grids(tx)}

    def faults(self, row: Row) -> list[str]:
        found = []
        estate, building = row.get("estate", ""), row.get("building", "")
        if estate and estate not in self.gazetteer.estates:
            found.append(f"没有 {estate} 这个小区：先导入 places，或者改成登记的名字")
        elif building and not self.gazetteer.has_building(estate, label(building)):
            found.append(f"{estate}没有 {building} 号楼")
        if row.get("grid") and row["grid"] not in self.grids:
            found.append(f"没有 {row['grid']} 这个网格：先导入 grids")
        if row.get("phone") and not _PHONE.fullmatch(row["phone"]):
            found.append(f"phone {row['phone']} 不是电话号码")
        return found

    def grid(self, row: Row) -> str | None:
        """The grid that is written, else that of the address."""
        home = Place(row.get("estate") or None, label(row.get("building", "")) or None)
        found = self.gazetteer.grid_of(home) if home.estate else None
        return row.get("grid") or found


# -- yards ----------------------------------------------------------------------------------------


def _check_yards(tx: Tx) -> Check:
    known = _Known(tx)
    codes: set[str] = set()

    def check(row: Row) -> list[str]:
        faults = known.faults(row)
        if row.get("colour") and row["colour"] not in COLOURS:
            faults.append(f"colour 要是 {'、'.join(COLOURS)} 之一")
        stars = row.get("stars") or "0"
        if not stars.isdecimal() or int(stars) > MOST_STARS:
            faults.append(f"stars 要是 0 到 {MOST_STARS}")
        if known.grid(row) is None:
            faults.append("grid 不能为空，除非写明小区和楼号")
        if row.get("code") and row["code"] in codes:
            faults.append(f"code {row['code']} 重复了")
        codes.add(row.get("code", ""))
        return faults

    return check


def _store_yards(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    known, before = _Known(tx), {yard.label: yard for yard in yards.page(tx)}
    landlords: dict[tuple[str, str], str] = {}
    for row in rows:
        old = before.get(row["label"])
        number = old.number if old else issues.next_number(tx, "yard")
        yard = Yard(
            id=old.id if old else 0,
            number=number,
            code=row.get("code") or (old.code if old else f"yuan-{number}"),
            label=row["label"],
            estate=row.get("estate") or None,
            building=label(row.get("building", "")) or None,
            address=row.get("address", ""),
            grid=known.grid(row) or "",
            landlord=_landlord(tx, row, landlords, now) or (old.landlord if old else None),
            colour=row.get("colour") or (old.colour if old else SAFE),
            stars=int(row.get("stars") or (old.stars if old else 0)),
            reason=row.get("reason") or (old.reason if old else ""),
            changed_at=now,
        )
        if old:
            yards.save(tx, yard)
        else:
            yards.add(tx, yard)
        action = "change" if old else "list"
        data = {"source": "import", "colour": yard.colour}
        journal.write(tx, now, "system", ("yard", str(number)), action, "", data)


def _landlord(tx: Tx, row: Row, seen: dict[tuple[str, str], str], now: datetime) -> str | None:
    """The person who lets its rooms, one for all yards with the same name and phone."""
    name, phone = row.get("landlord", ""), row.get("phone", "")
    if not name:
        return None
    if (name, phone) not in seen:
        id_ = people.id_for(tx, "l", name, phone)
        same = [person for person in people.by_name(tx, name) if phone and person.phone == phone]
        if same:
            id_ = same[0].id
        elif people.by_id(tx, id_) is None:
            people.put(tx, replace(nobody(id_, now, name=name), phone=phone))
        seen[name, phone] = id_
    return seen[name, phone]


# -- stations -------------------------------------------------------------------------------------


def _check_stations(tx: Tx) -> Check:
    known = _Known(tx)
    teams = {team.code for team in roster.teams(tx)}
    staff = {person.id for person in people.every(tx)}

    def check(row: Row) -> list[str]:
        faults = known.faults(row)
        if row.get("hours") and opening.read(row["hours"]) is None:
            faults.append(
                f"hours {row['hours']} 看不懂，例如：周一至周五 08:00-18:00；周六 09:00-12:00"
            )
        if row.get("team") and row["team"] not in teams:
            faults.append(f"没有 {row['team']} 这支队伍或单位")
        faults += [f"没有 {p} 这个人" for p in words(row.get("keepers", "")) if p not in staff]
        return faults

    return check


def _store_stations(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    known = _Known(tx)
    for row in rows:
        old = stations.by_name(tx, row["name"])
        station = Station(
            id=old.id if old else 0,
            number=old.number if old else issues.next_number(tx, "station"),
            name=row["name"],
            kind=row["kind"],
            estate=row.get("estate") or None,
            building=label(row.get("building", "")) or None,
            address=row.get("address", ""),
            grid=known.grid(row),
            hours=row.get("hours", ""),
            services=words(row.get("services", "")),
            phone=row.get("phone", ""),
            team=row.get("team") or None,
            keepers=words(row.get("keepers", "")),
            about=row.get("about", ""),
        )
        if old:
            stations.save(tx, station)
        else:
            stations.add(tx, station)
        action = "change" if old else "list"
        data = {"source": "import", "kind": station.kind}
        journal.write(tx, now, "system", ("station", str(station.number)), action, "", data)


# -- elder cards ----------------------------------------------------------------------------------

_YEAR = re.compile(r"(?:19|20)\d\d")


def _check_cards(tx: Tx) -> Check:
    known = _Known(tx)
    seen: set[tuple[str, str]] = set()

    def check(row: Row) -> list[str]:
        faults = known.faults(row)
        if row["born"] and not _YEAR.fullmatch(row["born"]):
            faults.append(f"born {row['born']} 要写成四位的出生年份，不要身份证号")
        key = (row["name"], row.get("phone", ""))
        if key in seen:
            faults.append(f"{row['name']} 重复了")
        seen.add(key)
        return faults

    return check


def _store_cards(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    known, held = _Known(tx), elder_cards.known(tx)
    for row in rows:
        key = (row["name"], row.get("phone", ""))
        person = people.by_id(tx, held[key]) if key in held else None
        if person is None:
            person = _elder(tx, row, known, now)
        old = elder_cards.of_person(tx, person.id)
        card = ElderCard(
            id=old.id if old else 0,
            number=old.number if old else issues.next_number(tx, "card"),
            person=person.id,
            born=int(row["born"]),
            groups=words(row.get("groups", "")),
            issued_at=old.issued_at if old else now,
            ended_at=None,
        )
        if old:
            elder_cards.save(tx, card)
        else:
            elder_cards.add(tx, card)
        action = "change" if old else "issue"
        journal.write(
            tx, now, "system", ("card", str(card.number)), action, "", {"source": "import"}
        )


def _elder(tx: Tx, row: Row, known: _Known, now: datetime) -> Person:
    """The resident of that name and phone, or somebody whom we now know by them."""
    phone = row.get("phone", "")
    same = [person for person in people.by_name(tx, row["name"]) if phone and person.phone == phone]
    if same:
        return same[0]
    id_ = people.id_for(tx, "e", row["name"], phone, row.get("estate", ""), row.get("building", ""))
    person = replace(
        nobody(id_, now, name=row["name"]),
        phone=phone,
        estate=row.get("estate") or None,
        building=label(row.get("building", "")) or None,
        grid=known.grid(row),
    )
    people.put(tx, person)
    return person


KINDS = {
    "yards": Kind(
        "label",
        ("label",),
        ("code", "estate", "building", "address", "grid", "landlord", "phone", "colour", "stars",
         "reason"),
        _check_yards,
        _store_yards,
    ),
    "stations": Kind(
        "name",
        ("name", "kind"),
        ("estate", "building", "address", "grid", "hours", "services", "phone", "team", "keepers",
         "about"),
        _check_stations,
        _store_stations,
    ),
    "cards": Kind(
        "", ("name", "born"), ("phone", "estate", "building", "groups"), _check_cards, _store_cards
    ),
}  # fmt: skip
