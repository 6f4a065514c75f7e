"""长效工作制度: the community's standing rules with their versions, and who has read which."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from data.contents import Policy
from data.database import Database, Tx
from data.tables import journal as journal_table
from desk import journal
from desk.rules.deadlines import LOCAL
from desk.service import Act, Service
from desk.sweeping import sweep

KIND = "policy"


def in_force(service: Service, day: date) -> list[Policy]:
    """The version of each that is in force on a day, in the order of the file."""
    found: dict[str, Policy] = {}
    for policy in service.content.practices["governance"].policy:
        before = found.get(policy.id)
        if policy.since <= day and (before is None or before.since <= policy.since):
            found[policy.id] = policy
    return list(found.values())


def today(act: Act) -> list[Policy]:
    return in_force(act.service, act.now.astimezone(LOCAL).date())


def versions(act: Act, policy: Policy) -> list[Policy]:
    """All versions, the newest first."""
    known = act.service.content.practices["governance"].policy
    same = [each for each in known if each.id == policy.id]
    return sorted(same, key=lambda each: each.version, reverse=True)


def read(act: Act, policy: Policy) -> None:
    """Written down that he has read this version, once."""
    if act.person.id not in readers(act, policy):
        journal.append(act, KIND, subject(policy), "read")


def readers(act: Act, policy: Policy) -> frozenset[str]:
    lines = journal.lines(act, KIND, subject(policy))
    return frozenset(line.actor for line in lines if line.action == "read")


def unread(act: Act, policy: Policy) -> list[str]:
    """The names of staff who have not read it."""
    seen = readers(act, policy)
    staff: Mapping[str, str] = {
        person.id: person.name for person in act.roster.staff.values() if person.role != "member"
    }
    return [name for person, name in staff.items() if person not in seen]


def subject(policy: Policy) -> str:
    return f"{policy.id}:{policy.version}"


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: of a new version of a rule that comes into force staff are told, once."""

    def fresh(tx: Tx) -> list[Policy]:
        return [
            policy
            for policy in in_force(service, now.astimezone(LOCAL).date())
            if policy.version > 1 and journal_table.last(tx, KIND, subject(policy)) is None
        ]

    return sweep(db, service, now, fresh, _announce)


def _announce(act: Act, policy: Policy) -> None:
    line = journal.append(act, KIND, subject(policy), "announce")
    text = act.say("policy.announced", title=policy.title, version=policy.version)
    staff = [p.id for p in act.roster.staff.values() if p.role != "member"]
    journal.tell_each(act, line, staff, text)
