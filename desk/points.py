"""The point ledger: computed anew from the logs when they have grown, and checked against them.

What somebody spends and what an appeal gives him are lines of the journal under his own name, so
that a balance is right at once and the ledger stays what the logs make of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from data.council_rows import Points
from data.database import Database, Tx
from data.tables import issues
from data.tables import journal as journal_table
from data.tables import points as table
from desk import access, deeds, journal
from desk.deeds import AFTER_ALL, EVER
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.rules.points import Deed, Grant, Rule, flagged, score
from desk.service import Act, Service

CHECK, ADJUST, REDEEM = "check", "adjust", "redeem"
Key = tuple[str, int, str, int, str, datetime, int]


def rules(service: Service) -> list[Rule]:
    """As the community wrote them, each from the first moment of its day."""
    return [
        Rule(
            each.id, each.version, datetime.combine(each.since, time(), LOCAL), each.event,
            each.points, each.cap,
        )
        for each in service.content.practices["points"].rule
    ]  # fmt: skip


def titles(service: Service) -> dict[tuple[str, int], str]:
    known = service.content.practices["points"].rule
    return {(each.id, each.version): each.title for each in known}


@dataclass(frozen=True)
class Reckoning:
    """The ledger as the logs make it, and the deeds that look like a favour, the oldest first."""

    grants: list[Grant]
    odd: list[Deed]


def compute(tx: Tx, service: Service) -> Reckoning:
    known = rules(service)
    found = deeds.read(tx, sorted({rule.event for rule in known}))
    marked = flagged(found.done, service.settings.practices.repeat_pair)
    grants = score(marked, found.undone, known, looked_at(tx))
    return Reckoning(grants, [deed for deed in marked if deed.flag])


def looked_at(tx: Tx) -> dict[str, bool]:
    """What clerks said of flagged deeds: counted or not."""
    said = [
        *journal_table.done(tx, CHECK, "count", EVER, AFTER_ALL),
        *journal_table.done(tx, CHECK, "discount", EVER, AFTER_ALL),
    ]
    last = {line.subject: line for line in sorted(said, key=lambda line: line.at)}
    return {subject: line.action == "count" for subject, line in last.items()}


def to_look_at(act: Act) -> list[Deed]:
    """Odd deeds that no clerk has looked at."""
    seen = looked_at(act.tx)
    return [deed for deed in compute(act.tx, act.service).odd if deed.key not in seen]


def waiting(act: Act) -> int:
    """How many of them there are, as the ledger was last computed: without reading the logs."""
    return len(set(table.odd(act.tx)) - looked_at(act.tx).keys())


def may_look(act: Act, deed: Deed) -> bool:
    """Nobody decides on what he did himself."""
    return access.may(act, "secretary") and act.person.id not in (deed.person, deed.by)


def look_at(act: Act, key: str, *, count: bool) -> None:
    """A clerk has looked: it counts, or it does not."""
    deed = next((deed for deed in to_look_at(act) if deed.key == key), None)
    if deed is None:
        raise Forbidden("status")
    if not may_look(act, deed):
        raise Forbidden("person")
    journal.append(act, CHECK, key, "count" if count else "discount")


# -- the ledger in the store ----------------------------------------------------------------------


def _row_key(row: Points) -> Key:
    return (row.person, row.points, row.rule, row.version, row.subject, row.at, row.undone)


def _grant_key(grant: Grant) -> Key:
    return (
        grant.person, grant.points, grant.rule, grant.version, grant.subject, grant.at,
        int(grant.undone),
    )  # fmt: skip


def differences(tx: Tx, service: Service) -> tuple[list[Points], list[Points]]:
    """What the store has and the logs do not make, and what it lacks."""
    return _compared(tx, compute(tx, service).grants)


def _compared(tx: Tx, grants: Sequence[Grant]) -> tuple[list[Points], list[Points]]:
    wanted = Counter(_grant_key(grant) for grant in grants)
    extra = []
    for row in table.every(tx):
        if wanted[_row_key(row)]:
            wanted[_row_key(row)] -= 1
        else:
            extra.append(row)
    return extra, [Points(0, *key) for key in wanted.elements()]


def rebuild(tx: Tx, service: Service, now: datetime) -> int:
    """Make the store what the logs say; returns how many lines that took."""
    found = compute(tx, service)
    lines = _compared(tx, found.grants)
    return _apply(tx, table.log_size(tx), found, lines, now)


def _apply(
    tx: Tx, size: str, found: Reckoning, lines: tuple[list[Points], list[Points]], now: datetime
) -> int:
    extra, lacking = lines
    table.remove(tx, extra)
    table.add(tx, lacking)
    table.keep_odd(tx, [deed.key for deed in found.odd])
    table.settle(tx, size, now)
    return len(extra) + len(lacking)


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: when the logs have grown, but not every few seconds. It is computed while others
    write, and written down unless another process has done so meanwhile."""
    with db.read() as tx:
        size, at = before = table.settled(tx)
        pause = timedelta(minutes=service.settings.practices.points_minutes)
        grown = table.log_size(tx)
        if size == grown or (at is not None and now < at + pause):
            return 0
        found = compute(tx, service)
        lines = _compared(tx, found.grants)
    with db.write() as tx:
        if table.settled(tx) != before:
            return 0
        return _apply(tx, grown, found, lines, now)


# -- one person -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """What somebody earned, was given, and spent; the latest lines with their reasons."""

    earned: int
    adjusted: int
    spent: int
    lines: tuple[Points, ...]

    @property
    def balance(self) -> int:
        return self.earned + self.adjusted - self.spent


def statement(act: Act, person: str) -> Statement:
    rows = table.of_person(act.tx, person, EVER, AFTER_ALL)
    return Statement(
        earned=sum(row.points for row in rows),
        adjusted=_summed(act, ADJUST, person),
        spent=_summed(act, REDEEM, person),
        lines=tuple(reversed(rows)),
    )


def _summed(act: Act, kind: str, person: str) -> int:
    return sum(int(line.data["points"]) for line in journal.lines(act, kind, person))


def shown_subject(act: Act, name: str) -> str:
    """What a deed was done to, as people say it: issue-12 as its number, wish-3 as 愿-3."""
    kind, _, digits = name.rpartition("-")
    if kind == deeds.ISSUE:
        issue = issues.by_id(act.tx, int(digits))
        return issue.number if issue else ""
    letters = act.service.content.replies
    return f"{letters[f'number.{kind}']}-{digits}" if f"number.{kind}" in letters else ""


def scored(act: Act, person: str) -> bool:
    """Residents and members have points; whoever is paid to do it has none."""
    known = act.roster.staff.get(person)
    return known is None or known.role == "member"
