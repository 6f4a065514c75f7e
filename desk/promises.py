"""零等待, measured from the log: a number at once, contact in time, done in time; and of the
street's whistles who came and who finished in time, by unit and month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from data.rows import Party
from data.tables import promises as table
from desk.rules.deadlines import LOCAL
from desk.rules.punctual import Share, at_once, in_time
from desk.service import Act


@dataclass(frozen=True, slots=True)
class Promises:
    """What was kept of what was promised."""

    receipt: Share
    contact: Share
    done: Share


def kept(act: Act, since: datetime, until: datetime) -> Promises:
    found = table.kept(act.tx, since, until)
    return Promises(
        receipt=at_once((each.said_at, each.created_at) for each in found),
        contact=in_time(((each.contacted_at, each.contact_due) for each in found), act.now),
        done=in_time(((each.finished_at, each.done_due) for each in found), act.now),
    )


@dataclass(frozen=True, slots=True)
class UnitRate:
    """One unit in one month: how often it was whistled for, came in time, finished in time."""

    team: str
    month: str  # 2026-11
    called: int
    led: int
    arrived: Share
    done: Share


def by_unit(act: Act, since: datetime, until: datetime) -> list[UnitRate]:
    groups: dict[tuple[str, str], list[Party]] = defaultdict(list)
    for party in table.whistles(act.tx, since, until):
        month = f"{party.asked_at.astimezone(LOCAL):%Y-%m}"
        groups[party.team, month].append(party)
    return [
        UnitRate(
            team=team,
            month=month,
            called=len(parties),
            led=sum(bool(party.leads) for party in parties),
            arrived=in_time(((p.arrived_at, p.arrive_due) for p in parties), act.now),
            done=in_time(((p.done_at, p.done_due) for p in parties), act.now),
        )
        for (team, month), parties in sorted(groups.items())
    ]
