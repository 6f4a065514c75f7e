"""The three lists' own tables: units' offers, the task list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from data.database import Tx
from data.lists_rows import Task
from data.practice_rows import Entry
from data.tables import agreements, entries, issues, people, roster
from data.tables import tasks as task_table
from desk import dates, journal, task_list, times
from desk.importing import Check, Kind, Row
from desk.tables import words

RESOURCE = "resource"
NO_DAY = "{name} {value} 不是日期，请写成 2027-06-30"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)  # only for days without a year, which a table may not have


# -- offers -----------------------------------------------------------------------------------


def _check_resources(tx: Tx) -> Check:
    teams = _by_name(tx)
    estates = {place.estate for place in roster.places(tx)}
    grids = {grid.code for grid in roster.grids(tx)}

    def check(row: Row) -> list[str]:
        faults = _day_faults(row, "valid_until")
        team = teams.get(row["unit"])
        if team is None:
            faults.append(f"没有 {row['unit']} 这个单位：先导入 units，或者改成登记的名字")
        elif not team[1]:
            faults.append(f"{row['unit']} 没有联系人：请在 units 的 members 里写上")
        if row.get("capacity") and not _positive(row["capacity"]):
            faults.append("capacity 要是 1 到 9999 的整数，或者空着")
        faults += [
            f"{area} 不是小区，也不是网格编号"
            for area in words(row.get("areas", ""))
            if area not in estates | grids
        ]
        hours = words(row.get("hours", ""))
        faults += [
            f"hours 看不懂 {said}，请写成 周三下午" for said in hours if not times.slots((said,))
        ]
        return faults + _agreement_faults(tx, row)

    return check


def _by_name(tx: Tx) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The code and the people of each team, by code, name and alias."""
    return {
        name: (team.code, team.members)
        for team in roster.teams(tx)
        for name in (team.code, team.name, *team.aliases)
    }


def _positive(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text) <= 9999


def _day_faults(row: Row, name: str) -> list[str]:
    value = row.get(name, "")
    return [] if not value or _day(value) else [NO_DAY.format(name=name, value=value)]


def _day(text: str) -> datetime | None:
    return dates.end_of(text, _NOW) if text[:2] == "20" else None


def _agreement_faults(tx: Tx, row: Row) -> list[str]:
    number = row.get("agreement", "").lstrip("协-")
    if not number:
        return []
    known = number.isdecimal() and agreements.by_number(tx, int(number))
    return [] if known else [f"没有 {row['agreement']} 这份协议"]


def _store_resources(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    """Published at once: whoever imports has looked at them. The same offer again is changed."""
    teams = _by_name(tx)
    for row in rows:
        code, members = teams[row["unit"]]
        known = entries.offered(tx, code, row["title"])
        entry = _resource(row, code, members[0], known, now)
        if known:
            entries.save(tx, entry)
        else:
            number = issues.next_number(tx, RESOURCE)
            entry = replace(entry, number=number)
            entry = replace(entry, id=entries.add(tx, entry))
        data = {"source": "import", "team": code}
        action = "change" if known else "publish"
        subject = (RESOURCE, entry.subject)
        journal.write(tx, now, "system", subject, action, "", data, entry.status)


def _resource(row: Row, team: str, person: str, known: Entry | None, now: datetime) -> Entry:
    number = row.get("agreement", "").lstrip("协-")
    data: dict[str, object] = {
        "areas": list(words(row.get("areas", ""))),
        "categories": list(words(row.get("categories", ""))),
    }
    if number:
        data["agreement"] = int(number)
    return Entry(
        id=known.id if known else 0, number=known.number if known else 0, kind="resource",
        status="published", title=row["title"], text=row.get("about", ""), category="",
        skills=words(row.get("skills", "")), times=words(row.get("hours", "")), estate=None,
        building=None, grid=None, proposer=person, beneficiary=None, team=team, issue=None,
        capacity=int(row.get("capacity") or 1), created_at=known.created_at if known else now,
        listed_at=now, valid_until=_day(row.get("valid_until", "")), warned=0, data=data,
    )  # fmt: skip


# -- tasks --------------------------------------------------------------------------------------


def _check_tasks(tx: Tx) -> Check:
    teams, staff = _by_name(tx), _staff(tx)

    def check(row: Row) -> list[str]:
        faults = _day_faults(row, "due")
        if row["owner"] not in teams and row["owner"] not in staff:
            faults.append(f"owner {row['owner']} 不在人员、队伍、单位表里")
        progress = row.get("progress", "").rstrip("%")
        if progress and not (progress.isdecimal() and int(progress) <= task_list.ALL):
            faults.append("progress 要是 0 到 100 的整数，或者空着")
        return faults

    return check


def _staff(tx: Tx) -> dict[str, str]:
    found = people.staff(tx)
    return {name: person.id for person in found for name in (person.id, person.name)}


def _store_tasks(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    """Added, or changed where area and title are the same; none is removed by a list."""
    teams, staff = _by_name(tx), _staff(tx)
    for row in rows:
        known = task_table.named(tx, row["area"], row["title"])
        team = teams[row["owner"]][0] if row["owner"] in teams else None
        progress = row.get("progress", "").rstrip("%")
        share = int(progress) if progress else (known.progress if known else 0)
        done = share == task_list.ALL
        task = Task(
            id=known.id if known else 0,
            number=known.number if known else issues.next_number(tx, task_list.KIND),
            area=row["area"], title=row["title"], team=team,
            person=None if team else staff[row["owner"]],
            project=known.project if known else None, due=_day(row.get("due", "")), progress=share,
            state="done" if done else "open", note=known.note if known else "",
            created_at=known.created_at if known else now, ended_at=now if done else None, warned=0,
        )  # fmt: skip
        if known:
            task_table.save(tx, task)
        else:
            task_table.add(tx, task)
        subject = (task_list.KIND, str(task.number))
        action = "change" if known else "set"
        journal.write(tx, now, "system", subject, action, "", {"source": "import"}, task.state)


KINDS = {
    "resources": Kind(
        "",
        ("unit", "title"),
        ("skills", "categories", "hours", "capacity", "areas", "valid_until", "agreement", "about"),
        _check_resources,
        _store_resources,
    ),
    "tasks": Kind("", ("area", "title", "owner"), ("due", "progress"), _check_tasks, _store_tasks),
}
