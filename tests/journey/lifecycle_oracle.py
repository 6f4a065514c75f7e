"""The loop's rules worked out a second time, to compare the desk with: who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from data.database import Tx
from data.rows import Event, Issue
from data.tables import parties
from desk.rules import lifecycle
from tests.journey.lifecycle_town import Move, Office

# What an action is called in the table of the lifecycle, where it has another name.
NAMED: dict[str, lifecycle.Action] = {
    "fairly": "satisfied", "ask_pause": "ask", "ask_extend": "ask", "ask_exclude": "ask",
}  # fmt: skip
# Lines of the log that change no status, beside those of the lifecycle's own table.
ASIDE = {
    "record", "absorb", "decide", "arrive", "part_done", "part_late", "untaken", "nearly",
    "overdue", "alarm", "leave",
}  # fmt: skip


@dataclass
class Kept:
    """What the test remembers of an issue, counted on its own."""

    number: int
    level: str
    contact_due: datetime
    done_due: datetime
    blamed: frozenset[str]
    status: str = "assigned"
    urges: int = 0
    returns: int = 0
    reopens: int = 0
    card: str = ""
    parent: int | None = None
    first: str = "lixiulan"
    reported: set[str] = field(default_factory=set)
    asked: dict[str, str] = field(default_factory=dict)  # open requests: kind → person
    steps: int = 0


def reporters(kept: Mapping[int, Kept], number: int) -> set[str]:
    """Everybody who reported it, themselves or in an issue that went on inside it."""
    found = {kept[number].first} | kept[number].reported
    for child in kept.values():
        if child.parent == number:
            found |= reporters(kept, child.number)
    return found


@dataclass
class Oracle:
    """Who a person is to an issue and whether a step is allowed, worked out a second time."""

    office: Office
    all: Mapping[int, Kept]
    tx: Tx
    issue: Issue
    kept: Kept
    person: str

    def reason(self, move: Move) -> str | None:
        """Why a move should be forbidden; None when it should be allowed."""
        special = getattr(self, f"_{move.action}", None)
        if special is not None:
            found: str | None = special(move)
            return found
        return self._table(NAMED.get(move.action, move.action), move)  # type: ignore[arg-type]

    def _table(self, action: lifecycle.Action, move: Move, words: str | None = None) -> str | None:
        said = move.words if words is None else words
        try:
            lifecycle.step(self.kept.status, action, self._who(), said)  # type: ignore[arg-type]
        except lifecycle.Forbidden as forbidden:
            return forbidden.reason
        return None

    def _who(self, person: str = "") -> frozenset[lifecycle.Who]:
        roster = self.office.roster
        person = person or self.person
        found: set[lifecycle.Who] = {"anyone"}
        if person in reporters(self.all, self.issue.id):
            found.add("reporter")
        if person in self.kept.blamed:
            return frozenset(found)
        team = roster.teams.get(self.issue.owner_team or "")
        members = team.members if team else (self.issue.owner_person,)
        duty = self.office.content.about.duty if self.issue.level == "U0" else ()
        if person in (*members, *duty):
            found.add("owner")
        if self._part() is not None:
            found.add("party")
        staff = roster.staff.get(person)
        above = {roster.grids[code].person for code in ("CYJ-2-1-1", "CYJ-2-1", "CYJ-2", "CYJ")}
        above |= set(roster.teams["shequ"].members)
        if person in above or (staff and staff.role in ("secretary", "street", "admin")):
            found.add("overseer")
        return frozenset(found)

    def _part(self) -> str | None:
        own = self.office.roster.teams_of(self.person)
        called = [party.team for party in parties.of_issue(self.tx, self.issue.id)]
        return next((team for team in called if team in own), None)

    def _against(self, *names: str) -> bool:
        teams = self.office.roster.teams
        leads = {teams[name].members[0] for name in names if name in teams}
        return bool(({*names} | leads) & self.kept.blamed)

    def _transfer(self, move: Move) -> str | None:
        reason = self._table("transfer", move)
        return reason or ("against" if self._against(move.target) else None)

    def _assist(self, move: Move) -> str | None:
        reason = self._table("assist", move)
        return reason or ("against" if self._against(move.target) else None)

    def _whistle(self, move: Move) -> str | None:
        reason = self._table("whistle", move)
        return reason or ("against" if self._against(move.target, "reli") else None)

    def _join(self, move: Move) -> str | None:
        reason = self._table("join", move)
        return reason or ("against" if self.person in self.kept.blamed else None)

    def _merge(self, move: Move) -> str | None:
        parent = self.all[move.other or 0]
        if parent is self.kept or parent.status not in ("assigned", "accepted"):
            return "status"
        reason = self._table("merge", move)
        if reason is None and self.kept.level == "U0" != parent.level:
            return "status"  # an alarm does not end inside a lamp
        return reason or ("against" if self.kept.blamed - parent.blamed else None)

    def _withdraw(self, move: Move) -> str | None:
        reason = self._table("withdraw", move)
        alone = reporters(self.all, self.issue.id) == {self.person}
        return reason or (None if alone else "others")

    def _agree(self, move: Move) -> str | None:
        return self._decide(move)

    def _refuse(self, move: Move) -> str | None:
        return self._decide(move)

    def _decide(self, move: Move) -> str | None:
        if not self.kept.asked:
            return "status"
        kind, asker = list(self.kept.asked.items())[-1]
        if "owner" not in self._who(asker):
            return "status"
        if asker == self.person:
            return "person"
        return self._table(kind, move, "")  # type: ignore[arg-type]

    def _ask_pause(self, move: Move) -> str | None:
        return self._ask("pause", move)

    def _ask_extend(self, move: Move) -> str | None:
        return self._ask("extend", move)

    def _ask_exclude(self, move: Move) -> str | None:
        return self._ask("exclude", move)

    def _ask(self, kind: str, move: Move) -> str | None:
        possible = (self.kept.status, kind) in lifecycle.TABLE
        return self._table("ask", move) or (None if possible else "status")

    def _arrive(self, _: Move) -> str | None:
        if self._part() is None:
            return "person"
        return None if self.kept.status in ("assigned", "accepted") else "status"

    def _part_done(self, move: Move) -> str | None:
        return self._arrive(move) or (None if move.words.strip() else "note")


def reachable(log: list[Event], issue: Issue) -> None:
    """The last event's status is the issue's, and each follows from the one before it."""
    assert log[-1].status == issue.status
    before = "assigned"
    for event in log:
        assert event.status in leads_to(before, event), event
        before = event.status


def leads_to(before: str, event: Event) -> set[str]:
    kind = event.data.get("kind") if event.data.get("decision") == "agreed" else None
    if event.action == "recategorise":
        return {before, "assigned"} if before == "accepted" else {before}
    if event.action in ASIDE and kind is None:
        return {before}
    return {lifecycle.TABLE[before, kind or event.action].to}  # type: ignore[index]


def alarms_keep_their_distance(log: list[Event]) -> None:
    """The duty chain is called one after the other, not all of it in one breath."""
    calls = [event.at for event in log if event.action == "alarm"]
    gaps = [later - sooner for sooner, later in pairwise(calls)]
    assert all(gap >= timedelta(minutes=5) for gap in gaps)
